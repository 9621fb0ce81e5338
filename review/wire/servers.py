"""Compare the servers of an API."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from ..rules import Rule
from ..source import Spot
from .changes import Change, joined, listed, notes, values_text, went
from .meaning import canonical


def compare(old: Spot, new: Spot, prefixes: tuple[str, str] = ("", "")) -> Iterator[Change]:
    """Yield what changed between two lists of servers; no list is one of `/`.

    Args:
        prefixes: What stands at the end of the addresses on each side, where the paths of the other side begin with it.
    """
    here = [_servers(spot, prefix, other) for spot, prefix, other in zip((old, new), prefixes, (new, old), strict=True)]
    for url, before, after in joined(*here):
        if after is None:
            yield Change(Rule.SERVER_REMOVED, f"the server {url} was removed", before, new, url)
        elif before is None:
            yield Change(Rule.SERVER_ADDED, f"the server {url} was added", old, after, url)
        else:
            yield from notes(Rule.SERVER_DESCRIBED, before, after, ("description", "name"))
            yield from _variables(before, after)
    first = next(iter(here[0])), next(iter(here[1]))
    if first[0] != first[1] and first[0] in here[1]:
        text = f"the first server was {first[0]} and is {first[1]}: clients take the first one"
        yield Change(Rule.SERVER_FIRST_CHANGED, text, here[0][first[0]], here[1][first[1]], " ".join(first))


def prefix_of(servers: Spot) -> str:
    """Return the path that all addresses of a list of servers end with; "" if there is none or they differ."""
    found = {urlsplit(url.replace("{", "%7B")).path.rstrip("/") for url in _servers(servers)}
    return found.pop() if len(found) == 1 else ""


def _servers(spot: Spot, prefix: str = "", other: Spot | None = None) -> dict[str, Spot]:
    # A variable of both sides is compared by itself.
    known = {str(item.value.get("url")) for item in _listed(other)}
    found: dict[str, Spot] = {}
    for item in _listed(spot):
        said = str(item.value.get("url", "/"))
        url = said if said in known else _written_out(item.value, said, known)
        found.setdefault(_plain(url).rstrip("/").removesuffix(prefix) or "/", item)
    return found or {"/": spot}


def _plain(url: str) -> str:
    """Return an address with its scheme and host in lower case, and without the default port of the scheme."""
    scheme, mark, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    if not mark or "{" in host:
        return url
    port = {"http": ":80", "https": ":443"}.get(scheme.lower(), "")
    return f"{scheme.lower()}://{host.lower().removesuffix(port)}{slash}{path}"


def _listed(spot: Spot | None) -> list[Spot]:
    """Return the servers of a list; anything invalid is skipped."""
    count = len(spot.value) if spot and isinstance(spot.value, list) else 0
    return [item for index in range(count) if spot and isinstance((item := spot.child(str(index))).value, Mapping)]


def _written_out(server: Mapping[str, Any], url: str, known: Container[str]) -> str:
    """Return the address of a server with its variables replaced, where they have one value or a known default."""
    variables = server.get("variables")
    single = default = url
    for name, item in variables.items() if isinstance(variables, Mapping) else ():
        if not isinstance(item, Mapping):
            continue
        default = default.replace(f"{{{name}}}", str(item.get("default")))
        if isinstance(item.get("enum"), list) and len(item["enum"]) == 1:
            single = single.replace(f"{{{name}}}", str(item["enum"][0]))
    return default if default in known or f"{default}/" in known else single


def _variables(before: Spot, after: Spot) -> Iterator[Change]:
    here = [dict(spot.child("variables").entries()) for spot in (before, after)]
    for name in sorted(here[0].keys() ^ here[1].keys()):
        at = here[0].get(name) or here[1][name]
        said = at.value if isinstance(at.value, Mapping) else {}
        uses = [f"{{{name}}}" in str(spot.value.get("url")) for spot in (before, after)]
        if uses[0] != uses[1] and not (isinstance(said.get("enum"), list) and len(said["enum"]) == 1):
            rule = Rule.SERVER_VARIABLE_VALUE_REMOVED if name in here[0] else Rule.SERVER_VARIABLE_VALUE_ADDED
            verb = "removed" if name in here[0] else "added"
            text = f"the server variable {name} was {verb}: the address has its default, {said.get('default')}"
            yield Change(rule, text, here[0].get(name, before), here[1].get(name, after), text)
    for name in (name for name in here[0] if name in here[1]):
        spots = here[0][name], here[1][name]
        old, new = (spot.value if isinstance(spot.value, Mapping) else {} for spot in spots)
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
