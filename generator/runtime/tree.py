"""Copy, compare, flatten and encode trees of JSON values and models without recursion.

Python's own functions recurse, and fail at depths that `json.loads` can decode.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Set, ValuesView
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from .formats import as_date, format_value

if TYPE_CHECKING:
    JSON: TypeAlias = Any
    """Any JSON value; type checkers let a program use it as any type."""
else:
    # At run time a union, so that hypothesis can build values.
    JSON = None | bool | int | float | str | list | dict
_ATOMS = frozenset({str, int, float, bool, type(None)})


class Node:
    """The base of `Model`: a JSON object that keeps its values in the `__dict__` of its instance."""

    # The keys of the values that are declared as dates.
    _dates: ClassVar[frozenset[Any]] = frozenset()

    if TYPE_CHECKING:  # defined by `Model`

        def __iter__(self) -> Iterator[tuple[str, Any]]:
            """Iterate over the attributes and their values, in order."""
            ...


def plain_values(node: Node) -> dict[str, Any]:
    """Return a model's values by their names on the wire; a datetime in a property that is a date becomes a date."""
    values = {wire_name(key): value for key, value in node.__dict__.items()}
    for key in node._dates & node.__dict__.keys():
        values[wire_name(key)] = as_date(node.__dict__[key])
    return values


def copied(
    root: Any, *, plain: bool, written: Callable[[Node], dict[str, Any]] = plain_values, spelled: bool = True
) -> Any:
    """Return a copy of a tree that shares no container with it.

    Args:
        plain: Whether models become dicts.
        written: Converts a model to such a dict.
        spelled: Whether, if `plain`, dates, times and UUIDs become strings, and sets, tuples and generators lists.
    """
    holder = [root]
    waiting: list[Any] = [holder]
    while waiting:
        container = waiting.pop()
        for key, value in enumerate(container) if type(container) is list else container.items():
            if type(value) in _ATOMS:
                continue
            inner: Any
            if isinstance(value, Node):
                if plain:
                    container[key] = inner = written(value)
                else:
                    container[key] = copy = type(value).__new__(type(value))
                    inner = copy.__dict__
                    inner.update(value.__dict__)
            elif isinstance(value, dict):
                container[key] = inner = {**value}
            elif isinstance(value, list) or (plain and spelled and is_list_like(value)):
                container[key] = inner = [*value]
            else:
                if plain and spelled:
                    container[key] = format_value(value)
                continue
            waiting.append(inner)
    return holder[0]


def is_list_like(value: object) -> bool:
    """Return whether a value that is not a list is sent as one: a tuple, set, range or generator, but no open file."""
    return isinstance(value, tuple | Set | ValuesView | Iterator | range) and not hasattr(value, "read")


def wire_name(key: Any) -> str:
    """Return the name on the wire of a key in the `__dict__` of a model."""
    name: str = key if isinstance(key, str) else key[0]
    return name


def equal(one: Any, other: Any) -> bool:
    """Return whether two trees are equal, except for the order of keys."""
    return flat(one, ordered=False) == flat(other, ordered=False)


# The nodes of a flattened tree: the class of a container (None for other values), its keys if it is an object, and the
# value. The value of a container is the index and the number of its children, which come later in the list.
Flat = list[tuple[type[Any] | None, tuple[Any, ...] | None, Any]]


def flat(root: Any, *, ordered: bool = True) -> Flat:
    """Flatten a tree to a list of its nodes, parents before their children.

    Args:
        ordered: Whether keys stay in their order; otherwise they are sorted.
    """
    nodes: Flat = []
    waiting = [root]
    for value in waiting:  # the loop appends to it
        kind = type(value)
        items: Any = value.__dict__ if isinstance(value, Node) else value
        if kind is list:
            nodes.append((kind, None, (len(waiting), len(items))))
            waiting.extend(items)
        elif kind is dict or items is not value:
            keys = tuple(items if ordered else sorted(items, key=wire_name))
            nodes.append((kind, keys, (len(waiting), len(keys))))
            waiting.extend(items[key] for key in keys)
        else:
            nodes.append((None, None, value))
    return nodes


def restored(nodes: Flat) -> Any:
    """Rebuild the tree that `flat` flattened."""
    built: list[Any] = [None] * len(nodes)
    for index in range(len(nodes) - 1, -1, -1):
        kind, keys, value = nodes[index]
        if kind is None:
            built[index] = value
            continue
        start, length = value
        values = built[start : start + length]
        if kind is list:
            built[index] = values
        elif kind is dict:
            built[index] = dict(zip(keys or (), values, strict=True))
        else:
            node = object.__new__(kind)
            node.__dict__.update(zip(keys or (), values, strict=True))
            built[index] = node
    return built[0]


def json_text(root: Any, indent: int | None) -> str:
    """Encode a tree without models as JSON."""
    try:
        return json.dumps(root, indent=indent, ensure_ascii=False)
    except RecursionError:
        return _deep_json_text(root)


def _deep_json_text(root: Any) -> str:
    """Encode a tree that is too deep for `json.dumps`, on one line."""
    pieces: list[str] = []
    waiting: list[Any] = [root]
    while waiting:
        value = waiting.pop()
        if isinstance(value, _Piece):
            pieces.append(value)
        elif isinstance(value, dict) and value:
            parts: list[Any] = []
            for number, (key, item) in enumerate(value.items()):
                parts += [_Piece(f"{', ' if number else '{'}{json.dumps(key, ensure_ascii=False)}: "), item]
            waiting += [_Piece("}"), *reversed(parts)]
        elif isinstance(value, list) and value:
            parts = []
            for number, item in enumerate(value):
                parts += [_Piece(", " if number else "["), item]
            waiting += [_Piece("]"), *reversed(parts)]
        else:
            pieces.append(json.dumps(value, ensure_ascii=False))
    return "".join(pieces)


class _Piece(str):
    """JSON text, among values that are not encoded yet."""
