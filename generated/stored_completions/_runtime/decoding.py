# Generated from generator/runtime/decoding.py by `make generate`; do not edit.
"""Decode the body of a response: its charset, and its JSON value, whose type is checked."""

# msgspec is optional: type checkers also read this module where it is not installed.
# mypy: disable-error-code=import-not-found

from __future__ import annotations

import json
import re
from codecs import lookup
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any

from .fork_lock import fork_lock


def read_json(content: bytes, *kinds: type[Any] | None) -> Any:
    """Decode a body as JSON and check the type of its value.

    Args:
        kinds: The allowed types, None for null; any type if none is given. An int is accepted as a float.

    Raises:
        ValueError: The body is not JSON, or its value has another type.
    """
    try:
        value = loads(content)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    except ValueError as error:
        raise ValueError(f"it is not JSON ({error})" if content else "it is empty") from error
    kind = _kind(value)
    if kinds and kind not in kinds and not (kind is int and float in kinds):
        wanted = " or ".join(dict.fromkeys(_KIND_NAMES[other] for other in kinds))
        raise ValueError(f"it is {_KIND_NAMES[kind]}, not {wanted}")
    return value


def read_page(content: bytes, items: str) -> dict[str, Any]:
    """Decode one page of a list.

    Args:
        items: The property that holds the items.

    Raises:
        ValueError: The body is not a JSON object, or its items are not an array. (Taken for an empty page, such a body
            would end the list early.)
    """
    page: dict[str, Any] = read_json(content, dict)
    kind = _kind(page.get(items))
    if kind is not list:
        found = f"is {_KIND_NAMES[kind]}, not a JSON array" if items in page else "is missing"
        raise ValueError(f"its {items} {found}")
    return page


def loads(content: bytes | str) -> Any:
    """Decode JSON as `json.loads` does, with msgspec where it is installed."""
    return _loads()(content)


@cache
def _loads() -> Callable[[bytes | str], Any]:
    try:
        with fork_lock:
            import msgspec  # noqa: PLC0415 - it is optional
    except ImportError:
        return json.loads
    decode, refusals = msgspec.json.Decoder().decode, (msgspec.MsgspecError, ValueError, RecursionError)

    def decoded(content: bytes | str) -> Any:
        try:
            return decode(content)
        except refusals:
            # msgspec refuses NaN, lone surrogates, UTF-16 and some large numbers, which `json` accepts.
            return json.loads(content)

    return decoded


def in_utf8(content: bytes, content_type: str) -> bytes:
    """Return a body converted to UTF-8 from the charset that `Content-Type` names; unchanged if it is unknown."""
    media_type = content_type.partition(";")[0].lower()
    is_text = media_type.startswith("text/") or "json" in media_type or "xml" in media_type
    name = charset(content_type) if is_text else None
    return content if name in (None, "utf-8", "ascii") else content.decode(name, "replace").encode()


def charset(content_type: str) -> str | None:
    """Return the charset that a `Content-Type` header names, or None if it names none that Python can decode."""
    if ";" not in content_type:
        return None
    found = re.search(r";\s*charset=\"?([\w.:-]+)", content_type, re.IGNORECASE)
    if found:
        with suppress(LookupError, UnicodeError):
            name = lookup(found[1]).name
            b"four".decode(name, "replace")  # raises for codecs that do not decode to text
            return None if name in _NOT_FOR_TEXT else name
    return None


def _kind(value: object) -> type[Any] | None:
    return None if value is None else type(value)


# Codecs of Python's own, which are no charsets; decoding some of them takes quadratic time.
_NOT_FOR_TEXT = frozenset({"idna", "mbcs", "oem", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"})
_KIND_NAMES: dict[type[Any] | None, str] = {
    dict: "a JSON object",
    list: "a JSON array",
    str: "a JSON string",
    bool: "a JSON boolean",
    int: "a JSON number",
    float: "a JSON number",
    None: "a JSON null",
}
