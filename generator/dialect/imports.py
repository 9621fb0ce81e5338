"""Write the imports of a generated module: exactly the names that its code uses.

The templates put an underscore before each imported name (`_Any`), which no name of a spec has. Here the underscore is
removed, unless the module has something else with that name.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from .public import PRIVATE, PUBLIC
from .texts import free

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
    "_typing": "import typing",
    "_UUID": "from uuid import UUID",
    "_Unpack": "from typing import Unpack",
    "_builtins": "import builtins",
    "_cached_property": "from functools import cached_property",
    "_date": "from datetime import date",
    "_datetime": "from datetime import datetime",
    "_define": "from attrs import define",
    "_field": "from attrs import field",
    "_httpx": "import httpx",
    "_resolve_types": "from attrs import resolve_types",
    "_partial": "from functools import partial",
}
_PACKAGE = {
    "base": ("Model",),
    "client": ("AuthenticatedClient", "Client"),
    "decoding": ("read_json", "read_page"),
    "facade": ("AsyncFacade", "Facade", "HttpClient", "Resource", "Setting", "SyncFacade"),
    "formats": ("as_date", "parsed", "parsed_datetime"),
    "lazy": ("LazyModule",),
    "bodies": ("File", "form_body", "json_body", "multipart_body", "present", "raw_body"),
    "batches": ("Outcome", "abatch", "batch"),
    "model": ("UNDECLARED", "decode", "new_model"),
    "nested": ("decode_closest", "decode_list", "decode_nested"),
    "options": ("request_options", "MAX_RESPONSE_BYTES", "MAX_RETRIES", "RequestOptions", "TIMEOUT"),
    "pages": ("AsyncPage", "AsyncPager", "Page", "Paging"),
    "raw": ("AsyncStreamedResponse", "StreamedResponse", "async_raw", "async_streamed", "raw", "streamed"),
    "parameters": ("header_texts", "path_segment", "query_pairs", "styled_segment"),
    "request": ("Request",),
    "response": ("Operation", "Response"),
    "settings": ("Credential",),
    "tree": ("JSON",),
    "types": ("AsyncHttpClient", "SyncHttpClient", "Timeout", "Token"),
    "unset": ("UNSET", "Unset"),
    "warning": ("warn_deprecated",),
}

# Every name that the templates use.
OWN_NAMES = frozenset({"_models", *_STANDARD, *(f"_{name}" for names in _PACKAGE.values() for name in names)})


@cache
def names_in(code: str) -> set[str]:
    """Return the names that Python code uses."""
    return {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}


# A string, a comment, or a name that is no attribute.
_TOKEN = re.compile(
    r'''([rbf]*(?:"""(?:\\.|[^\\])*?"""|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\')|\#[^\n]*|(?<![\w.])[A-Za-z_]\w*)''',
    re.DOTALL,
)


def plain(code: str) -> str:
    """Return code for a docstring, without the underscores before imported names."""
    return _TOKEN.sub(lambda match: match[0][match[0] in OWN_NAMES :], code)


class Imports(NamedTuple):
    """The code of a module and its imports.

    Attributes:
        code: The code, without underscores before imported names wherever possible.
        statements: The import statements, unsorted: ruff sorts them.
    """

    code: str
    statements: str


def with_imports(
    code: str,
    package: str,
    models: Collection[str] = (),
    modules: Mapping[str, Iterable[str]] = MappingProxyType({}),
    *,
    lazy: bool = False,
    model: str = "model",
) -> Imports:
    """Return the code of a module with its import statements.

    Args:
        package: The dots that lead from the module to the package.
        models: The names of models that the code may import.
        modules: The modules that the code uses under the names of `alias`, by the dots that lead to their package.
        lazy: Whether these modules are imported on first use.
        model: The module of the runtime with the base of all models.
    """
    pieces: list[str] = _TOKEN.split(code)  # tokens are at odd indices
    tokens = pieces[1::2]
    names = {token for token in {*tokens} if token.isidentifier()}
    aliases = {alias(module): (parent, module) for parent, below in modules.items() for module in below}
    if lazy and aliases:
        names |= {"_LazyModule", "_typing"}
    plain: dict[str, str] = {name: name[1:] for name in (OWN_NAMES | aliases.keys()) & names if name[1:] not in names}
    used = {**{name: name for name in names}, **plain}
    lines = [*_own_imports(used, package, model)]
    lines += [f"from {package}models import {name}" for name in sorted(names.intersection(models))]
    imported_modules = {({name: name} | plain)[name]: source for name, source in aliases.items()}
    if not lazy:
        lines += [
            _statement(f"from {parent} import {module}", name) for name, (parent, module) in imported_modules.items()
        ]
    elif aliases:
        lines += _lazy(imported_modules, used["_LazyModule"], used["_typing"])
    pieces[1::2] = [plain.get(token, token) for token in tokens]
    return Imports("".join(pieces), "\n".join(lines))


def _own_imports(used: Mapping[str, str], package: str, model: str) -> Iterator[str]:
    """Yield the imports of the names that the templates use; `used` has the name in the code for each."""
    for name, line in _STANDARD.items():
        if name in used:
            yield _statement(line, used[name])
    for module, imported in _PACKAGE.items():
        for name in imported:
            if f"_{name}" in used:
                place = _place(model if module == "base" else module, name)
                yield _statement(f"from {package}{place} import {name}", used[f"_{name}"])
    if "_models" in used:
        yield _statement(f"from {package} import models", used["_models"])


def _place(module: str, name: str) -> str:
    """Return the module that generated code imports a name of the runtime from, preferably a public one."""
    public = (shown.path.removesuffix(".py") for shown in PUBLIC if name in shown.names)
    return next(public, f"{PRIVATE}.{module}")


def alias(module: str) -> str:
    """Return the name of the module of a tag or an operation in code for `with_imports`."""
    return free(f"_{module}", OWN_NAMES)


def _lazy(modules: Mapping[str, tuple[str, str]], lazy_module: str, typing: str) -> list[str]:
    """Return statements that import modules on first use."""
    known = [f"    from {parent} import {module} as {name}" for name, (parent, module) in modules.items()]
    packages = {".": "__name__", "..": "__name__.rpartition('.')[0]"}
    made = [f'    {name} = {lazy_module}({packages[parent]}, "{module}")' for name, (parent, module) in modules.items()]
    return [f"if {typing}.TYPE_CHECKING:", *known, "else:", *made]


def _statement(line: str, name: str) -> str:
    """Return an import statement that imports under a name."""
    return line if line.endswith(f" {name}") else f"{line} as {name}"
