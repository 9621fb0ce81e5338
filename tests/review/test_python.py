"""The Python part on small packages: what affects importers, told once for each cause."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from generator.spec.places import Place
from review.findings import Finding, Renamed
from review.importers import comparison, renames
from review.importers.package import Package
from review.importers.reading import read
from review.rules import Rule

from . import pairs

PLACE = Place("", 1, 1)

USAGE = """
from attrs import define

@define
class Usage:
    prompt_tokens: int
    completion_tokens: int
    total: int = 0
"""
# A model of responses, one of requests, and functions that use them.
API = """
from typing import Any, Literal, Self
from attrs import define

Order = Literal["asc", "desc"]
State = Literal["new", "used"]
Genre = Literal["novel", "poem"]

@define(kw_only=True)
class Book:
    state: State
    genre: Genre | str
    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self: ...
    def to_dict(self) -> dict[str, Any]: ...

@define(kw_only=True)
class Update:
    order: Order
    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self: ...
    def to_dict(self) -> dict[str, Any]: ...

def update(*, body: Update, order: Order | None = None) -> Book: ...
"""


OVERLOADED = """
from typing import overload
@overload
def f(a: int) -> int: ...
@overload
def f(a: str) -> str: ...
def f(a: int | str) -> int | str: return a
"""


def compared(old: str | Mapping[str, str], new: str | Mapping[str, str], folder: Path) -> list[Finding]:
    """Compare two packages, given as modules by name or as the one module `models`."""
    return comparison.compare(*written(old, new, folder))


def written(old: str | Mapping[str, str], new: str | Mapping[str, str], folder: Path) -> tuple[Package, Package]:
    """Write two packages."""
    packages = []
    for side, source in (("old", old), ("new", new)):
        package = folder / side / "books"
        package.mkdir(parents=True)
        for name, text in {"__init__": "", **({"models": source} if isinstance(source, str) else source)}.items():
            file = package / f"{name}.py"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("from __future__ import annotations\n" + textwrap.dedent(text))
        packages.append(read(package))
    return packages[0], packages[1]


def told(findings: list[Finding]) -> list[tuple[str, str]]:
    """Return the rules and sentences of findings."""
    return [(finding.rule_id, finding.message) for finding in findings]


def test_swapped_constructor_arguments(tmp_path: Path) -> None:
    """Two arguments of the same type that swap places are named, because no type checker finds them."""
    new = USAGE.replace("prompt", "x").replace("completion", "prompt").replace("x_tokens", "completion_tokens")
    assert told(compared(USAGE, new, tmp_path)) == [
        (
            "arguments-reordered",
            "Usage: by position it takes (completion_tokens, prompt_tokens, total), "
            "and took (prompt_tokens, completion_tokens, total)",
        )
    ]


def test_swapped_function_parameters(tmp_path: Path) -> None:
    """The same for functions and methods."""
    old = "def f(a: int, b: int) -> int: ...\nclass C:\n    def g(self, a: int, b: int) -> int: ...\n"
    found = compared(old, old.replace("a: int, b: int", "b: int, a: int"), tmp_path)
    assert [(item.rule, str(item.subject)) for item in found] == [
        (Rule.ARGUMENTS_REORDERED, "models.f"),
        (Rule.ARGUMENTS_REORDERED, "C.g"),
    ]


WRITTEN_OUT = """
class Usage:
    def __init__(self, prompt_tokens: int, completion_tokens: int, total: int) -> None:
        self.prompt_tokens, self.completion_tokens = prompt_tokens, completion_tokens
        self.total: int = total
        self._seen = False
"""


def test_a_constructor_that_is_written_out_changes_nothing(tmp_path: Path) -> None:
    """Its assignments are attributes, and its parameters are the generated ones."""
    made = USAGE[: USAGE.index("    total")] + "    total: int\n"
    for old, new in ((made, WRITTEN_OUT), (WRITTEN_OUT, made)):
        found = compared(old, new, tmp_path / ("written" if new is WRITTEN_OUT else "made"))
        assert [item.rule for item in found] == [Rule.GENERATED_CODE_CHANGED]


@pytest.mark.parametrize("name", ["prompt_tokens", "total"])
def test_an_attribute_that_a_constructor_no_more_assigns_breaks(name: str, tmp_path: Path) -> None:
    new = WRITTEN_OUT.replace(f"self.{name}", f"self._{name}")
    assert told(compared(WRITTEN_OUT, new, tmp_path)) == [("name-removed", f"Usage.{name}: the name was removed")]


def test_inserted_attribute(tmp_path: Path) -> None:
    """A new attribute in the middle moves the following ones, unless the constructor is keyword-only."""
    new = USAGE.replace("    total", "    cached: int = 0\n    total")
    assert Rule.ARGUMENTS_REORDERED in {item.rule for item in compared(USAGE, new, tmp_path / "positional")}
    old, new = (text.replace("@define", "@define(kw_only=True)") for text in (USAGE, new))
    assert told(compared(old, new, tmp_path / "keyword")) == [("name-added", "Usage.cached: is new")]


def test_keyword_only_constructor(tmp_path: Path) -> None:
    """A constructor that becomes keyword-only is reported once, without further findings."""
    assert told(compared(USAGE, USAGE.replace("@define", "@define(kw_only=True)"), tmp_path)) == [
        (
            "argument-kind-changed",
            "Usage: prompt_tokens, completion_tokens, total: was positional, is keyword-only",
        )
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            'State = Literal["new", "used"]',
            'State = Literal["new"]',
            ("enum-value-lost", 'State: the enum lost "used"; passing, constructing or annotating with it breaks'),
        ),
        (
            'State = Literal["new", "used"]',
            'State = Literal["new", "used", "lost"]',
            ("enum-value-gained-where-read", 'State: the enum gained "lost"; matching it exhaustively breaks'),
        ),
        (
            'Order = Literal["asc", "desc"]',
            'Order = Literal["asc", "desc", "any"]',
            ("enum-value-gained", 'Order: the enum gained "any"; it is only ever passed, so nothing breaks'),
        ),
        (
            'Genre = Literal["novel", "poem"]',
            'Genre = Literal["poem"]',
            ("enum-value-lost", 'Genre: the enum lost "novel"; annotating with it breaks'),
        ),
        (
            'Genre = Literal["novel", "poem"]',
            'Genre = Literal["novel", "poem", "play"]',
            ("enum-value-gained", 'Genre: the enum gained "play"; it is open, so nothing breaks'),
        ),
        (
            "state: State",
            "state: str",
            ("attribute-type-changed", "Book.state: was `State`, is `str`; breaks reading it"),
        ),
        (
            "state: State",
            "state: int",
            ("attribute-type-changed", "Book.state: was `State`, is `int`; breaks constructing with it and reading it"),
        ),
        (
            "order: Order\n",
            "order: Order | int\n",
            None,
        ),
        (
            "-> Book",
            "-> Book | None",
            ("result-type-changed", "models.update: was `Book`, is `Book | None`; breaks using the result"),
        ),
        (
            "order: Order | None = None",
            "order: Order = 'asc'",
            ("argument-default-changed", "models.update(order): the default went from `None` to `'asc'`"),
        ),
    ],
)
def test_enums_and_types(old: str, new: str, expected: tuple[str, str] | None, tmp_path: Path) -> None:
    """Each change of an enum or type is one finding with a correct message."""
    assert old in API
    found = told(compared(API, API.replace(old, new), tmp_path))
    assert found == [expected or ("generated-code-changed", found[0][1])]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "Item = int | str\ndef get() -> Item: ...\n",
            "Item = int | str | None\ndef get() -> Item: ...\n",
            "Item: was `int | str`, is `int | str | None`; breaks reading it",
        ),
        (
            "Item = int | str\ndef put(item: Item) -> None: ...\n",
            "Item = int\ndef put(item: Item) -> None: ...\n",
            "Item: was `int | str`, is `int`; breaks passing it",
        ),
        (
            "from decimal import Decimal as Number\ndef get() -> Number: ...\n",
            "from fractions import Fraction as Number\ndef get() -> Number: ...\n",
            "models.get: a type that it is made of changed; breaks using the result",
        ),
        (
            "import httpx\ndef get(client: httpx.BaseTransport) -> None: ...\n",
            "import httpx\ndef get(client: httpx.Client) -> None: ...\n",
            "models.get(client): was `httpx.BaseTransport`, is `httpx.Client`; breaks passing it",
        ),
        (
            "import httpx\nclass Own(httpx.BaseTransport): ...\ndef get() -> httpx.Client: ...\n",
            "import httpx\nclass Own(httpx.BaseTransport): ...\ndef get() -> Own: ...\n",
            "models.get: was `httpx.Client`, is `Own`; breaks using the result",
        ),
        (
            "class Shop:\n    def __init__(self, name: str) -> None: ...\n",
            "from abc import ABC, abstractmethod\nclass Shop(ABC):\n    def __init__(self, name: str) -> None: ...\n"
            "    @abstractmethod\n    def sell(self) -> None: ...\n",
            "Shop: a type that it is made of changed; breaks using the result",
        ),
        (
            OVERLOADED,
            OVERLOADED.replace("a: str", "a: bytes"),
            "models.f(a): a type that it is made of changed; breaks passing it",
        ),
    ],
)
def test_types_that_read_the_same(old: str, new: str, expected: str, tmp_path: Path) -> None:
    """The meaning of aliases, imports, bases, overloads and other packages' classes is compared, not only the text."""
    assert expected in [item.message for item in compared(old, new, tmp_path) if item.severity == "breaking"]


def test_only_changed_types_are_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where both packages have the same types, mypy is not started."""
    monkeypatch.setattr("review.importers.probes.subprocess.run", pytest.fail)
    new = API.replace("    genre:", "    pages: int | None = None\n    genre:")
    assert told(compared(API, new, tmp_path)) == [("name-added", "Book.pages: is new")]


# Generated models: their base makes the constructors, and may be imported under another name.
MODELS = {
    "model": """
from typing import Any, Self, dataclass_transform
def renamed(name: str, *, default: object = ...) -> Any: ...
@dataclass_transform(kw_only_default=True, field_specifiers=(renamed,))
class Model:
    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self: ...
""",
    "models": """
from .model import Model as _Model, renamed as _renamed
class Book(_Model):
    title: str
    pages: int | None = None
    class_: str | None = _renamed("class", default=None)
class Update(_Model):
    pages: int | None = None
def update(*, body: Update) -> Book: ...
""",
}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "    title: str\n    pages: int | None = None",
            "    title: str\n    pages: int",
            [("argument-became-required", "Book(pages): the argument became required")],
        ),
        (
            '_renamed("class", default=None)',
            '_renamed("class")',
            [("argument-became-required", "Book(class_): the argument became required")],
        ),
        ("    title: str\n", "    year: int | None = None\n    title: str\n", [("name-added", "Book.year: is new")]),
        (
            "class Update(_Model):\n    pages: int | None = None",
            "class Update(_Model):\n    pages: int | str | None = None",
            None,
        ),
        (
            "class Update(_Model):\n    pages: int | None = None",
            "class Update(_Model):\n    pages: str | None = None",
            [
                (
                    "attribute-type-changed",
                    "Update.pages: was `int | None`, is `str | None`; breaks constructing with it",
                )
            ],
        ),
    ],
)
def test_constructors_that_a_base_makes(
    old: str, new: str, expected: list[tuple[str, str]] | None, tmp_path: Path
) -> None:
    """Classes with `dataclass_transform` are judged as attrs classes; types of constructor arguments may widen."""
    assert old in MODELS["models"]
    changed = {**MODELS, "models": MODELS["models"].replace(old, new, 1)}
    found = told(compared(MODELS, changed, tmp_path))
    assert found == (expected or [("generated-code-changed", found[0][1])])


def test_a_change_with_many_effects_is_one_finding(tmp_path: Path) -> None:
    """A change of what absent attributes read as, in all classes, is one finding that names the others."""
    old = "class Unset: ...\n" + "".join(f"class C{n}:\n    a{n}: int | Unset\n" for n in range(9))
    found = compared(old, old.replace("int | Unset", "int | None"), tmp_path)
    assert told(found) == [
        (
            "attribute-type-changed",
            "C0.a0 (also C1.a1, C2.a2 and 6 more): `Unset` in its type became `None`; breaks reading it",
        )
    ]


def test_removed_names(tmp_path: Path) -> None:
    """A name, an export, a base class and a module that were removed."""
    old = {
        "__init__": "from .client import Client\nfrom .errors import NotFound\n",
        "client": "TIMEOUT = 3\nclass Client: ...\n",
        "errors": "class APIError(Exception): ...\nclass NotFound(APIError): ...\n",
        "extras": "def more() -> None: ...\n",
    }
    new = {
        "__init__": "from .errors import NotFound\n",
        "client": "class Client: ...\n",
        "errors": "class APIError(Exception): ...\nclass NotFound(Exception): ...\n",
    }
    assert set(told(compared(old, new, tmp_path))) == {
        ("name-removed", "TIMEOUT: the name was removed"),
        ("name-removed", "Client: it is no longer imported from books"),
        ("base-class-removed", "NotFound: it no longer is a APIError"),
        ("module-removed", "books.extras: the module was removed; it held more"),
    }


LAZY = {
    "models/__init__.py": "from .._lazy import lazy_names\n__getattr__ = lazy_names(__name__, '.books Book')\n",
    "models/books.py": "class Book:\n    title: str\n    pages: int\n\nclass Cover:\n    kind: str\n",
    "models/carts.py": "class Cart:\n    total: int\n",
    "_lazy.py": "def lazy_names(name: str, names: str) -> object: ...\n",
}
STUB = "from .books import Book as Book\nfrom .books import Cover as Cover\nfrom .carts import Cart as Cart\n"


def test_models_that_are_imported_lazily(tmp_path: Path) -> None:
    """The stub declares the exports: a class that leaves it is removed, one that moves is not."""
    packages = []
    for side, changes in (
        ("old", {"models/__init__.pyi": STUB}),
        (
            "new",
            {
                "models/__init__.pyi": "from .carts import Book as Book\nfrom .carts import Cart as Cart\n",
                "models/books.py": "x = 1\n",
                "models/carts.py": "class Book:\n    title: str\n\nclass Cart:\n    total: str\n",
            },
        ),
    ):
        for name, text in {"__init__.py": "", **LAZY, **changes}.items():
            file = tmp_path / side / "shop" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        packages.append(read(tmp_path / side / "shop"))
    found = told(comparison.compare(*packages))
    assert ("name-removed", "Cover: the name was removed") in found
    assert ("name-removed", "Book.pages: the name was removed") in found
    assert [rule for rule, message in found if message.startswith("Cart.total")] == ["attribute-type-changed"]
    assert not any(message.startswith(("Book:", "Book.title", "Cart:")) for _, message in found)


def test_moved_to_a_base_class(tmp_path: Path) -> None:
    """The member is still there."""
    old = "class Base: ...\nclass Book(Base):\n    title: str\n    def read(self) -> None: ...\n"
    new = "class Base:\n    title: str\n    def read(self) -> None: ...\nclass Book(Base): ...\n"
    assert "breaking" not in {item.severity for item in compared(old, new, tmp_path)}


def test_renames_are_reported_once(tmp_path: Path) -> None:
    """A rename in the spec is reported only in the contract part, with what importers write instead."""
    old = API + "\ndef shelve(book: Book, *, limit: int = 3) -> Book:\n    return put(book, limit=limit)\n"
    new = old.replace("Book", "Volume").replace("state:", "condition:").replace("limit", "page_size")
    names = [Renamed("schema", "Book", "Volume"), Renamed("property", "state", "condition")]
    names.append(Renamed("parameter", "limit", "pageSize"))
    findings = [Finding(Rule.PROPERTY_RENAMED, "", PLACE, direction="response", renamed=name) for name in names]
    base, revision = written(old, new, tmp_path)
    followed, said, words = renames.follow(findings, base, revision, tmp_path / "followed")
    assert [item.message for item in said] == [
        "importers write `Volume` instead of `Book`",
        "importers write `.condition` instead of `.state`",
        "importers write `page_size=` instead of `limit=`",
    ]
    assert comparison.compare(followed, revision, original=base, words=words) == []
    assert [item.rule for item in comparison.compare(followed, revision, original=base)] == [
        Rule.GENERATED_CODE_CHANGED
    ]


def test_a_renamed_operation(tmp_path: Path) -> None:
    """Its module and its method are renamed with it."""
    client = "from . import get_book as _get_book\nclass Books:\n    def get(self): return _get_book.sync('1')\n"
    client += "    def get_many(self): return [self.get()]\n    def getaway(self): ...\n"
    old = {"get_book": "def sync(id: str) -> str: ...\n", "client": client}
    new = {"read_book": old["get_book"], "client": re.sub(r"\bget\b|get(?=_)", "read", client)}
    base, revision = written(old, new, tmp_path)
    name = Renamed("operation", "getBook", "readBook")
    finding = Finding(Rule.OPERATION_ID_CHANGED, "", PLACE, renamed=name)
    followed, (said,), words = renames.follow([finding], base, revision, tmp_path / "followed")
    assert said.message == (
        "importers write `.read()` instead of `.get()`; `.read_many()` instead of `.get_many()`; "
        "`read_book` instead of `get_book`"
    )
    assert (said.severity, said.part) == ("breaking", "python")
    assert comparison.compare(followed, revision, original=base, words=words) == []


def test_a_renamed_property_of_a_request(tmp_path: Path) -> None:
    """The argument of the method is renamed with the property, and not told again."""
    old = "class Update:\n    pages: int\ndef update(*, pages: int | None = None) -> None: ...\n"
    base, revision = written(old, old.replace("pages", "page_count"), tmp_path)
    name = Renamed("property", "pages", "page_count")
    finding = Finding(Rule.PROPERTY_RENAMED, "", PLACE, direction="request", renamed=name)
    followed, (said,), words = renames.follow([finding], base, revision, tmp_path / "followed")
    assert said.message == "importers write `page_count=` instead of `pages=`"
    assert comparison.compare(followed, revision, original=base, words=words) == []


def test_reordering_hides_no_type(tmp_path: Path) -> None:
    """A moved attribute and a changed type are two findings."""
    new = USAGE.replace("    total: int = 0", "    cached: int = 0\n    total: str = ''")
    rules = {item.rule for item in compared(USAGE, new, tmp_path)}
    assert {Rule.ARGUMENTS_REORDERED, Rule.ATTRIBUTE_TYPE_CHANGED} <= rules


def test_options_swallow_no_argument(tmp_path: Path) -> None:
    """`**options` with declared names does not accept a removed argument; `**anything` does."""
    imports = "from typing import Any, TypedDict, Unpack\nclass O(TypedDict): ...\n"
    old = imports + "def f(a: int = 1, **o: Unpack[O]) -> None: ...\n"
    (found,) = compared(old, old.replace("a: int = 1, ", ""), tmp_path / "declared")
    assert found.rule is Rule.ARGUMENT_REMOVED
    old = old.replace("Unpack[O]", "Any")
    assert compared(old, old.replace("a: int = 1, ", ""), tmp_path / "any")[0].severity == "docs"


def test_private_modules(tmp_path: Path) -> None:
    """Names that a package re-exports are public; the rest of the module is private."""
    init = "from ._client import Client as Client\nfrom ._client import connect\n"
    old = {"__init__": init, "_client": "def connect(a: int, b: int) -> int: ...\ndef helper() -> None: ...\n"}
    old["_client"] += "class Client: ...\n"
    new = {**old, "_client": "def connect(b: int, a: int) -> str: ...\nclass Client: ...\n"}
    assert {(item.rule, str(item.subject)) for item in compared(old, new, tmp_path)} == {
        (Rule.ARGUMENTS_REORDERED, "books.connect"),
        (Rule.RESULT_TYPE_CHANGED, "books.connect"),
    }


@pytest.mark.parametrize("base", ["Base", "_deep.Base", "_aliases.Base"])
def test_a_base_class_in_a_private_module_of_a_private_module(base: str, tmp_path: Path) -> None:
    """A member that moved there is still there; a private module that nothing leads to is not even parsed."""
    method = "    def read(self) -> None: ...\n"
    old = {
        "models": f"from ._runtime import Base, _aliases, _deep\nclass Book({base}):\n    title: str\n{method}",
        "_runtime/__init__": "from ._deep import Base as Base\n",
        "_runtime/_aliases": "from . import Base as _Base\nBase = _Base\n",
        "_runtime/_deep/__init__": "from .model import Base\n",
        "_runtime/_deep/model": "class Root: ...\nclass Base(Root): ...\n",
        "_runtime/_unused": "this is no Python",
    }
    new = {**old, "models": old["models"].replace(method, "")}
    assert "breaking" in {item.severity for item in compared(old, new, tmp_path / "removed")}
    new["_runtime/_deep/model"] = f"class Root:\n{method}class Base(Root): ...\n"
    assert "breaking" not in {item.severity for item in compared(old, new, tmp_path / "moved")}


IMPORTERS = pairs.read("importers.yaml")


@pytest.mark.parametrize("case", IMPORTERS, ids=[case["name"] for case in IMPORTERS])
def test_only_changes_that_break_importers_are_reported(case: dict[str, Any], tmp_path: Path) -> None:
    """Code that assigns, iterates, enters, calls or names something fails, or does not."""
    breaks = "breaking" in {item.severity for item in compared(case["old"], case["new"], tmp_path)}
    assert breaks is case["breaks"]
