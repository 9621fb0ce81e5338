"""The expressions of generated code for schemas and operations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st
from openapi_python_client.config import Config, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.openapi import Endpoint

from generator.dialect.context import Context
from generator.dialect.imports import modules_below, with_imports
from generator.dialect.operations import Operation
from generator.dialect.schemas import Attribute, Schemas, with_builtins
from generator.dialect.texts import first_sentence, opening, without_markup
from generator.spec.configuration import configure
from tests.support.server import CONFIG

SOME: dict[str, Any] = {
    "A": {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "a"}}},
    "B": {"type": "object", "properties": {"kind": {"const": "b"}, "size": {"type": "integer"}}},
    "Size": {"enum": ["s", "m"], "type": "string"},
    "Words": {"type": "object", "additionalProperties": {"type": "string"}},
}
REF = {name: {"$ref": f"#/components/schemas/{name}"} for name in SOME}


def context_of(schemas: dict[str, Any], paths: dict[str, Any] | None = None) -> tuple[Context, GeneratorData]:
    """Return the context of a document with these schemas and paths."""
    document = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": paths or {},
        "components": {"schemas": {**SOME, **schemas}},
    }
    options = configure(CONFIG).options
    config = Config.from_sources(options, MetaType.NONE, Path("t.json"), "utf-8", overwrite=True, output_path=None)
    data = GeneratorData.from_dict(document, config=config)
    assert isinstance(data, GeneratorData)
    return Context(data, document, config), data


def attributes(properties: dict[str, Any], required: tuple[str, ...] = ()) -> dict[str, Attribute]:
    """Return the attributes of a model with these properties, by their names on the wire."""
    context, data = context_of({"Subject": {"type": "object", "properties": properties, "required": [*required]}})
    model = next(model for model in data.models if model.class_info.name == "Subject")
    return {item.wire_name: item for item in Schemas(context).attributes(model)}


@pytest.mark.parametrize(
    ("schema", "annotation", "decoders"),
    [
        ({"type": "string"}, "str | None = None", []),
        ({"type": ["integer", "null"]}, "int | None = None", []),
        ({"type": "number"}, "float | None = None", []),
        ({}, "_JSON = None", []),
        ({"type": "object"}, "dict[str, _JSON] | None = None", []),
        (REF["Words"], "dict[str, str] | None = None", []),
        (REF["Size"], "Size | None = None", []),
        ({"anyOf": [REF["Size"], {"type": "string"}]}, "Size | str | None = None", []),
        ({"const": "x"}, "_Literal['x'] | None = None", []),
        (REF["A"], "A | None = None", [("dict", "A._decoded(value, True)")]),
        ({"oneOf": [REF["A"], {"type": "null"}]}, "A | None = None", [("dict", "A._decoded(value, True)")]),
        ({"oneOf": [REF["A"], REF["B"]]}, "A | B | None = None", [("dict", "_a_or_b(value, True)")]),
        (
            {"type": "array", "items": REF["A"]},
            "list[A] | None = None",
            [("list", "_decode_list(A._decoded, value, True)")],
        ),
        ({"type": "array", "items": {"type": "integer"}}, "list[int] | None = None", []),
        (
            {"type": "object", "additionalProperties": {"type": "string", "format": "date"}},
            "dict[str, _date | str] | None = _field(default=None, metadata={'format': 'date'})",
            [
                (
                    "dict",
                    "{key: _parsed(item, _date.fromisoformat) if isinstance(item, str) else item"
                    " for key, item in value.items()}",
                )
            ],
        ),
        (
            {"anyOf": [REF["A"], {"type": "array", "items": REF["B"]}, {"type": "string", "format": "uuid"}]},
            "A | list[B] | _UUID | str | None = None",
            [
                ("dict", "A._decoded(value, True)"),
                ("list", "_decode_list(B._decoded, value, True)"),
                ("str", "_parsed(value, _UUID)"),
            ],
        ),
        (
            {"type": "object", "additionalProperties": {"type": ["string", "null", "integer"]}},
            "dict[str, str | None | int] | None = None",
            [],
        ),
        (
            {"type": "array", "items": {"type": ["string", "null", "integer"]}},
            "list[str | None | int] | None = None",
            [],
        ),
        ({"enum": ["[", "a | None | b"]}, "SubjectP | None = None", []),
        (
            {"type": "array", "items": {"type": "array", "items": REF["A"]}},
            "list[list[A]] | None = None",
            [
                (
                    "list",
                    "[_decode_list(A._decoded, item, True) if isinstance(item, list) else item for item in value]",
                )
            ],
        ),
    ],
    ids=str,
)
def test_a_property_has_a_type_and_decoders(schema: Any, annotation: str, decoders: list[tuple[str, str]]) -> None:
    """Optional ones may be None; plain values need no decoder."""
    found = attributes({"p": schema})["p"]
    assert (found.annotation, [*found.decoders.items()]) == (annotation, decoders)


def test_required_properties_have_no_default() -> None:
    """The type is that of a conforming server."""
    found = attributes({"a": {"type": "string"}, "b": {"type": ["string", "null"]}, "class": {}}, ("a", "b", "class"))
    assert [attribute.annotation for attribute in found.values()] == [
        "str",
        "str | None",
        "_JSON = _field(metadata={'wire_name': 'class'})",
    ]


@pytest.mark.parametrize(
    ("wire_name", "name"),
    [
        ("object", "object"),
        ("type", "type"),
        ("bytes", "bytes"),
        ("id", "id"),
        ("camelCase", "camelCase"),
        ("class", "class_"),
        ("None", "None_"),
        ("to_dict", "to_dict_"),
        ("additional_properties", "additional_properties_"),
        ("str", "str_"),
        ("int", "int_"),
        ("classmethod", "classmethod_"),
        ("x-rate", "x_rate"),
        ("2fa", "field_2fa"),
        ("_private", "field_private"),
        ("", "field_"),
        ("\N{LATIN SMALL LETTER E WITH ACUTE}", "\N{LATIN SMALL LETTER E WITH ACUTE}"),
    ],
)
def test_an_attribute_has_its_name_on_the_wire_where_it_can(wire_name: str, name: str) -> None:
    """Keywords and names that the class uses get an underscore; other names are the generator's."""
    found = attributes({wire_name: {"type": "string"}, "number": {"type": "integer"}})[wire_name]
    assert found.name == name
    assert found.annotation == (
        "str | None = None"
        if name == wire_name
        else f"str | None = _field(default=None, metadata={{'wire_name': {wire_name!r}}})"
    )


def test_attribute_names_are_distinct() -> None:
    """An attribute with its name on the wire keeps it; a renamed one gets an underscore."""
    found = attributes({"x-y": {}, "xy": {}, "x_y": {}, "class": {}})
    assert [attribute.name for attribute in found.values()] == ["xy_", "xy", "x_y", "class_"]


def test_a_name_that_an_annotation_uses_is_taken_in_its_class() -> None:
    """`list` stays an attribute's name if no other attribute is a list."""
    assert attributes({"list": {"type": "integer"}})["list"].name == "list"
    found = attributes({"list": {"type": "integer"}, "all": {"type": "array", "items": {}}})
    assert (found["list"].name, found["all"].annotation) == ("list_", "list[_JSON] | None = None")


# An operation as `preparing` leaves it.
OPERATION = {
    "operationId": "changeThing",
    "tags": ["default"],
    "servers": [],
    "security": [],
    "parameters": [
        {"name": "thing-id", "in": "path", "required": True, "schema": {"type": "string"}},
        {"name": "type", "in": "query", "schema": {"type": "string"}},
        {"name": "client", "in": "query", "schema": {"type": "string"}},
        {"name": "from", "in": "query", "required": True, "schema": {"type": "integer"}},
        {"name": "tags", "in": "query", "explode": False, "schema": {"type": "array", "items": {"type": "string"}}},
        {"name": "X-Trace", "in": "header", "schema": {"type": "string"}},
    ],
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"type": "object", "required": ["size"], "properties": {"size": REF["Size"], "note": {}}}
            }
        },
    },
    "responses": {
        "200": {"description": "", "content": {"application/json": {"schema": REF["A"]}}},
        "202": {"description": "", "content": {"application/json": {"schema": {"type": "array", "items": REF["B"]}}}},
        "204": {"description": ""},
        "4XX": {"description": "", "content": {"text/plain": {"schema": {"type": "string"}}}},
    },
}


@pytest.fixture(scope="module")
def operation() -> Operation:
    """Return an operation with all kinds of parameters, a body and several responses."""
    context, data = context_of({}, {"/a'{thing-id}\"/b": {"post": OPERATION}})
    endpoint: Endpoint = next(iter(data.endpoint_collections_by_tag.values())).endpoints[0]
    return Operation(endpoint, context, Schemas(context, "_models."))


def test_arguments_have_the_names_of_parameters_where_they_can(operation: Operation) -> None:
    """Keywords get an underscore, names of every function the generator's name; required ones come first."""
    assert [argument.name for argument in operation.path_arguments] == ["thing_id"]
    assert [argument.name for argument in operation.keyword_arguments] == [
        "body",
        "from_",
        "type",
        "client_query",
        "tags",
        "x_trace",
    ]
    assert [argument.name for argument in operation.method_arguments][:2] == ["size", "from_"]
    assert [argument.annotation + argument.default for argument in operation.method_arguments[:3]] == [
        "_models.Size",
        "int",
        "_JSON | _Unset = _UNSET",
    ]


def test_the_path_is_literal_but_for_its_parameters(operation: Operation) -> None:
    """Quotes in the document are escaped."""
    pieces = eval(operation.path, {"_path_segment": lambda name, value: f"<{name}={value}>", "thing_id": 7})
    assert pieces == "/a'<thing-id=7>\"/b"


def test_the_query_and_headers_have_the_names_of_the_wire(operation: Operation) -> None:
    """With the document's style."""
    assert operation.query == [
        "_query_pairs('type', type)",
        "_query_pairs('client', client_query)",
        "_query_pairs('from', from_)",
        "_query_pairs('tags', tags, 'form', explode=False)",
    ]
    assert operation.headers == "_header_texts({'X-Trace': x_trace})"


def test_each_status_is_decoded_as_declared(operation: Operation) -> None:
    """Undeclared statuses are decoded as the first success."""
    assert operation.success.type == "_models.A | list[_models.B] | None"
    assert operation.failure.type == "str"
    conditions = [branch.condition for branch in operation.success.branches]
    assert conditions == ["status_code == 202", "status_code == 204", ""]
    assert operation.success.branches[-1].result == "_decode(_models.A, _read_json(content, dict))"
    assert operation.success.branches[0].value == "_read_json(content, list)"


def test_docstrings_name_plain_types_and_each_argument(operation: Operation) -> None:
    """Without the underscores of the templates' imports, and even if the spec has no description."""
    assert "_JSON" not in operation.returns(True) + operation.returns(False)
    arguments = [*operation.path_arguments, *operation.keyword_arguments, *operation.method_arguments]
    assert all(argument.description for argument in arguments)


def test_each_argument_has_its_own_description() -> None:
    """Also where a parameter of the path and one of the query have one name, and for a body that is passed whole."""
    parameters = [
        {"name": "id", "in": place, "required": True, "description": f"In the {place}.", "schema": {"type": "string"}}
        for place in ("query", "path")
    ]
    body = {"required": True, "content": {"application/json": {"schema": {"type": "string"}, "encoding": {}}}}
    context, data = context_of({}, {"/a/{id}": {"post": {**OPERATION, "parameters": parameters, "requestBody": body}}})
    endpoint: Endpoint = next(iter(data.endpoint_collections_by_tag.values())).endpoints[0]
    operation = Operation(endpoint, context, Schemas(context))
    described = {argument.name: argument.description for argument in operation.method_arguments}
    assert operation.path_arguments[0].description == "In the path."
    assert described == {"body": "The body of the request.", "id_query": "In the query."}


def test_only_what_code_uses_is_imported() -> None:
    """Under its name, from its module."""
    code = "def f(value: _Any) -> _Model:\n    return _new_model(_models.A, value)\n"
    statements, found = with_imports(code, "..", {"_Model": "from .base import Model"}).split("\n\n\n")
    assert found == "def f(value: Any) -> Model:\n    return new_model(models.A, value)\n"
    assert statements.splitlines() == [
        "from typing import Any",
        "from .. import models",
        "from .._runtime.model import new_model",
        "from .base import Model",
    ]


@pytest.mark.parametrize(
    ("code", "statement"),
    [
        ("class Request(_Request): ...", "from .._runtime.request import Request as _Request"),
        ("def f(field: int = 1): _field()", "from attrs import field as _field"),
        ("x: _Any = Any", "from typing import Any as _Any"),
        ("x: _Any = y.Any", "from typing import Any"),
        ("x: _Any = 'Any' # Any", "from typing import Any"),
        ('x: _Any = """\nAny"""', "from typing import Any"),
        ("x: _Any = r'\\' + Any", "from typing import Any as _Any"),
    ],
)
def test_an_import_is_renamed_only_if_the_document_has_its_name(code: str, statement: str) -> None:
    """Strings, comments and attributes do not count."""
    found, rest = with_imports(code, "..").split("\n\n\n")
    assert found == statement
    assert "_Any" not in rest or " as _Any" in statement


def test_modules_that_code_uses_are_imported() -> None:
    """A large package imports them on first use; a name that the code has is replaced."""
    code = "def pets(): return _pets.f(), _dogs.g()\n"
    modules = {**modules_below(".", ["pets"]), **modules_below("..", ["dogs"])}
    assert with_imports(code, "..", modules).splitlines()[:2] == ["from . import pets as _pets", "from .. import dogs"]
    assert with_imports(code, "..", modules, lazy=True).splitlines()[:8] == [
        "import typing",
        "from .._runtime.lazy import LazyModule",
        "if typing.TYPE_CHECKING:",
        "    from . import pets as _pets",
        "    from .. import dogs as dogs",
        "else:",
        '    _pets = LazyModule(__name__, "pets")',
        "    dogs = LazyModule(__name__.rpartition('.')[0], \"dogs\")",
    ]


def test_a_module_is_imported_under_a_name_of_any_script() -> None:
    """A combining character is a part of a name in Python, though not of a word for `re`."""
    name = "i\u0307"
    assert with_imports(f"_{name}.f()", "..", modules_below(".", [name])) == f"from . import {name}\n\n\n{name}.f()"


def test_a_built_in_type_that_names_a_method_is_spelled_out() -> None:
    """A literal that reads alike stays."""
    assert with_builtins("list[str] | _Literal['list']", ["list"]) == "_builtins.list[str] | _Literal['list']"
    assert with_builtins("list[str]", ["retrieve"]) == "list[str]"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Hello &amp; <b>bold</b></p>a < b", "\nHello & bold\na < b"),
        ("<ul><li>one</li><LI class='x'>two</LI></ul>", "\n\n- one\n- two\n"),
        ("a<br/>b<br>c &lt;b&gt;&nbsp;d", "a\nb\nc <b> d"),
        ("see <a href='https://example.com'>here</a>", "see here (https://example.com)"),
        ("see <a href='https://example.com'>https://example.com</a>", "see https://example.com"),
        ("see <a href='/docs'>here</a> or <a>there</a>", "see here or there"),
        ("Map<String, List<Pet>>, <id>, <https://example.com>", "Map<String, List<Pet>>, <id>, <https://example.com>"),
        ("`<b>&amp;</b>` and\n```\n<p>\n```\n<i>x</i>", "`<b>&amp;</b>` and\n```\n<p>\n```\nx"),
        ("<?xml version='1.0'?> <!DOCTYPE pets> <b", "<?xml version='1.0'?> <!DOCTYPE pets> <b"),
    ],
)
def test_the_html_of_a_description_is_text(html: str, text: str) -> None:
    """Text that is no HTML element, or that Markdown quotes, stays."""
    assert without_markup(html) == text


@given(st.text().filter(lambda text: not {"<", "&"} & {*text}))
def test_text_without_markup_is_unchanged(text: str) -> None:
    assert without_markup(text) == text


@pytest.mark.parametrize(
    ("description", "sentence"),
    [
        ("Keep pets. And more.", "Keep pets."),
        ("<p>Keep pets</p>\n\nMore", "Keep pets"),
        ("# Introduction\n\nKeep pets.", ""),
        ("Version 1.2 of it. More.", "Version 1.2 of it."),
        ("a " * 100, ""),
        ("", ""),
    ],
)
def test_a_client_is_described_by_one_sentence(description: str, sentence: str) -> None:
    assert first_sentence(description) == sentence


@pytest.mark.parametrize(
    ("description", "shown"),
    [
        ("Keep pets.\n\nAnd more.", "Keep pets.\n\nAnd more."),
        ("Keep pets.\n\n## Use\n\nMore.", "Keep pets."),
        ("Keep pets.\n\nUse\n---\nMore.", "Keep pets."),
        ("# Keep pets\n\nMore.", ""),
        ("Keep pets.\n\n" + "more " * 400, "Keep pets."),
        ("", ""),
    ],
)
def test_a_package_is_described_up_to_the_first_heading(description: str, shown: str) -> None:
    assert opening(description) == shown
