"""Decode an export again, and report what differs from what the document declares."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from stored_completions import models
from stored_completions_cli.document import Sightings, Spec, shortened
from stored_completions_cli.errors import CommandError, Status
from stored_completions_cli.extras import parquet
from stored_completions_cli.terminal import inline

KEPT = 10  # examples of a finding
_COMPLETION, _MESSAGE = (f"#/components/schemas/{name}" for name in ("ChatCompletion", "ChatCompletionStoreMessage"))


@dataclass
class Findings:
    """What was found at a place: how often, and the first examples of it."""

    count: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, example: str) -> None:
        """Count one, and keep it if it is among the first."""
        self.count += 1
        if len(self.examples) < KEPT:
            self.examples.append(example)


class Tally:
    """What was found in the bodies so far; its size does not grow with their number."""

    def __init__(self, spec: Spec, package: ModuleType = models) -> None:
        """Begin with nothing found.

        Args:
            package: Has the models of the document's schemas.
        """
        self.spec, self._package = spec, package
        self.schemas: Counter[str] = Counter()
        self.undeclared: dict[str, Findings] = {}
        self.mistyped: dict[str, Findings] = {}
        self.unequal, self.skipped = Findings(), Findings()

    def judge(self, place: str, value: Any, schema: str) -> None:
        """Compare a body with a schema of the document and its model."""
        self.schemas[self.spec.label(schema)] += 1
        if problem := round_trip(self._package, value, schema):
            self.unequal.add(f"{place} {problem}")
        for violation in self.spec.violations(value, schema):
            found = f"{place} {violation.path}: {violation.message}"
            self.mistyped.setdefault(violation.schema, Findings()).add(found)
        seen = Sightings()
        self.spec.sightings(value, schema, seen)
        for label, values in seen.undeclared.items():
            for each in values:
                shown = shortened(json.dumps(each, ensure_ascii=False), 60)
                self.undeclared.setdefault(label, Findings()).add(shown)

    def skip(self, place: str, why: str) -> None:
        """Note something that is not judged."""
        self.skipped.add(f"{place}: {why}")

    @property
    def failed(self) -> bool:
        """Whether a body did not come back equal, or there was none."""
        return not self.schemas or bool(self.unequal.count)

    def print(self, console: Console, examples: int) -> None:
        """Print the counts, and the first examples of each finding."""
        half = console.width // 2
        if self.undeclared:
            columns = Column("Undeclared property", no_wrap=True), "times", Column("for example", overflow="fold")
            table = Table(*columns, title="Not declared", title_justify="left")
            for label, found in _most_first(self.undeclared):
                table.add_row(_in_lines(label, half), str(found.count), Text(found.examples[0]))
            console.print(table)
        if self.mistyped:
            columns = Column("Place in the document", no_wrap=True), "times", Column("first", overflow="fold")
            table = Table(*columns, title="Not as declared", title_justify="left")
            for place, found in _most_first(self.mistyped):
                table.add_row(_in_lines(place, half), str(found.count), Text("\n".join(found.examples[:examples])))
            console.print(table)
        for title, found in (("Skipped", self.skipped), ("NOT EQUAL", self.unequal)):
            shown = found.examples[:examples]
            for line in shown:
                console.print(f"{title}: {line}", markup=False, highlight=False, soft_wrap=True)
            if found.count > len(shown):
                console.print(f"... and {found.count - len(shown)} more", highlight=False)
        judged = sum(self.schemas.values())
        kinds = ", ".join(f"{count} {name}" for name, count in sorted(self.schemas.items()))
        console.print(f"{judged} bodies ({kinds}), {self.skipped.count} others skipped", highlight=False)
        undeclared, mistyped = (
            sum(each.count for each in found.values()) for found in (self.undeclared, self.mistyped)
        )
        console.print(f"{undeclared} undeclared, {mistyped} not as declared", highlight=False)
        console.print(f"{judged - self.unequal.count} of {judged} came back equal", highlight=False)


def check_export(path: Path, progress: Callable[[int], object] = lambda count: None) -> Tally:
    """Judge each completion of an export in jsonl or parquet, and the messages in it.

    Args:
        progress: Is told how many bytes were read.

    Raises:
        CommandError: the file has another format.
    """
    tally = Tally(Spec(document()))
    for number, line in enumerate(_lines(path, progress), 1):
        place = f"{inline(str(path))}:{number}"
        try:
            completion = json.loads(line)
        except (ValueError, RecursionError) as error:
            tally.skip(place, f"not JSON ({error})")
            continue
        if not isinstance(completion, dict) or "choices" not in completion:
            tally.skip(place, "not a completion: exports in jsonl and parquet hold them")
            continue
        messages = completion.pop("messages", None)
        tally.judge(place, completion, _COMPLETION)
        for message in messages if isinstance(messages, list) else []:
            tally.judge(place, message, _MESSAGE)
    return tally


def document() -> Path:
    """Return where the document is: beside this module in a wheel, at the top of a checkout."""
    here = Path(__file__)
    return next(path for path in (here.with_name("openapi.yaml"), here.parents[2] / "openapi.yaml") if path.exists())


def round_trip(package: ModuleType, value: Any, schema: str) -> str | None:
    """Return why the model of a schema does not give a body back as it was, or None when it does."""
    model = getattr(package, schema.rsplit("/", 1)[1], None)
    if model is None:
        return f"no model for {schema}"
    try:
        returned = model.from_dict(value).to_dict()
    except Exception as error:  # noqa: BLE001 - each error is a finding
        return f"{model.__name__}.from_dict raised {error!r}"
    changed = difference(value, returned)
    return changed and f"{model.__name__} gave back something else: {changed}"


def difference(sent: Any, returned: Any, path: str = "$") -> str | None:
    """Return the first place where two JSON values differ; 1, 1.0 and true are three values."""
    if type(sent) is not type(returned):
        return f"{path}: {sent!r:.80} became {returned!r:.80}"
    if isinstance(sent, dict):
        if sent.keys() != returned.keys():
            return f"{path}: the keys {sorted(sent.keys() ^ returned.keys())} are in one only"
        pairs = ((f"{path}.{name}", value, returned[name]) for name, value in sent.items())
    elif isinstance(sent, list):
        if len(sent) != len(returned):
            return f"{path}: {len(sent)} items became {len(returned)}"
        pairs = ((f"{path}[{number}]", *both) for number, both in enumerate(zip(sent, returned, strict=True)))
    else:
        equal = sent == returned or (sent != sent and returned != returned)
        return None if equal else f"{path}: {sent!r:.80} became {returned!r:.80}"
    return next((found for place, a, b in pairs if (found := difference(a, b, place))), None)


def _lines(path: Path, progress: Callable[[int], object]) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            if file.read(4) == b"PAR1":
                yield from parquet().lines_of(path, progress)
                return
            file.seek(0)
            for line in file:
                progress(len(line))
                yield line
    except OSError as error:
        raise CommandError(f"{inline(str(path))} cannot be read: {error.strerror}.", Status.USAGE) from None


def _in_lines(name: str, width: int) -> Text:
    """Break a name that is too long for a column: after dots, slashes and underscores, not within words."""
    lines = [""]
    for part in re.split(r"(?<=[./_])", name):
        if lines[-1] and len(lines[-1] + part) > width:
            lines.append("")
        lines[-1] += part
    return Text("\n".join(lines))


def _most_first(found: dict[str, Findings]) -> list[tuple[str, Findings]]:
    return sorted(found.items(), key=lambda item: -item[1].count)
