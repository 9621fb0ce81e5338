# Generated from generator/runtime/decoding.py by `make generate`; do not edit.
"""The text of a body, and its JSON value, checked for the kinds of values that are declared."""

# Type checkers read this where msgspec is not installed, too.
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
    """Return the JSON value of a body.

    Args:
        kinds: The types that the value may have, None for null. Without any, all are accepted. A float may be whole.

    Raises:
        ValueError: the body is not JSON, or its value is of another kind.
    """
    try:
        value = loads(content)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    except ValueError as error:
        raise ValueError(f"it is not JSON ({error})" if content else "it is empty") from error
    kind = _kind(value)
    if kinds and kind not in kinds and not (kind is int and float in kinds):
        wanted = " or ".join(dict.fromkeys(_KINDS[other] for other in kinds))
        raise ValueError(f"it is {_KINDS[kind]}, not {wanted}")
    return value


def read_page(content: bytes, items: str) -> dict[str, Any]:
    """Return the JSON object of a page of a list.

    Args:
        items: The property that has the items.

    Raises:
        ValueError: the body is no JSON object, or its items are no array: as an empty page, it would end a list early.
    """
    page: dict[str, Any] = read_json(content, dict)
    kind = _kind(page.get(items))
    if kind is not list:
        raise ValueError(f"its {items} {f'is {_KINDS[kind]}, not a JSON array' if items in page else 'is missing'}")
    return page


def loads(content: bytes | str) -> Any:
    """Decode JSON as `json.loads` does, by msgspec where it is installed."""
    return _loads()(content)


@cache
def _loads() -> Callable[[bytes | str], Any]:
    try:
        with fork_lock:
            import msgspec  # noqa: PLC0415 - it is optional, and asked for when it is first of use
    except ImportError:
        return json.loads
    decode, refusals = msgspec.json.Decoder().decode, (msgspec.MsgspecError, ValueError, RecursionError)

    def decoded(content: bytes | str) -> Any:
        try:
            return decode(content)
        except refusals:
            # NaN, lone surrogates, UTF-16, numbers out of range: the standard library decides what they are.
            return json.loads(content)

    return decoded


def in_utf8(content: bytes, content_type: str) -> bytes:
    """Return a body as UTF-8 if its content type names another charset, and unchanged if Python does not know that."""
    media_type = content_type.partition(";")[0].lower()
    is_text = media_type.startswith("text/") or "json" in media_type or "xml" in media_type
    name = charset(content_type) if is_text else None
    return content if name in (None, "utf-8", "ascii") else content.decode(name, "replace").encode()


def charset(content_type: str) -> str | None:
    """Return the charset that the value of `Content-Type` names, if it is one that Python can decode."""
    if ";" not in content_type:
        return None
    found = re.search(r";\s*charset=\"?([\w.:-]+)", content_type, re.IGNORECASE)
    if found:
        with suppress(LookupError, UnicodeError):
            name = lookup(found[1]).name
            b"four".decode(name, "replace")  # it refuses codecs that are not of texts
            return None if name in _OF_PYTHON else name
    return None


def _kind(value: object) -> type[Any] | None:
    return None if value is None else type(value)


# No charsets of texts; some take quadratic time.
_OF_PYTHON = frozenset({"idna", "mbcs", "oem", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"})
_KINDS: dict[type[Any] | None, str] = {
    dict: "a JSON object",
    list: "a JSON array",
    str: "a JSON string",
    bool: "a JSON boolean",
    int: "a JSON number",
    float: "a JSON number",
    None: "a JSON null",
}
