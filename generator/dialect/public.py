"""What is public of a generated package, and where the rest is."""

from __future__ import annotations

from typing import Final, NamedTuple

# The package of a generated package that the runtime is carried into.
PRIVATE: Final = "_runtime"


class PublicModule(NamedTuple):
    """A module of the package that has what is public of the runtime.

    Attributes:
        path: Where it is in the package.
        docstring: Its docstring.
        sources: The names, by the module of the runtime that they are in.
    """

    path: str
    docstring: str
    sources: dict[str, list[str]]

    @property
    def names(self) -> list[str]:
        """The names."""
        return [name for names in self.sources.values() for name in names]


def _names(text: str) -> list[str]:
    return text.split()


PUBLIC: Final = (
    PublicModule(
        "client.py",
        "The clients of the endpoint functions, their options and defaults, and httpx clients to give to them.",
        {
            "client": _names("AuthenticatedClient Client"),
            "options": _names("RequestOptions MAX_RESPONSE_BYTES MAX_RETRIES TIMEOUT"),
            "aiohttp_client": _names("DefaultAioHttpClient"),
            "defaults": _names("DefaultAsyncHttpxClient DefaultHttpxClient"),
        },
    ),
    PublicModule(
        "errors.py",
        "What can go wrong: everything that the package raises, beside ValueError and TypeError.",
        {
            "errors": _names(
                "Error CredentialsError APIError PagingError APIConnectionError APITimeoutError APIResponseError"
                " APIResponseValidationError APIStatusError BadRequestError AuthenticationError PermissionDeniedError"
                " NotFoundError ConflictError UnprocessableEntityError RateLimitError InternalServerError"
            )
        },
    ),
    PublicModule("pages.py", "Lists, a page at a time.", {"pages": _names("AsyncPage AsyncPager Page")}),
    PublicModule("otel.py", "Spans and metrics of OpenTelemetry.", {"otel": _names("instrument")}),
)
