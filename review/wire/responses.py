"""Compare the responses of an operation: statuses, headers, links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from generator.spec.places import parse_pointer

from ..findings import Location
from ..rules import Rule
from ..source import Spot
from . import content, parameters
from .changes import Change, came_or_went, differences, joined, notes
from .operations import Both, Spots, entries, headers_of, numbered, operations

# Statuses whose responses never have a body.
_WITHOUT_BODY: Final = frozenset({"204", "205", "304"})
_QUALIFIED: Final = re.compile(r"^(path|query|header|cookie)\.")


def compare(both: Both) -> Iterator[Change]:
    """Yield the changes of responses, and add their schemas to those to compare."""
    here = _responses_of(both.old.spot), _responses_of(both.new.spot)
    for code, old, new in joined(*here):
        if old is not None and new is not None:
            if not both.pairs.same.spots(old, new):
                yield from _response(both, (old, new), code)
        elif old is not None:
            yield from _removed(both, code, old, here)
        elif new is not None:
            cover = _covering(code, *here) or _only_default(here[0])
            change = Change(Rule.RESPONSE_ADDED, f"the response {code} was added", both.old.spot, new, code)
            yield both.place(change, both.outbound)
            if cover:
                yield from _covered(both, (here[0][cover], new), code)


def _responses_of(operation: Spot) -> dict[str, Spot]:
    return {
        code if code == "default" else code.upper(): spot.object("a response")
        for code, spot in entries(operation, "responses")
        if not code.startswith("x-")
    }


def _removed(both: Both, code: str, old: Spot, here: Sequence[Mapping[str, Spot]]) -> Iterator[Change]:
    left = here[1]
    cover = _covering(code, left, here[0])
    if cover is None and "default" in left and _says_the_same(both, old, left["default"]):
        cover = "default"
    rule = Rule.RESPONSE_REMOVED
    if cover:
        rule = Rule.RESPONSE_REMOVED_BUT_COVERED
    elif code[:1] in "145" or code == "304" or (code == "default" and _lists_success(here)):
        rule = Rule.RESPONSE_ERROR_REMOVED
    text = f"the response {code} was removed" + (f"; {cover} describes it" if cover else "")
    at = both.new.spot.child("responses") if both.new.spot.value.get("responses") else both.new.spot
    yield both.place(Change(rule, text, old, at, code), both.outbound)
    if cover:
        yield from _covered(both, (old, left[cover]), code)


def _says_the_same(both: Both, old: Spot, new: Spot) -> bool:
    """Return whether two responses have the same body."""
    return bool(old.value.get("content")) and both.pairs.same.spots(old.child("content"), new.child("content"))


def _covering(code: str, others: Mapping[str, Spot], own: Mapping[str, Spot]) -> str | None:
    """Return a status of the other document that describes one of `own`: its range, or `default` for errors.

    A range is described by a status in it, unless both documents have that status.
    """
    wanted = [f"{code[:1]}XX"] + ([] if code.startswith("2") or code == "default" else ["default"])
    if code.endswith("XX"):
        wanted += [name for name in others if name.startswith(code[0]) and name not in own]
    return next((name for name in wanted if name in others and name != code), None)


def _lists_success(here: Sequence[Mapping[str, Spot]]) -> bool:
    """Return whether `default` describes errors only, or successes that are listed now."""
    return any(code.startswith("2") for side in here for code in side)


def _only_default(responses: Mapping[str, Spot]) -> str | None:
    """Return `default` where it describes successes too, because no success is listed."""
    return "default" if "default" in responses and not any(code.startswith("2") for code in responses) else None


def _covered(both: Both, spots: Spots, code: str) -> Iterator[Change]:
    """Compare a response with the one that described its status before, or does now; of errors, only their bodies."""
    if code.startswith("2"):
        yield from _response(both, spots, code)
    elif all(spot.value.get("content") for spot in spots):
        yield from content.compare(both, spots, Location("response", code), both.outbound)


def _response(both: Both, spots: Spots, code: str) -> Iterator[Change]:
    location = Location("response", code)
    for change in (*notes(Rule.RESPONSE_DESCRIBED, *spots, ("description", "summary")), *_links(spots)):
        yield both.place(change, both.outbound, location)
    here = headers_of(spots[0]), headers_of(spots[1])
    yield from parameters.headers(both, here, spots, Location("header", code), code, both.outbound)
    if code not in _WITHOUT_BODY and both.new.method != "head":
        yield from content.compare(both, spots, location, both.outbound)


def _links(spots: Spots) -> Iterator[Change]:
    here = [{name: link.object("a link") for name, link in entries(spot, "links")} for spot in spots]
    for name, old, new in joined(*here):
        if old is None or new is None:
            yield came_or_went((Rule.LINK_ADDED, Rule.LINK_REMOVED), f"the link {name}", (old, new), spots, name)
        else:
            before, after = (
                {key: link.value.get(key) for key in ("requestBody", "server")}
                # `path.id` is `id`.
                | {"parameters": {_QUALIFIED.sub("", name): at.value for name, at in entries(link, "parameters")}}
                | {"operation": _operation_of(link)}
                for link in (old, new)
            )
            if changed := differences(before, after):
                text = f"the link {name} changed: {changed}"
                yield Change(Rule.LINK_CHANGED, text, old, new, f"{name} {changed}")
            for change in notes(Rule.LINK_DESCRIBED, old, new, ("description",)):
                yield change._replace(key=f"{name} {change.key}")


def _operation_of(link: Spot) -> str | None:
    """Return the method and path that a link leads to: a renamed `operationId` alone is no change."""
    name, reference = link.value.get("operationId"), link.value.get("operationRef")
    for (path, method), operation in operations(link.document.root.child("paths")) if name else ():
        if operation.spot.value.get("operationId") == name:
            return f"{method.upper()} {path}"
    if name or not isinstance(reference, str):
        return str(name) if name else None
    if reference.startswith("#/paths/") and len(parts := parse_pointer(reference[1:])) == 3:
        return f"{parts[2].upper()} {numbered(parts[1])}"
    return numbered(reference)
