"""Compare the servers of an API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import urlsplit

from ..rules import Rule
from ..source import Spot
from .changes import Change, came_or_went, joined, listed, notes, values_text, went
from .meaning import canonical

# A server with more addresses is not written out.
_MOST_ADDRESSES: Final = 64


def compare(old: Spot, new: Spot, prefixes: tuple[str, str] = ("", "")) -> Iterator[Change]:
    """Yield what changed between two lists of servers; where there is no list, the only server is `/`.

    Args:
        prefixes: For each side, the end of its addresses with which the paths of the other side begin; "" for none.
    """
    here = [_servers(spot, prefix, other) for spot, prefix, other in zip((old, new), prefixes, (new, old), strict=True)]
    for url, before, after in joined(*here):
        if before is None or after is None:
            rules = Rule.SERVER_ADDED, Rule.SERVER_REMOVED
            yield came_or_went(rules, f"the server {url}", (before, after), (old, new), url)
        else:
            yield from notes(Rule.SERVER_DESCRIBED, before, after, ("description", "name"))
            yield from _variables(before, after, has_moved=any(prefixes))
    first = next(iter(here[0])), next(iter(here[1]))
    if first[0] != first[1] and first[0] in here[1]:
        text = f"the first server was {first[0]} and is {first[1]}: clients take the first one"
        yield Change(Rule.SERVER_FIRST_CHANGED, text, here[0][first[0]], here[1][first[1]], " ".join(first))


def prefix_of(servers: Spot) -> str:
    """Return the path that all addresses of a list of servers end with; "" if there is none or they differ."""
    found = {
        urlsplit(url.replace("{", "%7B")).path.rstrip("/") for item in _listed(servers) for url in _addresses(item)
    }
    return found.pop() if len(found) == 1 else ""


def _servers(spot: Spot, prefix: str, other: Spot) -> dict[str, Spot]:
    """Return the servers of a list by their addresses; a server is written out where the other side has an address."""
    there = _listed(other)
    urls = {_plain(_url(item)) for item in there} or {""}
    known = urls.union(*map(_addresses, there))
    found: dict[str, Spot] = {}
    for item in _listed(spot):
        url, addresses = _plain(_url(item)), _addresses(item)
        is_fixed = all(_values(variable) and len(_values(variable)) == 1 for variable in _variables_of(item).values())
        is_known = not known.isdisjoint(addresses) or all(prefix and one.endswith(prefix) for one in addresses)
        # A variable of both sides is compared by itself.
        for address in addresses if url not in urls and (is_fixed or is_known) else [url]:
            found.setdefault(address.removesuffix(prefix) or "/", item)
    return found or {"/": spot}


def _plain(url: str) -> str:
    """Return an address with its scheme and host in lower case, without the scheme's default port and a last slash."""
    scheme, mark, rest = url.partition("://")
    host, slash, path = rest.rstrip("/").partition("/")
    if not mark or "{" in host:
        return url.rstrip("/")
    port = {"http": ":80", "https": ":443"}.get(scheme.lower(), "")
    return f"{scheme.lower()}://{host.lower().removesuffix(port)}{slash}{path}"


def _listed(spot: Spot) -> list[Spot]:
    """Return the servers of a list; anything invalid is skipped."""
    count = len(spot.value) if isinstance(spot.value, list) else 0
    servers = (spot.child(str(index)) for index in range(count))
    return [server for server in servers if isinstance(server.value, Mapping)]


def _url(server: Spot) -> str:
    return str(server.value.get("url", "/")) if isinstance(server.value, Mapping) else "/"


def _variables_of(server: Spot) -> dict[str, Spot]:
    """Return the variables of a server by name; anything invalid is skipped."""
    return {name: spot for name, spot in server.child("variables").entries() if isinstance(spot.value, Mapping)}


def _values(variable: Spot) -> list[str]:
    """Return the values that a variable may have, the default first; empty if it may have any."""
    listed = variable.value.get("enum")
    if not isinstance(listed, list) or not listed:
        return []
    default = str(variable.value.get("default", listed[0]))
    return sorted(map(str, listed), key=lambda value: value != default)


def _addresses(server: Spot) -> list[str]:
    """Return the addresses of a server, with its variables replaced; one that may have any value by its default."""
    found = [_url(server)]
    for name, variable in _variables_of(server).items():
        values = _values(variable) or [str(variable.value.get("default"))]
        if len(found) * len(values) > _MOST_ADDRESSES:
            values = values[:1]
        found = [url.replace(f"{{{name}}}", value) for url in found for value in values]
    return [_plain(url) for url in found]


def _variables(before: Spot, after: Spot, *, has_moved: bool) -> Iterator[Change]:
    here = [_variables_of(spot) for spot in (before, after)]
    urls = [_url(spot) for spot in (before, after)]
    if urls[0] != urls[1]:  # Only the addresses of variables that list their values were compared.
        here = [{name: spot for name, spot in side.items() if not _values(spot)} for side in here]
    for name in sorted(here[0].keys() ^ here[1].keys()):
        at = here[0].get(name) or here[1][name]
        # The paths hold the default of a variable in a prefix that moved to them.
        parts = [url.partition("://")[2].partition("/")[0] if has_moved else url for url in urls]
        uses = [f"{{{name}}}" in part for part in parts]
        if uses[0] != uses[1]:
            rule = Rule.SERVER_VARIABLE_VALUE_REMOVED if name in here[0] else Rule.SERVER_VARIABLE_VALUE_ADDED
            verb = "removed" if name in here[0] else "added"
            text = f"the server variable {name} was {verb}: the address has its default, {at.value.get('default')}"
            yield Change(rule, text, here[0].get(name, before), here[1].get(name, after), text)
    for name in (name for name in here[0] if name in here[1]):
        spots = here[0][name], here[1][name]
        old, new = (spot.value for spot in spots)
        if canonical(old.get("default")) != canonical(new.get("default")):
            text = f"the default of the server variable {name} {went(old.get('default'), new.get('default'))}"
            yield Change(Rule.SERVER_VARIABLE_DEFAULT_CHANGED, text, *spots, text)
        values = [side.get("enum") if isinstance(side.get("enum"), list) else None for side in (old, new)]
        if values[1] is not None and values[0] is None:
            text = f"the server variable {name} is now one of {values_text(values[1])}"
            yield Change(Rule.SERVER_VARIABLE_VALUE_REMOVED, text, *spots, text)
        elif values[0] is not None and values[1] is None:
            text = f"the server variable {name} may be anything, and was one of {values_text(values[0])}"
            yield Change(Rule.SERVER_VARIABLE_VALUE_ADDED, text, *spots, text)
        elif values[0] is not None and values[1] is not None:
            key = f"{name} {sorted(map(canonical, values[0]))} {sorted(map(canonical, values[1]))}"
            if lost := listed(values[0], without=values[1]):
                text = f"the server variable {name} lost {values_text(lost)}"
                yield Change(Rule.SERVER_VARIABLE_VALUE_REMOVED, text, *spots, key)
            if gained := listed(values[1], without=values[0]):
                text = f"the server variable {name} gained {values_text(gained)}"
                yield Change(Rule.SERVER_VARIABLE_VALUE_ADDED, text, *spots, key)
        yield from notes(Rule.SERVER_DESCRIBED, *spots, ("description",))
