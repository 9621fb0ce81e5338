"""Resolve references by `$id` and `$anchor`, which OpenAPI 3.1 allows."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final
from urllib.parse import quote, unquote, urljoin

from .openapi import DATA, TABLES
from .places import Pointer, format_pointer, parse_pointer, value_at
from .reading import Document

_KEYWORDS: Final = ("$id", "$anchor", "$dynamicAnchor")


def rewrite_references(document: Document, *, dynamic: bool = True) -> None:
    """Rewrite each `$ref` by `$id` or `$anchor` as a JSON pointer to its target.

    Args:
        dynamic: Whether to rewrite `$dynamicRef` too, as if the `$dynamicAnchor` were never overridden.
    """
    if not any(keyword in document.text for keyword in _KEYWORDS):
        return
    if not isinstance(document.value, dict) or str(document.value.get("openapi", "")).startswith("3.0"):
        return
    pointers = dict(_identified(document.value, "", ()))
    if not pointers:
        return

    def pointed(reference: str, base: str) -> str:
        file, _, fragment = urljoin(base, reference).partition("#")
        home = pointers.get(file) if file else ()
        if fragment and not fragment.startswith("/"):
            found = pointers.get(f"{file}#{unquote(fragment)}")
        elif home is None or (home == () and not base):
            return reference
        else:
            found = (*home, *parse_pointer(fragment))
            with contextlib.suppress(KeyError):
                value_at(document.value, found)
                return f"#{quote(format_pointer(found))}"
            return reference  # below an `$id`, many still write `#/components/...` for the whole document
        return reference if found is None else f"#{quote(format_pointer(found))}"

    document.value = _pointed(document.value, "", ("$dynamicRef", "$ref") if dynamic else ("$ref",), pointed)


def _identified(value: Any, base: str, at: Pointer, *, is_table: bool = False) -> Iterator[tuple[str, Pointer]]:
    """Yield the URIs of schemas, from `$id` and `$anchor`, with the pointers of the schemas."""
    if isinstance(value, dict) and not is_table:
        own = value.get("$id")
        if isinstance(own, str):
            base = urljoin(base, own).partition("#")[0]
            yield base, at
        for anchor in _KEYWORDS[1:]:
            if isinstance(value.get(anchor), str):
                yield f"{base}#{value[anchor]}", at
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in entries:
        if is_table or key not in DATA:
            yield from _identified(item, base, (*at, str(key)), is_table=not is_table and key in TABLES)


def _pointed(
    value: Any, base: str, keywords: Sequence[str], change: Callable[[str, str], str], *, is_table: bool = False
) -> Any:
    if isinstance(value, list):
        return [_pointed(item, base, keywords, change) for item in value]
    if not isinstance(value, dict):
        return value
    if not is_table and isinstance(value.get("$id"), str):
        base = urljoin(base, value["$id"]).partition("#")[0]
    found = {
        key: item
        if not is_table and key in DATA
        else _pointed(item, base, keywords, change, is_table=not is_table and key in TABLES)
        for key, item in value.items()
    }
    for keyword in () if is_table else keywords:
        if isinstance(value.get(keyword), str):
            found["$ref"] = change(value[keyword], base)
        if keyword != "$ref":
            found.pop(keyword, None)
    return found
