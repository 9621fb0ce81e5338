"""Answer the templates' questions about the spec that openapi-python-client has parsed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, NamedTuple, cast

from attrs import evolve
from openapi_python_client.config import Config
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.bodies import BodyType
from openapi_python_client.parser.openapi import Endpoint, EndpointCollection
from openapi_python_client.parser.properties import LiteralEnumProperty, ModelProperty, Property
from openapi_python_client.parser.properties.const import ConstProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.union import UnionProperty

from ..spec.extensions import ExtensionError, PageExtension
from ..spec.preparing.names import wire_name_in
from ..spec.reaching import reached
from .declared import Declared
from .discriminators import Case, Discriminator, declared_discriminators
from .texts import text_of

# The properties that have other properties inside.
_COMPOSITE = frozenset({ListProperty, ModelProperty, UnionProperty})


class Context(Declared):
    """Facts about the spec that the templates cannot work out themselves: the global `context`.

    A property that refers to a component is a copy, made by openapi-python-client before the component was complete.
    So facts about a model are read from its component: see `resolve`.
    """

    def __init__(
        self, data: GeneratorData, document: dict[str, Any], config: Config, features: frozenset[str] = frozenset()
    ) -> None:
        super().__init__(data, document, config)
        self._features = features
        self._models: dict[str, ModelProperty] = {model.class_info.name: model for model in data.models}
        self._discriminators = list(declared_discriminators(document))
        self.enums = data.enums
        self._mappings: dict[str, bool] = {}
        self._within: dict[int, tuple[Property, list[Property]]] = {}

    def resolve(self, model: ModelProperty) -> ModelProperty:
        """Return the component of a property."""
        return self._models.get(model.class_info.name, model)

    def is_model(self, property_: object) -> bool:
        """Return whether a property's values are instances of a generated class."""
        return isinstance(property_, ModelProperty) and not self.is_mapping(property_)

    def is_mapping(self, property_: object) -> bool:
        """Return whether a schema declares no properties, so that its values are plain dicts without a class."""
        if not isinstance(property_, ModelProperty):
            return False
        name = property_.class_info.name
        if name not in self._mappings:
            self._mappings[name] = self._is_mapping(property_)
        return self._mappings[name]

    def _is_mapping(self, property_: object) -> bool:
        seen = set[str]()
        while isinstance(property_, ModelProperty):
            model = self.resolve(property_)
            if declared_properties(model):
                return bool(seen)
            if model.class_info.name in seen:
                return False  # only a class can express a mapping of itself
            seen.add(model.class_info.name)
            property_ = model.additional_properties
        return bool(seen)

    @cached_property
    def has_pages(self) -> bool:
        """Whether any operation returns pages."""
        return any(self.page(endpoint) for endpoint in self._endpoints())

    @cached_property
    def features(self) -> frozenset[str]:
        """The features that the configuration names, and `compat` if there are pages, which need it."""
        return self._features | {"compat"} if self.has_pages else self._features

    @property
    def has_files(self) -> bool:
        """Whether any form has files."""
        return any(body.body_type == BodyType.FILES for endpoint in self._endpoints() for body in endpoint.bodies)

    def _endpoints(self) -> Iterator[Endpoint]:
        for collection in self.collections:
            yield from collection.endpoints

    @property
    def models(self) -> list[ModelProperty]:
        """The models that are classes, in the order of the spec."""
        return [model for model in self._models.values() if self.is_model(model)]

    @property
    def all_parts(self) -> list[Property]:
        """The properties of all models, all parameters, and the bodies of all responses."""
        found = [part for model in self.models for part in properties_of(model)]
        for collection in self.collections:
            found += self.parts_of(collection)
        return found

    @staticmethod
    def parts_of(collection: EndpointCollection) -> list[Property]:
        """Return all parameters of a tag's operations, and the bodies of their responses."""
        found: list[Property] = []
        for endpoint in collection.endpoints:
            found += [*endpoint.list_all_parameters(), *(response.prop for response in endpoint.responses)]
        return found

    def with_inner(self, parts: Iterable[Property]) -> Iterator[Property]:
        """Iterate over properties and the properties inside: variants of unions, items of lists, values of mappings."""
        for part in parts:
            yield part
            if type(part) not in _COMPOSITE:
                continue
            if id(part) not in self._within:
                self._within[id(part)] = part, self._inner(part)
            yield from self.with_inner(self._within[id(part)][1])

    def _inner(self, part: Property) -> list[Property]:
        """Return the properties directly inside a property."""
        if isinstance(part, UnionProperty):
            return [*cast(list[Property], part.inner_properties), *filter(None, [self.list_of_any(part)])]
        if isinstance(part, ListProperty):
            return [cast(Property, part.inner_property)]
        model = cast(ModelProperty, part)
        values = self.resolve(model).additional_properties if self.is_mapping(model) else None
        return [] if values is None else [values]

    @staticmethod
    def list_of_any(part: Property) -> ListProperty | None:
        """Join the lists of a union into one list, whose items may be those of any; return None for less than two."""
        if type(part) is not UnionProperty:
            return None
        lists = [variant for variant in part.inner_properties if isinstance(variant, ListProperty)]
        if len(lists) < 2:
            return None
        items = [variant.inner_property for variant in lists]
        variants = [variant for item in items for variant in getattr(item, "inner_properties", [item])]
        return evolve(lists[0], inner_property=evolve(part, inner_properties=variants))

    def shares_module_name(self, name: str) -> bool:
        """Return whether more than one model has this name in snake case."""
        return self._module_names[name] > 1

    @cached_property
    def _module_names(self) -> Counter[str]:
        return Counter(str(model.class_info.module_name) for model in self._models.values())

    def is_recursive(self, model: ModelProperty) -> bool:
        """Return whether a model can contain itself, at any depth."""
        return model.class_info.name in self._recursive

    @cached_property
    def _recursive(self) -> set[str]:
        return {name for name, inner in self.holds.items() if name in self.reached(inner)}

    def classes_in(self, parts: Iterable[Property]) -> set[str]:
        """Return the names of the models and enums in properties."""
        inner = self.with_inner(parts)
        return {part.class_info.name for part in inner if isinstance(part, ModelProperty | LiteralEnumProperty)}

    @cached_property
    def holds(self) -> dict[str, set[str]]:
        """The names of the models and enums in the properties of each model, by the model's name."""
        return {name: self.classes_in(properties_of(model)) for name, model in self._models.items()}

    def reached(self, names: Iterable[str]) -> set[str]:
        """Return these models and enums, and all that their properties have, at any depth."""
        return reached(names, lambda name: self.holds.get(name, ()))

    def discriminators(self, variants: list[ModelProperty]) -> list[Discriminator]:
        """Return the discriminators of a union; none if its variants differ only in their required properties.

        A property that is a different constant in each variant comes first; else the spec's `discriminator` is used.
        Unions of the same models may declare several discriminators.
        """
        constants = [self._constants(variant) for variant in variants]
        for name in sorted(set.intersection(*(set(constant) for constant in constants))):
            values = [constant[name][0] for constant in constants]
            if len(set(values)) == len(values):
                cases = [
                    Case(repr(value), optional=not constant[name][1], class_name=variant.class_info.name)
                    for value, constant, variant in zip(values, constants, variants, strict=True)
                ]
                return [Discriminator(name, cases)]
        names = {variant.class_info.name for variant in variants}
        found: dict[str, Discriminator] = {}
        for property_name, mapping, base in self._discriminators:
            if {*mapping.values(), *([base] if base else [])} == names:
                cases = [Case(repr(value), optional=False, class_name=mapping[value]) for value in sorted(mapping)]
                found.setdefault(property_name, Discriminator(property_name, cases, base))
        return [*found.values()]

    def page(self, endpoint: Endpoint) -> Page | None:
        """Return the paging of an operation, from its response's `x-generator-page`; None for no pages."""
        for response in endpoint.responses.patterns:
            if isinstance(response.prop, ModelProperty):
                model = self.resolve(response.prop)
                extension = (model.data.model_extra or {}).get("x-generator-page")
                if extension:
                    return self._page(endpoint, model, PageExtension.model_validate(extension).model_dump())
        return None

    @staticmethod
    def _page(endpoint: Endpoint, model: ModelProperty, extension: dict[str, str]) -> Page:
        names: dict[str, Property] = {wire_name(part): part for part in properties_of(model)}
        cursors = {wire_name(parameter): parameter for parameter in endpoint.query_parameters}
        try:
            items, _, _ = (names[extension[key]] for key in ("items", "more", "last"))
            cursor = cursors[extension["cursor"]]
        except KeyError as error:
            raise ExtensionError(
                f"{endpoint.name}: x-generator-page of {model.class_info.name} lacks or misnames {error}"
            ) from None
        if not isinstance(items, ListProperty):
            raise ExtensionError(
                f"{endpoint.name}: x-generator-page of {model.class_info.name}: {items.name} is not an array"
            )
        return Page(
            model,
            cast(Property, items.inner_property),
            cursor,
            {key: extension[key] for key in ("items", "more", "last", "id")},
        )

    def _constants(self, variant: ModelProperty) -> dict[str, tuple[Any, bool]]:
        constants: dict[str, tuple[Any, bool]] = {}
        for part in properties_of(self.resolve(variant)):
            if isinstance(part, ConstProperty):
                constants[wire_name(part)] = (part.value.raw_value, part.required)
            elif isinstance(part, LiteralEnumProperty) and len(part.values) == 1:
                constants[wire_name(part)] = (next(iter(part.values)), part.required)
        return constants


class Page(NamedTuple):
    """The paging of an operation.

    Attributes:
        model: The model of a page.
        item: The items of a page.
        cursor: The parameter that takes the cursor.
        names: The wire names for the arguments of `pages.Paging`.
    """

    model: ModelProperty
    item: Property
    cursor: Property
    names: dict[str, str]


def wire_name(part: Property) -> str:
    """Return the name on the wire of a property or a parameter."""
    return text_of(part.name)


def declared_properties(model: ModelProperty) -> list[Property]:
    """Return the properties that a model names."""
    return [*(model.required_properties or []), *(model.optional_properties or [])]


def properties_of(model: ModelProperty) -> list[Property]:
    """Return the properties of a model, including its `additionalProperties`."""
    own = declared_properties(model)
    return own if model.additional_properties is None else [*own, model.additional_properties]


def deprecated(model: ModelProperty) -> set[str]:
    """Return the names on the wire of a model's deprecated properties."""
    declared = (model.data.properties or {}).items()
    names = [name for name, schema in declared if getattr(schema, "deprecated", None) is True]
    return {wire_name_in(name.get_untrusted_value()) for name in names}
