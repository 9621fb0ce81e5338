"""Split the models of a large spec into modules, so that a program imports only those that it uses."""

from __future__ import annotations

from typing import Final, NamedTuple

from openapi_python_client.parser.properties import LiteralEnumProperty, ModelProperty

from .context import Context
from .schemas import Schemas, Union
from .texts import free

# The number of models, enums and operations from which a spec is split. With 385 of them, importing the package takes
# 1.4 to 1.6 times as long as `import httpx` in one module, and 1.1 times if split (without bytecode, 3 times and 1.4
# times). Each of them takes 0.3 ms, and 1 ms without bytecode.
LARGE: Final = 250
# The most models and enums in a module of small families: attrs takes 0.5 ms for each. With 60, a first call of
# GitHub's API takes 2.0 times as long as `import httpx`, and with 12 it takes 1.9 times.
_FEW: Final = 12
# The most models of one family in a module: for each class, attrs walks all names of the module. GitHub has a family
# of 4,600.
_MANY: Final = 240

_Member = ModelProperty | LiteralEnumProperty


class Part(NamedTuple):
    """A module of models.

    Attributes:
        subject: The docstring of the module.
        models: Its models.
        enums: Its enums.
        unions: Its unions.
    """

    subject: str
    models: list[ModelProperty]
    enums: list[LiteralEnumProperty]
    unions: list[Union]

    @property
    def names(self) -> list[str]:
        """The names in the module, sorted."""
        models = [model.class_info.name for model in self.models]
        return sorted([*models, *(enum.class_info.name for enum in self.enums), *(union.name for union in self.unions)])


def parts_of(context: Context, schemas: Schemas) -> dict[str, Part]:
    """Return the modules of a large spec's models, by name; none if the spec is not large.

    Models that only one tag uses are in the tag's module; models that the same tags use are together too. Many such
    models are split further, into families of models that refer to each other.
    """
    collections = context.collections
    operations = sum(len(collection.endpoints) for collection in collections)
    enums = [enum for enum in context.enums if isinstance(enum, LiteralEnumProperty)]
    if len(context.models) + len(enums) + operations <= LARGE:
        return {}
    users: dict[str, list[str]] = {}
    for collection in collections:
        for name in context.reached(context.classes_in(context.parts_of(collection))):
            users.setdefault(name, []).append(str(collection.tag))
    groups: dict[tuple[str, ...], list[_Member]] = {}
    everything: list[_Member] = [*context.models, *enums]
    for member in everything:
        groups.setdefault(tuple(users.get(member.class_info.name, [])), []).append(member)
    found: dict[str, Part] = {}
    taken = {"unions", *(str(collection.tag) for collection in collections)}
    for tags, members in groups.items():
        match tags:
            case ():
                stem, subject = "other", "Models that no operation uses."
            case (tag,):
                stem, subject = tag, f"Models that only `{tag}` uses."
            case _:
                stem, subject = "shared", f"Models that {len(tags)} tags use: {', '.join(tags)}."
        for number, module in enumerate(_modules(context, members)):
            first = module[0].class_info.module_name
            name = free(stem, {"unions"}) if len(tags) == 1 and not number else free(f"{stem}_{first}", taken)
            taken.add(name)
            models = [member for member in module if isinstance(member, ModelProperty)]
            enums = [member for member in module if isinstance(member, LiteralEnumProperty)]
            found[name] = Part(subject, models, enums, [])
    unions = schemas.unions(context.all_parts)
    if unions:
        found["unions"] = Part("Functions that choose the model of an object in a union.", [], [], unions)
    return found


def _modules(context: Context, members: list[_Member]) -> list[list[_Member]]:
    """Split models and enums into modules: a family that refers to each other stays together unless it is large."""
    family: dict[str, list[_Member]] = {member.class_info.name: [member] for member in members}
    places = {name: place for place, name in enumerate(family)}
    for name in places:
        own = family[name]
        for other in family.keys() & context.holds.get(name, ()):
            if family[other] is not own:
                own += family[other]
                family.update((member.class_info.name, own) for member in family[other])
    found: list[list[_Member]] = [[]]
    for related in {id(related): related for related in family.values()}.values():
        related.sort(key=lambda member: places[member.class_info.name])
        for piece in (related[first : first + _MANY] for first in range(0, len(related), _MANY)):
            if found[-1] and len(found[-1]) + len(piece) > _FEW:
                found.append([])
            found[-1] += piece
    return [sorted(module, key=lambda member: places[member.class_info.name]) for module in found]
