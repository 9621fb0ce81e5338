"""What is public of a generated package, and where the rest is."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple

from ..spec.features import FEATURES

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

    def without(self, modules: Collection[str]) -> PublicModule:
        """Return what is left of this module without modules of the runtime."""
        left = {source: names for source, names in self.sources.items() if source not in modules}
        return self._replace(sources=left)


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


def public_modules(features: Collection[str], *, has_pages: bool) -> list[PublicModule]:
    """Return the public modules of a package with these features."""
    absent = {module for feature, module in FEATURES.items() if feature not in features}
    found = [module.without({*absent, *(() if has_pages else ["pages"])}) for module in PUBLIC]
    return [module for module in found if module.sources]
