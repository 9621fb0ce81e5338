"""Put a document into the words that the generator's parser understands, without changing what it says.

The parser knows neither parameters, bodies and responses behind more than one `$ref`, nor most of `allOf`; it names
classes by title and gives up where two are alike. So here each schema that becomes a class is a component with its own
name, `allOf` is merged, `nullable` is a union with null, and each request and response has the media types that
are used.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from openapi_python_client.config import Config

from ..places import Pointer
from . import passes
from .inheritance import Resolve
from .operations import OperationReader
from .schemas import SchemaReader


@dataclass
class Prepared:
    """A document for the parser, where its operations stand in the person's, and the media types it is told to know.

    `numbered` says what has a name with a number, since another one has its own.
    """

    document: dict[str, Any]
    operations: dict[str, Pointer] = field(default_factory=dict)
    components: dict[str, Pointer] = field(default_factory=dict)
    content_types: dict[str, str] = field(default_factory=dict)
    numbered: dict[Pointer, str] = field(default_factory=dict)


def prepare(document: dict[str, Any], resolve: Resolve, config: Config) -> Prepared:
    """Return what the parser is to read.

    Args:
        document: A document without problems; it is not changed, but shares its values with the result.
        resolve: What a `$ref` of the document means: where, and the value there.
    """
    declared = document.get("components") or {}
    reader = SchemaReader(declared.get("schemas") or {}, resolve, config)
    operations = OperationReader(document, reader, resolve, config)
    schemas, paths = reader.components.schemas, operations.paths
    passes.follow_aliases(schemas, paths)
    passes.break_circles(schemas)
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
