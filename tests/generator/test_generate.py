"""The generator's output depends only on the spec, the configuration, the templates and the pins, byte for byte."""

from __future__ import annotations

import ast
import difflib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from generator.comparing import stale_overrides
from generator.generate import RUNTIME, TEMPLATES
from tests import ROOT
from tests.support import python
from tests.support.amount import some
from tests.support.generating import generate
from tests.support.server import CONFIG, GENERATED, SPEC

SOURCES = ("openapi.yaml", "generator-config.yml", "generator", "generated")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Copy the generator to a path with a space, below a folder with another ruff configuration.

    Its generator/generate.py is a link, so that what runs is this one, and the coverage counts it.
    """
    (tmp_path / "ruff.toml").write_text("line-length = 40\n[format]\nquote-style = 'single'\n")
    copy = tmp_path / "a copy"
    copy.mkdir()
    for name in SOURCES:
        source = ROOT / name
        shutil.copytree(source, copy / name) if source.is_dir() else shutil.copy(source, copy / name)
    (copy / "generator/generate.py").unlink()
    (copy / "generator/generate.py").symlink_to(ROOT / "generator/generate.py")
    return copy


def run(project: Path, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the copy's generator as `make` does."""
    command = [sys.executable, "-m", "generator", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(project), "PYTHONDONTWRITEBYTECODE": "1"}
    return python.run(command, cwd=cwd or project, env=environment)


def tree(folder: Path) -> dict[str, str]:
    """Return all files below a folder, by path, except caches."""
    caches = {"__pycache__", ".cache"}
    files = sorted(path for path in folder.rglob("*") if path.is_file() and caches.isdisjoint(path.parts))
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in files}


def changed_lines(before: dict[str, str], after: dict[str, str]) -> dict[str, int]:
    """Return how many lines each file gained or changed."""
    counts = {}
    for name in sorted(before.keys() | after.keys()):
        lines = difflib.ndiff(before.get(name, "").splitlines(), after.get(name, "").splitlines())
        added = sum(line.startswith("+ ") for line in lines)
        if before.get(name) != after.get(name):
            counts[name] = added
    return counts


def edited(tmp_path: Path, edit: Callable[[str], str]) -> Path:
    """Return the fragment with one change."""
    text = SPEC.read_text(encoding="utf-8")
    changed = edit(text)
    assert changed != text
    path = tmp_path / "openapi.yaml"
    path.write_text(changed, encoding="utf-8")
    return path


def test_generation_gives_the_committed_bytes_anywhere(project: Path, tmp_path: Path) -> None:
    """Twice, from nothing, below a folder with another ruff configuration."""
    (project / "generator/generate.py").unlink()
    shutil.copy(
        ROOT / "generator/generate.py", project / "generator/generate.py"
    )  # not a link, so that nothing is read from the repository
    for _ in range(2):
        shutil.rmtree(project / "generated")
        done = run(project)
        assert done.returncode == 0, done.stderr
        assert tree(project / "generated") == tree(GENERATED)
    assert run(project).stdout == "generated/ is unchanged.\n"


def test_a_missing_configuration_says_what_to_write(project: Path) -> None:
    """A failed run does not touch the output folder."""
    (project / "generator-config.yml").unlink()
    done = run(project, "--output", "out")
    assert done.returncode == 1 and "write one with the line `package_name_override: NAME`" in done.stderr
    assert "out/ is unchanged." in done.stderr and tree(project / "out") == {}


def test_check_names_what_is_missing_changed_and_extra(project: Path) -> None:
    """`--check` finds all three, names the files and changes nothing."""
    package = project / "generated/stored_completions"
    (package / "api/chat_completions/list_chat_completions.py").unlink()
    (package / "_runtime/errors.py").write_text("APIError = Exception\n", encoding="utf-8")
    (package / "models/mine.py").write_text("", encoding="utf-8")
    before = tree(project)
    done = run(project, "--check")
    assert done.returncode == 1
    assert done.stderr.splitlines()[:3] == [
        "missing: generated/stored_completions/api/chat_completions/list_chat_completions.py",
        "extra:   generated/stored_completions/models/mine.py",
        "changed: generated/stored_completions/_runtime/errors.py (edit generator/runtime/errors.py)",
    ]
    assert "make generate" in done.stderr
    assert tree(project) == before


def test_a_package_that_is_all_new_is_one_line(project: Path) -> None:
    """The first run of the generator, and a check without `generated/`, list no files."""
    shutil.rmtree(project / "generated")
    done = run(project, "--check")
    assert re.match(r"missing: generated/stored_completions/ \(\d+ files\)\n", done.stderr)
    done = run(project)
    assert re.fullmatch(r"added:   generated/stored_completions/ \(\d+ files\)\n", done.stdout)
    assert tree(project / "generated") == tree(GENERATED)


def test_overrides_know_the_stock_templates_that_they_replace(tmp_path: Path) -> None:
    """Each override records the stock template's hash; an outdated one is named."""
    assert stale_overrides() == []
    templates = shutil.copytree(TEMPLATES, tmp_path / "templates")
    model = templates / "models_init.py.jinja"
    text = model.read_text(encoding="utf-8")
    model.write_text(re.sub(r"sha256 [0-9a-f]{8}", "sha256 00000000", text, count=1), encoding="utf-8")
    (templates / "types.py.jinja").write_text("{{ 1 }}", encoding="utf-8")
    found = stale_overrides(templates)
    assert [line.split(":")[0] for line in found] == [
        f"generator/templates/{name}.py.jinja" for name in ("models_init", "types")
    ]
    assert "has changed" in found[0] and "does not name" in found[1]


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda text: text.replace("openapi: 3.1.0", "openapi: [3.1.0"), "openapi.yaml"),
        (lambda text: re.sub(r"  version: .*\n", "", text, count=1), "/info: `version` is missing"),
        (lambda text: "just a text", "not an OpenAPI document"),
        (lambda text: text.replace('schemas/Choice"', 'schemas/Choise"'), "Choise"),
        (lambda text: text.replace("type: string", "type: strin", 1), "unknown type `strin`: did you mean `string`?"),
        (lambda text: text.replace("items: data", "items: date", 1), "x-generator-page of ChatCompletionList"),
    ],
    ids=["not YAML", "not OpenAPI", "no document", "broken reference", "unknown type", "broken x-generator-page"],
)
def test_a_failed_run_leaves_the_output_alone(edit: Callable[[str], str], message: str, project: Path) -> None:
    """Each mistake is named without a traceback."""
    spec = project / "openapi.yaml"
    spec.write_text(edit(spec.read_text(encoding="utf-8")), encoding="utf-8")
    done = run(project)
    assert done.returncode == 1
    assert message in done.stderr and "Traceback" not in done.stderr
    assert "generated/ is unchanged" in done.stderr
    assert tree(project / "generated") == tree(GENERATED)


DESCRIPTIONS = [
    "Why the model stopped.",
    "The id of the last item of the previous page.",
    "The id of the stored chat completion.",
    "Get a stored chat completion.",
    "A call of a function.",
    "Stored chat completions.",
    "The reasons to stop that the vendor names.",
    "Read, list, update and delete the chat completions that an account keeps.",
    "The text of the message.",
]


@pytest.mark.parametrize("text", some(DESCRIPTIONS, 3))
def test_a_changed_description_changes_docstrings_alone(text: str, tmp_path: Path) -> None:
    """Each description is written where the thing is documented, once for each function."""
    spec = edited(tmp_path, lambda document: document.replace(f": {text}\n", f": {text[:-1]}, or so.\n", 1))
    (tmp_path / "out").mkdir()
    after = tree(generate(tmp_path / "out", spec=spec, config=CONFIG))
    before = tree(GENERATED / "stored_completions")
    counts = changed_lines(before, after)
    assert counts and max(counts.values()) <= 5, counts
    for name in counts:
        assert without_docstrings(after[name]) == without_docstrings(before[name])


def without_docstrings(text: str) -> str:
    """Return the code of a module without docstrings."""
    module = ast.parse(text)
    for node in ast.walk(module):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [statement for statement in body if not is_docstring(statement)]  # type: ignore[attr-defined]  # it has one
    return ast.dump(module)


def is_docstring(node: ast.AST) -> bool:
    """Return whether a statement is a docstring."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def test_a_new_optional_property_changes_one_model_file(tmp_path: Path) -> None:
    """It is a typed attribute; all other files stay."""
    added = "        seed:\n          type: integer\n"
    new = "        verbosity:\n          type: [string, 'null']\n          description: How much the model says.\n"
    spec = edited(tmp_path, lambda document: document.replace(added, new + added, 1))
    (tmp_path / "out").mkdir()
    after = tree(generate(tmp_path / "out", spec=spec, config=CONFIG))
    assert set(changed_lines(tree(GENERATED / "stored_completions"), after)) == {"models/__init__.py"}
    assert "verbosity: str | None = None" in after["models/__init__.py"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "generator-config.yml",
            "post_hooks: 3\n",
            "generator-config.yml:1:1: /post_hooks: Input should be a valid list",
        ),
        ("generator/templates/types.py.jinja", "\n{% if %}\n", "generator/templates/types.py.jinja:2: "),
        (
            "generator/templates/types.py.jinja",
            "{{ nothing.at.all }}\n",
            "generator/templates/types.py.jinja:1: 'nothing' is undefined",
        ),
    ],
)
def test_a_broken_config_or_template_is_named(name: str, text: str, message: str, project: Path) -> None:
    """In one line, without a traceback; generated/ stays."""
    (project / name).write_text(text, encoding="utf-8")
    done = run(project)
    assert done.returncode == 1
    assert message in done.stderr and "Traceback" not in done.stderr
    assert tree(project / "generated") == tree(GENERATED)


OPERATION = """
  /chat/completions/{completion_id}/share:
    post:
      operationId: shareChatCompletion
      tags: [chat.completions]
      security:
        - ApiKeyAuth: []
      parameters:
        - name: completion_id
          in: path
          required: true
          schema:
            type: string
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [with]
              properties:
                with:
                  type: string
                until:
                  type: integer
      responses:
        "200":
          $ref: "#/components/responses/ChatCompletion"
        default:
          $ref: "#/components/responses/Error"
"""


def with_new_operation() -> str:
    """Return the fragment with one more operation."""
    return SPEC.read_text(encoding="utf-8").replace("\ncomponents:\n", f"{OPERATION}\ncomponents:\n", 1)


def test_a_new_operation_becomes_functions_and_methods(tmp_path: Path) -> None:
    """`make generate` alone adds an endpoint module and methods, which test_types.py uses."""
    spec = tmp_path / "openapi.yaml"
    spec.write_text(with_new_operation(), encoding="utf-8")
    (tmp_path / "out").mkdir()
    package = generate(tmp_path / "out", spec=spec, config=CONFIG)
    kwargs = evaluate(
        package,
        "from stored_completions.api.chat_completions import share_chat_completion as module\n"
        "from stored_completions.models import ShareChatCompletionBody as Body\n"
        "request = module._get_kwargs('a/b', body=Body(with_='c'))\n"
        "print(json.dumps([request.method, request.path, request.body.data.decode(), request.has_id]))",
    )
    assert kwargs == ["POST", "/chat/completions/a%2Fb/share", '{"with": "c"}', True]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Generate the package of another document in place of the fragment."""
    return generate(
        tmp_path_factory.mktemp("library"), spec=ROOT / "tests/programs/documents/library.yaml", config=CONFIG
    )


def evaluate(package: Path, code: str) -> Any:
    """Return the JSON that a program prints which imports the package."""
    environment = {**os.environ, "PYTHONPATH": str(package.parent)}
    command = [sys.executable, "-W", "error", "-c", f"import json\n{code}"]
    done = python.run(command, env=environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_another_document_decodes_what_this_one_does_not_have(library: Path) -> None:
    """Dates are typed if they come back equal; mappings, cycles and nested lists hold models."""
    person = {"name": "a", "books": [{"title": "b", "author": {"name": "c"}}], "extra": {"number": 1}}
    book = {
        "title": "t",
        "author": person,
        "published": "2020-02-30",
        "lent": "2024-05-06T07:08:09.120Z",
        "isbn": "12345678-1234-5678-1234-567812345678",
        "media": [[{"kind": "tape", "minutes": 1, "voice": "v"}, {"kind": "film"}, {"kind": "radio"}], None],
        "award": {"metal": "gold"},
        "class": "x",
        "rest": "y",
        "from_": {"k": [{"name": "z"}]},
    }
    found = evaluate(
        library,
        "from stored_completions.models import Book, Tree\n"
        f"value = json.loads({json.dumps(book)!r})\n"
        "book = Book.from_dict(value)\n"
        "assert book.to_dict() == value, book.to_dict()\n"
        "assert Tree.from_dict({'a': {'b': {}}}).to_dict() == {'a': {'b': {}}}\n"
        "print(json.dumps([type(item).__name__ for item in [book.author, book.author.books[0], book.author['extra'],\n"
        "    book.published, book.lent, book.isbn, *book.media[0], book.award, book.from_['k'][0]]]))",
    )
    wanted = ["Person", "Book", "Ticket", "str", "datetime", "UUID", "Recording", "Film", "dict", "Medal", "Person"]
    assert found == wanted


def test_a_recursive_schema_decodes_at_any_depth(library: Path) -> None:
    """Beyond Python's recursion limit, values stay undecoded, and nothing is lost."""
    found = evaluate(
        library,
        "from stored_completions.models import Person\n"
        "value = {'name': 'deepest'}\n"
        "for _ in range(300):\n"
        "    value = {'name': 'a', 'books': [{'title': 't', 'author': value}]}\n"
        "person = Person.from_dict(value)\n"
        "text = json.dumps(value)\n"
        "assert person.to_json() == text\n"
        "print(json.dumps([type(person.books[0].author).__name__, len(text) > 10000]))",
    )
    assert found == ["Person", True]


def test_another_document_sends_each_kind_of_parameter_and_body(library: Path) -> None:
    """Lists, dates, headers, cookies, forms, files and bytes reach httpx as they should."""
    found = evaluate(
        library,
        "import datetime\n"
        "from uuid import UUID\n"
        "from stored_completions.api.books import list_books\n"
        "from stored_completions.api.books_pages import list_pages, scan_page\n"
        "from stored_completions.api.default import login, upload_cover\n"
        "from stored_completions.models import Cover, LoginBody\n"
        "since = datetime.datetime(2024, 5, 6, tzinfo=datetime.timezone.utc)\n"
        "books = list_books._get_kwargs(ids=[1, 2], shelves=['a-1', 'b'], since=since, x_branch='x', session='s')\n"
        "page = list_pages._get_kwargs(UUID(int=1), 2)\n"
        "scan = scan_page._get_kwargs(UUID(int=1), 2, body=b'ab')\n"
        "cover = upload_cover._get_kwargs(body=Cover(image=b'ab', caption='c', tags=['d']))\n"
        "form = login._get_kwargs(body=LoginBody(user='u', remember=True))\n"
        "files = [(name, [part[0], part[1].decode(), part[2]]) for name, part in cover.body]\n"
        "print(json.dumps([[books.query, books.headers, books.cookies], page.path, scan.body.data.decode(), files,\n"
        "    [form.body.data.decode(), form.body.media_type], login._get_kwargs().body,\n"
        "    list_pages._success(200, 'é'.encode()), login._success(200, b'3')]))",
    )
    books, url, scan, files, form, nothing, text, number = found
    pairs = [["ids", "1,2"], ["shelves", "a-1"], ["shelves", "b"], ["since", "2024-05-06T00:00:00Z"]]
    assert books == [pairs, {"X-Branch": "x"}, {"session": "s"}]
    assert url == "/books/00000000-0000-0000-0000-000000000001/pages/2"
    assert scan == "ab"
    assert files == [
        ["image", ["image", "ab", "application/octet-stream"]],
        ["caption", [None, "c", "text/plain"]],
        ["tags", [None, "d", "text/plain"]],
    ]
    assert form == ["user=u&remember=true", "application/x-www-form-urlencoded"] and nothing is None
    assert (text, number) == ("é", 3)


DAYS = """
openapi: 3.1.0
info: {title: Days, version: "1"}
paths:
  /days:
    get:
      operationId: listDays
      parameters:
        - {name: since, in: query, schema: {type: string, format: date}}
      responses:
        "200":
          description: By name.
          content:
            application/json:
              schema: {type: object, additionalProperties: {type: string, format: date}}
"""


def test_a_document_without_models_has_dates_all_the_same(tmp_path: Path) -> None:
    """Dates that only a parameter and a mapping have are typed, sent and decoded."""
    (tmp_path / "days.yaml").write_text(DAYS, encoding="utf-8")
    (tmp_path / "out").mkdir()
    package = generate(tmp_path / "out", spec=tmp_path / "days.yaml", config=CONFIG)
    found = evaluate(
        package,
        "import datetime\n"
        "from stored_completions.api.default import list_days\n"
        "sent = list_days._get_kwargs(since=datetime.date(2024, 5, 6)).query\n"
        "print(json.dumps([sent, str(type(list_days._success(200, b'{\"a\": \"2024-05-06\"}')['a']))]))",
    )
    assert found == [[["since", "2024-05-06"]], "<class 'datetime.date'>"]


def generated_modules() -> Iterator[tuple[str, ast.Module, str]]:
    """Return the modules that are made from the document, without those of the runtime."""
    for name, text in tree(GENERATED / "stored_completions").items():
        if name.endswith(".py") and not name.startswith("_runtime/"):
            yield name, ast.parse(text), text


def test_every_generated_file_says_how_it_was_made() -> None:
    """The first line names the source and the command; modules of the runtime follow unchanged."""
    for name, text in tree(GENERATED / "stored_completions").items():
        header, _, rest = text.partition("\n")
        module = name.removeprefix("_runtime/")
        if name != module != "document.py":
            assert header == f"# Generated from generator/runtime/{module} by `make generate`; do not edit."
            assert rest == (RUNTIME / module).read_text(encoding="utf-8")
        else:
            assert header == "# Generated from openapi.yaml by `make generate`; do not edit."


def test_no_generated_function_defines_or_imports_anything() -> None:
    """Otherwise each call would pay for it."""
    forbidden = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef | ast.Import | ast.ImportFrom
    for name, module, _ in generated_modules():
        for function in ast.walk(module):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                inside = [node for node in ast.walk(function) if isinstance(node, forbidden) and node is not function]
                assert not inside, f"{name}: {function.name}"


def test_no_generated_docstring_is_repeated() -> None:
    """Except for sync and async pairs, and properties that return the same resource."""
    seen: dict[str, str] = {}
    for name, module, _ in generated_modules():
        for node in ast.walk(module):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module):
                continue
            docstring = ast.get_docstring(node)
            is_property = any("property" in ast.unparse(decorator) for decorator in getattr(node, "decorator_list", ()))
            is_twin = getattr(node, "name", "") in ("asyncio", "asyncio_detailed")
            if docstring and not is_property and not is_twin:
                place = f"{name}: {getattr(node, 'name', '')}"
                assert docstring not in seen, f"{place} repeats {seen.get(docstring)}"
                seen[docstring] = place
