"""The public modules of a generated package, which re-export names of the private runtime."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple

from ..spec.features import FEATURES

# The folder of a generated package that the runtime is copied into.
PRIVATE: Final = "_runtime"


class PublicModule(NamedTuple):
    """A module of the package that re-exports names of the runtime.

    Attributes:
        path: Its path in the package.
        docstring: Its docstring.
        sources: Its names, by their modules in the runtime.
    """

    path: str
    docstring: str
    sources: dict[str, list[str]]

    @property
    def names(self) -> list[str]:
        """All names of the module."""
        return [name for names in self.sources.values() for name in names]


PUBLIC: Final = (
    PublicModule(
        "client.py",
        "The clients that endpoint functions take, their options and defaults, and httpx clients for them.",
        {
            "client": ["AuthenticatedClient", "Client"],
            "options": ["RequestOptions", "MAX_RESPONSE_BYTES", "MAX_RETRIES", "TIMEOUT"],
            "aiohttp_client": ["DefaultAioHttpClient"],
            "defaults": ["DefaultAsyncHttpxClient", "DefaultHttpxClient"],
        },
    ),
    PublicModule(
        "errors.py",
        "The errors that the package raises, besides ValueError and TypeError.",
        {
            "errors": [
                *("Error", "CredentialsError", "APIError", "PagingError", "APIConnectionError", "APITimeoutError"),
                *("APIResponseError", "APIResponseValidationError", "APIStatusError", "BadRequestError"),
                *("AuthenticationError", "PermissionDeniedError", "NotFoundError", "ConflictError"),
                *("UnprocessableEntityError", "RateLimitError", "InternalServerError"),
            ]
        },
    ),
    PublicModule("pages.py", "Lists in pages.", {"pages": ["AsyncPage", "AsyncPager", "Page"]}),
    PublicModule("otel.py", "Report calls to OpenTelemetry as spans and metrics.", {"otel": ["instrument"]}),
)


def public_modules(features: Collection[str], *, has_pages: bool) -> list[PublicModule]:
    """Return the public modules of a package with these features."""
    absent = {module for feature, module in FEATURES.items() if feature not in features}
    absent |= set() if has_pages else {"pages"}
    found = []
    for module in PUBLIC:
        if sources := {source: names for source, names in module.sources.items() if source not in absent}:
            found.append(module._replace(sources=sources))
    return found
