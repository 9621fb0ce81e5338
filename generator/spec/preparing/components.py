"""The components of a prepared spec: the schema of each class, under the name of the class."""

from __future__ import annotations

from collections import Counter
from typing import Any

from openapi_python_client.config import Config
from openapi_python_client.strings import pascal_case

from ..places import Pointer
from .keywords import TYPED, Schema, is_reference
from .names import Name, class_name, unique


class Components:
    """The schemas that become classes.

    Attributes:
        schemas: The prepared schemas, by their names.
        places: The pointers of components of the original spec, by their prepared names.
        numbered: The pointers of schemas whose names got a number, with the new names.
    """

    def __init__(self, config: Config) -> None:
        self.schemas: dict[str, Schema] = {}
        self.places: dict[str, Pointer] = {}
        self.numbered: dict[Pointer, str] = {}
        self._config = config
        self._names: dict[int, str] = {}  # by the `id` of the original schema
        self._enums: dict[str, list[Any]] = {}
        self._alive: list[Any] = []  # keeps schemas alive, so that no `id` is reused

    def declare(self, declared: dict[str, Any]) -> None:
        """Name the components of the spec, before any of them is prepared."""
        for name, (key, node) in self._named(declared).items():
            self._names[id(node)] = name
            self.places[name] = pointer = ("components", "schemas", key)
            if name not in (self.class_name(key), self.class_name(str(node.get("title")))):
                self.numbered[pointer] = f"the class {name}"
            self.schemas[name] = {}

    def name(self, node: Any) -> str | None:
        """Return the name of the component that an original schema became, or None."""
        return self._names.get(id(node))

    def class_name(self, text: str) -> str:
        """Return the class name that the parser makes from a text."""
        return class_name(text, self._config.field_prefix)

    def _named(self, declared: dict[str, Any]) -> dict[str, tuple[str, Any]]:
        """Return the components by the names of their classes: unique titles, or else keys."""
        nodes = {
            key: node
            for key, node in declared.items()
            if isinstance(node, dict) and not is_reference(node) and not _is_alias(node)
        }
        by_key = {key: self.class_name(key) for key in nodes}
        titles = {
            key: self.class_name(node["title"])
            for key, node in nodes.items()
            if isinstance(node.get("title"), str) and self.class_name(node["title"]).isidentifier()
        }
        taken = Counter([*titles.values(), *(by_key[key] for key in nodes if key not in titles)])
        found: dict[str, tuple[str, Any]] = {}
        for key, node in nodes.items():
            wanted = titles.get(key, by_key[key])
            if taken[wanted] > 1:
                wanted = by_key[key]
            found[unique(wanted, found)] = key, node
        return found

    def add(self, node: Schema, schema: Schema, name: Name) -> str:
        """Add a component for a schema that becomes a class, and return its name."""
        title = node.get("title")
        candidates = [str(name)]
        if isinstance(title, str) and pascal_case(title):
            prefixed = f"{pascal_case(name.parent)}{pascal_case(title)}"
            only_title = not self._config.use_path_prefixes_for_title_model_names and "enum" not in schema
            candidates = [pascal_case(title), prefixed] if only_title else [prefixed]
        for candidate in map(self.class_name, candidates):
            if candidate not in self.schemas or (schema.get("enum") and self._enums.get(candidate) == schema["enum"]):
                chosen = candidate
                break
        else:
            chosen = unique(self.class_name(candidates[-1]), self.schemas)
        if "enum" in schema:
            self._enums[chosen] = schema["enum"]
        self._names[id(node)] = chosen
        self._alive.append(node)
        self.schemas[chosen] = schema
        return chosen


def _is_alias(node: Schema) -> bool:
    """Return whether a schema is only another name for a component: a union or an `allOf` of a single reference."""
    parts = [part for key in ("allOf", "anyOf", "oneOf") for part in node.get(key) or ()]
    only = len(parts) == 1 and isinstance(parts[0], dict) and is_reference(parts[0]) and len(parts[0]) == 1
    return only and not (TYPED - {"allOf", "anyOf", "oneOf"}) & {key for key in node if node[key] is not False}
