"""Where an API is served, and what changed of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .changes import Change, canonical, listed, notes, values_text, went
from .rules import Rule
from .source import Spot


def compare(old: Spot, new: Spot) -> Iterator[Change]:
    """Yield what changed between two lists of servers; no list is one of `/`."""
    here = [_servers(spot) for spot in (old, new)]
    for url in dict.fromkeys([*here[0], *here[1]]):
        before, after = here[0].get(url), here[1].get(url)
        if after is None:
            yield Change(Rule.SERVER_REMOVED, f"the server {url} was removed", before, new, url)
        elif before is None:
            yield Change(Rule.SERVER_ADDED, f"the server {url} was added", old, after, url)
        else:
            yield from notes(Rule.SERVER_DESCRIBED, before, after, ("description", "name"))
            yield from _variables(before, after)


def _servers(spot: Spot) -> dict[str, Spot]:
    items = spot.value if isinstance(spot.value, list) else []
    found = {}
    for index, item in enumerate(items):
        if isinstance(item, Mapping):
            url = str(item.get("url", "/"))
            found[url.rstrip("/") or "/"] = spot.child(str(index))
    return found or {"/": spot}


def _variables(before: Spot, after: Spot) -> Iterator[Change]:
    here = [dict(spot.child("variables").entries()) for spot in (before, after)]
    for name in (name for name in here[0] if name in here[1]):
        spots = here[0][name], here[1][name]
        old, new = (spot.value if isinstance(spot.value, Mapping) else {} for spot in spots)
        if canonical(old.get("default")) != canonical(new.get("default")):
            text = f"the default of the server variable {name} {went(old.get('default'), new.get('default'))}"
            yield Change(Rule.SERVER_VARIABLE_DEFAULT_CHANGED, text, *spots, name)
        values = [side.get("enum") if isinstance(side.get("enum"), list) else None for side in (old, new)]
        if values[1] is not None and values[0] is None:
            text = f"the server variable {name} is now one of {values_text(values[1])}"
            yield Change(Rule.SERVER_VARIABLE_VALUE_REMOVED, text, *spots, name)
        elif values[0] is not None and values[1] is None:
            yield Change(Rule.SERVER_VARIABLE_VALUE_ADDED, f"the server variable {name} may be anything", *spots, name)
        elif values[0] is not None and values[1] is not None:
            if lost := listed(values[0], without=values[1]):
                text = f"the server variable {name} lost {values_text(lost)}"
                yield Change(Rule.SERVER_VARIABLE_VALUE_REMOVED, text, *spots, name)
            if gained := listed(values[1], without=values[0]):
                text = f"the server variable {name} gained {values_text(gained)}"
                yield Change(Rule.SERVER_VARIABLE_VALUE_ADDED, text, *spots, name)
        yield from notes(Rule.SERVER_DESCRIBED, *spots, ("description",))
