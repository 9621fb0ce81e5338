"""Type checkers accept and refuse the right programs in an environment with only the package and its dependencies."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import venv
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests import ROOT
from tests.support.amount import WHOLE
from tests.support.generating import generate
from tests.support.server import CONFIG

RUNTIME = ROOT / "requirements/runtime.in"
PYTHON = "env/bin/python"
# The options of each checker: mypy and pyright strict, ty and pyrefly with their defaults.
CHECKERS = {
    "mypy": ["mypy", "--strict", "--no-error-summary", "--hide-error-context", "--python-executable", PYTHON],
    "pyright": ["pyright", "--project", "pyrightconfig.json"],
    "pyrefly": [
        "pyrefly",
        "check",
        "--preset",
        "strict",
        "--output-format",
        "min-text",
        "--python-interpreter-path",
        PYTHON,
    ],
    # ty's type of `text` after `if text:`, a str that is not empty, cannot be written.
    "ty": [
        "ty",
        "check",
        "--output-format",
        "concise",
        "--python",
        "env",
        "--ignore",
        "assert-type-unspellable-subtype",
    ],
}
in_ci = pytest.mark.skipif(not WHOLE, reason="it takes seconds; pyrefly and ty find the same")
FOUND = re.compile(r"^(?:ERROR )?\s*\S*?(\w+\.py):(\d+):", re.MULTILINE)

CORRECT = """
import attrs
from datetime import UTC, date, datetime
from uuid import UUID
from library import AuthenticatedClient, Client
from library.api.books import create_book, list_books
from library.api.books_pages import list_pages
from library.api.default import get_settings, login, upload_cover
from library.errors import APIError, APIStatusError, NotFoundError
from library.models import Book, Cover, Film, LoginBody, Person, Prize, Recording, Ticket

client = Client(base_url="https://library.example")
book = Book(title="a", author=Person(name="b"), published=date(2020, 1, 1), class_="c", rating=3)
for book in list_books.sync(client=client, since=datetime.now(UTC), ids=[1], timeout=5, max_retries=0):
    title: str = book.title
    name: str = book.author.name
    for group in book.media or []:
        for item in group:
            voice: str | None = item.voice if isinstance(item, Recording) else None
            minutes: float = item.minutes
    if book.sequel and isinstance(book.sequel.award, Prize):
        money: float = book.sequel.award.money
made = create_book.sync(client=client, body=book)
number: int | None = made.number if isinstance(made, Ticket) else None
changed: Book = attrs.evolve(book, title="b", class_=None)
names: list[str] = [field.name for field in attrs.fields(Book)]
default = attrs.fields(Book).title.default
text: str = list_pages.sync(UUID(int=1), 2, client=client)
people: dict[str, Person] = get_settings.sync(client=client)
logins: int = login.sync(client=client, body=LoginBody(user="a"))
with_key = AuthenticatedClient(token="key")
thumbnail: bytes = upload_cover.sync(client=with_key.with_headers({"a": "b"}), body=Cover(image=b"a"))
match made:
    case Book(title=str(found), author=Person(name="b")):
        print(found, "class" in made, made["class"], made.to_dict(), attrs.asdict(made)["title"])
    case _:
        pass
response = create_book.sync_detailed(client=client, body=book)
status: int = response.status_code
film = Film.from_dict({"kind": "film"})
try:
    response.parse()
except NotFoundError as error:
    message: str = error.message
except APIStatusError as error:
    code: int = error.status_code
except APIError:
    raise


async def main() -> None:
    one = await create_book.asyncio(client=client, body=book)
    two = await list_books.asyncio_detailed(client=client)
    books: list[Book] = two.parse()
    print(one, books, two.headers["a"])
"""

WRONG_FRAGMENT = """
import attrs
from stored_completions import AsyncOpenAI, OpenAI
from stored_completions.models import ChatCompletionMessage, ChatCompletionUpdate, CompletionUsage

client = OpenAI(api_key="a")
update = ChatCompletionUpdate(metadata={"a": "b"})
a = ChatCompletionUpdate()  # wrong
b = ChatCompletionUpdate(metadata=None, metdata={})  # wrong
c = ChatCompletionUpdate(metadata=1)  # wrong
d = ChatCompletionUpdate({"a": "b"})  # wrong
e = attrs.evolve(update, metdata=None)  # wrong: mypy pyrefly
f = attrs.evolve(update, metadata=1)  # wrong: mypy pyrefly
g = update.metdata  # wrong
h = CompletionUsage(prompt_tokens=1, completion_tokens=1)  # wrong
i = client.chat.completions.retrieve("a").choices[0].message.contents  # wrong
j: int = client.chat.completions.retrieve("a").id  # wrong
k = ChatCompletionMessage(role=1)  # wrong
client.chat.completions.update("a")  # wrong
client.chat.completions.retrieve("a", timeuot=1)  # wrong
client.chat.completions.list(order="up")  # wrong
m: str = client.chat.completions.retrieve("a").usage.total_tokens  # wrong


async def main() -> None:
    n = await AsyncOpenAI().chat.completions.retrieve("a")
    o = n.modle  # wrong
"""

WRONG_LIBRARY = """
import attrs
from library import Client
from library.api.books import create_book
from library.models import Book, Person

book = Book(title="a", author=Person(name="b"))
a = Book(title="a")  # wrong
b = Book(title="a", author=Person(name="b"), ratings=3)  # wrong
c = Book(title=1, author=Person(name="b"))  # wrong
d = Book(title="a", author=Person(name="b"), rating=4)  # wrong
e = attrs.evolve(book, ratings=3)  # wrong: mypy pyrefly
f = book.ratings  # wrong
g = book.author.nmae  # wrong
h = create_book.sync(client=Client(base_url="a"), body=Person(name="b"))  # wrong
i = create_book.sync(client=Client(base_url="a"))  # wrong
"""


def needed(requirements: list[str]) -> set[str]:
    """Return the names of the distributions that requirements install, without extras."""
    found: set[str] = set()
    waiting = requirements
    while waiting:
        requirement = Requirement(waiting.pop())
        if requirement.name not in found and (not requirement.marker or requirement.marker.evaluate({"extra": ""})):
            found.add(requirement.name)
            waiting += distribution(requirement.name).requires or []
    return found


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with programs and an environment `env` with two packages and their dependencies."""
    folder = tmp_path_factory.mktemp("programs")
    venv.create(folder / "env", symlinks=True)
    site = next((folder / "env").glob("lib/python*/site-packages"))
    lines = RUNTIME.read_text(encoding="utf-8").splitlines()
    for name in needed([line for line in lines if line and not line.startswith("#")]):
        files = distribution(name).files or []
        for top in {file.parts[0] for file in files if file.parts[0] not in ("..", "__pycache__")}:
            source = Path(str(distribution(name).locate_file(top)))
            if source.is_dir():
                shutil.copytree(source, site / top, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, site / top)
    shutil.copytree(ROOT / "generated/stored_completions", site / "stored_completions")
    config = folder / "generator-config.yml"
    config.write_text(CONFIG.read_text(encoding="utf-8").replace("stored_completions", "library"), encoding="utf-8")
    generate(site, spec=ROOT / "tests/programs/documents/library.yaml", config=config)
    for name in ("api", "migrated"):
        shutil.copy(ROOT / f"tests/typing/{name}.py", folder)
    for name, text in {"correct": CORRECT, "wrong_fragment": WRONG_FRAGMENT, "wrong_library": WRONG_LIBRARY}.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    (folder / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict", "venvPath": ".", "venv": "env"}')
    return folder


def output(programs: Path, *command: str) -> str:
    """Return a checker's output, run without this environment's variables."""
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "MYPYPATH")}
    environment["PYRIGHT_PYTHON_CACHE_DIR"] = str(ROOT / ".cache/pyright")
    tool = str(Path(sys.executable).parent / command[0])
    done = subprocess.run(
        [tool, *command[1:]], cwd=programs, env=environment, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "checker", [pytest.param(name, marks=[in_ci] if name in ("mypy", "pyright") else []) for name in CHECKERS]
)
def test_each_mistake_is_found_and_nothing_else(checker: str, programs: Path) -> None:
    files = [path.name for path in sorted(programs.glob("*.py"))]
    said = output(programs, *CHECKERS[checker], *files)
    expected = {
        (name, number)
        for name in files
        for number, line in enumerate((programs / name).read_text(encoding="utf-8").splitlines(), 1)
        if "# wrong" in line and (line.endswith("# wrong") or checker in line.partition("# wrong: ")[2].split())
    }
    found = {(name, int(number)) for name, number in FOUND.findall(said)}
    assert found == expected, said


@in_ci
@pytest.mark.timeout(300)
def test_mypy_reads_generated_packages_whole(programs: Path) -> None:
    """With `--strict`, where no extra is installed."""
    said = output(programs, *CHECKERS["mypy"], "-p", "stored_completions", "-p", "library")
    assert said == ""
