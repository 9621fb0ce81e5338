"""Decode and round-trip the bodies in any files (`make corpus FILES=...`), and say what the document did not expect."""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column, Table

from tests.bodies import Body, read
from tests.contract import Contract
from tests.spec import Sightings, shortened


class Tally:
    """What was found in the bodies so far."""

    def __init__(self, contract: Contract) -> None:
        """Begin with nothing found."""
        self.contract = contract
        self.seen = Sightings()
        self.schemas: defaultdict[str, int] = defaultdict(int)
        self.mistyped: defaultdict[str, list[str]] = defaultdict(list)
        self.unequal: list[str] = []
        self.skipped: list[str] = []

    def add(self, body: Body) -> None:
        """Judge one body."""
        spec = self.contract.spec
        problem = body.problem
        if body.request and not spec.operations(body.request.url):
            problem = f"{urlsplit(body.request.url).path} is not in the document"
        # The answer to a method that the document has not, as to a creation, may be like that to another.
        schema = None if problem else self.contract.schema(body) or spec.guess_schema(body.value)
        if schema is None:
            self.skipped.append(f"{body.place}: {problem or 'like nothing in the document'}")
            return
        self.schemas[spec.label(schema)] += 1
        if problem := self.contract.round_trip(body.value, schema):
            self.unequal.append(f"{body.place} {problem}")
        for violation in spec.violations(body.value, schema):
            self.mistyped[violation.schema].append(f"{body.place} {violation.path}: {violation.message}")
        spec.sightings(body.value, schema, self.seen)

    def print(self, console: Console, examples: int) -> None:
        """Print the counts, and the first examples of each finding."""
        if self.seen.undeclared:
            name = Column("Undeclared property", overflow="fold")
            table = Table(name, "times", "for example", title="Not declared", title_justify="left")
            for label, values in sorted(self.seen.undeclared.items(), key=lambda item: -len(item[1])):
                table.add_row(label, str(len(values)), shortened(json.dumps(values[0], ensure_ascii=False), 60))
            console.print(table)
        if self.mistyped:
            name = Column("Place in the document", overflow="fold")
            table = Table(name, "times", "first", title="Not as declared", title_justify="left")
            for place, found in sorted(self.mistyped.items(), key=lambda item: -len(item[1])):
                table.add_row(place, str(len(found)), "\n".join(found[:examples]))
            console.print(table)
        for title, found in (("Skipped", self.skipped), ("NOT EQUAL", self.unequal)):
            for line in found[:examples]:
                console.print(f"{title}: {line}", markup=False, highlight=False, soft_wrap=True)
            if len(found) > examples:
                console.print(f"... and {len(found) - examples} more", highlight=False)
        judged = sum(self.schemas.values())
        kinds = ", ".join(f"{count} {name}" for name, count in sorted(self.schemas.items()))
        console.print(f"{judged} bodies ({kinds}), {len(self.skipped)} others skipped", highlight=False)
        mistyped = sum(map(len, self.mistyped.values()))
        undeclared = sum(map(len, self.seen.undeclared.values()))
        console.print(f"{undeclared} undeclared, {mistyped} not as declared", highlight=False)
        console.print(f"{judged - len(self.unequal)} of {judged} came back equal", highlight=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge the files of the command line; 1 when a body did not come back equal, or when there was none."""
    parser = argparse.ArgumentParser(prog="make corpus FILES=...", description=__doc__)
    parser.add_argument(
        "files", nargs="+", type=Path, help="JSON, JSON Lines or VCR cassettes; of folders, all in them"
    )
    parser.add_argument("--examples", type=int, default=3, help="how many examples of each finding to show")
    options = parser.parse_args(arguments)
    if missing := [str(path) for path in options.files if not path.exists()]:
        parser.error(f"there is no {', '.join(missing)}")
    suffixes = {".json", ".jsonl", ".ndjson", ".yaml", ".yml"}
    files = [
        file
        for path in options.files
        for file in (sorted(path.rglob("*")) if path.is_dir() else [path])
        if not path.is_dir() or file.suffix in suffixes
    ]
    tally = Tally(Contract())
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Reading", total=sum(file.stat().st_size for file in files))
        for file in files:
            for body in read(file, str(file), lambda count: progress.advance(task, count)):
                tally.add(body)
    tally.print(Console(), options.examples)
    return not tally.schemas or bool(tally.unequal)


if __name__ == "__main__":
    sys.exit(main())
