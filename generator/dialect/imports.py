"""Write the imports of a generated module: exactly the names that its code uses.

The templates put an underscore before each imported name (`_Any`), which no name of a spec has. Here the underscore is
removed, unless the module has something else with that name.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from .public import PRIVATE, PUBLIC
from .texts import free

# The imports of the names that the templates use.
_STANDARD: Final = {
    "_AsyncIterable": "from collections.abc import AsyncIterable",
    "_AsyncIterator": "from collections.abc import AsyncIterator",
    "_Any": "from typing import Any",
    "_ClassVar": "from typing import ClassVar",
    "_Iterable": "from collections.abc import Iterable",
    "_Iterator": "from collections.abc import Iterator",
    "_Literal": "from typing import Literal",
    "_Mapping": "from collections.abc import Mapping",
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
# The names of the runtime that the templates use, by its modules.
_RUNTIME: Final = {
    "client": ("AuthenticatedClient", "Client"),
    "decoding": ("read_json", "read_page"),
    "facade": ("AsyncFacade", "Facade", "HttpClient", "Resource", "Setting", "SyncFacade"),
    "formats": ("as_date", "parsed", "parsed_datetime"),
    "lazy": ("LazyModule",),
    "bodies": ("File", "form_body", "json_body", "multipart_body", "present", "raw_body"),
    "batches": ("Outcome", "abatch", "batch"),
    "model": ("UNDECLARED", "decode", "new_model"),
    "nested": ("decode_closest", "decode_list", "decode_nested"),
    "options": ("request_options", "RequestOptions"),
    "pages": ("AsyncPage", "AsyncPager", "Page", "Paging"),
    "raw": ("async_raw", "async_streamed", "raw", "streamed"),
    "parameters": ("header_texts", "path_segment", "query_pairs", "styled_segment"),
    "request": ("Request",),
    "response": ("Operation", "Response"),
    "settings": ("Credential",),
    "tree": ("JSON",),
    "types": ("AsyncHttpClient", "SyncHttpClient", "Timeout", "Token"),
    "unset": ("UNSET", "Unset"),
    "warning": ("warn_deprecated",),
}


def _place(module: str, name: str) -> str:
    """Return the module that generated code imports a name of the runtime from, preferably a public one."""
    public = (shown for shown, (_, sources) in PUBLIC.items() if name in sources.get(module, ()))
    return next(public, f"{PRIVATE}.{module}")


# The import of each name that the templates use; braces stand for the dots that lead to the package.
_SOURCES: Final = {
    **_STANDARD,
    "_models": "from {} import models",
    **{
        f"_{name}": f"from {{}}{_place(module, name)} import {name}"
        for module, names in _RUNTIME.items()
        for name in names
    },
}


@cache
def names_in(code: str) -> set[str]:
    """Return the names that Python code uses."""
    return {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}


# A string, a comment, or a name that is no attribute; `\w` lacks some characters of names, such as combining ones.
_TOKEN = re.compile(
    r'''([rbf]*(?:"""(?:\\.|[^\\])*?"""|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\')|\#[^\n]*'''
    r"""|(?<![\w.])(?!\d)(?:\w|[^\x00-\x7f])+)""",
    re.DOTALL,
)


def plain(code: str) -> str:
    """Return code for a docstring, without the underscores before imported names."""
    return _TOKEN.sub(lambda match: match[0][match[0] in _SOURCES :], code)


def with_imports(code: str, package: str, more: Mapping[str, str] = MappingProxyType({}), *, lazy: bool = False) -> str:
    """Return the code of a module below its import statements, without underscores before names wherever possible.

    Args:
        package: The dots that lead from the module to the package.
        more: The imports of names that the document chooses.
        lazy: Whether these names are modules, imported on first use.
    """
    pieces: list[str] = _TOKEN.split(code)  # tokens are at odd indices
    names = {token for token in pieces[1::2] if token.isidentifier()}
    if lazy and more:
        names |= {"_LazyModule", "_typing"}
    statements = {name: statement.format(package) for name, statement in _SOURCES.items()} | dict(more)
    called: dict[str, str] = {}
    for name in statements:
        if name not in names:
            continue
        is_ours = not statements[name].endswith(f" {name}")  # and no name of the document, such as `_cat_or_dog`
        called[name] = name[1:] if is_ours and name[1:] not in names else name
    put_off = called.keys() & more if lazy else set()
    lines = [_renamed(statements[name], called[name]) for name in called if name not in put_off]  # ruff sorts them
    if put_off:
        lines += _lazy({called[name]: more[name] for name in more if name in put_off}, called)
    pieces[1::2] = [called.get(token, token) for token in pieces[1::2]]
    return "\n".join([*lines, "\n", "".join(pieces)])


def modules_below(parent: str, modules: Iterable[str]) -> dict[str, str]:
    """Return the imports of modules in a package, by the names of `alias`."""
    return {alias(module): f"from {parent} import {module}" for module in modules}


def alias(module: str) -> str:
    """Return the name of the module of a tag or an operation in code for `with_imports`."""
    return free(f"_{module}", _SOURCES)


def _lazy(modules: Mapping[str, str], called: Mapping[str, str]) -> list[str]:
    """Return statements that import modules on first use, for modules whose imports are given by their names."""
    known = [f"    {statement} as {name}" for name, statement in modules.items()]
    made = []
    for name, statement in modules.items():
        _, parent, _, module = statement.split()
        package = "__name__" if parent == "." else "__name__.rpartition('.')[0]"
        made.append(f'    {name} = {called["_LazyModule"]}({package}, "{module}")')
    return [f"if {called['_typing']}.TYPE_CHECKING:", *known, "else:", *made]


def _renamed(statement: str, name: str) -> str:
    """Return an import statement that imports under a name."""
    return statement if statement.endswith(f" {name}") else f"{statement} as {name}"
