"""Documents are read with places and checked; mistakes are refused in a few lines or accepted with a reason."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st
from ruamel.yaml import YAML

from generator.spec.configuration import configure
from generator.spec.loading import Source, load
from generator.spec.places import DocumentError, parse_pointer, value_at
from generator.spec.reading import read
from tests.support import python
from tests.support.generating import generate

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
# A valid document, which tests change in one line.
API = """openapi: 3.1.0
info:
  title: Pets
  version: "1"
paths:
  /pets/{id}:
    get:
      operationId: getPet
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
      responses:
        "200":
          description: A pet.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Pet"}
            application/pdf: {}
components:
  schemas:
    Pet:
      type: object
      required: [name]
      properties:
        name: {type: string}
        kind: {type: string, enum: [cat, dog]}
        toys: {type: array, items: {type: string}}
"""


def written(folder: Path, text: str, name: str = "api.yaml") -> Path:
    """Write a document into a folder."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def loaded(folder: Path, text: str, *, config: str = "", name: str = "api.yaml", all_problems: bool = False) -> Source:
    """Read and check a document, with additions to the configuration."""
    configuration = configure(written(folder, f"package_name_override: pets\n{config}", "generator-config.yml"))
    return load(written(folder, text, name), configuration, all_problems=all_problems)


def refusal(
    folder: Path, text: str, *, config: str = "", name: str = "api.yaml", all_problems: bool = False
) -> list[str]:
    """Return the lines that refuse a document, without the folder."""
    with pytest.raises(DocumentError) as caught:
        loaded(folder, text, config=config, name=name, all_problems=all_problems)
    return str(caught.value).replace(f"{folder}/", "").splitlines()


@given(VALUES, st.sampled_from([None, 1, "\t"]))
def test_json_is_read_as_json_and_each_value_is_found(value: Any, indent: Any) -> None:
    """All JSON comes back equal, and the place of a value is the place of its text."""
    text = json.dumps({"before": value, "b": [value]}, indent=indent)
    with tempfile.TemporaryDirectory() as folder:
        document = read(written(Path(folder), text, "a.json"))
        place = document.place(("b", "0"))
    assert document.value == {"before": value, "b": [value]}
    line = text.split("\n")[place.line - 1]
    assert json.dumps(value, indent=indent).split("\n")[0] in line[place.column - 1 :]


@pytest.mark.parametrize("name", ["a.json", "a.yaml"])
def test_json_may_escape_characters_that_yaml_may_not(tmp_path: Path, name: str) -> None:
    """JSON escapes characters beyond the basic plane as surrogate pairs, which YAML does not allow."""
    assert read(written(tmp_path, '{"a": "\\ud83d\\ude00\\/"}', name)).value == {"a": "😀/"}


def test_yaml_is_read_as_yaml_1_2(tmp_path: Path) -> None:
    """A status is a key, `no` a str, a date a str, and a key beside `<<` replaces a merged one."""
    text = "base: &base {a: 1, b: no}\nboth: {<<: *base, a: 2}\n200: 2020-01-01\nbig: 0x10\nnone: ~\nyes: true\n"
    assert read(written(tmp_path, text)).value == {
        "base": {"a": 1, "b": "no"},
        "both": {"a": 2, "b": "no"},
        "200": "2020-01-01",
        "big": "0x10",
        "none": None,
        "yes": True,
    }


LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)
)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.yaml", "openapi: [3.1.0\ninfo: {}\n", "a.yaml:2:5: is not YAML: "),
        ("a.yaml", "a:\n\t- b\n", "a.yaml:2:1: is not YAML: "),
        ("a.json", '{"a": 1,\n "b": }', "a.json:2:7: is not JSON: Expecting value"),
        ("a.json", '{"a": NaN}', "a.json: is not JSON: NaN is no JSON number"),
        ("a.json", '{"a": "\\ud83d"}', "a.json:1:2: /a: half of a character (a lone surrogate)"),
        ("a.json", "[" * 100_000, "a.json: is nested too deeply"),
        ("a.yaml", "[" * 9_000 + "a" + "]" * 9_000, "a.yaml:1:501: is nested too deeply"),
        ("a.yaml", "", "a.yaml: is empty"),
        ("a.yaml", LAUGHS, "a.yaml:1:1: its aliases make 1,"),
        ("a.yaml", "a: &a [*a]\n", "a.yaml:1:8: an alias contains itself"),
        ("a.yaml", "? [a]\n: b\n", "a.yaml:1:3: a key must be a word or a number"),
        ("a.yaml", "a:\n\tb: c\n", "a.yaml:2:1: is not YAML: here is a tab: indent with spaces"),
        ("a.yaml", "a: @b\n", "a.yaml:1:4: is not YAML: here is a text that begins with @: quote it"),
        (
            "a.yaml",
            "a: b: c\n",
            "a.yaml:1:5: is not YAML: mapping values are not allowed in this context: quote a text",
        ),
        (
            "a.yaml",
            "a: {}\n b: {}\n",
            "a.yaml:2:2: is not YAML: did not find expected key: is it indented as the lines",
        ),
        ("a.yaml", "a: 'b\nc: d\n", "a.yaml:1:4: is not YAML: a quote begins here that does not end"),
        (
            "a.yaml",
            "a: b\n---\nc: d\n",
            "a.yaml:2:1: a second document begins here: write one document a file",
        ),
        ("a.yaml", "a: 1\nb: \0\n", "a.yaml:2:4: is not YAML: it has the control character U+0000"),
        ("a.yaml", "<!DOCTYPE html>\n<p>", "a.yaml:1:1: is HTML or XML, and no OpenAPI document: was a page saved"),
        ("a.json", "", "a.json: is empty"),
        ("a.json", "[" + "9" * 5_000 + "]", "a.json: a number of 5,000 digits, which nothing can read"),
        ("a.yaml", "info: {}\n", "a.yaml: not an OpenAPI document: it has no `openapi`, such as 3.1.0"),
        ("a.yaml", "just words", "a.yaml: not an OpenAPI document, which is a mapping"),
        ("a.yaml", "swagger: '2.0'\n", "a.yaml: is Swagger 2.0: convert it to OpenAPI 3 first"),
        ("a.yaml", "\nopenapi: 4.0.0\n", "a.yaml:2:1: not OpenAPI 3: `openapi` is `4.0.0`"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else None,
)
def test_an_unreadable_file_is_one_line_with_its_place(tmp_path: Path, name: str, text: str, message: str) -> None:
    """Errors of syntax, depth, aliases and versions, with the place."""
    (line,) = refusal(tmp_path, text, name=name)
    assert line.startswith(message)


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    """Documents must be UTF-8."""
    path = tmp_path / "a.yaml"
    path.write_bytes(b"openapi: \xff\n")
    with pytest.raises(DocumentError, match=r"a\.yaml: is not UTF-8 at byte 9: save it as UTF-8"):
        read(path)
    with pytest.raises(DocumentError, match=r"none\.yaml: cannot be read: No such file"):
        read(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "type: array",
            "type: aray",
            "26:16: /components/schemas/Pet/properties/toys/type: unknown type `aray`: did you mean `array`?",
        ),
        (
            "type: array",
            "type: date",
            "26:16: /components/schemas/Pet/properties/toys/type: unknown type `date`: one of array, boolean",
        ),
        ("openapi: 3.1.0", "openapi: 3.1", "1:1: /openapi: expected a string, not `3.1`: quote it"),
        ("    get:\n", "    GET:\n", "/paths/~1pets~1{id}/GET: unknown method `GET`: did you mean `get`?"),
        ("    get:\n", "    fetch:\n", "/paths/~1pets~1{id}/fetch: unknown method `fetch`: one of get, put, post"),
        ("#/components/schemas/Pet", "#/info/title", "`$ref: #/info/title` points to `Pets`, not to a mapping"),
        ("  title: Pets\n", "", "2:1: /info: `title` is missing"),
        ("schemas/Pet", "schemas/Pat", "$ref: `$ref: #/components/schemas/Pat` points to nothing: did you mean `Pet`?"),
        ("#/comp", "https://example.com/a#/comp", "is a URL, and none is followed: keep a copy beside the document"),
        ("#/comp", "../other.yaml#/comp", "leads out of the document's folder, and is not followed"),
        ("#/comp", "/etc/passwd#/comp", "leads out of the document's folder, and is not followed"),
        ("#/comp", "other.yaml#/comp", "`$ref: other.yaml#/components/schemas/Pet` cannot be read: "),
        ("#/components/schemas/Pet", "#pet", "`$ref: #pet` names an anchor that no `$anchor` of the file declares"),
        (
            "in: path",
            "in: paht",
            "/parameters/0/in: `paht` is not one of query, header, path, cookie: did you mean `path`?",
        ),
        ("responses:", "responses: []\n      x:", "responses: expected a mapping, not a list"),
        (
            "    get:\n",
            "    parameters: [{name: 'a;b', in: cookie, schema: {}}]\n    get:\n",
            "/parameters/0/name: `a;b` is no name of a cookie: HTTP allows no such character",
        ),
        ("#/components/schemas/Pet", "#", "`$ref: #` points to the whole document, not to a schema"),
        ("  title: Pets\n", "  title: Pets\n  title: Pets\n", "4:3: /info/title: the key `title` appears twice"),
    ],
)
def test_each_problem_is_a_line_with_its_place(tmp_path: Path, old: str, new: str, message: str) -> None:
    """A misspelled name comes with the probable one; JSON gives the same lines."""
    assert old in API
    lines = refusal(tmp_path, API.replace(old, new, 1))
    assert lines[0].startswith("api.yaml:") and any(message in line for line in lines), lines
    end = lines.index("Correct it, or write into generator-config.yml, each with your reason:")
    assert end <= 7
    assert loaded(tmp_path, API.replace(old, new, 1), config="\n".join(lines[end + 1 :]))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "{type: array, items",
            "{typ: array, items",
            "/components/schemas/Pet/properties/toys/typ: unknown key `typ`: did you mean `type`?",
        ),
        (
            "[name]",
            "[nmae]",
            "/Pet/required/0: `required` names `nmae`, which is not a property: did you mean `name`?",
        ),
        (
            "title: Pets",
            "title: Pets\n  x-generator-client: {nmae: A}",
            "`x-generator-client` is not read: nothing reads this key: did you mean `name`?",
        ),
        (
            "[cat, dog]",
            "[cat, dog, cat]",
            "/components/schemas/Pet/properties/kind/enum: the enum lists `cat` twice",
        ),
        (
            "items: {type: string}",
            "properties: {a: {type: string}}",
            "/components/schemas/Pet/properties/toys/properties: `properties` say nothing of an array",
        ),
        (
            "title: Pets",
            "title: Pets\n  x-generator-clent: {}",
            "/info/x-generator-clent: unknown extension `x-generator-clent`: did you mean `x-generator-client`?",
        ),
        ("operationId", "operationID", "get/operationID: unknown key `operationID`: did you mean `operationId`?"),
        (
            "    get:\n",
            "    put: {operationId: getPet, responses: {}}\n    get:\n",
            "operationId `getPet` is also that of",
        ),
        ("summary: x\n", "tags:\n", "/get/tags: null is not read here"),
        ("summary: x\n", "requestBody:\n", "/get/requestBody: null is not read here"),
        ("    get:\n", "    put:\n    get:\n", "/paths/~1pets~1{id}/put: null is not read here"),
        ("in: path,", "in: path, style: null,", "/parameters/0/style: null is not read here"),
        ("name: {type: string}", "name:", "/Pet/properties/name: expected a schema, not null: read as {}, any value"),
        (
            'schema: {$ref: "#/components/schemas/Pet"}',
            "schema:",
            "json/schema: expected a schema, not null: read as {}",
        ),
        ("  /pets/", "  pets/", "/paths/pets~1{id}: a path begins with `/`"),
        ("summary: x\n", "summary:\n", "/get/summary: expected a string, not null, which is not read"),
        ("summary: x\n", "deprecated: 'true'\n", "/get/deprecated: expected true or false, not `true`: read as true"),
        ("summary: x\n", "deprecated: 1\n", "/get/deprecated: expected true or false, not `1`: read as true"),
        ("summary: x\n", "security:\n", "/get/security: null is not read here: the document's own `security` counts"),
        ("name: {type: string}", "name: {type: }", "/name/type: null is not read here: any value is allowed"),
        ("in: path,", "in: path, style: neat,", "/parameters/0/style: `neat` is not one of form, simple"),
        ("name: id,", "name: ident,", "the path has no {ident}: the parameter is not read"),
        ('"200":', '"2000":', "/get/responses/2000: `2000` is not a status, such as 200, 4XX or default"),
        ("paths:\n", "servers: [{url: 'https://a:x'}]\npaths:\n", "/servers/0/url: `https://a:x` is not a URL: Port "),
        (
            "    get:\n",
            "    servers: [{url: 'https://[{a}', variables: {a: {default: b}}}]\n    get:\n",
            "/paths/~1pets~1{id}/servers/0/url: `https://[b` is not a URL: Invalid IPv6 URL",
        ),
        ('"200":', '"2xx":', "/get/responses/2xx: `2xx` is read as `2XX`"),
        ('"200":', "Default:", "/get/responses/Default: `Default` is read as `default`"),
        ("[cat, dog]", "[]", "/properties/kind/enum: the enum is empty, and is not read"),
        ("kind:", "kind: {type: string, min_length: 1}\n        k:", "/kind/min_length: unknown key `min_length`"),
    ],
)
def test_harmless_mistakes_are_notes(tmp_path: Path, old: str, new: str, message: str) -> None:
    """The package is generated, and the configuration can silence the note."""
    text = API.replace("      operationId: getPet\n", "      operationId: getPet\n      summary: x\n")
    assert old in text
    source = loaded(tmp_path, text.replace(old, new, 1))
    (note,) = [item for item in source.notes if message in item]
    assert note.startswith("note: ")
    pointer = note.split(": ")[2]
    accepted = f"accept: [{{at: {json.dumps(pointer)}, reason: It is known.}}]\n"
    assert note not in loaded(tmp_path, text.replace(old, new, 1), config=accepted).notes


def test_many_problems_are_counted_and_listed_on_request(tmp_path: Path) -> None:
    """At most ten lines, or all on request."""
    properties = "".join(f"        p{number}: {{type: strin}}\n" for number in range(20))
    lines = refusal(tmp_path, API + properties)
    assert len(lines) == 8 + 1 + 2 * 6
    assert lines[6] == "... and 14 more: --problems lists them all"
    lines = refusal(tmp_path, API + properties, all_problems=True)
    assert len(lines) == 22 + 2 * 20 and all("unknown type `strin`" in line for line in lines[:20])


def test_a_reference_is_followed_into_the_folder(tmp_path: Path) -> None:
    """A mistake in another file is named there, and a link out of the folder is not followed."""
    (tmp_path / "inner").mkdir()
    inner = tmp_path / "inner"
    text = API.replace("#/components/schemas/Pet", "more/pets.yaml#/Pet")
    (inner / "more").mkdir()
    (inner / "more/pets.yaml").write_text("Pet: {type: object, properties: {a: {type: strin}}}\n", encoding="utf-8")
    lines = refusal(inner, text)
    assert lines[0].startswith("more/pets.yaml:1:")
    assert "/Pet/properties/a/type: unknown type `strin`: did you mean `string`?" in lines[0]
    (tmp_path / "secret.yaml").write_text("Pet: {type: object}\n", encoding="utf-8")
    (inner / "more/pets.yaml").unlink()
    (inner / "more/pets.yaml").symlink_to(tmp_path / "secret.yaml")
    assert "leads out of the document's folder" in refusal(inner, text)[0]


def test_a_circular_reference_is_a_problem(tmp_path: Path) -> None:
    """The circle is named once, where it begins."""
    text = API + '    A: {$ref: "#/components/schemas/B"}\n    B: {$ref: "#/components/schemas/A"}\n'
    text = text.replace("toys: {", "one: {$ref: '#/components/schemas/A'}\n        toys: {", 1)
    lines = refusal(tmp_path, text)
    assert "/components/schemas/A/$ref: `$ref: #/components/schemas/B` refers to itself" in lines[0]


def test_a_required_name_without_a_property_is_noted(tmp_path: Path) -> None:
    """It may be intended, so the package is generated."""
    source = loaded(tmp_path, API.replace("[name]", "[name, weight]"))
    (note,) = source.notes
    assert note.endswith("/required/1: `required` names `weight`, which is not a property of this schema")


@pytest.mark.parametrize(
    ("old", "new", "note"),
    [
        (
            "content:",
            "schema: {type: object}\n          content:",
            "/responses/200/schema: nothing reads `schema` here: it belongs below `content` and a media type",
        ),
        (
            "required: true, schema: {type: string}}",
            "required: true, type: string}",
            "/parameters/0/type: nothing reads `type` here: it belongs in a `schema`",
        ),
        (
            "      parameters:",
            "      security: [{key: []}]\n      parameters:",
            "/get/security/0/key: `key` is not one of the document's securitySchemes",
        ),
    ],
)
def test_keys_that_nothing_reads_are_noted(tmp_path: Path, old: str, new: str, note: str) -> None:
    """For example what Swagger 2 had, or names of nothing; the package is generated."""
    assert old in API
    (line,) = loaded(tmp_path, API.replace(old, new, 1)).notes
    assert line.startswith("note: ") and line.endswith(note)


ACCEPT = """
accept:
  - at: /components/schemas/*/type
    reason: The vendor's own word.
"""


@pytest.mark.parametrize(
    ("old", "new", "pointer", "value"),
    [
        ("title: Pets", "title: []", "/info/title", "API"),
        ('version: "1"', "version:", None, "0"),
        ('info:\n  title: Pets\n  version: "1"\n', "info: []\n", "/info", {"title": "API", "version": "0"}),
        ("in: path", "in: paht", "/paths/~1pets~1{id}/get/parameters/0/in", "query"),
        ("name: id", "name: {}", "/paths/~1pets~1{id}/get/parameters/0/name", ""),
    ],
)
def test_a_required_field_that_cannot_be_read_has_its_default(
    tmp_path: Path, old: str, new: str, pointer: str | None, value: Any
) -> None:
    """As if the field were missing, once that is accepted; a null version needs no acceptance."""
    assert old in API
    config = f"accept: [{{at: {json.dumps(pointer)}, reason: Known.}}]\n" if pointer else ""
    read_as = loaded(tmp_path, API.replace(old, new, 1), config=config).value
    assert value_at(read_as, parse_pointer(pointer or "/info/version")) == value


def test_accepted_problems_are_corrected(tmp_path: Path) -> None:
    """An accepted mistake is read as if it were absent, and a null schema allows any value."""
    source = loaded(tmp_path, API.replace("type: array", "type: list"), config=ACCEPT)
    assert "type" not in source.value["components"]["schemas"]["Pet"]["properties"]["toys"]
    source = loaded(
        tmp_path, API.replace("name: {type: string}", "name:"), config=ACCEPT.replace("*/type", "Pet/properties/*")
    )
    assert source.value["components"]["schemas"]["Pet"]["properties"]["name"] == {}


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (ACCEPT, "generator-config.yml:4:5: `/components/schemas/*/type`: no problem is there: take the entry out"),
        ("leave_out: [{at: /paths/x, reason: y}]", "neither an operation nor a media type nor a schema is there"),
        ("accept: [{at: /paths/x}]", "generator-config.yml:2:10: an entry of `accept` has `at`, a place"),
        ("accept: [{at: /paths/x, reason: ''}]", "and a `reason`, and nothing else"),
        ("accept: {}\n", None),
        ("accept: 3\n", "generator-config.yml:2:1: `accept` is a list"),
        (
            "literal_enum: true\n",
            "generator-config.yml:2:1: unknown key `literal_enum`: did you mean `literal_enums`?",
        ),
        ("wheels: true\n", "generator-config.yml:2:1: unknown key `wheels`: one of class_overrides, "),
        (
            "features: [raw, curl]\n",
            "generator-config.yml:2:17: curl is no feature: `features` is a list of some of aiohttp,",
        ),
        (
            "features: many\n",
            "generator-config.yml:2:1: `features` is a list of some of aiohttp, batches, compat, httpx2, otel, raw",
        ),
        ("http_timeout: soon\n", "generator-config.yml:2:1: /http_timeout: Input should be a valid integer"),
    ],
)
def test_the_configuration_is_checked_too(tmp_path: Path, config: str, message: str | None) -> None:
    """Unknown keys, wrong values and entries that match nothing are refused with their place."""
    if message is None:
        assert loaded(tmp_path, API, config=config).value["info"]["title"] == "Pets"
    else:
        (line,) = refusal(tmp_path, API, config=config)
        assert message in line


def test_the_package_name_must_be_importable(tmp_path: Path) -> None:
    """It also names a folder, which must be in the output."""
    for name in ("../../out", "a-b", "", "a.b"):
        with pytest.raises(DocumentError, match="package_name_override is no name that Python can import"):
            configure(written(tmp_path, f"package_name_override: '{name}'\n", "generator-config.yml"))


def test_left_out_parts_are_noted(tmp_path: Path) -> None:
    """With the reason; mistakes in an operation or a media type that is left out do not matter."""
    leave_out = "leave_out:\n  - at: '*/content/application~1pdf'\n    reason: For printers.\n"
    source = loaded(tmp_path, API, config=leave_out)
    content = source.value["paths"]["/pets/{id}"]["get"]["responses"]["200"]["content"]
    assert list(content) == ["application/json"]
    (note,) = source.notes
    assert note.startswith("left out: ") and note.endswith("/content/application~1pdf: For printers.")
    broken = API.replace("in: path", "in: paht")
    refusal(tmp_path, broken)
    source = loaded(tmp_path, broken, config="leave_out: [{at: '/paths/~1pets~1{id}/get', reason: Broken.}]\n")
    assert source.value["paths"] == {"/pets/{id}": {}}


def test_media_types_are_left_out_wherever_they_are(tmp_path: Path) -> None:
    """Also those of parameters, and of components that responses refer to."""
    content = "content: {application/json: {schema: {}}, text/xml: {schema: {}}}"
    text = API.replace("schema: {type: string}}\n", f"{content}}}\n", 1)
    text += f"  responses:\n    Gone: {{description: Gone., {content}}}\n"
    value: Any = loaded(tmp_path, text, config="leave_out: [{at: '*/content/text~1xml', reason: Old.}]\n").value
    parameter = value["paths"]["/pets/{id}"]["get"]["parameters"][0]
    for found in (parameter, value["components"]["responses"]["Gone"]):
        assert list(found["content"]) == ["application/json"]


def test_a_schema_that_is_left_out_is_any_value(tmp_path: Path) -> None:
    """References to the schema stay valid."""
    for at in ("/components/schemas/Pet", "*/application~1json/schema", "/components/schemas/Pet/properties/toys"):
        text = API if "json" in at else API.replace("type: array", "type: aray")
        value: Any = loaded(tmp_path, text, config=f"leave_out: [{{at: '{at}', reason: Broken.}}]\n").value
        for part in parse_pointer(at.replace("*", "/paths/~1pets~1{id}/get/responses/200/content")):
            value = value[part]
        assert value == {}


@pytest.mark.parametrize(
    "at", ["/paths/~1a", "/paths/~1a/get", "/paths/~1a/get/responses/200/content/application~1json"]
)
def test_references_into_a_left_out_part_are_followed(tmp_path: Path, at: str) -> None:
    """What the part alone refers to is generated too, as long as something else refers into the part."""
    inner = {"type": "object", "properties": {"far": {"$ref": "#/components/schemas/Far"}}}
    operation = {"responses": {"200": {"description": "", "content": {"application/json": {"schema": inner}}}}}
    into = "#/paths/~1a/get/responses/200/content/application~1json/schema"
    other = {"responses": {"200": {"description": "", "content": {"application/json": {"schema": {"$ref": into}}}}}}
    document = {
        **{"openapi": "3.1.0", "info": {"title": "t", "version": "1"}},
        "paths": {"/a": {"get": {"operationId": "getA", **operation}}, "/b": {"get": {"operationId": "getB", **other}}},
        "components": {"schemas": {"Far": {"type": "object", "properties": {"name": {"type": "string"}}}}},
    }
    spec = written(tmp_path, json.dumps(document), "api.json")
    config = f"package_name_override: left_out\nleave_out: [{{at: '{at}', reason: Old.}}]\n"
    package = generate(tmp_path / "out", spec=spec, config=written(tmp_path, config, "config.yml"))
    program = f"""
from left_out.api.default import get_b
print(get_b._success(200, b'{json.dumps({"far": {"name": "x"}})}').far.name)
"""
    assert python.run([sys.executable, "-c", program], cwd=package.parent, check=True).stdout == "x\n"


def test_a_schema_is_found_by_its_id_and_anchor(tmp_path: Path) -> None:
    """`$id` is the base of references in the schema; `#/components/...` still refers to the document."""
    schema = '{$id: "https://e.test/s/pet", properties: {a: {$ref: "#/$defs/A"}, b: {$ref: "#bee"}, c: {$ref: "toy"}}'
    more = ", $defs: {A: {type: integer}, B: {$anchor: bee, type: string}}}"
    text = API.split("components:")[0] + f"components:\n  schemas:\n    Pet: {schema}{more}\n"
    text += '    Toy: {$id: "https://e.test/s/toy", properties: {p: {$ref: "#/components/schemas/Pet"}}}\n'
    schemas = loaded(tmp_path, text).value["components"]["schemas"]
    found = [item["$ref"] for item in (*schemas["Pet"]["properties"].values(), *schemas["Toy"]["properties"].values())]
    pet, toy = "#/components/schemas/Pet", "#/components/schemas/Toy"
    assert found == [f"{pet}/%24defs/A", f"{pet}/%24defs/B", toy, pet]


def test_problems_of_unused_components_are_notes(tmp_path: Path) -> None:
    """A broken `$ref` is refused only if an operation reaches it."""
    unused = "    Unused: {type: object, properties: {a: {$ref: '#/components/schemas/Gone'}}}\n"
    (note,) = loaded(tmp_path, API + unused).notes
    assert "`$ref: #/components/schemas/Gone` points to nothing" in note and "no operation uses it" in note
    used = API.replace("toys: {", "one: {$ref: '#/components/schemas/Unused'}\n        toys: {")
    assert "points to nothing" in refusal(tmp_path, used + unused)[0]
    heir = "    Heir: {allOf: [{$ref: '#/components/schemas/Pet'}, {$ref: '#/components/schemas/Gone'}]}\n"
    assert "points to nothing" in refusal(tmp_path, API + heir)[0]


def test_definitions_are_read_only_by_reference(tmp_path: Path) -> None:
    """Schemas below `definitions` or `$defs` are not checked until a `$ref` names them."""
    for shelf in ("definitions", "$defs"):
        text = API + f"      {shelf}: {{kind: {{type: {{a: 1}}}}}}\n"
        assert not loaded(tmp_path, text).notes
        used = text.replace("toys: {", f"one: {{$ref: '#/components/schemas/Pet/{shelf}/kind'}}\n        toys: {{")
        if shelf == "$defs":
            assert "unknown type a mapping" in refusal(tmp_path, used)[0]
        else:  # OpenAPI 3.1 has no such keyword, so validators skip it
            assert any("unknown type a mapping" in note for note in loaded(tmp_path, used).notes)


def test_repeated_keys_are_found_in_linear_time(tmp_path: Path) -> None:
    """A JSON file is read twice, however deep the key is, and not once for each level."""
    inner = '{"a": 1, "a": 2}'
    for _ in range(30):
        inner = f'{{"k": {inner}, "pad": "{"y" * 100_000}"}}'
    started = time.process_time()
    document = read(written(tmp_path, inner, "a.json"))
    assert document.repeated == [(*["k"] * 30, "a")]
    assert document.place(document.repeated[0]).column == 190
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    "text",
    [
        "a: &a {b: 1, c: 2}\nd: {<<: *a, b: 3}\n",
        "a: &a {b: 1}\nc: &c {b: 2, d: 3}\ne:\n  <<: [*a, *c]\n  f: 4\n",
        "a: &a [1, {b: 2}]\nc: *a\n",
        "a: &a word\nb: *a\n",
    ],
)
def test_aliases_and_merges_mean_what_ruamel_loads(text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    assert read(path).value == YAML(typ="safe").load(text)
