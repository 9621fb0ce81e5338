"""A change at every kind of pointer of a document is judged by the whole command."""

from __future__ import annotations

import copy
import functools
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from review import cache, reviewing
from review.__main__ import parser
from review.importers import comparison, generating, reading
from review.recorded import bodies as recorded
from review.reports import FORMATS
from review.settings import Settings
from review.source import ReviewError, load_openapi
from review.wire import contract
from tests.support.amount import some

from . import pairs

HERE = Path(__file__).parent
# Mappings of any names: all entries below them are of one kind.
NAMED = frozenset(
    {
        *("paths", "webhooks", "schemas", "responses", "parameters", "examples", "requestBodies", "headers", "links"),
        *("securitySchemes", "callbacks", "pathItems", "mediaTypes", "properties", "patternProperties", "$defs"),
        *("definitions", "dependentSchemas", "content", "encoding", "mapping", "scopes", "variables", "flows"),
        *("additionalOperations", "dependentRequired", "onEvent"),
    }
)
OTHERS: tuple[Any, ...] = (
    None,
    True,
    7,
    "other",
    [],
    {},
    ["other"],
    {"other": {"a": 1}},
    {"$ref": "#/components/schemas/Pet"},
)


def documents() -> dict[str, dict[str, Any]]:
    """Return documents of each minor version with all kinds of OpenAPI objects, and this repository's fragment."""
    whole = json.loads((HERE / "everything.json").read_text(encoding="utf-8"))
    older = copy.deepcopy(whole)
    for name in ("webhooks", "jsonSchemaDialect"):
        older.pop(name, None)
    found = {"3.1": {**whole, "openapi": "3.1.0"}, "3.2": {**whole, "openapi": "3.2.0"}}
    fragment = load_openapi(HERE.parents[1] / "openapi.yaml").value
    return {**found, "3.0": {**older, "openapi": "3.0.3"}, "fragment": fragment}


def pointers(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield all places of a document except the root."""
    if path:
        yield path
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in entries:
        yield from pointers(item, (*path, key))


def kind(path: tuple[str | int, ...]) -> tuple[str, ...]:
    """Return the kind of a place, in which names that a document chooses are equal."""
    shown: list[str] = []
    for index, part in enumerate(path):
        chosen = index > 0 and path[index - 1] in NAMED and (index < 2 or path[index - 2] != "properties")
        shown.append("*" if isinstance(part, int) or chosen else part)
    return tuple(shown[-3:])


def changed(document: dict[str, Any], path: tuple[str | int, ...], value: Any, *, remove: bool) -> dict[str, Any]:
    """Return a document with another value at a place, or without it."""
    fresh = copy.deepcopy(document)
    target: Any = fresh
    for part in path[:-1]:
        target = target[part]
    if remove:
        del target[path[-1]]
    else:
        target[path[-1]] = value
    return fresh


def places(document: dict[str, Any]) -> list[tuple[str | int, ...]]:
    """Return one place of each kind."""
    found: dict[tuple[str, ...], tuple[str | int, ...]] = {}
    for path in pointers(document):
        found.setdefault(kind(path), path)
    return list(found.values())


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", ["3.1"])
def test_a_change_at_every_kind_of_pointer_is_judged(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The result is a finding with a place, or a refusal in one sentence."""
    document = documents()[name]
    package = reading.read(HERE.parents[1] / "generated" / "stored_completions")
    monkeypatch.setattr(generating, "generate", lambda *_: package.path)
    monkeypatch.setattr(cache, "get_or_make", lambda *_: package)
    monkeypatch.setattr(recorded, "decode", lambda *_: [])
    monkeypatch.setattr(comparison, "compare", lambda *_, **__: [])
    monkeypatch.setattr(recorded, "compare", lambda bodies, *_: ([], bodies))
    old = tmp_path / "old.json"
    old.write_text(json.dumps(document), encoding="utf-8")
    # The unchanged document is read once.
    read = recorded.read([HERE.parents[1] / "tests" / "fixtures"], load_openapi(old))
    monkeypatch.setattr(recorded, "read", lambda *_: read)
    monkeypatch.setattr(reviewing, "load_openapi", functools.cache(load_openapi))
    asked = parser().parse_args(["diff", str(old), str(old)])
    wrong = []
    formats = itertools.cycle(FORMATS.values())
    changes = [
        (path, remove, value)
        for number, path in enumerate(places(document))
        for remove, value in ((True, None), (False, OTHERS[number % len(OTHERS)]))
    ]
    for number, (path, remove, value) in enumerate(changes):
        new = tmp_path / f"new{number}.json"
        asked.revision = new
        new.write_text(json.dumps(changed(document, path, value, remove=remove)), encoding="utf-8")
        try:
            review = reviewing.review_of(asked, Settings(), HERE.parents[1])
            assert next(formats)(review)
            assert all(finding.place.file and finding.place.line > 0 for finding in review.findings)
        except ReviewError as error:
            if "\n" in str(error):
                wrong.append(f"{path} {value!r}: {error}")
        except Exception as error:  # noqa: BLE001 - each is reported with its place
            wrong.append(f"{path} {'removed' if remove else repr(value)}: {type(error).__name__}: {error}")
    assert wrong == []


@pytest.mark.timeout(600)
def test_any_value_at_each_place_is_judged_both_ways(tmp_path: Path) -> None:
    """An unusual value is a finding or refused in one sentence, when it comes and when it goes."""
    document = documents()["3.1"]
    plain, odd = tmp_path / "plain.json", tmp_path / "odd.json"
    plain.write_text(json.dumps(document), encoding="utf-8")
    known = load_openapi(plain)
    wrong = []
    for path, value in [*some(itertools.product(places(document), OTHERS), 150), *ODD]:
        odd.write_text(json.dumps(changed(document, path, value, remove=False)), encoding="utf-8")
        try:
            other = load_openapi(odd)
            contract.compare(known, other)
            contract.compare(other, known)
        except ReviewError as error:
            wrong += [f"{path} {value!r}: {error}"] if "\n" in str(error) else []
        except Exception as error:  # noqa: BLE001 - each is reported with its place
            wrong.append(f"{path} {value!r}: {type(error).__name__}: {error}")
    assert wrong == []


# Values that once ended the review.
ODD: list[tuple[tuple[str | int, ...], Any]] = [
    (("servers",), True),
    (("servers", 0, "url"), {}),
    (("servers", 0, "variables"), ["other"]),
    (("paths", "/pets/{petId}", "get", "parameters", 0, "style"), {}),
]


def test_a_change_at_each_place_is_reported(tmp_path: Path) -> None:
    """All changes are reported, except of the version and between values with the same meaning."""
    document = documents()["3.1"]
    silent = []
    for path in places(document):
        value: Any = document
        for part in path:
            value = value[part]
        if not isinstance(value, str) or path in (("openapi",), ("info", "version")) or path[-1] in ("$ref", "in"):
            continue
        files = pairs.write(document, changed(document, path, value + " other", remove=False), tmp_path)
        try:
            if not contract.compare(load_openapi(files[0]), load_openapi(files[1])):
                silent.append("/".join(map(str, path)))
        except ReviewError:
            continue  # A refusal is a report too.
    assert [place for place in silent if place not in SILENT] == []


# This changes nothing that is compared here.
SILENT = {"jsonSchemaDialect"}
