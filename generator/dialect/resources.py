"""Arrange the tags of the spec as a tree of resources, and name their classes and methods."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from keyword import iskeyword
from typing import Any, Final, NamedTuple

from openapi_python_client.config import Config
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.openapi import Endpoint, EndpointCollection
from openapi_python_client.strings import ClassName, PythonIdentifier

from ..runtime import facade
from ..spec.extensions import ClientExtension
from ..spec.openapi import METHODS
from .texts import free, in_docstring

# Names in the package that a client must not have.
_PACKAGE_NAMES = frozenset({"AuthenticatedClient", "Client", "Response"})
_WAYS = ("with_raw_response", "with_streaming_response")
_CLIENT_NAMES = frozenset({"client", "copy", "with_options", *_WAYS, *dir(facade.SyncFacade), *dir(facade.AsyncFacade)})
_RESOURCE_NAMES = frozenset({*_WAYS, *dir(facade.Resource)})
# After these, words of the tag stay in the name of a method.
_PREPOSITIONS: Final = frozenset({"as", "at", "by", "for", "from", "in", "into", "of", "on", "to", "via", "with"})
# Words of a title that do not name the API.
_NO_NAMES: Final = frozenset(
    {
        *("api", "apis", "rest", "openapi", "oas", "swagger", "specification", "spec", "definition"),
        *("reference", "documentation", "docs"),
    }
)


class Resource(NamedTuple):
    """The operations of a tag, or only the resources below it, as a property of a client or of another resource.

    Attributes:
        name: The name of the property.
        class_name: The name of its class, in which that of asynchronous methods begins with `Async`.
        about: What it is, for docstrings.
        module: The module of its class; empty if it has no operations.
        below: The resources below it, if it has no operations.
    """

    name: str
    class_name: str
    about: str
    module: str = ""
    below: tuple[Resource, ...] = ()

    @property
    def modules(self) -> list[str]:
        """The modules of its class, or of the classes below it."""
        return [self.module] if self.module else [resource.module for resource in self.below]


class ResourceTree:
    """The operations by their tags, with the names of resources and methods in Python."""

    def __init__(self, data: GeneratorData, document: dict[str, Any], config: Config) -> None:
        self._prefix = config.field_prefix
        self.info: dict[str, Any] = document["info"]
        self.extension = ClientExtension.model_validate(self.info.get("x-generator-client") or {})
        self._operations = dict(_operations(document, config.field_prefix))
        self.collections = list(data.endpoint_collections_by_tag.values())
        self._tag_descriptions = {tag["name"]: tag.get("description", "") for tag in document.get("tags", [])}

    @property
    def client_name(self) -> str:
        """The name of the main client's class, from the configuration or the spec's title."""
        name = self.extension.name or _name_in(self.info["title"])
        return free(ClassName(name, "api_"), _PACKAGE_NAMES)

    def tag(self, collection: EndpointCollection) -> str:
        """Return a tag as the spec spells it."""
        tag: str = self.operation(collection.endpoints[0])["tags"][0]
        return tag

    def tag_description(self, collection: EndpointCollection) -> str:
        """Return the description of a tag."""
        tag = self.tag(collection)
        return self._tag_descriptions.get(tag) or f"The operations with the tag {tag}."

    def resources(self, parent: EndpointCollection | None = None) -> list[Resource]:
        """Return the resources of the client, or those directly below a tag.

        A dot in a tag leads to a resource below another. At the top, tags with the same first word are below a resource
        without operations, unless this word is a tag itself.
        """
        below = self._tags_below(f"{self.tag(parent)}." if parent else "")
        if parent:
            return self._resources_of(below)
        groups: dict[str, dict[str, EndpointCollection]] = {}
        for path, collection in below.items():
            first, _, rest = path.partition(".")
            groups.setdefault(free(PythonIdentifier(first, self._prefix), _CLIENT_NAMES), {})[rest] = collection
        return [
            self._resource(name, group[""]) if "" in group else self._namespace(name, group)
            for name, group in groups.items()
        ]

    def _tags_below(self, above: str) -> dict[str, EndpointCollection]:
        """Return the tags that begin with a text, by the rest of the tag, without those below others."""
        below = {tag: found for found in self.collections if (tag := self.tag(found)).startswith(above)}
        return {
            tag.removeprefix(above): collection
            for tag, collection in sorted(below.items())
            if not any(tag.startswith(f"{other}.") for other in below)
        }

    def _resources_of(self, paths: Mapping[str, EndpointCollection]) -> list[Resource]:
        found: dict[str, Resource] = {}
        for path, collection in paths.items():
            name = free(PythonIdentifier(path, self._prefix), {*_RESOURCE_NAMES, *found})
            found[name] = self._resource(name, collection)
        return [*found.values()]

    def _resource(self, name: str, collection: EndpointCollection) -> Resource:
        about = f"The operations tagged `{in_docstring(self.tag(collection), 90)}`"
        return Resource(name, self.resource_class(collection), about, module=str(collection.tag))

    def _namespace(self, name: str, paths: Mapping[str, EndpointCollection]) -> Resource:
        """Return a resource without operations."""
        own = {f"{prefix}{self.client_name}" for prefix in ("", "Async", "Base")}
        about = f"The resources below `{in_docstring(name)}`"
        below = tuple(self._resources_of(paths))
        return Resource(name, free(ClassName(name, self._prefix), own), about, below=below)

    def resource_class(self, collection: EndpointCollection) -> str:
        """Return the name of a tag's class."""
        return ClassName(collection.tag, self._prefix)

    def method_names(self, collection: EndpointCollection) -> dict[str, str]:
        """Return the names of a tag's methods, by the operation's name.

        A method's name is the operationId without the words of the tag, so that it depends on nothing else: of the tag
        `services`, `createService` and `services/create` are `create`, and `createKey` is `create_key`. Operations that
        would have the same name keep their whole operationId.
        """
        short = self._short_names(collection)
        uses = Counter(short.values())
        taken = {*_RESOURCE_NAMES, *(child.name for child in self.resources(collection))}
        found: dict[str, str] = {}
        for endpoint in collection.endpoints:
            name = short[endpoint.name]
            is_name = uses[name] == 1 and name.isidentifier() and not iskeyword(name)
            found[endpoint.name] = free(name if is_name else endpoint.name, {*taken, *found.values()})
        return found

    def clashing_methods(self) -> list[str]:
        """Return the operations that keep their whole operationId, because another one has the same short name."""
        found = []
        for collection in self.collections:
            short = self._short_names(collection)
            uses = Counter(short.values())
            clashing = [endpoint for endpoint in collection.endpoints if uses[short[endpoint.name]] > 1]
            found += [str(self.operation(endpoint)["operationId"]) for endpoint in clashing]
        return found

    def _short_names(self, collection: EndpointCollection) -> dict[str, str]:
        """Return the names of a tag's operations without the words of the tag."""
        tag = str(PythonIdentifier(self.tag(collection), ""))
        words = {_singular(word) for word in re.split(r"[^a-z0-9]+", tag)}
        return {
            endpoint.name: _without_tag(endpoint.name.split("_"), words, str(self.operation(endpoint)["operationId"]))
            for endpoint in collection.endpoints
        }

    def operation(self, endpoint: Endpoint) -> dict[str, Any]:
        """Return an operation in the prepared spec."""
        return self._operations[str(endpoint.tags[0]), str(endpoint.name)]


def _name_in(title: str) -> str:
    """Return the first words of a title that name the API, without URLs, versions and words such as `API`."""
    words = re.sub(
        r"\bhttps?:\S+|\([^)]*\)|\bv(?:ersion)? ?\d[\w.]*|\b\d+(?:\.\d+)+\b", " ", title, flags=re.IGNORECASE
    )
    named = [word for word in words.split() if word.strip(".,:;-").lower() not in _NO_NAMES]
    return " ".join(named[:4]) if any(word.isalnum() for word in " ".join(named)) else title


def _singular(word: str) -> str:
    """Return a word without its plural ending, well enough that singular and plural become the same."""
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if re.search(r"([sxz]|ch|sh)es$", word):
        return word[:-2]
    return word[:-1] if re.search(r"[^s]s$", word) and len(word) > 3 else word


def _without_tag(words: list[str], tag: set[str], operation_id: str) -> str:
    """Return the name of an operation without the words of its tag, singular or plural.

    Leading words of the tag are removed if they name a group, as in `repos/get`, `Repos_Get` and `repos_get`. Otherwise
    the first word is a verb and stays. Words of the tag also stay after a preposition: `list_for_repo`.
    """
    leading = next((number for number, word in enumerate(words) if _singular(word) not in tag), 0)
    is_plural = any(_singular(word) != word for word in words[:leading])
    is_group = is_plural or re.match(r"\w+[^\w-]|[A-Z]\w*_", operation_id)
    first, *rest = words[leading:] if is_group else words
    kept, stays = [first], False
    for word in rest:
        stays = _singular(word) not in tag or kept[-1] in _PREPOSITIONS or (stays and _singular(kept[-1]) in tag)
        kept += [word] * stays
    return "_".join(kept)


def _operations(document: dict[str, Any], prefix: str) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    """Yield the operations of the spec, by openapi-python-client's names of tag and operation."""
    for item in document["paths"].values():
        for method in METHODS:
            if method in item:
                name = str(PythonIdentifier(item[method]["operationId"], prefix))
                for tag in item[method]["tags"]:
                    yield (str(PythonIdentifier(tag, "tag")), name), item[method]
