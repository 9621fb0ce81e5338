"""Find the lines of generated code for a place in the document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from generator.spec.places import Pointer, parse_pointer

from ..findings import Finding, Line, squash
from ..source import Document
from .package import Declaration, Package
from .syntax import names_in


def with_code(
    findings: Iterable[Finding], packages: tuple[Package, Package], documents: tuple[Document, Document]
) -> list[Finding]:
    """Add the old and new lines of generated code to the contract findings."""
    sides = [_Index(package, document) for package, document in zip(packages, documents, strict=True)]
    completed = []
    for finding in findings:
        if finding.part == "contract":
            found = [side.code_of(finding, at) for side, at in zip(sides, finding.pointers, strict=True)]
            lines = [Line(f"{item.file}:{item.line}", item.text) if item else Line() for item in found]
            finding = replace(finding, code=(lines[0], lines[1]))
        completed.append(finding)
    return completed


class _Index:
    """The declarations of a package by the schemas, properties, operations and parameters of the document."""

    def __init__(self, package: Package, document: Document) -> None:
        self.package, self.document = package, document
        self._schemas: dict[str, Declaration] = {}
        # By schema and property.
        self._attributes: dict[tuple[str, str], Declaration] = {}
        # By operation and parameter, where "" stands for the function itself.
        self._operations: dict[tuple[str, str], Declaration] = {}
        for name, declaration in package.declarations.items():
            function = name.owner if name.parameter else name
            if declaration.kind == "attribute":
                self._attributes.setdefault((squash(name.owner.last), squash(name.last)), declaration)
            elif declaration.kind in ("class", "enum"):
                self._schemas.setdefault(squash(name.last), declaration)
            elif function.last == "sync":
                self._operations.setdefault((squash(function.owner.last), squash(name.parameter)), declaration)

    def code_of(self, finding: Finding, pointer: str | None) -> Declaration | None:
        """Return the declaration that was generated for a place in the document, or None if there is not just one."""
        parts = parse_pointer(pointer or "")
        if parts[:2] == ("components", "schemas") and len(parts) > 2:
            return self._of_part(finding, parts[2], parts[3:])
        if parts[:1] != ("paths",) or len(parts) < 3:
            return None
        operation_id = self.document.written((*parts[:3], "operationId"))
        if operation_id is None:
            return None
        name: str | None = ""
        if len(parts) > 4:
            name = self.document.written((*parts[:5], "name")) if parts[3] == "parameters" else None
        return None if name is None else self._operations.get((squash(operation_id), squash(name)))

    def _of_part(self, finding: Finding, schema: str, rest: Pointer) -> Declaration | None:
        """Return the declaration of a schema, or of the property that the pointer within the schema, `rest`, names."""
        if "properties" not in rest:
            return self._schemas.get(squash(schema))
        index = rest.index("properties")
        plain = all(part in ("allOf", "anyOf", "oneOf") or part.isdecimal() for part in rest[:index])
        if not plain or len(rest) <= index + 1 or "properties" in rest[index + 2 :]:
            return None
        found = self._attributes.get((squash(schema), squash(rest[index + 1])))
        if found and "ENUM_VALUE" in finding.rule.name:
            named = names_in(found.annotation)
            return next((self.package.declarations[name] for name in self.package.enums if name.last in named), found)
        return found
