"""The modules of a package: its imports, each under a name that no document can have, and what is public of it."""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import Final, NamedTuple

# The package of a generated package that the runtime is carried into.
PRIVATE: Final = "_runtime"


class PublicModule(NamedTuple):
    """A module of the package that has what is public of the runtime.

    Attributes:
        path: Where it is in the package.
        docstring: What it has.
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
            "client": _names("AuthenticatedClient Client RequestOptions MAX_RESPONSE_BYTES MAX_RETRIES TIMEOUT"),
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

_STANDARD = {
    "_AsyncIterable": "from collections.abc import AsyncIterable",
    "_AsyncIterator": "from collections.abc import AsyncIterator",
    "_Any": "from typing import Any",
    "_ClassVar": "from typing import ClassVar",
    "_Iterable": "from collections.abc import Iterable",
    "_Iterator": "from collections.abc import Iterator",
    "_Literal": "from typing import Literal",
    "_Mapping": "from collections.abc import Mapping",
    "_MutableMapping": "from collections.abc import MutableMapping",
    "_Self": "from typing import Self",
    "_typing": "import typing",  # type checkers know `TYPE_CHECKING` by its own name alone
    "_UUID": "from uuid import UUID",
    "_Unpack": "from typing import Unpack",
    "_builtins": "import builtins",
    "_cached_property": "from functools import cached_property",
    "_datetime": "import datetime",
    "_httpx": "import httpx",
    "_partial": "from functools import partial",
}
_PACKAGE = {
    "client": (
        "request_options",
        "AuthenticatedClient",
        "Client",
        "MAX_RESPONSE_BYTES",
        "MAX_RETRIES",
        "RequestOptions",
        "TIMEOUT",
    ),
    "decoding": ("read_json", "read_page"),
    "deprecation": ("warn_deprecated",),
    "facade": ("AsyncFacade", "Credential", "Facade", "HttpClient", "Resource", "Setting", "SyncFacade"),
    "files": ("File", "multipart_body"),
    "formats": ("parsed", "parsed_datetime"),
    "lazy": ("LazyModule",),
    "forms": ("form_body",),
    "many": ("Outcome", "amany", "many"),
    "model": ("Additional", "Model", "adopted", "closest", "each", "kept", "nested", "renamed"),
    "pages": ("AsyncPage", "AsyncPager", "Page", "Paging"),
    "raw": ("AsyncStreamedResponse", "StreamedResponse", "async_raw", "async_streamed", "raw", "streamed"),
    "request": ("Request", "header_texts", "json_body", "path_segment", "present", "query_pairs", "raw_body"),
    "response": ("Operation", "Response"),
    "styles": ("styled_pairs", "styled_segment", "styled_texts"),
    "types": ("AsyncHttpClient", "SyncHttpClient", "Timeout", "Token"),
    "unset": ("UNSET", "Unset"),
}

# Every name that the generated code brings in itself.
OWN_NAMES = frozenset({"_models", *_STANDARD, *(f"_{name}" for names in _PACKAGE.values() for name in names)})


@cache
def names_in(code: str) -> set[str]:
    """Return the names that Python code uses."""
    return {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}


_NAME = re.compile(r"\b_[A-Za-z]\w*")


def imports_of(code: str, package: str) -> str:
    """Return the import statements of a module's code; ruff sorts them.

    Args:
        package: The package from where the module is, as dots.
    """
    # Words of a docstring may look like one of them: an import too many does no harm, and parsing all code is slow.
    used = OWN_NAMES.intersection(_NAME.findall(code))
    lines = [f"{line} as {name}" for name, line in _STANDARD.items() if name in used]
    for module, names in _PACKAGE.items():
        lines += [f"from {package}{PRIVATE}.{module} import {name} as _{name}" for name in names if f"_{name}" in used]
    if "_models" in used:
        lines.append(f"from {package} import models as _models")
    return "\n".join(lines)
