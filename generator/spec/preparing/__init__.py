"""Prepare a spec for openapi-python-client's parser: rewrite it in terms that the parser knows, with the same meaning.

The parser does not follow a `$ref` to a `$ref` of a parameter, body or response, merges only simple `allOf`, and fails
if two classes have the same title. After preparing, each schema that becomes a class is a component with a distinct
name, `allOf` is merged, `nullable` is a union with null, and requests and responses have only the media types that are
used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from openapi_python_client.config import Config

from ..places import Pointer
from . import passes
from .inheritance import Resolve
from .operations import OperationReader
from .schemas import SchemaReader


@dataclass
class Prepared:
    """A spec for the parser.

    Attributes:
        document: The prepared spec.
        operations: The pointers of operations in the original spec, by method and path.
        components: The pointers of components in the original spec, by their prepared names.
        content_types: The media types to treat media types of requests as, for the parser's configuration.
        numbered: The pointers of schemas and operations whose names got a number, with the new names.
    """

    document: dict[str, Any]
    operations: dict[str, Pointer]
    components: dict[str, Pointer]
    content_types: dict[str, str]
    numbered: dict[Pointer, str]


def prepare(document: dict[str, Any], resolve: Resolve, config: Config) -> Prepared:
    """Prepare a spec for the parser.

    Args:
        document: A spec without problems; it is not changed, but shares its values with the result.
        resolve: Returns the pointer and the value of a `$ref`'s target.
    """
    declared = document.get("components") or {}
    reader = SchemaReader(declared.get("schemas") or {}, resolve, config)
    operations = OperationReader(document, reader, resolve, config)
    schemas, paths = reader.components.schemas, operations.paths
    passes.follow_aliases(schemas, paths)
    passes.cut_endless_types(schemas)
    passes.keep_files_in_forms(schemas, paths, operations.content_types)
    passes.relax_required(schemas, paths)
    prepared = {key: value for key, value in document.items() if key not in ("webhooks", "components", "paths")}
    schemes = {name: operations.target(scheme) for name, scheme in (declared.get("securitySchemes") or {}).items()}
    prepared |= {
        "info": document.get("info", {}),
        "paths": paths,
        "components": {"securitySchemes": schemes, "schemas": schemas},
    }
    numbered = {**reader.components.numbered, **operations.numbered}
    return Prepared(prepared, operations.pointers, reader.components.places, operations.content_types, numbered)
