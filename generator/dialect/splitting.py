"""How the models of a large document are split into modules, of which a program imports those that it uses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from openapi_python_client.parser.properties import LiteralEnumProperty, ModelProperty, Property

from .facts import Facts, properties_of
from .schemas import Schemas, Union
from .texts import free

# Models, enums and operations together. With 385 of them, as in the traps of the tests, `import` of the package costs
# 1.4 to 1.6 times what `import httpx` does if it imports all at once, and 1.1 times in parts; before there is
# bytecode, 3 times and 1.4 times. What grows with their number is 0.3 ms each, and 1 ms each before there is bytecode.
LARGE: Final = 250


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


def parts_of(facts: Facts, schemas: Schemas) -> dict[str, Part]:
    """Return the modules of a large document's models, by name; none where the document is not large.

    What one tag alone needs has the tag's module; what the same few tags need is together too.
    """
    collections = facts.collections
    operations = sum(len(collection.endpoints) for collection in collections)
    enums = [each for each in facts.enums if isinstance(each, LiteralEnumProperty)]
    if len(facts.models) + len(enums) + operations <= LARGE:
        return {}
    users: dict[str, list[str]] = {}
    for collection in collections:
        for name in _reached(facts, facts.parts_of(collection)):
            users.setdefault(name, []).append(str(collection.tag))
    found: dict[str, Part] = {}

    modules: dict[tuple[str, ...], str] = {}

    def part(each: ModelProperty | LiteralEnumProperty) -> Part:
        tags = tuple(users.get(each.class_info.name, []))
        if len(tags) == 1:
            return found.setdefault(free(tags[0], _OWN), Part(f"What `{tags[0]}` alone needs.", [], [], []))
        module = modules.setdefault(tags, f"shared_{each.class_info.module_name}")
        subject = f"What {len(tags)} tags need: {', '.join(tags)}." if tags else "What no operation needs."
        return found.setdefault(module, Part(subject, [], [], []))

    for model in facts.models:
        part(model).models.append(model)
    for enum in enums:
        part(enum).enums.append(enum)
    unions = schemas.unions(facts.all_parts)
    if unions:
        found["unions"] = Part("The unions of models that no property tells apart by itself.", [], [], unions)
    return found


_OWN: Final = frozenset({"unions"})


def _reached(facts: Facts, parts: Iterable[Property]) -> set[str]:
    """Return the names of the models and enums that some properties lead to."""
    found = set[str]()
    waiting = [*parts]
    while waiting:
        for part in facts.with_inner([waiting.pop()]):
            if isinstance(part, LiteralEnumProperty):
                found.add(part.class_info.name)
            elif isinstance(part, ModelProperty) and part.class_info.name not in found:
                found.add(part.class_info.name)
                waiting += properties_of(facts.resolve(part))
    return found
