"""Compare the configuration of the generated client, `x-generator-client` in `info`.

It changes no signature and no type, so that no other part of the review finds a renamed environment variable.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from ..rules import Rule
from ..source import Spot
from .changes import Change, values_key, went
from .meaning import canonical

KEY: Final = "x-generator-client"
# `x-client` is its name in documents up to 0.3.0.
KEYS: Final = (KEY, "x-client")
# Descriptions and telemetry.
_WORDS: Final = frozenset({"description", "telemetry", "hints", "unused"})
_RULES: Final[Mapping[str, Rule]] = {
    "environment": Rule.CLIENT_ENVIRONMENT_CHANGED,
    **dict.fromkeys(("header", "headers", "prefix", "query"), Rule.CLIENT_HEADER_CHANGED),
    "base_url": Rule.CLIENT_ADDRESS_CHANGED,
    "default": Rule.CLIENT_DEFAULT_CHANGED,
}
# Mappings by name: an absent one is the same as an empty one.
_HOLD_NAMED: Final = frozenset({"environment", "headers", "credentials", "settings", "clients", "names"})
# Keys with a default: adding one changes how credentials are sent.
_HAS_DEFAULT: Final = frozenset({"header", "prefix", "query", "base_url"})


def compare(old: Spot, new: Spot) -> Iterator[Change]:
    """Yield the changes of the configuration, given the `info` of both documents."""
    yield from _compare((), _configuration(old), _configuration(new))


def _configuration(info: Spot) -> Spot:
    """Return the configuration in an `info`, under either of its names."""
    return next((info.child(key) for key in KEYS if info.child(key).value is not None), info.child(KEY))


def _compare(path: tuple[str, ...], old: Spot, new: Spot) -> Iterator[Change]:
    values = old.value, new.value
    if canonical(values[0]) == canonical(values[1]):
        return
    holds = not path or path[-1] in _HOLD_NAMED
    sides = [{} if value is None and holds else value if isinstance(value, Mapping) else None for value in values]
    if sides[0] is not None and sides[1] is not None:
        for key in dict.fromkeys([*sides[0], *sides[1]]):
            yield from _compare((*path, str(key)), old.child(key), new.child(key))
        return
    name = ".".join((KEY, *path))
    spots = old if values[0] is not None else None, new if values[1] is not None else old
    yield Change(_rule(path, values), f"{name} {_went(*values)}", *spots, values_key(name, *values))


def _rule(path: tuple[str, ...], values: tuple[Any, Any]) -> Rule:
    """Return the rule of a change at a path of the configuration."""
    if not _WORDS.isdisjoint(path):
        return Rule.CLIENT_DESCRIBED
    rule = next((_RULES[part] for part in reversed(path) if part in _RULES), Rule.CLIENT_CHANGED)
    if path[-1:] == ("required",) and values[1] is not True:
        return Rule.CLIENT_ADDED  # Programs may leave the argument out now.
    if values[0] is not None:
        # Where a name is taken from is the package's own business.
        return Rule.CLIENT_DESCRIBED if "names" in path and values[1] is not None else rule
    if isinstance(values[1], Mapping) and values[1].get("required") is True:
        return Rule.CLIENT_CHANGED
    sent_otherwise = "credentials" in path or path[-1:] == ("base_url",)
    return rule if path and path[-1] in _HAS_DEFAULT and sent_otherwise else Rule.CLIENT_ADDED


def _went(old: Any, new: Any) -> str:
    if isinstance(old, Mapping) and new is None:
        return "was removed"
    return "was added" if old is None and isinstance(new, Mapping) else went(old, new)
