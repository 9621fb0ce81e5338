"""Resolve references by `$id` and `$anchor`, which OpenAPI 3.1 allows."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote, unquote, urljoin

from .openapi import DATA, TABLES, copied
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
    pointers = _identities(document.value)
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

    result = copied(document.value)
    for node, base, _ in _nodes(result):
        for keyword, reference in [(keyword, node.get(keyword)) for keyword in ("$dynamicRef", "$ref")[not dynamic :]]:
            if isinstance(reference, str):
                node["$ref"] = pointed(reference, base)
            if keyword != "$ref":
                node.pop(keyword, None)
    document.value = result


def _identities(value: dict[str, Any]) -> dict[str, Pointer]:
    """Return the pointers of the schemas with `$id` or an anchor, by their URIs."""
    pointers: dict[str, Pointer] = {}
    for node, base, at in _nodes(value):
        if isinstance(node.get("$id"), str):
            pointers[base] = at
        for anchor in _KEYWORDS[1:]:
            if isinstance(node.get(anchor), str):
                pointers[f"{base}#{node[anchor]}"] = at
    return pointers


def _nodes(
    value: Any, base: str = "", at: Pointer = (), *, is_table: bool = False
) -> Iterator[tuple[dict[str, Any], str, Pointer]]:
    """Yield all objects of OpenAPI in a value, as `objects` does, with their base URIs and pointers."""
    if isinstance(value, dict) and not is_table:
        if isinstance(value.get("$id"), str):
            base = urljoin(base, value["$id"]).partition("#")[0]
        yield value, base, at
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in entries:
        if is_table or key not in DATA:
            yield from _nodes(item, base, (*at, str(key)), is_table=not is_table and key in TABLES)
