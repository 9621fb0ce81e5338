"""Call each operation of a generated package with arguments that the document allows, and print the outcomes.

A program of its own, since each package is imported once. It prints a JSON object for each call:
`python -m tests.programs.documents.driving KIND SPEC PACKAGE ADDRESS MOST`, where KIND is `ours` or `stock`, and MOST
is how many operations are called, spread over the document; 0 for all.
"""

from __future__ import annotations

import datetime
import importlib
import io
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.bodies import Body, BodyType
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties import EnumProperty, ModelProperty
from openapi_python_client.parser.properties.boolean import BooleanProperty
from openapi_python_client.parser.properties.date import DateProperty
from openapi_python_client.parser.properties.datetime import DateTimeProperty
from openapi_python_client.parser.properties.file import FileProperty
from openapi_python_client.parser.properties.float import FloatProperty
from openapi_python_client.parser.properties.int import IntProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.union import UnionProperty
from openapi_python_client.parser.properties.uuid import UuidProperty

from generator.dialect.context import Context
from generator.dialect.operations import Operation as Written
from generator.dialect.schemas import Schemas
from generator.spec.parsing import parse_spec
from generator.spec.reading import read
from tests.programs.documents.arguments import Arguments, Operation, Spec, arguments

# The header in which Steady counts the mistakes of a request.
_ERRORS = "x-steady-error-count"
_FITS_SEVERAL = "E3012"
_PARAMETER = re.compile(r"\{([^{}]*)\}")


@dataclass
class Outcome:
    """The outcome of a call: whether it had a function, was accepted and decoded; else why not."""

    operation: str
    generated: bool = True
    accepted: bool = False
    decoded: bool = False
    reason: str = ""


class Package:
    """A generated package, with the names that its generator knew."""

    def __init__(self, kind: str, spec: Path, folder: Path) -> None:
        self.stock = kind == "stock"
        self.name = folder.name
        document = read(spec)
        if self.stock:
            options = ConfigFile(package_name_override=self.name)
            config = Config.from_sources(options, MetaType.NONE, spec, "utf-8", overwrite=True, output_path=None)
            data = GeneratorData.from_dict(document.value, config=config)
            if not isinstance(data, GeneratorData):
                raise ValueError(data.detail)
        else:
            settings, _, prepared, data = parse_spec(spec, folder.parent / "generator-config.yml")
            self._context = Context(data, prepared.document, settings)
        self._endpoints = {
            _template(endpoint.method, endpoint.path.get_untrusted_value()): (str(collection.tag), endpoint)
            for collection in data.endpoint_collections_by_tag.values()
            for endpoint in collection.endpoints
        }
        self._models = {model.class_info.name: model for model in data.models}
        self._has_files = True  # in JSON, a file is a string like any other

    def endpoint(self, operation: Operation) -> tuple[ModuleType, Endpoint] | None:
        """Return the module of an operation, or None."""
        found = self._endpoints.get(_template(operation.method, operation.path))
        if found is None:
            return None
        tag, endpoint = found
        return importlib.import_module(f"{self.name}.api.{tag}.{endpoint.name}"), endpoint

    def names(self, endpoint: Endpoint) -> dict[tuple[str, str], str]:
        """Return the names of an operation's keyword arguments, by location and name of the parameters."""
        if self.stock:
            return {
                (str(where), parameter.name.get_untrusted_value()): str(parameter.python_name)
                for where, parameter in endpoint.iter_all_parameters()
            }
        written = Written(endpoint, self._context, Schemas(self._context))
        return {
            (where, parameter.argument.wire_name): parameter.argument.name
            for where, parameters in written.parameters.items()
            for parameter in parameters
        }

    def body(self, body: Body, value: Any) -> Any:
        """Convert a JSON value to the body of a media type: text if the package writes that media type unchanged."""
        if not self.stock and body.body_type == BodyType.CONTENT and not isinstance(value, str):
            return json.dumps(value)
        self._has_files = body.body_type != BodyType.JSON
        return self.value(body.prop, value)

    def value(self, property_: Any, value: Any) -> Any:
        """Convert a JSON value to the type that the package's functions take."""
        match property_:
            case _ if value is None:
                return None
            case UnionProperty():
                return self._variant(property_, value)
            case ListProperty():
                return (
                    [self.value(property_.inner_property, item) for item in value] if isinstance(value, list) else value
                )
            case DateTimeProperty():
                return datetime.datetime.fromisoformat(value)
            case DateProperty():
                return datetime.date.fromisoformat(value)
            case UuidProperty():
                return UUID(value)
            case FileProperty():
                return self._file(value)
            case EnumProperty():
                return getattr(importlib.import_module(f"{self.name}.models"), property_.class_info.name)(value)
            case FloatProperty():
                return float(value) if isinstance(value, int) else value
            case ModelProperty():
                return self._model(property_, value)
            case _:
                return value

    def _file(self, value: str) -> Any:
        if not self.stock:
            return value.encode()
        return importlib.import_module(f"{self.name}.types").File(payload=io.BytesIO(value.encode()), file_name="a")

    def _model(self, property_: ModelProperty, value: Any) -> Any:
        model = self._models.get(property_.class_info.name, property_)
        properties = {
            given.name.get_untrusted_value(): given
            for given in [*(model.required_properties or []), *(model.optional_properties or [])]
        }
        class_ = getattr(importlib.import_module(f"{self.name}.models"), model.class_info.name, None)
        if class_ is None or not isinstance(value, dict):
            return value
        plain = {key: self._binary(properties.get(key), item) for key, item in value.items()}
        return class_.from_dict(plain)

    def _binary(self, property_: Any, value: Any) -> Any:
        """Convert a value for `from_dict`: JSON, except files, which have no JSON."""
        if isinstance(property_, ListProperty) and isinstance(value, list):
            return [self._binary(property_.inner_property, item) for item in value]
        if isinstance(property_, FileProperty) and isinstance(value, str) and self._has_files:
            return io.BytesIO(value.encode()) if self.stock else value.encode()
        return value

    def _variant(self, union: UnionProperty, value: Any) -> Any:
        kinds: dict[type, tuple[type, ...]] = {
            dict: (ModelProperty,),
            list: (ListProperty,),
            bool: (BooleanProperty,),
            int: (IntProperty, FloatProperty),
            float: (FloatProperty,),
            str: (DateTimeProperty, DateProperty, UuidProperty, EnumProperty, FileProperty),
        }
        for inner in union.inner_properties:
            if isinstance(inner, kinds.get(type(value), ())):
                try:
                    return self.value(inner, value)
                except (ValueError, KeyError, TypeError, AttributeError):
                    continue
        return value


def drive(package: Package, spec: Spec, address: str, most: int) -> Iterator[Outcome]:
    """Call the operations of a document."""
    client_module = importlib.import_module(f"{package.name}.client")
    client = client_module.AuthenticatedClient(base_url=address, token="token")
    # The operation cannot be known after a `#`, which is not sent, or a `?`, which Steady's paths cannot have.
    operations = [item for item in spec.operations() if not {"#", "?"} & {*item.path}]
    for operation in operations[:: max(1, -(-len(operations) // most)) if most else 1]:
        try:
            found = package.endpoint(operation)
        except Exception as error:  # noqa: BLE001  # whatever an import of generated code raises
            yield Outcome(str(operation), generated=False, reason=f"import: {said(error)}")
            continue
        if found is None:
            yield Outcome(str(operation), generated=False, reason="not generated")
            continue
        module, endpoint = found
        outcome = Outcome(str(operation), accepted=True, decoded=True)
        for call in arguments(spec, operation):
            made = _call(package, operation, module, endpoint, call, client)
            outcome.accepted &= made.accepted
            outcome.decoded &= made.decoded
            outcome.reason = outcome.reason or made.reason
        yield outcome


def _call(
    package: Package, operation: Operation, module: ModuleType, endpoint: Endpoint, call: Arguments, client: Any
) -> Outcome:
    made = Outcome("")
    responses: list[Any] = []
    try:
        positional, named = _python(package, operation, endpoint, call)
        transport = client.get_httpx_client()
        transport.event_hooks = {"response": [responses.append]}
        response = module.sync_detailed(*positional, client=client, **named)
    except Exception as error:  # noqa: BLE001  # whatever generated code raises
        heads = responses[-1].headers if responses else {}
        made.accepted = _is_accepted(heads)
        made.reason = said(error)
        return made
    errors = {name: value for name, value in response.headers.items() if name.startswith("x-steady-error-1")}
    made.accepted = _is_accepted(response.headers)
    if not made.accepted:
        made.reason = f"refused: {response.status_code} {errors or response.content[:200]}"
    made.decoded = True
    return made


def _python(
    package: Package, operation: Operation, endpoint: Endpoint, call: Arguments
) -> tuple[list[Any], dict[str, Any]]:
    by_name = {
        (str(where), parameter.name.get_untrusted_value()): parameter
        for where, parameter in endpoint.iter_all_parameters()
    }
    names = dict.fromkeys(_PARAMETER.findall(operation.path))
    positional = [
        package.value(parameter, call.parameters["path", name])
        for parameter, name in zip(endpoint.path_parameters, names, strict=True)
    ]
    called = package.names(endpoint)
    named = {
        called[key]: package.value(by_name[key], value)
        for key, value in call.parameters.items()
        if key[0] != "path" and key in by_name
    }
    body: Body | None = next((declared for declared in endpoint.bodies if _is(declared, call.media_type)), None)
    if call.media_type and body:
        named["body"] = package.body(body, call.body)
    return positional, named


def _is_accepted(headers: Any) -> bool:
    """Return whether the mock server found nothing wrong with a request; fitting several variants is not wrong."""
    codes = {value for name, value in headers.items() if name.startswith("x-steady-error-") and name.endswith("-code")}
    return headers.get(_ERRORS) == "0" or (_ERRORS in headers and codes == {_FITS_SEVERAL})


def _template(method: str, path: str) -> str:
    """Return an operation's method and path without the names of its parameters."""
    return f"{method.upper()} {_PARAMETER.sub('{}', path)}"


def _is(body: Body, media_type: str | None) -> bool:
    """Return whether a body is of a media type, or within a range of them."""
    return fnmatchcase(body.content_type.get_untrusted_value(), media_type or "")


def said(error: Exception) -> str:
    """Return an exception in one line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"


def main() -> None:
    kind, spec, folder, address, most = sys.argv[1:]
    sys.path.insert(0, str(Path(folder).parent))
    package = Package(kind, Path(spec), Path(folder))
    document = Spec(read(Path(spec)).value)
    for outcome in drive(package, document, address, int(most)):
        print(json.dumps(asdict(outcome)))


if __name__ == "__main__":
    main()
