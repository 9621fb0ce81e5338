"""What the templates need to know of the document, from what the generator parsed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from keyword import iskeyword
from typing import Any, Final, NamedTuple, cast
from urllib.parse import urljoin, urlsplit

from attrs import evolve
from openapi_python_client.config import Config
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.bodies import BodyType
from openapi_python_client.parser.openapi import Endpoint, EndpointCollection
from openapi_python_client.parser.properties import LiteralEnumProperty, ModelProperty, Property
from openapi_python_client.parser.properties.boolean import BooleanProperty
from openapi_python_client.parser.properties.const import ConstProperty
from openapi_python_client.parser.properties.float import FloatProperty
from openapi_python_client.parser.properties.int import IntProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.string import StringProperty
from openapi_python_client.parser.properties.union import UnionProperty
from openapi_python_client.strings import ClassName, PythonIdentifier, kebab_case

from ..runtime.facade import AsyncFacade, Resource, SyncFacade
from ..spec.openapi import METHODS, objects
from ..spec.preparing import carried
from .security import Security
from .texts import free

# What the modules of the package are full of already.
_PACKAGE_NAMES = frozenset({"AuthenticatedClient", "Client", "Response"})
_WAYS = ("with_raw_response", "with_streaming_response")
_CLIENT_NAMES = frozenset({"client", "copy", "with_options", *_WAYS, *dir(SyncFacade), *dir(AsyncFacade)})
_RESOURCE_NAMES = frozenset({*_WAYS, *dir(Resource)})


class FragmentError(Exception):
    """No client can be generated from what the document says; the message says where and what."""


class Facts:
    """What the templates ask of the generator and cannot work out by themselves: the global `facts`.

    A property that refers to a component is a copy that the generator made before it filled the component in, so
    each question is answered by the component.
    """

    def __init__(self, data: GeneratorData, document: dict[str, Any], config: Config) -> None:
        self._models: dict[str, ModelProperty] = {model.class_info.name: model for model in data.models}
        self._discriminators = list(_discriminators(document))
        self.enums = data.enums
        self._servers: list[dict[str, Any]] = document.get("servers") or []
        self._prefix = config.field_prefix
        self._document = document
        self._info: dict[str, Any] = document["info"]
        self._operations = dict(_operations(document, config.field_prefix))
        self.collections = list(data.endpoint_collections_by_tag.values())
        self._tag_descriptions = {tag["name"]: tag.get("description", "") for tag in document.get("tags", [])}

    def resolve(self, model: ModelProperty) -> ModelProperty:
        """Return the component that a property refers to."""
        return self._models.get(model.class_info.name, model)

    def is_model(self, property_: object) -> bool:
        """Return whether a property's values are instances of a generated class."""
        return isinstance(property_, ModelProperty) and not self.is_mapping(property_)

    def is_mapping(self, property_: object) -> bool:
        """Return whether a schema declares no property: its values are plain dicts and need no class."""
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

    def is_mapping_of_scalars(self, property_: Property) -> bool:
        """Return whether the values of a mapping are neither lists nor objects."""
        if not isinstance(property_, ModelProperty) or not self.is_mapping(property_):
            return False
        values = self.resolve(property_).additional_properties
        variants = getattr(values, "inner_properties", [values])
        return all(isinstance(each, (BooleanProperty, FloatProperty, IntProperty, StringProperty)) for each in variants)

    @property
    def body_types(self) -> set[BodyType]:
        """The kinds of request bodies."""
        return {body.body_type for endpoint in self._endpoints() for body in endpoint.bodies}

    @property
    def has_pages(self) -> bool:
        """Whether any list comes in pages."""
        return any(self.page(endpoint) for endpoint in self._endpoints())

    @property
    def has_files(self) -> bool:
        """Whether files are sent in any form."""
        return BodyType.FILES in self.body_types

    def _endpoints(self) -> Iterator[Endpoint]:
        for collection in self.collections:
            yield from collection.endpoints

    @property
    def models(self) -> list[ModelProperty]:
        """The models that are classes, in the document's order."""
        return [model for model in self._models.values() if self.is_model(model)]

    @property
    def all_parts(self) -> list[Property]:
        """The properties of all models, all parameters, and what all responses hold."""
        found = [part for model in self.models for part in properties_of(model)]
        for collection in self.collections:
            found += self.parts_of(collection)
        return found

    @staticmethod
    def parts_of(collection: EndpointCollection) -> list[Property]:
        """Return all parameters of a tag's operations, and what their responses hold."""
        found: list[Property] = []
        for endpoint in collection.endpoints:
            found += [*endpoint.list_all_parameters(), *(response.prop for response in endpoint.responses)]
        return found

    def with_inner(self, parts: Iterable[Property]) -> Iterator[Property]:
        """Iterate over properties and those inside them: variants of unions, items of lists, values of mappings."""
        for part in parts:
            yield part
            inner = [*getattr(part, "inner_properties", []), getattr(part, "inner_property", None)]
            inner.append(self.list_of_any(part))
            if isinstance(part, ModelProperty) and self.is_mapping(part):
                inner.append(self.resolve(part).additional_properties)
            yield from self.with_inner(each for each in inner if each is not None)

    @staticmethod
    def list_of_any(part: Property) -> ListProperty | None:
        """Return the lists of a union as one, whose items are those of any of them; None if there are not several."""
        lists = [each for each in getattr(part, "inner_properties", []) if isinstance(each, ListProperty)]
        if len(lists) < 2:
            return None
        items = [each.inner_property for each in lists]
        variants = [variant for item in items for variant in getattr(item, "inner_properties", [item])]
        return evolve(lists[0], inner_property=evolve(cast(UnionProperty, part), inner_properties=variants))

    def shares_module_name(self, name: str) -> bool:
        """Return whether more than one model has a name that is this in snake case."""
        return self._module_names[name] > 1

    @cached_property
    def _module_names(self) -> Counter[str]:
        return Counter(str(model.class_info.module_name) for model in self._models.values())

    def is_recursive(self, model: ModelProperty) -> bool:
        """Return whether an instance of a model can hold another of the same, at any depth."""
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

    def discriminators(self, variants: list[ModelProperty]) -> list[Discriminator]:
        """Return the ways to distinguish the variants of a union; none if only their required properties do.

        A property that is constant in each variant decides; else the document's `discriminator`, whose values are
        the schemas' names where it has no mapping. There are several where unions of the same models have others.
        """
        constants = [self._constants(variant) for variant in variants]
        for name in sorted(set.intersection(*(set(each) for each in constants))):
            values = [each[name][0] for each in constants]
            if len(set(values)) == len(values):
                cases = [
                    Case(repr(value), optional=not each[name][1], class_name=variant.class_info.name)
                    for value, each, variant in zip(values, constants, variants, strict=True)
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
        """Return how an operation's list is cut into pages, from the `x-page` of its response's schema."""
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
            model,
            cast(Property, items.inner_property),
            cursor,
            {key: extension[key] for key in ("items", "more", "last", "id")},
        )

    @property
    def client_name(self) -> str:
        """The class of the client whose methods are grouped by tag, from the configuration or the document's title."""
        extension = self._info.get("x-client")
        named = extension.get("name") if isinstance(extension, dict) else None
        return free(ClassName(str(named or _titled(str(self._info["title"]))), self._prefix), _PACKAGE_NAMES)

    def tag(self, collection: EndpointCollection) -> str:
        """Return a tag as the document spells it."""
        tags: list[str] = self._operation(collection.endpoints[0]).get("tags") or ["default"]
        return tags[0]

    def tag_description(self, collection: EndpointCollection) -> str:
        """Return the document's description of a tag, or its name."""
        tag = self.tag(collection)
        return self._tag_descriptions.get(tag) or f"The operations with the tag {tag}."

    def resources(self, parent: EndpointCollection | None = None) -> dict[str, EndpointCollection]:
        """Return the tags directly below another, or below none, by the path that leads to them: `chat.completions`."""
        paths = {self.tag(collection): collection for collection in self.collections}
        above = f"{self.tag(parent)}." if parent else ""
        below = {tag: collection for tag, collection in paths.items() if tag.startswith(above)}
        return {
            tag.removeprefix(above): collection
            for tag, collection in sorted(below.items())
            if not any(tag.startswith(f"{other}.") for other in below)
        }

    def namespaces(self) -> dict[str, dict[str, EndpointCollection]]:
        """Return the resources below no other, by the first part of their path and the rest: `chat`, `completions`.

        The first part is what the client's property is called; the rest is empty where the tag has no dots.
        """
        found: dict[str, dict[str, EndpointCollection]] = {}
        for path, collection in self.resources().items():
            first, _, rest = path.partition(".")
            found.setdefault(PythonIdentifier(first, self._prefix), {})[rest] = collection
        return {
            free(first.rstrip("_") if iskeyword(first) else first, _CLIENT_NAMES): each for first, each in found.items()
        }

    def property_name(self, path: str) -> str:
        """Return the name of the property that leads to a resource, by the rest of its path."""
        return free(PythonIdentifier(path, self._prefix), _RESOURCE_NAMES)

    def user_agent(self, package: str) -> str:
        """Return the name and version of the package in the characters that a header may hold."""
        version = re.sub(r"[^!#$%&'*+.^_`|~0-9A-Za-z-]+", "-", str(self._info["version"])).strip("-")
        return f"{kebab_case(package)}/{version or 0}"

    @property
    def base_url(self) -> str:
        """The document's first server, with the defaults of its variables; empty where it names no host."""
        return _url_of(self._servers)

    @cached_property
    def security(self) -> Security:
        """The credentials that the document asks for."""
        return Security(self._document, self._operations.values())

    @property
    def credentials(self) -> Credentials:
        """How the one key is sent: by the first scheme that an operation asks for, in a header if any is."""
        for scheme in self.security.schemes:
            return Credentials(scheme.location, scheme.key, scheme.prefix)
        return Credentials("header" if self.security.is_asked else "", "Authorization", "Bearer")

    def asked_credentials(self, endpoint: Endpoint) -> str:
        """Return the credentials that an operation asks for, as code; empty where each gets the client's one key."""
        return self.security.alternatives(self._operation(endpoint))

    def namespace_class(self, name: str) -> str:
        """Return the class of the resources below one that has no operations itself."""
        own = {f"{prefix}{self.client_name}" for prefix in ("", "Async", "Base")}
        return free(ClassName(name, self._prefix), own)

    def resource_class(self, collection: EndpointCollection) -> str:
        """Return the class of the operations with a tag."""
        return ClassName(collection.tag, self._prefix)

    def children(self, collection: EndpointCollection) -> dict[str, EndpointCollection]:
        """Return the resources directly below another, by the name of the property that leads to them."""
        found: dict[str, EndpointCollection] = {}
        for path, child in self.resources(collection).items():
            found[free(PythonIdentifier(path, self._prefix), {*_RESOURCE_NAMES, *found})] = child
        return found

    def method_names(self, collection: EndpointCollection) -> dict[str, str]:
        """Return the names of a tag's methods, by the operation's name.

        It is the operationId less the words of the tag, so that it depends on nothing else: `createService` of the tag
        `services` is `create`, and `createKey` is `create_key`. Where two would have one name, each has its whole one.
        """
        short = self._short_names(collection)
        uses = Counter(short.values())
        taken = {*_RESOURCE_NAMES, *self.children(collection)}
        found: dict[str, str] = {}
        for endpoint in collection.endpoints:
            name = short[endpoint.name]
            is_name = uses[name] == 1 and name.isidentifier() and not iskeyword(name)
            found[endpoint.name] = free(name if is_name else endpoint.name, {*taken, *found.values()})
        return found

    def clashing_methods(self) -> list[str]:
        """Return the operations that have their whole name because another one of their tag has the short one too."""
        found = []
        for collection in self.collections:
            short = self._short_names(collection)
            uses = Counter(short.values())
            clashing = [each for each in collection.endpoints if uses[short[each.name]] > 1]
            found += [str(self._operation(each)["operationId"]) for each in clashing]
        return found

    def _short_names(self, collection: EndpointCollection) -> dict[str, str]:
        """Return the names of a tag's operations without the words of the tag."""
        words = self._words(collection)
        return {endpoint.name: _less(endpoint.name, words) for endpoint in collection.endpoints}

    def _words(self, collection: EndpointCollection) -> set[str]:
        """Return the words of a tag, in the singular."""
        return {_singular(word) for word in re.split(r"[^a-z0-9]+", str(PythonIdentifier(self.tag(collection), "")))}

    def description(self, endpoint: Endpoint, parameter: Property) -> str:
        """Return the document's description of a parameter, or of the property of a body that is an argument."""
        declared = self._operation(endpoint)["parameters"]
        name = parameter.name.get_untrusted_value()
        found = next((each.get("description") for each in declared if carried(each["name"]) == name), None)
        return found or (parameter.description.get_untrusted_value() if parameter.description else "")

    def style(self, endpoint: Endpoint, parameter: Property, location: str) -> Style:
        """Return the style of a parameter that is a list or an object."""
        found = self._declared(endpoint, parameter, location)
        if "x-content" in found:
            return Style("json" if "json" in found["x-content"] else "form", True)
        style = str(found.get("style") or ("form" if location in ("query", "cookie") else "simple"))
        return Style(style, bool(found.get("explode", style == "form")))

    def keeps_reserved(self, endpoint: Endpoint, parameter: Property) -> bool:
        """Return whether a query parameter's reserved characters are sent as they are."""
        return self._declared(endpoint, parameter, "query").get("allowReserved") is True

    def server(self, endpoint: Endpoint) -> str:
        """Return where an operation is; empty where it is below the document's own server.

        It is empty too where that names no host: each client is given a base URL then, which counts for all operations.
        """
        url = _url_of(self._operation(endpoint).get("servers") or [])
        if not url or not urlsplit(self.base_url).netloc:
            return ""
        found = urljoin(f"{self.base_url.rstrip('/')}/", url).rstrip("/")
        return "" if found == self.base_url.rstrip("/") else found

    def failures(self, endpoint: Endpoint) -> dict[str, str]:
        """Return what the document says of each status that is not a success, by the status."""
        responses = self._operation(endpoint)["responses"]
        return {str(status): str(each.get("description") or "") for status, each in responses.items()}

    def hint(self, status: int) -> str:
        """Return what the document adds to the message of an error, by its status; empty where it adds nothing."""
        extension = self._info.get("x-client")
        hints = extension.get("hints") if isinstance(extension, dict) else None
        return str((hints or {}).get(status) or (hints or {}).get(str(status)) or "")

    def deprecated(self, model: ModelProperty) -> set[str]:
        """Return the names on the wire of a model's properties that the document deprecates."""
        found, waiting = set[str](), [model.data.model_dump(by_alias=True, exclude_unset=True)]
        schemas = self._document.get("components", {}).get("schemas") or {}
        while waiting:
            schema = waiting.pop()
            if "$ref" in schema:
                schema = schemas.get(str(schema["$ref"]).rpartition("/")[2]) or {}
            for name, each in (schema.get("properties") or {}).items():
                if isinstance(each, dict) and each.get("deprecated") is True:
                    found.add(name)
            waiting += [each for each in schema.get("allOf") or [] if isinstance(each, dict)]
        return found

    def accept(self, endpoint: Endpoint) -> str:
        """Return the media types of an operation's responses; JSON where none is declared."""
        found = [each.get("x-media-type") for each in self._operation(endpoint)["responses"].values()]
        return ", ".join(dict.fromkeys(each for each in found if each)) or "application/json"

    def encodings(self, endpoint: Endpoint, media_type: str) -> dict[str, dict[str, Any]]:
        """Return the styles of a form's properties: its `encoding`."""
        content = self._operation(endpoint)["requestBody"]["content"][media_type]
        found: dict[str, dict[str, Any]] = content.get("encoding") or {}
        return found

    def is_deprecated(self, endpoint: Endpoint) -> bool:
        """Return whether the document deprecates an operation."""
        return self._operation(endpoint).get("deprecated") is True

    def _declared(self, endpoint: Endpoint, parameter: Property, location: str) -> dict[str, Any]:
        """Return what the document says of a parameter."""
        declared: list[dict[str, Any]] = self._operation(endpoint)["parameters"]
        wire_name = parameter.name.get_untrusted_value()
        return next(each for each in declared if each["in"] == location and carried(each["name"]) == wire_name)

    def _operation(self, endpoint: Endpoint) -> dict[str, Any]:
        return self._operations[str(endpoint.tags[0]), str(endpoint.name)]

    def _constants(self, variant: ModelProperty) -> dict[str, tuple[Any, bool]]:
        constants: dict[str, tuple[Any, bool]] = {}
        for part in properties_of(self.resolve(variant)):
            if isinstance(part, ConstProperty):
                constants[part.name.get_untrusted_value()] = (part.value.raw_value, part.required)
            elif isinstance(part, LiteralEnumProperty) and len(part.values) == 1:
                constants[part.name.get_untrusted_value()] = (next(iter(part.values)), part.required)
        return constants


class Case(NamedTuple):
    """A discriminator's value and its class; `optional`: an absent value means the class too."""

    literal: str
    optional: bool
    class_name: str


class Discriminator(NamedTuple):
    """The property whose value distinguishes the variants of a union.

    Attributes:
        property_name: The property.
        cases: What its values mean.
        base: The class of all other values: that of the schema that the variants inherit from; empty for none.
    """

    property_name: str
    cases: list[Case]
    base: str = ""


class Credentials(NamedTuple):
    """How the key is sent: `header`, `query`, `cookie` or nowhere, its name there, and what stands before it."""

    location: str
    name: str
    prefix: str


class Style(NamedTuple):
    """How a parameter that is a list or an object is spelled: OpenAPI's `style`, or `json`, and `explode`."""

    style: str
    explode: bool


class Page(NamedTuple):
    """How a list is cut into pages.

    Attributes:
        model: The schema of a page.
        item: The property of its items.
        cursor: The parameter that asks for a page.
        names: The names on the wire of what `pages.Paging` wants to know.
    """

    model: ModelProperty
    item: Property
    cursor: Property
    names: dict[str, str]


def _titled(title: str) -> str:
    """Return the words of a title that name an API: no address, no version, and not that it is an API."""
    words = re.sub(
        r"\bhttps?:\S+|\([^)]*\)|\bv(?:ersion)? ?\d[\w.]*|\b\d+(?:\.\d+)+\b", " ", title, flags=re.IGNORECASE
    )
    named = [each for each in words.split() if each.strip(".,:;-").lower() not in _NO_NAMES]
    return " ".join(named[:4]) if any(each.isalnum() for each in " ".join(named)) else title


_NO_NAMES: Final = frozenset(
    {"api", "apis", "rest", "openapi", "oas", "swagger", "specification", "spec", "definition"}
)


def _singular(word: str) -> str:
    """Return a word without the ending of its plural, as far as both become the same."""
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if re.search(r"([sxz]|ch|sh)es$", word):
        return word[:-2]
    return word[:-1] if re.search(r"[^s]s$", word) and len(word) > 3 else word


def _less(name: str, words: set[str]) -> str:
    """Return the name of an operation without some words, singular or plural; its first word is a verb, and stays."""
    first, *rest = name.split("_")
    return "_".join([first, *(word for word in rest if _singular(word) not in words)])


def _url_of(servers: list[dict[str, Any]]) -> str:
    """Return the URL of the first server, with the defaults of its variables."""
    for server in servers[:1]:
        url = str(server["url"])
        for name, variable in (server.get("variables") or {}).items():
            url = url.replace(f"{{{name}}}", str(variable.get("default", "")))
        return url
    return ""


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


def _operations(document: dict[str, Any], prefix: str) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    """Yield each operation of the prepared document by the generator's names for its tag and itself."""
    for item in document["paths"].values():
        for method in METHODS:
            if method in item:
                tags = item[method].get("tags") or ["default"]
                name = str(PythonIdentifier(item[method]["operationId"], prefix))
                for tag in tags:
                    yield (str(PythonIdentifier(tag, "tag")), name), item[method]


def _discriminators(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, str], str]]:
    """Yield each `discriminator` of the document: its property, and the classes for its values and for all others."""
    for node in objects(document):
        discriminator = node.get("discriminator")
        if isinstance(discriminator, dict):
            variants = node.get("oneOf") or node.get("anyOf") or []
            names = [part["$ref"].rsplit("/", 1)[-1] for part in variants if "$ref" in part]
            mapping = discriminator.get("mapping") or {name: name for name in names}
            classes = {value: str(ClassName(target.rsplit("/", 1)[-1], "")) for value, target in mapping.items()}
            base = str(discriminator.get("x-base") or "")
            yield discriminator["propertyName"], classes, str(ClassName(base, "")) if base else ""
