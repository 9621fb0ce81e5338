"""The JSON value of a body, checked for the kind of value that is declared."""

from __future__ import annotations

import json
from typing import Any, TypeVar

T = TypeVar("T")


def read_json(content: bytes, kind: type[T]) -> T:
    """Return the JSON value of a body.

    Raises:
        ValueError: the body is not JSON, or its value is not of this kind.
    """
    try:
        value = json.loads(content)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    except ValueError as error:
        raise ValueError(f"it is not JSON ({error})" if content else "it is empty") from error
    if not isinstance(value, kind):
        raise ValueError(f"it is {_KINDS[type(value)]}, not {_KINDS[kind]}")
    return value


_KINDS: dict[type[Any], str] = {
    dict: "a JSON object",
    list: "a JSON array",
    str: "a JSON string",
    bool: "a JSON boolean",
    int: "a JSON number",
    float: "a JSON number",
    type(None): "a JSON null",
}
