"""Objects in a query that are written as a field for each property, as `?page=1&size=2` for a parameter `paging`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..rules import Rule
from ..source import Spot
from .changes import Change
from .meaning import Node
from .operations import Both, entries, is_on, media_key, schema_of, written
from .reading import Reader


class _Field(Spot):
    """A property of such an object, read as a parameter."""

    __slots__ = ("_schema",)

    def __init__(self, name: str, schema: Spot, *, is_required: bool) -> None:
        said = schema.value if isinstance(schema.value, dict) else {}
        words = {key: said[key] for key in ("description", "deprecated") if key in said}
        value = {"name": name, "in": "query", "required": is_required, "schema": schema.value, **words}
        super().__init__(schema.document, schema.pointer, value)
        self._schema = schema

    def child(self, part: str) -> Spot:
        """Return the property for `schema`."""
        return self._schema if part == "schema" else super().child(part)


def write_out(both: Both, here: Sequence[dict[tuple[str, str], Spot]]) -> Iterator[Change]:
    """Replace objects by their fields in `here`, where the other side has one of these fields, and yield that."""
    apart = [
        {key: fields for key in mine.keys() - other.keys() if (fields := _fields(both.pairs.reader, mine[key]))}
        for mine, other in zip(here, here[::-1], strict=True)
    ]
    names = [{("query", name) for fields in side.values() for name in fields} for side in apart]
    known = [side.keys() | mine for side, mine in zip(here, names, strict=True)]
    for side, objects in enumerate(apart):
        for key, fields in sorted(objects.items()):
            own = {("query", name): spot for name, spot in fields.items()}
            if own.keys().isdisjoint(known[1 - side]):
                continue
            spot = here[side].pop(key)
            here[side].update({at: field for at, field in own.items() if at not in here[side]})
            shown = f"{key[0]} {spot.value.get('name')}"
            text = f"{shown}: its properties are {'no longer' if side else 'now'} parameters of their own"
            spots = (spot, both.new.spot) if side == 0 else (both.old.spot, spot)
            yield Change(Rule.PARAMETER_DESCRIBED, text, *spots, shown)


def _fields(reader: Reader, spot: Spot) -> dict[str, Spot]:
    """Return the fields of a parameter by their names; empty if it is not written as fields."""
    value = spot.value
    style = written(value, "style", "query") if "schema" in value else ""
    is_exploded = style == "form" and written(value, "explode", "query") is True
    if value.get("in") == "querystring":
        medias = [media_key(name) for name, _ in entries(spot, "content")]
        is_exploded = medias == ["application/x-www-form-urlencoded"]
    elif value.get("in") != "query" or not (is_exploded or style == "deepObject"):
        return {}
    views = reader.read(schema_of(spot)).alternatives
    if len(views) != 1 or views[0].type != "object" or isinstance(views[0].children.get("additionalProperties"), Node):
        return {}
    shape = "{}" if is_exploded else f"{value.get('name')}[{{}}]"
    return {
        (named := shape.format(name)): _Field(
            named, node.spots[0], is_required=is_on(spot, "required") and name in views[0].required
        )
        for name, node in views[0].properties.items()
    }
