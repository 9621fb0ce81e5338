# Generated from generator/runtime/parameters.py by `make generate`; do not edit.
"""Serialize parameters of paths, queries, headers and cookies, by OpenAPI's `style` and `explode`."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Callable, Container, Mapping, Sequence
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import quote

from .formats import format_value
from .tree import Node, copied, is_list_like, plain_values
from .unset import UNSET

P = ParamSpec("P")
T = TypeVar("T")

_SEPARATORS = {"spaceDelimited": " ", "pipeDelimited": "|"}

Pairs = list[tuple[str, str]]


def names_value(function: Callable[Concatenate[str, P], T]) -> Callable[Concatenate[str, P], T]:
    """Decorate a function whose first argument is the name of a value, so that the function's errors say the name."""

    @wraps(function)
    def named(name: str, /, *arguments: P.args, **options: P.kwargs) -> T:
        try:
            return function(name, *arguments, **options)
        except (TypeError, ValueError) as error:
            raise with_name(name, error) from None

    return named


def with_name(name: object, error: Exception) -> Exception:
    """Return an error that says the name of the value that cannot be sent."""
    reason = str(error)
    if reason.startswith(f"{name} ") or f"`{name}`" in reason:
        return error
    kind = TypeError if isinstance(error, TypeError) else ValueError
    return kind(f"{name} cannot be sent: {reason}")


@names_value
def path_segment(name: str, value: object) -> str:
    """Return a path parameter, quoted.

    Raises:
        ValueError: The value is None, would change the path (`""`, `.` and `..`), or has control characters.
        TypeError: The value has a type that a path cannot hold.
    """
    try:
        text = "" if value is None else parameter_text(value)
    except UnicodeEncodeError:
        raise ValueError(f"{name} must be an id, not {value!r}.") from None
    if not text:
        raise ValueError(f"Expected a non-empty value for `{name}` but received {value!r}: {name} must be an id.")
    is_plain = text.isascii() and text.isprintable()
    if text in (".", "..") or not (is_plain or "Cc" not in map(unicodedata.category, text)):
        raise ValueError(f"{name} must be an id, not {value!r}.")
    return quote(text, safe="")


@names_value
def styled_segment(name: str, value: object, style: str = "simple", *, explode: bool = False) -> str:
    """Return a path parameter that is a list or an object, or has another style than `simple`, quoted.

    Args:
        style: `simple` (`a,b`), `label` (`.a.b`), `matrix` (`;name=a;name=b`) or `json`.
        explode: Whether each item or property is written separately.

    Raises:
        ValueError: The value is empty, or has control characters.
    """
    value = plain(value)
    if style == "json":
        return path_segment(name, _json(value))
    if isinstance(value, dict):
        pairs = [(path_segment(name, key), path_segment(name, item)) for key, item in _present(value).items()]
        items = [f"{key}={item}" for key, item in pairs] if explode else [text for pair in pairs for text in pair]
    else:
        items = [path_segment(name, item) for item in (value if isinstance(value, list) else [value])]
    if not items:
        raise ValueError(f"{name} must not be empty.")
    if style == "label":
        return "." + ("." if explode else ",").join(items)
    if style == "matrix":
        is_object = isinstance(value, dict)
        if explode:
            return "".join(f";{item}" if is_object else f";{quote(name)}={item}" for item in items)
        return f";{quote(name)}={','.join(items)}"
    return ",".join(items)


@names_value
def query_pairs(name: str, value: object, style: str = "form", *, explode: bool = True) -> Pairs:
    """Return the name-value pairs of a query parameter; no pairs if the value is UNSET or None.

    Args:
        style: `form`, `spaceDelimited` or `pipeDelimited`: the items joined. `deepObject`: `name[key]=value` for each
            key, at any depth. `json`: JSON.
        explode: Whether each item is a separate pair.

    Raises:
        ValueError: The value contains itself.
    """
    value = plain(value)
    if value is UNSET or value is None:
        return []
    if style == "json":
        return [(name, _json(value))]
    if style == "deepObject":
        return _deep_pairs(name, value)
    if not isinstance(value, dict | list):
        return [(name, parameter_text(value))]
    if explode and isinstance(value, dict):
        return [(key, parameter_text(item)) for key, item in _present(value).items()]
    texts = _texts(value)
    if explode:
        return [(name, text) for text in texts]
    return [(name, _SEPARATORS.get(style, ",").join(texts))] if texts else []


def with_overrides(pairs: Sequence[tuple[str, str]], values: Mapping[str, object]) -> Pairs:
    """Return query pairs with these values added; a value replaces all pairs of its name (`tag`, `tag[one]`)."""
    added = [pair for name, value in values.items() for pair in query_pairs(parameter_text(name), value, "deepObject")]
    return [*(pair for pair in pairs if pair[0].partition("[")[0] not in values), *added]


def with_defaults(pairs: Sequence[tuple[str, str]], values: Mapping[str, object]) -> Pairs:
    """Return query pairs with default values in front; a pair replaces the default of its name."""
    if not values:
        return [*pairs]
    names = {name.partition("[")[0] for name, _ in pairs}
    missing = {name: value for name, value in values.items() if name not in names}
    return [*with_overrides((), missing), *pairs]


def header_texts(
    values: Mapping[str, object], exploded: Container[str] = (), json: Container[str] = ()
) -> dict[str, str]:
    """Return headers or cookies as strings, without those that are UNSET or None.

    Args:
        exploded: The names of parameters whose objects are written as `key=value`.
        json: The names of parameters that are written as JSON.
    """
    given = {name: value for name, value in values.items() if value is not UNSET and value is not None}
    return {name: _header_text(name, value, name in exploded, name in json) for name, value in given.items()}


@names_value
def _header_text(name: str, value: object, is_exploded: bool, is_json: bool) -> str:
    value = plain(value)
    if is_json:
        return _json(value)
    if isinstance(value, dict) and is_exploded:
        return ",".join(f"{key}={parameter_text(item)}" for key, item in _present(value).items())
    return ",".join(_texts(value)) if isinstance(value, dict | list) else parameter_text(value)


def parameter_text(value: object) -> str:
    """Return a value as a str for a path, a query, a header or a form.

    Raises:
        ValueError: The value is an infinity or NaN, or has a lone surrogate.
        TypeError: The value is bytes, UNSET, or of another type that JSON does not have.
    """
    value = plain(value)
    if isinstance(value, str):
        text = str.__str__(value)
        if not text.isascii():
            text.encode()
        return text
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"A parameter cannot be {value!r}: JSON has no such number.")
    if isinstance(value, int | float | dict | list) or value is None:
        return encoded(value)
    raise TypeError(f"A parameter cannot be {type(value).__name__}: give a str.")


def plain(value: Any) -> Any:
    """Return a copy of a value for a request: models are dicts, dates are str, and sets and tuples are lists.

    Raises:
        ValueError: The value contains itself, is nested too deeply, or has an infinity or NaN.
        TypeError: A dict has keys that JSON does not have.
    """
    if isinstance(value, dict | list | tuple | Node):  # check it, without consuming iterators
        encoded(value, lambda part: plain_values(part) if isinstance(part, Node) else None)
    return copied(value, plain=True)


def encoded(value: Any, default: Callable[[Any], Any] | None = None) -> str:
    """Encode a value of a request as JSON.

    Args:
        default: Converts values that `json` does not know: models, dates, times and UUIDs.

    Raises:
        ValueError: The value has an infinity or NaN, contains itself, or is nested too deeply.
        TypeError: The value has a part of a type that JSON does not have.
    """
    try:
        return json.dumps(value, allow_nan=False, default=default or _encodable)
    except RecursionError:
        raise ValueError("The body is nested too deeply to be sent.") from None


def _encodable(value: Any) -> Any:
    """Convert a model (its values may be models again), a set, a date, a time or a UUID for `json`."""
    if isinstance(value, Node):
        return plain_values(value)
    if is_list_like(value):
        return [*value]
    plain = format_value(value)
    if plain is value:
        raise TypeError(f"{type(value).__name__} {value!r} cannot be sent as JSON.")
    return plain


def _deep_pairs(name: str, value: Any) -> Pairs:
    if isinstance(value, dict):
        return [pair for key, item in _present(value).items() for pair in _deep_pairs(f"{name}[{key}]", item)]
    if isinstance(value, list):
        return [pair for item in value for pair in _deep_pairs(f"{name}[]" if isinstance(item, dict) else name, item)]
    return [(name, parameter_text(value))]


def _texts(value: Any) -> list[str]:
    """Return the items of a list, or the keys and values of an object, as strings."""
    if isinstance(value, dict):
        return [text for key, item in _present(value).items() for text in (key, parameter_text(item))]
    return [parameter_text(item) for item in value if item is not None]


def _present(value: dict[Any, Any]) -> dict[str, Any]:
    """Return an object without the properties that are None; a key that is a member of an Enum is its value."""
    return {parameter_text(key): item for key, item in value.items() if item is not None}


def _json(value: Any) -> str:
    return parameter_text([value])[1:-1]
