"""Show models in `repr`, where long strings and lists are truncated, and in pprint."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from .fork_lock import fork_lock
from .tree import Node

if TYPE_CHECKING:
    from pprint import PrettyPrinter

_LONGEST_STR, _LONGEST_LIST, _DEEPEST = 200, 20, 20


def model_repr(value: Any, *, nested: bool = False, depth: int = 0) -> str:
    """Return the repr of a value, in which nested long strings and lists are truncated."""
    if depth > _DEEPEST:
        return "..."
    if isinstance(value, Node):
        inside = ", ".join(f"{name}={model_repr(item, nested=depth > 0, depth=depth + 1)}" for name, item in value)
        return f"{type(value).__name__}({inside})"
    if type(value) is list:
        items = [model_repr(item, nested=True, depth=depth + 1) for item in value[:_LONGEST_LIST]]
        more = [f"... {len(value) - _LONGEST_LIST} more"] if len(value) > _LONGEST_LIST else []
        return f"[{', '.join(items + more)}]"
    if type(value) is dict:
        pairs = (f"{key!r}: {model_repr(item, nested=True, depth=depth + 1)}" for key, item in value.items())
        return f"{{{', '.join(pairs)}}}"
    if nested and isinstance(value, str) and len(value) > _LONGEST_STR:
        return f"{value[:_LONGEST_STR]!r}... {len(value) - _LONGEST_STR} more characters"
    return repr(value)


def break_lines(shows: Callable[..., str]) -> None:
    """Let pprint, if the program has imported it, break the repr of models into lines.

    pprint has a hook for dataclasses only. If its private names change, a model is printed on one line.
    """
    printer: Any = getattr(sys.modules.get("pprint"), "PrettyPrinter", None)
    if hasattr(printer, "_dispatch") and hasattr(printer, "_format_namespace_items"):
        printer._dispatch.setdefault(shows, _pretty)


def _pretty(
    printer: PrettyPrinter, node: Node, stream: Any, indent: int, allowance: int, context: Any, level: int
) -> None:
    """Print a model as pprint prints a dataclass."""
    name = type(node).__name__
    stream.write(f"{name}(")
    format_items: Any = getattr(printer, "_format_namespace_items")  # noqa: B009 - type checkers know no such name
    format_items([*node], stream, indent + len(name) + 1, allowance, context, level)
    stream.write(")")


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return a sentence that suggests a similar known name, or an empty str."""
    with fork_lock:
        from difflib import get_close_matches  # noqa: PLC0415 - only error messages need it

    close = get_close_matches(name, list(known), n=1)
    return f" Did you mean {close[0]!r}?" if close else ""
