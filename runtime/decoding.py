"""The JSON value of a body, checked for the kind of value that is declared."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")


def read_json(content: bytes, kind: type[T]) -> T:
    """Return the JSON value of a body.

    Raises:
        ValueError: the body is not JSON, or its value is not of this kind.
    """
    try:
        value = loads(content)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    except ValueError as error:
        raise ValueError(f"it is not JSON ({error})" if content else "it is empty") from error
    if not isinstance(value, kind):
        raise ValueError(f"it is {_KINDS[type(value)]}, not {_KINDS[kind]}")
    return value


def loads(content: bytes | str) -> Any:
    """Return the value of a JSON text: what `json.loads` returns or raises, by msgspec where it is installed."""
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


_KINDS: dict[type[Any], str] = {
    dict: "a JSON object",
    list: "a JSON array",
    str: "a JSON string",
    bool: "a JSON boolean",
    int: "a JSON number",
    float: "a JSON number",
    type(None): "a JSON null",
}
