"""Generate, import, type-check and drive each document, and write docs/documents.md (`make documents`)."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests import ROOT
from tests.programs.documents import directory, packages
from tests.programs.documents.known import ACCEPTED, KNOWN
from tests.programs.documents.packages import Made
from tests.programs.documents.sources import HOME, Source, sources
from tests.programs.documents.steps import answerable, driven
from tests.programs.e2e.steady import install as install_steady, steady

PAGE = ROOT / "docs" / "documents.md"
_KINDS = ("ours", "stock")
_STEPS = ("generated", "accepted", "decoded")
# The share of operations that must be accepted and decoded, without proven faults of the document or Steady.
_ENOUGH = 0.99


@dataclass
class Figures:
    """The results of one document with one set of templates."""

    made: Made
    operations: int = 0
    generated: int = 0
    accepted: int = 0
    decoded: int = 0
    reasons: list[str] = field(default_factory=list)
    explained: list[str] = field(default_factory=list)


@dataclass
class Row:
    """A document's line in the table."""

    source: Source
    figures: dict[str, Figures]


def run(source: Source) -> Row:
    """Generate and drive one document, with our templates and with the generator's own."""
    name = "p_" + re.sub(r"\W+", "_", source.name).lower()
    figures = {}
    for kind in _KINDS:
        output = HOME / "packages" / kind / name
        shutil.rmtree(output, ignore_errors=True)
        if kind == "ours":
            made = packages.ours(source, output, name, ACCEPTED.get(source.name, ""))
        else:
            made = packages.stock(source, output, name)
        figures[kind] = Figures(made)
        if made.folder is None:
            figures[kind].reasons.append(made.reason)
    made_by = {kind: figure.made.folder for kind, figure in figures.items() if figure.made.folder}
    if made_by:
        with steady(answerable(source, HOME / "packages" / f"{name}.json")) as address:
            for kind, folder in made_by.items():
                _drive(kind, source, folder, address, figures[kind])
            _explain(source, address, figures["ours"])
    return Row(source, figures)


def _drive(kind: str, source: Source, folder: Path, address: str, figures: Figures) -> None:
    for outcome in driven(kind, source, folder, address):
        figures.operations += 1
        for name in _STEPS:
            setattr(figures, name, getattr(figures, name) + outcome[name])
        if outcome["reason"]:
            figures.reasons.append(f"{outcome['operation']}: {outcome['reason']}")


def _explain(source: Source, address: str, figures: Figures) -> None:
    """Remove the reasons that are not ours, because the same request written by hand is refused as well."""
    for reason in [*figures.reasons]:
        operation, _, said = reason.partition(": ")
        known = KNOWN.get(source.name, {}).get(operation)
        if known is not None and (by_hand := known.by_hand(operation.split()[0], address)):
            figures.reasons.remove(reason)
            figures.explained.append(f"{operation}: {known.reason} (by hand: {by_hand}; {said})")


def repeated(all_sources: list[Source]) -> dict[str, Source]:
    """Return the YAML documents that equal a JSON one, so that one of both is enough."""
    by_stem = {source.name.removesuffix(" (JSON)"): source for source in all_sources if source.name.endswith(" (JSON)")}
    return {
        source.name: by_stem[stem]
        for source in all_sources
        if source.name.endswith(" (YAML)")
        and (stem := source.name.removesuffix(" (YAML)")) in by_stem
        and packages.same_value(source.path, by_stem[stem].path)
    }


def report(rows: list[Row], typed: dict[Path, str], same: dict[str, Source]) -> Iterator[str]:
    """Return the lines of the page."""
    yield "# Other people's documents"
    yield ""
    yield "Written by `make documents`. Each document is generated with our templates and with those of the stock"
    yield "generator; every operation is called twice, with arguments that the document allows (hypothesis-jsonschema),"
    yield "and a mock server, Steady, says whether the document allows the request and answers it. Ours are checked"
    yield "by `mypy --strict` and pyright. That a body fits several variants of a `oneOf`, Steady says too: no fault."
    yield ""
    totals = {kind: [sum(_numbers(row, kind)[index] for row in rows) for index in range(4)] for kind in _KINDS}
    yield "| of all operations | ours | stock |"
    yield "|---|---|---|"
    for index, label in enumerate(("operations", "generated", "requests accepted", "answers decoded")):
        yield f"| {label} | {totals['ours'][index]} | {totals['stock'][index]} |"
    explained = _explained(rows)
    yield f"| not accepted, and shown to be the document's or Steady's fault | {explained} | |"
    accepted, possible = totals["ours"][2], totals["ours"][0] - explained
    yield f"| accepted, of those of which Steady accepts any request | {100 * accepted / possible:.1f} % | |"
    yield ""
    yield f"{len(same)} YAML documents say the same as a JSON document below, value for value, and are not listed."
    group = ""
    for row in rows:
        if row.source.group != group:
            group = row.source.group
            yield ""
            yield f"## {group[0].upper()}{group[1:]}"
            yield ""
            # For our package and the stock one.
            columns = ["document", "operations", *_STEPS, "typed", *(f"stock: {step}" for step in _STEPS)]
            yield f"| {' | '.join(columns)} |"
            yield "|---" * len(columns) + "|"
        ours, theirs = _numbers(row, "ours"), _numbers(row, "stock")
        folder = row.figures["ours"].made.folder
        clean = "-" if folder is None else "no" if folder in typed else "yes"
        cells = [row.source.name, *map(str, ours), clean, *map(str, theirs[1:])]
        yield f"| {' | '.join(cells)} |"
    yield ""
    yield "## What is not accepted or not decoded, and why"
    yield ""
    yield "Where the reason is the document's or Steady's, a request of the same kind, written by hand and sent past"
    yield "all generated code, was refused too, in the same run; its answer stands first in brackets."
    yield ""
    for row in rows:
        for reason in _unexplained(row, typed):
            yield f"- {row.source.name}: {_escaped(reason)}"
        for reason in row.figures["ours"].explained:
            yield f"- {row.source.name}: {_escaped(reason)}"


def _numbers(row: Row, kind: str) -> list[int]:
    figures = row.figures[kind]
    most = max(figure.operations for figure in row.figures.values())
    return [most, figures.generated, figures.accepted, figures.decoded]


def _unexplained(row: Row, typed: dict[Path, str]) -> list[str]:
    """Return what our package did not do without a known reason."""
    ours = row.figures["ours"]
    found = list(ours.reasons)
    if ours.made.folder in typed:
        found.append(f"types: {typed[ours.made.folder]}")
    return found


def _escaped(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")[:400]


def main() -> int:
    """Run all documents, or those whose groups and names hold an argument; print what has no known reason."""
    wanted = sys.argv[1:]
    found = list(sources())
    same = repeated(found)
    chosen = [
        item
        for item in found
        if item.name not in same and (not wanted or any(w in f"{item.group}/{item.name}" for w in wanted))
    ]
    install_steady()  # installed by one process, before several need it
    with ProcessPoolExecutor(os.cpu_count() or 1) as processes:
        rows = list(processes.map(run, chosen))
    folders = [folder for row in rows if (folder := row.figures["ours"].made.folder)]
    typed = {**packages.pyright(folders), **packages.mypy(folders)} if folders else {}
    first = [*report(rows, typed, same), ""] if rows else []
    print("\n".join(first), flush=True)
    lines, lost = directory.run(wanted)
    text = "\n".join([*first, *lines]) + "\n"
    if not wanted:
        PAGE.write_text(text, encoding="utf-8")
    print("\n".join(lines))
    unexplained = [f"{row.source.name}: {item}" for row in rows for item in _unexplained(row, typed)]
    print(f"{len(rows)} documents, {len(unexplained)} defects that no one has explained")
    print("\n".join(lost))
    return 0 if (not rows or held(rows)) and not unexplained and not lost else 1


def held(rows: list[Row]) -> bool:
    """Return whether no operation of the stock generator is missing, and nearly all requests were accepted."""
    ours, stock = ([sum(_numbers(row, kind)[index] for row in rows) for index in range(4)] for kind in _KINDS)
    return ours[1] >= stock[1] and min(ours[2:]) + _explained(rows) >= _ENOUGH * ours[1]


def _explained(rows: list[Row]) -> int:
    return sum(len(row.figures["ours"].explained) for row in rows)


if __name__ == "__main__":
    sys.exit(main())
