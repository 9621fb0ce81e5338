"""Parse a spec with openapi-python-client, and report its errors with the spec's own names and places."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import NamedTuple

from openapi_python_client.config import Config, MetaType
from openapi_python_client.parser import GeneratorData, openapi
from openapi_python_client.parser.errors import GeneratorError, ParseError
from openapi_python_client.parser.properties.protocol import PropertyProtocol
from openapi_python_client.schema.parameter_location import ParameterLocation
from openapi_python_client.schema.untrusted_string import UntrustedString

from .configuration import configure
from .loading import Source, load, proposal
from .places import DocumentError, Pointer
from .preparing import Prepared, prepare
from .preparing.names import REPEATED, wire_name_in

_MOST_ERRORS = 7
_MOST_NOTES = 5
_OPERATION = re.compile(r"parsing ([A-Z]+ .*) within ")
_COMPONENT = re.compile(r"/components/schemas/([^/\s:]+)")
_ADDRESS = re.compile(r"<\S+ object at 0x[0-9a-f]+>")


class Parsed(NamedTuple):
    """A parsed spec, for rendering the templates."""

    settings: Config
    source: Source
    prepared: Prepared
    data: GeneratorData


def parse_spec(spec: Path, config: Path, *, all_problems: bool = False) -> Parsed:
    """Read the configuration and the spec, and parse the spec.

    Raises:
        DocumentError: The spec or the configuration is invalid, or the parser reported an error or a warning.
    """
    configuration = configure(config)
    try:
        source = load(spec, configuration, all_problems=all_problems)
        settings = Config.from_sources(
            configuration.options, MetaType.NONE, spec, "utf-8", overwrite=True, output_path=None
        )
        prepared = prepare(source.value, source.resolve, settings)
        data = parse(prepared, settings)
    except RecursionError as error:
        raise DocumentError(f"{spec.name}: is nested too deeply") from error
    source.notes += _numbered(source, prepared.numbered)
    return Parsed(settings, source, prepared, _complete(data, source, prepared))


def _numbered(source: Source, numbered: dict[Pointer, str]) -> Iterator[str]:
    """Yield notes about the first few classes and functions that have a number in their names."""
    for pointer, name in [*numbered.items()][:_MOST_NOTES]:
        where = source.files.document.where(pointer)
        yield f"note: {where}: another one has its name in Python already, so it is {name}"
    if len(numbered) > _MOST_NOTES:
        yield f"note: ... and {len(numbered) - _MOST_NOTES} more have a number in their names"


def _complete(data: GeneratorData | GeneratorError, source: Source, prepared: Prepared) -> GeneratorData:
    """Return the parsed data, if the whole spec was parsed.

    Raises:
        DocumentError: The parser reported an error or a warning; the message has a line with the place for each.
    """
    if isinstance(data, GeneratorError):
        raise DocumentError(f"{source.place(())}: {in_a_line(data.header)} {in_a_line(data.detail or '')}")
    errors: list[ParseError] = list(data.errors)
    for collection in data.endpoint_collections_by_tag.values():
        errors += [error for error in collection.parse_errors if error not in errors]
    if not errors:
        return data
    lines, pointers = [], []
    for error in errors[:_MOST_ERRORS]:
        header, detail = in_a_line(error.header), in_a_line(error.detail or "")
        operation, component = _OPERATION.search(header), _COMPONENT.search(header)
        pointer = prepared.operations.get(operation[1]) if operation else None
        if component:
            pointer = prepared.components.get(component[1], ("components", "schemas", component[1]))
        pointers += [pointer] if pointer else []
        lines.append(f"{source.place(pointer or ())}: {header.removeprefix('WARNING ')} {detail}")
    if len(errors) > len(lines):
        lines.append(f"... and {len(errors) - len(lines)} more")
    lines.append("openapi-python-client cannot generate this.")
    if pointers:
        lines += proposal(source.configuration.document.name, "leave_out", pointers)
    raise DocumentError("\n".join(lines))


def in_a_line(text: str) -> str:
    """Return a message as one line of limited length, without addresses of objects."""
    text = " ".join(_ADDRESS.sub("...", text).split())
    return text if len(text) <= 300 else f"{text[:300]}..."


def parse(prepared: Prepared, config: Config) -> GeneratorData | GeneratorError:
    """Parse a prepared spec, and restore the spec's own names."""
    config.content_type_overrides = {**config.content_type_overrides, **prepared.content_types}
    with _unlimited():
        data = GeneratorData.from_dict(prepared.document, config=config)
    if isinstance(data, GeneratorData):
        _restore(data)
    return data


@contextlib.contextmanager
def _unlimited() -> Iterator[None]:
    """Let the parser accept parameters of every type in every location, and let it not copy operations.

    The parser copies each operation three times with all its models, which took two thirds of the time for a spec with
    1,200 operations. The copies are not needed.
    """
    kinds = {kind: kind._allowed_locations for kind in PropertyProtocol.__subclasses__()}
    try:
        for kind in kinds:
            kind._allowed_locations = set(ParameterLocation)
        openapi.__dict__["deepcopy"] = lambda value: value
        yield
    finally:
        for kind, locations in kinds.items():
            kind._allowed_locations = locations
        openapi.__dict__["deepcopy"] = deepcopy


def _restore(data: GeneratorData) -> None:
    """Restore the spec's own names of properties, parameters and paths."""
    for model in data.models:
        for property_ in [*(model.required_properties or []), *(model.optional_properties or [])]:
            property_.name = UntrustedString(wire_name_in(property_.name.get_untrusted_value()))
    for collection in data.endpoint_collections_by_tag.values():
        for endpoint in collection.endpoints:
            path = endpoint.path.get_untrusted_value()
            for _, parameter in endpoint.iter_all_parameters():
                name = parameter.name.get_untrusted_value()
                path = path.replace(f"{REPEATED[0]}{name}{REPEATED[1]}", f"{{{parameter.python_name}}}")
                parameter.name = UntrustedString(wire_name_in(name))
            endpoint.path = UntrustedString(path)
