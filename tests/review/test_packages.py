"""The Python and fixtures parts: how a change of the spec affects the package and recorded bodies."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from review import cache
from review.__main__ import main
from review.findings import Finding, Line
from review.importers import code, comparison, generating, probes, reading
from review.recorded import bodies as fixtures, evidence
from review.rules import Rule
from review.source import ReviewError, load_openapi
from review.tree import ROOT
from review.verdict import Review

from . import pairs

CASES = pairs.read("mutations.yaml")


def generated(document: dict[str, Any], folder: Path) -> Path:
    """Generate the package of a document."""
    folder.mkdir(parents=True)
    (folder / "spec.json").write_text(json.dumps(document), encoding="utf-8")
    return generating.generate(ROOT, folder / "spec.json", folder / "out")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Generate the package of library.yaml."""
    return generated(pairs.library(), tmp_path_factory.mktemp("base") / "package")


def judged(cases: list[dict[str, Any]], base: Path, folder: Path) -> dict[str, str]:
    """Return the verdict of the Python part alone on each mutation."""

    def build(numbered: tuple[int, dict[str, Any]]) -> Path:
        return generated(pairs.mutated(numbered[1]), folder / str(numbered[0]))

    with ThreadPoolExecutor(2) as pool:
        packages = list(pool.map(build, enumerate(cases)))
    # One after the other: they share mypy's cache.
    old = reading.read(base)
    return {
        case["name"]: bump(comparison.compare(old, reading.read(new)))
        for case, new in zip(cases, packages, strict=True)
    }


def decoded(bodies: list[fixtures.Body], old: Path, new: Path) -> tuple[list[Finding], list[fixtures.Body]]:
    """Compare what two packages decode bodies to."""
    return fixtures.compare(
        bodies, (fixtures.decode(bodies, reading.read(old)), fixtures.decode(bodies, reading.read(new))), new
    )


def bump(findings: list[Finding]) -> str:
    """Return the version step that findings need."""
    return Review("", "", "1.0.0", "1.0.0", findings, ("python",), has_differences=True).bump("python")


@pytest.mark.timeout(600)
def test_mutations(base: Path, tmp_path: Path) -> None:
    """Each mutation breaks importers, adds something for them, or changes nothing."""
    quick = [case for case in CASES if "python" in case and not case.get("slow")]
    assert judged(quick, base, tmp_path) == {case["name"]: case["python"] for case in quick}


def on_the_wire(cases: list[dict[str, Any]], folder: Path) -> dict[str, str]:
    """Return the verdict of the contract part alone on each mutation."""
    got: dict[str, str] = {}
    for case in cases:
        findings = pairs.compared(pairs.library(), pairs.mutated(case), folder)
        got[case["name"]] = Review("", "", "1.0.0", "1.0.0", findings, ("contract",), has_differences=True).bump(
            "contract"
        )
    return got


def test_mutations_on_the_wire(tmp_path: Path) -> None:
    """The same mutations, judged on the wire."""
    quick = [case for case in CASES if not case.get("slow")]
    assert on_the_wire(quick, tmp_path) == {case["name"]: case["wire"] for case in quick}


def test_fixtures(base: Path, tmp_path: Path) -> None:
    """A property that is no longer declared is untyped in the bodies that have it."""
    mutation = next(case for case in CASES if case["name"] == "property removed")
    mutated = generated(pairs.mutated(mutation), tmp_path / "mutated")
    body = {"id": "1", "title": "t", "state": "new", "pages": 3, "copies": [{"kind": "paper"}], "more": {"x": 1}}
    (tmp_path / "book.json").write_text(json.dumps(body), encoding="utf-8")
    (tmp_path / "lines.jsonl").write_text(json.dumps({**body, "pages": 4}) + "\n", encoding="utf-8")
    cassette = {
        "version": 1,
        "interactions": [
            {
                "request": {"method": "GET", "uri": "http://127.0.0.1:1/v1/books?limit=1"},
                "response": {"body": {"string": json.dumps({"data": [body], "has_more": False})}},
            }
        ],
    }
    with (tmp_path / "list.yaml").open("w", encoding="utf-8") as file:
        YAML().dump(cassette, file)
    document = load_openapi(pairs.HERE / "library.yaml")
    names = ("book.json", "lines.jsonl", "list.yaml")
    bodies, unreadable = fixtures.read([tmp_path / name for name in names], document)
    assert unreadable == []
    assert [item.operation for item in bodies] == [None, None, "GET /books"]
    findings, bodies = decoded(bodies, base, mutated)
    assert {(item.rule_id, item.message.split(" (in ")[0]) for item in findings} == {
        ("fixture-untyped", "Book pages: was typed and is untyped now"),
        ("fixture-untyped", "BookList data[].pages: was typed and is untyped now"),
    }
    assert decoded(bodies, base, base)[0] == []
    contract = pairs.compared(pairs.library(), pairs.mutated(mutation), tmp_path)
    (told,) = evidence.with_evidence(contract, bodies, document)
    assert told.evidence is not None
    assert [Path(name).name for name in told.evidence] == ["book.json", "lines.jsonl:1", "list.yaml#1"]
    (told,) = code.with_code([told], (reading.read(base), reading.read(mutated)), (document, document))
    assert re.fullmatch(r"\w+/models/__init__.py:\d+", told.code[0].place)
    assert told.code[0].text.startswith("pages: int")
    assert told.code[1] == Line()


# The smallest package, and the differences of its versions.
BOOK = """
class Author:
    name: str
    def __init__(self, data): self.name = data["name"]
    def to_dict(self): return {"name": self.name}

class Book:
    %(declared)s
    @classmethod
    def from_dict(cls, data):
        it = cls()
        it.id, it.pages, it.author = %(id)s, data["pages"], %(author)s
        return it
    def to_dict(self):
        return {"id": self.id, "pages": self.pages, "author": getattr(self.author, "to_dict", lambda: self.author)()}

class Shelf:
    number: int
    @classmethod
    def from_dict(cls, data): raise AssertionError
"""
PLAIN = {"declared": "id: str; pages: int; author: Author", "id": 'data["id"]', "author": 'Author(data["author"])'}


def small(folder: Path, **parts: str) -> Path:
    """Write a version of the small package."""
    package = folder / "books"
    (package / "api").mkdir(parents=True)
    endpoint = "from ..models import Book, Shelf\ndef sync() -> Book | Shelf: ...\n"
    texts = {"__init__": "", "models": BOOK % {**PLAIN, **parts}, "api/__init__": "", "api/get_book": endpoint}
    for name, text in texts.items():
        (package / f"{name}.py").write_text(text, encoding="utf-8")
    return package


@pytest.mark.parametrize(
    ("parts", "worse", "better"),
    [
        (
            {"id": 'data["no"]'},
            (Rule.FIXTURE_FAILS, "Book: decoding it now fails: KeyError: 'no'"),
            (Rule.FIXTURE_NO_LONGER_FAILS, "Book: decoding it no longer fails (KeyError: 'no')"),
        ),
        (
            {"id": '"another"'},
            (Rule.FIXTURE_NOT_EQUAL, "Book: it does not come back out equal any more"),
            (Rule.FIXTURE_EQUAL, "Book: it comes back out equal now"),
        ),
        (
            {"declared": "pages: int; author: Author"},
            (Rule.FIXTURE_UNTYPED, "Book id: was typed and is untyped now"),
            (Rule.FIXTURE_TYPED, "Book id: was untyped and is typed now"),
        ),
        (
            {"author": 'data["author"]'},
            (Rule.FIXTURE_DIFFERS, "Book author: was decoded to Author, is decoded to dict"),
            (Rule.FIXTURE_DIFFERS, "Book author: was decoded to dict, is decoded to Author"),
        ),
        (
            {"declared": "pages: int"},
            (Rule.FIXTURE_NO_LONGER_FITS, "Book: no class fits it any more"),
            (Rule.FIXTURE_FITS, "Book: a class fits it now"),
        ),
    ],
    ids=lambda value: next(iter(value.items()))[1] if isinstance(value, dict) else "",
)
def test_each_difference_in_decoding_is_a_finding(
    parts: dict[str, str], worse: tuple[Rule, str], better: tuple[Rule, str], tmp_path: Path
) -> None:
    """All ways in which two packages decode a body differently; the reverse is reported too."""
    (tmp_path / "book.json").write_text('{"id": "1", "pages": 3, "author": {"name": "a"}}', encoding="utf-8")
    bodies, _ = fixtures.read([tmp_path / "book.json"], load_openapi(pairs.HERE / "library.yaml"))
    plain, changed = small(tmp_path / "plain"), small(tmp_path / "changed", **parts)
    for (rule, text), base, revision in ((worse, plain, changed), (better, changed, plain)):
        found, _ = decoded(bodies, base, revision)
        assert (rule, text) in {(item.rule, item.message.split(" (in ")[0]) for item in found}


def test_fixtures_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    """With their reasons; a body that no class fits is not one of them."""
    texts = {
        "broken.json": "{",
        "broken.jsonl": '{"id": "1"}\n\nno\n',
        "list.json": "[1]",
        "numbers.json": '{"interactions": [1]}',
        "page.yaml": 'interactions: [{request: {}, response: {body: {string: "<html>"}}}, {response: 3}]',
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "latin.jsonl").write_bytes(b"\xe4")
    bodies, unreadable = fixtures.read([tmp_path], load_openapi(pairs.HERE / "library.yaml"))
    assert [Path(item.name).name for item in bodies] == ["broken.jsonl:1"]
    said = "\n".join(unreadable)
    assert all(name in said for name in ("broken.json", "broken.jsonl:3: is not JSON", "latin.jsonl: cannot be read"))
    assert "numbers.json:1:19: an interaction of a cassette must be a mapping" in said
    assert len(unreadable) == 4
    with pytest.raises(ReviewError, match="no such fixture"):
        fixtures.read([tmp_path / "none.json"], load_openapi(pairs.HERE / "library.yaml"))


def test_decoding_imports_no_client() -> None:
    """Importing httpx would take longer than decoding, so the classes of operations are read from source."""
    package = reading.read(ROOT / "generated" / "stored_completions")
    asked = json.dumps({"classes": fixtures.classes_of(package), "bodies": [{"value": {"id": "x"}, "operation": ""}]})
    command = [sys.executable, "-X", "importtime", str(fixtures.DECODER), str(package.path.parent), package.name]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)[0]["modules"]
    assert "_runtime.model" in done.stderr
    assert "httpx" not in done.stderr


def test_bodies_of_a_removed_operation_give_no_finding(base: Path, tmp_path: Path) -> None:
    """The removal is reported once, and classes that the bodies would fit now are not mentioned."""
    document = pairs.library()
    del document["paths"]["/books"]["get"]
    (tmp_path / "list.json").write_text(json.dumps({"data": [], "has_more": False}), encoding="utf-8")
    bodies, _ = fixtures.read([tmp_path / "list.json"], load_openapi(pairs.HERE / "library.yaml"))
    assert decoded(bodies, base, generated(document, tmp_path / "without"))[0] == []


def test_findings_of_operations_show_their_lines(base: Path, tmp_path: Path) -> None:
    """The line of the function or parameter, in each package that has it."""
    old, new = pairs.library(), pairs.library()
    parameters = new["paths"]["/books"]["get"]["parameters"]
    removed = next(parameter for parameter in parameters if parameter.get("name"))
    parameters.remove(removed)
    del new["paths"]["/books/{book_id}"]["post"]
    findings = pairs.compared(old, new, tmp_path)
    packages = reading.read(base), reading.read(generated(new, tmp_path / "new"))
    documents = load_openapi(tmp_path / "old.json"), load_openapi(tmp_path / "new.json")
    told = {item.rule: item.code for item in code.with_code(findings, packages, documents)}
    assert told[Rule.OPERATION_REMOVED][0].text.startswith("def sync(")
    assert told[Rule.PARAMETER_REMOVED][0].text.startswith(f"{removed['name']}: ")
    assert told[Rule.OPERATION_REMOVED][1] == told[Rule.PARAMETER_REMOVED][1] == Line()


def test_evidence_is_of_the_operation_and_the_change(tmp_path: Path) -> None:
    """A body is evidence only if the finding's operation returned it and it contains the changed part."""
    old, new = pairs.library(), pairs.library()
    new["components"]["schemas"]["Book"]["properties"]["state"]["enum"] += ["lost"]
    del new["components"]["schemas"]["BookList"]["properties"]["has_more"]

    def interaction(uri: str, value: object, status: int = 200) -> dict[str, Any]:
        answer = {"status": {"code": status}, "body": {"string": json.dumps(value)}}
        return {"request": {"method": "GET", "uri": f"http://127.0.0.1:1/v1{uri}"}, "response": answer}

    book = {"id": "1", "title": "t", "state": "new"}
    cassette = {
        "version": 1,
        "interactions": [
            interaction("/books/1", book),
            interaction("/books/2", {**book, "state": "lost", "has_more": True}),
            interaction("/books/3", {**book, "state": "lost"}, status=404),
            interaction("/books", {"data": [book], "has_more": False}),
        ],
    }
    (tmp_path / "shelf.json").write_text(json.dumps(cassette), encoding="utf-8")
    findings = pairs.compared(old, new, tmp_path)
    document = load_openapi(tmp_path / "new.json")
    bodies, unreadable = fixtures.read([tmp_path / "shelf.json"], document)
    assert unreadable == []
    shown = {item.rule: item.evidence for item in evidence.with_evidence(findings, bodies, document)}
    assert {rule: [Path(name).name for name in names or ()] for rule, names in shown.items()} == {
        Rule.ENUM_VALUE_ADDED: ["shelf.json#2"],
        Rule.PROPERTY_REMOVED: ["shelf.json#4"],
    }


def test_findings_of_fixtures_have_the_place_of_the_part(tmp_path: Path) -> None:
    """The place is the line of the part that changed."""
    text = '{\n "id": "1",\n "copies": [\n  {},\n  {"kind": "paper"}\n ]\n}'
    (tmp_path / "book.json").write_text(text, encoding="utf-8")
    (body,), _ = fixtures.read([tmp_path / "book.json"], load_openapi(pairs.HERE / "library.yaml"))
    place = body.place(("copies", "-", "kind"))
    assert (Path(place.file).name, place.line, place.column) == ("book.json", 5, 4)


def test_cached_results_depend_on_all_inputs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Equal contents are asked about once; changed ones, and an unreadable answer, again."""
    monkeypatch.setattr(cache, "CACHE", tmp_path)
    asked: list[str] = []

    def ask() -> str:
        asked.append("asked")
        return f"answer {len(asked)}"

    assert [cache.get_or_make(parts, ask) for parts in (("a", "b"), ("a", "b"), ("ab",), (b"a", "c"))] == [
        "answer 1",
        "answer 1",
        "answer 2",
        "answer 3",
    ]
    for file in (tmp_path / "results").iterdir():
        file.write_text("{", encoding="utf-8")
    assert cache.get_or_make(("a", "b"), ask) == "answer 4"
    with ThreadPoolExecutor(8) as pool:  # Concurrently, and in a folder that cannot be written.
        assert set(pool.map(lambda _: cache.get_or_make(("z",), lambda: "same"), range(50))) == {"same"}
    (tmp_path / "file").touch()
    monkeypatch.setattr(cache, "CACHE", tmp_path / "file")
    assert cache.get_or_make(("z",), lambda: "asked again") == "asked again"
    cache.prune(tmp_path / "results", 1)
    assert len(list((tmp_path / "results").iterdir())) == 1


def test_a_cache_that_mypy_cannot_use_ends_no_review(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another review may hold the cache, or have broken it."""
    (tmp_path / "mypy").write_text("no folder", encoding="utf-8")
    monkeypatch.setattr(probes, "CACHE", tmp_path)
    monkeypatch.setattr(cache, "CACHE", tmp_path)
    files = map(str, pairs.write(services(one="createService"), services(one="createOther"), tmp_path))
    assert main(["diff", *files, "--no-version"]) == 1
    assert "create_other" in capsys.readouterr().out


def services(**ids: str) -> dict[str, Any]:
    """Return a document whose operations of the tag `services` have ids that end like these."""
    found = {
        f"/{name}": {
            "post": {
                **pairs.operation("response", {"type": "string"}),
                "operationId": operation_id,
                "tags": ["services"],
            }
        }
        for name, operation_id in ids.items()
    }
    return pairs.document(found)


@pytest.mark.parametrize(
    ("old", "new", "rule", "said"),
    [
        ({}, {"bulk": "createServices"}, "name-renamed", "`.create_service()` instead of `.create()`"),
        ({"bulk": "createServices"}, {}, "name-renamed", "`.create()` instead of `.create_service()`"),
        ({"bulk": "makeServices"}, {"bulk": "createServices"}, "name-renamed", "`.create_service()` instead"),
        ({"bulk": "createServices"}, {"bulk": "createService", "one": "createServices"}, "name-calls-another", ""),
        (
            {"bulk": "createService", "one": "makeAll"},
            {"bulk": "makeAll", "one": "x"},
            "name-calls-another",
            "`make_all`",
        ),
        ({}, {"bulk": "createManyServices"}, None, ""),
        ({}, {"bulk": "countServices"}, None, ""),
    ],
)
def test_a_method_is_renamed_by_another_operation(
    old: dict[str, str],
    new: dict[str, str],
    rule: str | None,
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Two operations of a tag that would share a name get longer ones, which breaks importers only."""
    sides = [services(**{"one": "createService", **ids}) for ids in (old, new)]
    files = list(map(str, pairs.write(sides[0], sides[1], tmp_path)))
    for extra, part in (((), "python"), (("--wire-only",), "contract")):
        status, shown = main(["diff", *files, "--format", "json", *extra]), capsys.readouterr()
        assert status in (0, 1), shown.err
        found = json.loads(shown.out)["findings"]
        breaking = [item for item in found if item["severity"] == "breaking" and item["rule"].startswith("name-")]
        if rule is None or part == "contract":
            assert breaking == []
        else:
            assert any(item["rule"] == rule and said in item["message"] for item in breaking)
            assert all(item["part"] == "python" for item in breaking)
