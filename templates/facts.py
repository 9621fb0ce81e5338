"""What the templates ask of the generator and cannot work out by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from keyword import iskeyword
from typing import Any, NamedTuple, cast

from openapi_python_client.config import Config
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.bodies import BodyType
from openapi_python_client.parser.openapi import Endpoint, EndpointCollection, generate_operation_id
from openapi_python_client.parser.properties import LiteralEnumProperty, ModelProperty, Property
from openapi_python_client.parser.properties.const import ConstProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.schema.untrusted_string import UntrustedString
from openapi_python_client.strings import ClassName, PythonIdentifier


class FragmentError(Exception):
    """The document says something that no client can be generated from; the message says where and what."""


class Facts:
    """What the templates ask of the generator and cannot work out by themselves: the global `facts`.

    A property that refers to a component is a copy that the generator made before it filled the component in, so
    each question is answered by the component.
    """

    def __init__(self, data: GeneratorData, document: dict[str, Any], config: Config) -> None:
        self._models: dict[str, ModelProperty] = {model.class_info.name: model for model in data.models}
        self._discriminators = list(_discriminators(document))
        self.enums = data.enums
        self._operations = dict(_operations(document, config))
        self._collections = list(data.endpoint_collections_by_tag.values())
        self._tag_descriptions = {tag["name"]: tag.get("description", "") for tag in document.get("tags", [])}

    def resolve(self, model: ModelProperty) -> ModelProperty:
        """The component that a property refers to."""
        return self._models.get(model.class_info.name, model)

    def is_model(self, property_: object) -> bool:
        """Whether a property's values are instances of a class of ours."""
        return isinstance(property_, ModelProperty) and not self.is_mapping(property_)

    def is_mapping(self, property_: object) -> bool:
        """Whether a schema declares no property of its own: its values are plain dicts and need no class."""
        seen = set[str]()
        while isinstance(property_, ModelProperty):
            model = self.resolve(property_)
            if model.required_properties or model.optional_properties:
                return bool(seen)
            if model.class_info.name in seen:
                return False  # a mapping of itself can only be written as a class
            seen.add(model.class_info.name)
            property_ = model.additional_properties
        return bool(seen)

    @property
    def body_types(self) -> set[BodyType]:
        """The kinds of request bodies."""
        return {body.body_type for endpoint in self._endpoints() for body in endpoint.bodies}

    @property
    def has_pages(self) -> bool:
        """Whether any list comes in pages."""
        return any(self.page(endpoint) for endpoint in self._endpoints())

    def _endpoints(self) -> Iterator[Endpoint]:
        for collection in self._collections:
            yield from collection.endpoints

    @property
    def models(self) -> list[ModelProperty]:
        """The models that are classes, in the document's order."""
        return [model for model in self._models.values() if self.is_model(model)]

    @property
    def all_parts(self) -> list[Property]:
        """The properties of all models, all parameters, and what all responses hold."""
        found = [part for model in self.models for part in properties_of(model)]
        for endpoint in self._endpoints():
            found += [*endpoint.list_all_parameters(), *(response.prop for response in endpoint.responses)]
        return found

    def with_inner(self, parts: Iterable[Property]) -> Iterator[Property]:
        """Iterate over properties and those inside them: variants of unions, items of lists, values of mappings."""
        for part in parts:
            yield part
            inner = [*getattr(part, "inner_properties", []), getattr(part, "inner_property", None)]
            if isinstance(part, ModelProperty) and self.is_mapping(part):
                inner.append(self.resolve(part).additional_properties)
            yield from self.with_inner(each for each in inner if each is not None)

    def is_recursive(self, model: ModelProperty) -> bool:
        """Whether an instance of a model can hold another of the same, at any depth."""
        return model.class_info.name in self._recursive

    @cached_property
    def _recursive(self) -> set[str]:
        holds: dict[str, set[str]] = {
            model.class_info.name: {
                part.class_info.name
                for part in self.with_inner(properties_of(model))
                if isinstance(part, ModelProperty)
            }
            for model in self._models.values()
        }
        return {name for name in holds if name in _reachable(name, holds)}

    def discriminator(self, variants: list[ModelProperty]) -> Discriminator | None:
        """How to tell the variants of a union apart, or None when only their required properties can.

        A property that is constant in each variant decides; else the document's `discriminator`, whose values are
        the schemas' names where it has no mapping.
        """
        constants = [self._constants(variant) for variant in variants]
        for name in sorted(set.intersection(*(set(each) for each in constants))):
            values = [each[name][0] for each in constants]
            if len(set(values)) == len(values):
                cases = [
                    Case(repr(value), optional=not each[name][1], class_name=variant.class_info.name)
                    for value, each, variant in zip(values, constants, variants, strict=True)
                ]
                return Discriminator(name, cases)
        names = {variant.class_info.name for variant in variants}
        for property_name, mapping in self._discriminators:
            if set(mapping.values()) == names:
                cases = [Case(repr(value), optional=False, class_name=mapping[value]) for value in sorted(mapping)]
                return Discriminator(property_name, cases)
        return None

    def page(self, endpoint: Endpoint) -> Page | None:
        """How an operation's list is cut into pages, from the `x-page` of the schema that it gives."""
        for response in endpoint.responses.patterns:
            if isinstance(response.prop, ModelProperty):
                model = self.resolve(response.prop)
                extension = (model.data.model_extra or {}).get("x-page")
                if extension:
                    return self._page(endpoint, model, {"id": "id", **extension})
        return None

    @staticmethod
    def _page(endpoint: Endpoint, model: ModelProperty, extension: dict[str, str]) -> Page:
        names: dict[str, Property] = {part.name.get_untrusted_value(): part for part in properties_of(model)}
        cursors = {each.name.get_untrusted_value(): each for each in endpoint.query_parameters}
        try:
            items, _, _ = (names[extension[key]] for key in ("items", "more", "last"))
            cursor = cursors[extension["cursor"]]
        except KeyError as error:
            raise FragmentError(
                f"{endpoint.name}: x-page of {model.class_info.name} lacks or misnames {error}"
            ) from None
        if not isinstance(items, ListProperty):
            raise FragmentError(f"{endpoint.name}: x-page of {model.class_info.name}: {items.name} is not an array")
        return Page(
            cast(Property, items.inner_property),
            cursor,
            {key: extension[key] for key in ("items", "more", "last", "id")},
        )

    def tag(self, collection: EndpointCollection) -> str:
        """A tag as the document spells it."""
        tags: list[str] = self._operations[collection.endpoints[0].name].get("tags") or ["default"]
        return tags[0]

    def tag_description(self, collection: EndpointCollection) -> str:
        """What the document says of a tag, or its name."""
        tag = self.tag(collection)
        return self._tag_descriptions.get(tag) or f"The operations with the tag {tag}."

    def resources(self, parent: EndpointCollection | None = None) -> dict[str, EndpointCollection]:
        """The tags right below another, or those below none, by the path that leads to them: `chat.completions`."""
        paths = {self.tag(collection): collection for collection in self._collections}
        above = f"{self.tag(parent)}." if parent else ""
        below = {tag: collection for tag, collection in paths.items() if tag.startswith(above)}
        return {
            tag.removeprefix(above): collection
            for tag, collection in sorted(below.items())
            if not any(tag.startswith(f"{other}.") for other in below)
        }

    def namespaces(self) -> dict[str, dict[str, EndpointCollection]]:
        """The resources below no other, by the first part of their path and then the rest: `chat`, `completions`."""
        found: dict[str, dict[str, EndpointCollection]] = {}
        for path, collection in self.resources().items():
            first, _, rest = path.partition(".")
            found.setdefault(first, {})[rest] = collection
        return found

    def method_name(self, collection: EndpointCollection, endpoint: Endpoint) -> str:
        """The operationId's first word, or all of it where another operation of the tag has the same first word."""
        word = endpoint.name.split("_")[0]
        alike = [other for other in collection.endpoints if other.name.split("_")[0] == word]
        return word if len(alike) == 1 and not iskeyword(word) else endpoint.name

    def description(self, endpoint: Endpoint, parameter: Property) -> str:
        """What the document says of a parameter, or of the property of a body that stands for one."""
        declared = self._operations[endpoint.name]["parameters"]
        name = parameter.name.get_untrusted_value()
        found = next((each.get("description") for each in declared if each["name"] == name), None)
        return found or (parameter.description.get_untrusted_value() if parameter.description else "")

    def style(self, endpoint: Endpoint, parameter: Property) -> str:
        """How a query parameter that is an array or an object is spelled: `form`, `joined` or `deepObject`."""
        declared = self._operations[endpoint.name]["parameters"]
        name = parameter.name.get_untrusted_value()
        found: dict[str, Any] = next((each for each in declared if each["name"] == name and each["in"] == "query"), {})
        style: str = found.get("style", "form")
        return "joined" if style == "form" and found.get("explode") is False else style

    def _constants(self, variant: ModelProperty) -> dict[str, tuple[Any, bool]]:
        constants: dict[str, tuple[Any, bool]] = {}
        for part in properties_of(self.resolve(variant)):
            if isinstance(part, ConstProperty):
                constants[part.name.get_untrusted_value()] = (part.value.raw_value, part.required)
            elif isinstance(part, LiteralEnumProperty) and len(part.values) == 1:
                constants[part.name.get_untrusted_value()] = (next(iter(part.values)), part.required)
        return constants


class Case(NamedTuple):
    """A discriminator's value and the class that it stands for; `optional`: an absent value stands for it too."""

    literal: str
    optional: bool
    class_name: str


class Discriminator(NamedTuple):
    """The property whose value tells the variants of a union apart."""

    property_name: str
    cases: list[Case]


class Page(NamedTuple):
    """How a list is cut into pages.

    Attributes:
        item: The property that stands for its items.
        cursor: The parameter that asks for a page.
        names: The names on the wire of what `pages.Paging` wants to know.
    """

    item: Property
    cursor: Property
    names: dict[str, str]


def _reachable(name: str, holds: dict[str, set[str]]) -> set[str]:
    found, waiting = set[str](), [name]
    while waiting:
        inner = holds.get(waiting.pop(), set()) - found
        found |= inner
        waiting += inner
    return found


def properties_of(model: ModelProperty) -> list[Property]:
    """Return the properties of a model, that of what it does not declare included."""
    own = [*(model.required_properties or []), *(model.optional_properties or [])]
    return own if model.additional_properties is None else [*own, model.additional_properties]


def _operations(document: dict[str, Any], config: Config) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each operation of the document by the generator's name for it, with its parameters resolved."""
    components = document.get("components", {}).get("parameters", {})
    for path, item in document["paths"].items():
        for method in item.keys() & {"get", "put", "post", "delete", "options", "head", "patch", "trace"}:
            operation = item[method]
            parameters = [*operation.get("parameters", []), *item.get("parameters", [])]
            resolved = [
                components.get(each["$ref"].rsplit("/", 1)[-1]) if "$ref" in each else each for each in parameters
            ]
            name = (
                PythonIdentifier(operation["operationId"], config.field_prefix)
                if "operationId" in operation
                else generate_operation_id(path=UntrustedString(path), method=method, prefix=config.field_prefix)
            )
            yield name, {**operation, "parameters": [each for each in resolved if each]}


def _discriminators(node: Any) -> Iterator[tuple[str, dict[str, str]]]:
    """Each `discriminator` below a node of the document: its property, and the class for each of its values."""
    if isinstance(node, list):
        for child in node:
            yield from _discriminators(child)
    if not isinstance(node, dict):
        return
    for child in node.values():
        yield from _discriminators(child)
    if isinstance(node.get("discriminator"), dict):
        variants = node.get("oneOf") or node.get("anyOf") or []
        names = [part["$ref"].rsplit("/", 1)[-1] for part in variants if "$ref" in part]
        mapping = node["discriminator"].get("mapping") or {name: name for name in names}
        classes: dict[str, str] = {value: ClassName(target.rsplit("/", 1)[-1], "") for value, target in mapping.items()}
        yield node["discriminator"]["propertyName"], classes
