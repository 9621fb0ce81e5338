"""Lists and objects in paths, queries, headers, cookies and forms: OpenAPI's `style` and `explode`."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any
from urllib.parse import quote

from .request import Pairs, parameter_text, path_segment
from .tree import copied
from .unset import UNSET

_SEPARATORS = {"spaceDelimited": " ", "pipeDelimited": "|"}


def styled_segment(name: str, value: object, style: str = "simple", *, explode: bool = False) -> str:
    """Return a path parameter that is a list, an object, or of another style than `simple`, quoted.

    Args:
        style: `simple` (`a,b`), `label` (`.a.b`) or `matrix` (`;name=a;name=b`).
        explode: Whether each item or property is written separately.

    Raises:
        ValueError: it is empty, or has control characters.
    """
    value = copied(value, plain=True)
    if isinstance(value, dict):
        pairs = [(path_segment(name, key), path_segment(name, item)) for key, item in _present(value).items()]
        items = [f"{key}={item}" for key, item in pairs] if explode else [text for pair in pairs for text in pair]
    else:
        items = [path_segment(name, item) for item in (value if isinstance(value, list | tuple) else [value])]
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


def styled_pairs(name: str, value: object, style: str, *, explode: bool = False) -> Pairs:
    """Return a query parameter as the pairs that it is sent as: none when it is UNSET or None.

    Args:
        style: `form`, `spaceDelimited` or `pipeDelimited`: an object or a list as one str. `deepObject`:
            `name[key]=value` for each key, at any depth. `json`: JSON.
        explode: Whether each item is a separate pair.
    """
    value = copied(value, plain=True)
    if value is UNSET or value is None:
        return []
    if style == "json":
        return [(name, _json(value))]
    if style == "deepObject":
        return _deep_pairs(name, value)
    if not isinstance(value, dict | list | tuple):
        return [(name, parameter_text(value))]
    texts = _texts(value)
    if explode:
        return (
            [(key, parameter_text(item)) for key, item in _present(value).items()]
            if isinstance(value, dict)
            else [(name, text) for text in texts]
        )
    return [(name, _SEPARATORS.get(style, ",").join(texts))] if texts else []


def styled_texts(
    values: Mapping[str, object], exploded: Container[str] = (), json: Container[str] = ()
) -> dict[str, str]:
    """Return those headers or cookies that are neither UNSET nor None, as strings; some may be lists and objects.

    Args:
        exploded: The names of those whose objects are written as `key=value`.
        json: The names of those that are written as JSON.
    """
    found = {}
    for name, given in values.items():
        value = copied(given, plain=True)
        if value is UNSET or value is None:
            continue
        if name in json:
            found[name] = _json(value)
        elif isinstance(value, dict) and name in exploded:
            found[name] = ",".join(f"{key}={parameter_text(item)}" for key, item in _present(value).items())
        else:
            found[name] = ",".join(_texts(value)) if isinstance(value, dict | list | tuple) else parameter_text(value)
    return found


def _deep_pairs(name: str, value: Any) -> Pairs:
    if isinstance(value, dict):
        return [pair for key, item in _present(value).items() for pair in _deep_pairs(f"{name}[{key}]", item)]
    if isinstance(value, list | tuple):
        return [pair for item in value for pair in _deep_pairs(f"{name}[]" if isinstance(item, dict) else name, item)]
    return [(name, parameter_text(value))]


def _texts(value: Any) -> list[str]:
    """Return the items of a list, or the keys and values of an object."""
    if isinstance(value, dict):
        return [text for key, item in _present(value).items() for text in (key, parameter_text(item))]
    return [parameter_text(item) for item in value if item is not None]


def _present(value: dict[str, Any]) -> dict[str, Any]:
    return {key: item for key, item in value.items() if item is not None}


def _json(value: Any) -> str:
    return parameter_text([value])[1:-1]
