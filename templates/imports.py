"""The imports of a generated module: those that its code uses, each under a name that no document can have."""

from __future__ import annotations

import textwrap

from templates.schemas import names_in

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
    "_UUID": "from uuid import UUID",
    "_Unpack": "from typing import Unpack",
    "_builtins": "import builtins",
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
    "decoding": ("read_json",),
    "facade": ("AsyncFacade", "Credential", "Facade", "HttpClient", "Resource", "Setting", "SyncFacade"),
    "files": ("multipart_body",),
    "formats": ("parsed",),
    "forms": ("form_body",),
    "many": ("Outcome", "amany", "many"),
    "model": ("Additional", "Model", "closest", "kept", "nested", "renamed"),
    "pages": ("AsyncPage", "AsyncPager", "Page", "Paging"),
    "raw": ("AsyncStreamedResponse", "StreamedResponse", "async_raw", "async_streamed", "raw", "streamed"),
    "request": ("Request", "header_texts", "json_body", "path_segment", "present", "query_pairs", "raw_body"),
    "response": ("Answers", "Response"),
    "secrets": ("Token",),
    "twins": ("AsyncHttpClient", "SyncHttpClient", "Timeout"),
    "unset": ("UNSET", "Unset"),
}


def imports_of(code: str, package: str) -> str:
    """Return the import statements of a module's code; ruff sorts them.

    Args:
        package: The package from where the module is, as dots.
    """
    used = names_in(textwrap.dedent(code))
    lines = [f"{line} as {name}" for name, line in _STANDARD.items() if name in used]
    for module, names in _PACKAGE.items():
        lines += [f"from {package}{module} import {name} as _{name}" for name in names if f"_{name}" in used]
    if "_models" in used:
        lines.append(f"from {package} import models as _models")
    return "\n".join(lines)
