"""Judge responses by the spec, with a validator that shares no code with the generated client."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from generator.spec.files import Files
from generator.spec.openapi import METHODS
from generator.spec.places import Pointer, format_pointer, parse_pointer, value_at
from generator.spec.reading import read

__all__ = ("METHODS", "Pointer", "Spec", "schema", "snake")


class Spec:
    """An OpenAPI 3.1 document for judging responses.

    Attributes:
        value: What it says.
    """

    def __init__(self, path: Path) -> None:
        self._files = Files(read(path))
        self.value: dict[str, Any] = self._files.document.value
        self._name = path.name
        self._registry: Registry[Any] = Registry().with_resource("urn:spec", DRAFT202012.create_resource(self.value))

    def at(self, pointer: Pointer) -> tuple[Pointer, Any]:
        """Return the value at a pointer, and its pointer, with all `$ref`s followed."""
        value = value_at(self.value, pointer)
        while isinstance(value, dict) and "$ref" in value:
            spot = self._files.resolve(value["$ref"], self._files.document)
            pointer, value = spot.pointer, spot.value
        return pointer, value

    @cached_property
    def responses(self) -> dict[tuple[str, str, str], Pointer]:
        """Return the schema of each JSON response, by method, path and status."""
        found = {}
        for path, item in self.value["paths"].items():
            for method in sorted(item.keys() & {*METHODS}):
                for status in item[method]["responses"]:
                    at, response = self.at(("paths", path, method, "responses", status))
                    for media_type in response.get("content", {}):
                        if "json" in media_type:
                            found[method, path, str(status)] = self.at((*at, "content", media_type, "schema"))[0]
        return found

    def operations(self, url: str) -> list[tuple[str, str]]:
        """Return the methods and paths of the operations that match a URL, the path with fewest parameters first."""
        path = urlsplit(url).path
        found = {key[:2] for key in self.responses if _pattern(key[1]).search(path)}
        return sorted(found, key=lambda operation: (operation[1].count("{"), operation))

    def response_schema(self, method: str, url: str, status: int) -> Pointer | None:
        """Return the schema that is declared for a response, if there is one."""
        operations = self.operations(url)
        # Errors of a known path follow the spec's error schema, for any method.
        asked = [operation for operation in operations if operation[0] == method.lower()]
        for operation in asked or (operations if status >= 400 else []):
            for key in (str(status), f"{status // 100}XX", "default"):
                if (*operation, key) in self.responses:
                    return self.responses[(*operation, key)]
        return None

    def violations(self, body: Any, schema: Pointer) -> list[str]:
        """Return each violation of a schema in a body, with its place and the violated part of the schema."""
        validator = Draft202012Validator({"$ref": f"urn:spec#{format_pointer(schema)}"}, registry=self._registry)
        return [self._violation(schema, error) for error in validator.iter_errors(body)]

    def _violation(self, place: Pointer, error: ValidationError) -> str:
        # The innermost error, since that of a union only says that no variant fits.
        cause = best_match([error]) or error
        for step in cause.absolute_schema_path:
            if step != "$ref":
                place = (*self.at(place)[0], str(step))
        return f"{cause.json_path}: {cause.message:.200} (by {self._name}#{format_pointer(place)})"


def schema(name: str) -> Pointer:
    """Return the pointer of a component's schema."""
    return parse_pointer(f"/components/schemas/{name}")


def snake(name: str) -> str:
    """Convert a name of the spec to the generator's Python name."""
    return re.sub(r"\W+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)).lower()


def _pattern(template: str) -> re.Pattern[str]:
    """Return the pattern of URLs that end with a path template."""
    return re.compile("[^/]+".join(map(re.escape, re.split(r"\{[^}]+\}", template))) + "$")
