"""The text of a body, and its JSON value, checked for the kinds of values that are declared."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any


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
    kind = None if value is None else type(value)
    if kinds and kind not in kinds and not (kind is int and float in kinds):
        wanted = " or ".join(dict.fromkeys(_KINDS[each] for each in kinds))
        raise ValueError(f"it is {_KINDS[kind]}, not {wanted}")
    return value


def loads(content: bytes | str) -> Any:
    """Decode JSON as `json.loads` does, by msgspec where it is installed."""
    return _loads()(content)


@cache
def _loads() -> Callable[[bytes | str], Any]:
    try:
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
    """Return a body as UTF-8 if its content type names another charset, and as it is if Python does not know that."""
    found = _CHARSET.search(content_type)
    if found is None or found[1].lower() in ("utf-8", "us-ascii"):
        return content
    with suppress(LookupError):
        return content.decode(found[1], "replace").encode()
    return content


_CHARSET = re.compile(r"^(?:text/|[^;]*(?:json|xml)).*;\s*charset=\"?([\w.:-]+)", re.IGNORECASE)
_KINDS: dict[type[Any] | None, str] = {
    dict: "a JSON object",
    list: "a JSON array",
    str: "a JSON string",
    bool: "a JSON boolean",
    int: "a JSON number",
    float: "a JSON number",
    None: "a JSON null",
}
