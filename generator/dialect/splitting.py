"""How the models of a large document are split into modules, of which a program imports those that it uses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from openapi_python_client.parser.properties import LiteralEnumProperty, ModelProperty, Property

from .context import Context, properties_of
from .schemas import Schemas, Union
from .texts import free

# Models, enums and operations together. With 385 of them, as in the traps of the tests, `import` of the package costs
# 1.4 to 1.6 times what `import httpx` does if it imports all at once, and 1.1 times in parts; before there is
# bytecode, 3 times and 1.4 times. What grows with their number is 0.3 ms each, and 1 ms each before there is bytecode.
LARGE: Final = 250
# Models and enums of a module, but for a larger family: attrs takes half a millisecond for each. A call of GitHub's
# API costs 2.0 times what `import httpx` does with 60 in one, and 1.9 times with 12.
_FEW: Final = 12
# Of a larger family: attrs goes through all names of a module for each class in it. GitHub's webhooks are one of 4,600.
_MANY: Final = 240

_Member = ModelProperty | LiteralEnumProperty


class Part(NamedTuple):
    """A module of models.

    Attributes:
        subject: What is in it.
    """

    subject: str
    models: list[ModelProperty]
    enums: list[LiteralEnumProperty]
    unions: list[Union]

    @property
    def names(self) -> list[str]:
        """What can be imported from it."""
        models = [model.class_info.name for model in self.models]
        return sorted([*models, *(enum.class_info.name for enum in self.enums), *(union.name for union in self.unions)])


def parts_of(context: Context, schemas: Schemas) -> dict[str, Part]:
    """Return the modules of a large document's models, by name; none where the document is not large.

    What one tag alone needs has the tag's module; what the same few tags need is together too. Where that is much,
    the families of models that refer to each other have several modules.
    """
    collections = context.collections
    operations = sum(len(collection.endpoints) for collection in collections)
    enums = [each for each in context.enums if isinstance(each, LiteralEnumProperty)]
    if len(context.models) + len(enums) + operations <= LARGE:
        return {}
    users: dict[str, list[str]] = {}
    for collection in collections:
        for name in _reached(context, context.parts_of(collection)):
            users.setdefault(name, []).append(str(collection.tag))
    groups: dict[tuple[str, ...], list[_Member]] = {}
    everything: list[_Member] = [*context.models, *enums]
    for each in everything:
        groups.setdefault(tuple(users.get(each.class_info.name, [])), []).append(each)
    found: dict[str, Part] = {}
    taken = {"unions", *(str(collection.tag) for collection in collections)}
    for tags, members in groups.items():
        match tags:
            case ():
                stem, subject = "other", "What no operation needs."
            case (tag,):
                stem, subject = tag, f"What `{tag}` alone needs."
            case _:
                stem, subject = "shared", f"What {len(tags)} tags need: {', '.join(tags)}."
        for number, module in enumerate(_modules(context, members)):
            first = module[0].class_info.module_name
            name = free(stem, {"unions"}) if len(tags) == 1 and not number else free(f"{stem}_{first}", taken)
            taken.add(name)
            models = [each for each in module if isinstance(each, ModelProperty)]
            found[name] = Part(subject, models, [each for each in module if isinstance(each, LiteralEnumProperty)], [])
    unions = schemas.unions(context.all_parts)
    if unions:
        found["unions"] = Part("The unions of models that no property tells apart by itself.", [], [], unions)
    return found


def _modules(context: Context, members: list[_Member]) -> list[list[_Member]]:
    """Split models and enums into modules: those that refer to each other are together, as far as they are not many."""
    family: dict[str, list[_Member]] = {each.class_info.name: [each] for each in members}
    places = {name: place for place, name in enumerate(family)}
    for each in members:
        for part in context.with_inner(properties_of(context.resolve(each)) if isinstance(each, ModelProperty) else []):
            own = family[each.class_info.name]
            other = family.get(part.class_info.name) if isinstance(part, ModelProperty | LiteralEnumProperty) else None
            if other is not None and other is not own:
                own += other
                family.update((member.class_info.name, own) for member in other)
    found: list[list[_Member]] = [[]]
    for related in {id(related): related for related in family.values()}.values():
        related.sort(key=lambda each: places[each.class_info.name])
        for piece in (related[first : first + _MANY] for first in range(0, len(related), _MANY)):
            if found[-1] and len(found[-1]) + len(piece) > _FEW:
                found.append([])
            found[-1] += piece
    return [sorted(module, key=lambda each: places[each.class_info.name]) for module in found]


def _reached(context: Context, parts: Iterable[Property]) -> set[str]:
    """Return the names of the models and enums that some properties lead to."""
    found = set[str]()
    waiting = [*parts]
    while waiting:
        for part in context.with_inner([waiting.pop()]):
            if isinstance(part, LiteralEnumProperty):
                found.add(part.class_info.name)
            elif isinstance(part, ModelProperty) and part.class_info.name not in found:
                found.add(part.class_info.name)
                waiting += properties_of(context.resolve(part))
    return found
