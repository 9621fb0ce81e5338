# Generated from generator/runtime/dumping.py by `make generate`; do not edit.
"""Models dumped as pydantic dumps its own. This module is imported when it is first needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .formats import format_value
from .model import DumpOptions, Model
from .tree import plain_values


def dumped(root: Model, options: DumpOptions) -> dict[str, Any]:
    """Dump a model to a tree of dicts and lists, which shares nothing with it."""
    if unknown := options.keys() - DumpOptions.__annotations__.keys():
        raise TypeError(f"model_dump takes no argument {min(unknown)!r}.")
    for name in ("include", "exclude"):
        if isinstance(options.get(name), Mapping):
            raise TypeError(
                f"model_dump takes the names of attributes as {name}, not a mapping: dump the parts instead."
            )
    plain = options.get("mode", "python") == "json"
    included, excluded = options.get("include"), {*options.get("exclude", ())}
    written = _written(root, options)
    written_names = {
        name: on_the_wire if options.get("by_alias", True) else name for name, on_the_wire in root._wire_names.items()
    }
    for name, written_name in {**written_names, **{name: name for name in root.additional_keys}}.items():
        if name in excluded or (included is not None and name not in included):
            written.pop(written_name, None)
    waiting: list[Any] = [written]
    while waiting:
        container: Any = waiting.pop()
        for key, value in enumerate(container) if isinstance(container, list) else container.items():
            if isinstance(value, Model):
                container[key] = _written(value, options)
            elif isinstance(value, dict | list):
                container[key] = value.copy()
            elif plain:
                container[key] = format_value(value)
                continue
            else:
                continue
            waiting.append(container[key])
    return written


def _written(model: Model, options: DumpOptions) -> dict[str, Any]:
    """Dump a model to a dict of the values that it has."""
    names = {} if options.get("by_alias", True) else {wire: name for name, wire in model._wire_names.items()}
    values = plain_values(model)
    if not options.get("exclude_unset", False):
        values = {**dict.fromkeys(model._wire_names.values()), **values}
    without_none = options.get("exclude_none", False)
    return {names.get(name, name): value for name, value in values.items() if not (without_none and value is None)}
