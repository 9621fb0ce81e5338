"""Check the spec, the fixtures and the generated client against each other (`make contract`).

Every body among the fixtures must keep to its schema, be decoded by its model, and come back out equal. Which declared
properties no fixture shows, and which properties of the fixtures are not declared, is shown in two tables.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, get_args

import attrs
import yaml
from rich.console import Console
from rich.table import Column, Table

from stored_completions.types import Model
from stored_completions_cli.conformance import declared_by, properties, round_trip
from stored_completions_cli.jsontext import shortened
from tests import ROOT
from tests.support.bodies import Body, read
from tests.support.spec import Pointer, Spec, schema, snake

FIXTURES = ROOT / "tests" / "fixtures"

# The folders of bodies, the best evidence first.
ORIGINS = {"cassettes": "recorded", "reference": "documented", "examples": "made by hand"}


@dataclass
class Sightings:
    """How often each property is in bodies: declared ones, null or not, and values of undeclared ones."""

    declared: Counter[str] = field(default_factory=Counter)
    null: Counter[str] = field(default_factory=Counter)
    undeclared: dict[str, list[Any]] = field(default_factory=dict)

    def add(self, body: Any, model: type[Model]) -> None:
        """Count the properties of a body."""
        for seen in properties(body, model):
            if not seen.declared:
                self.undeclared.setdefault(seen.name, []).append(seen.value)
            elif not seen.problem:
                self.declared[seen.name] += 1
                self.null[seen.name] += seen.value is None


class Contract:
    """The spec, and the package that was generated from it."""

    def __init__(self, document: Path = ROOT / "openapi.yaml") -> None:
        """Read the spec, and import the package that the generator's configuration names."""
        self.spec = Spec(document)
        config = yaml.safe_load((ROOT / "generator-config.yml").read_text("utf-8"))
        self._models = importlib.import_module(f"{config['package_name_override']}.models")
        self._schemas = {snake(name): schema(name) for name in self.spec.value["components"]["schemas"]}

    def schema(self, body: Body) -> Pointer | None:
        """Return the schema of a body: the operation's, or the one that the file is named after."""
        if body.request:
            return self.spec.response_schema(body.request.method, body.request.url, body.request.status)
        return self._schemas.get(Path(body.place).name.split(".")[0])

    def model(self, pointer: Pointer) -> type[Model]:
        """Return the model of a schema."""
        model: type[Model] = getattr(self._models, pointer[-1])
        return model

    @property
    def models(self) -> list[type[Model]]:
        """Return the models of all responses."""
        return [*dict.fromkeys(map(self.model, self.spec.responses.values()))]

    def broken(self, body: Body) -> Iterator[str]:
        """Return all that is wrong with a body, with places."""
        pointer = self.schema(body)
        if body.problem or pointer is None:
            yield f"{body.place}: {body.problem or 'no schema of the document applies'}"
            return
        for violation in self.spec.violations(body.value, pointer):
            yield f"{body.place} {violation}"
        if problem := round_trip(body.value, self.model(pointer)):
            yield f"{body.place} {problem}"


def declared(models: list[type[Model]]) -> Iterator[str]:
    """Return the names of the properties of models and of the models in them."""
    known: list[Any] = [*models]
    for model in known:
        for name, (kind, _) in declared_by(model).items():
            yield f"{model.__name__}.{name}"
            known += dict.fromkeys(part for part in _parts(kind) if attrs.has(part) and part not in known)


def _parts(kind: Any) -> Iterator[Any]:
    yield kind
    for part in get_args(kind):
        yield from _parts(part)


@cache
def fixtures(origin: str) -> tuple[Body, ...]:
    """Return the bodies of one origin, with places relative to the checkout."""
    folder = next(folder for folder, name in ORIGINS.items() if name == origin)
    files = sorted(path for path in (FIXTURES / folder).rglob("*") if path.suffix in (".json", ".yaml"))
    return tuple(body for path in files for body in read(path, str(path.relative_to(ROOT))))


def report(contract: Contract, console: Console) -> int:
    """Print what is broken and the two tables; return the number of broken things."""
    seen = {origin: Sightings() for origin in ORIGINS.values()}
    failures: list[str] = []
    for origin, sightings in seen.items():
        for body in fixtures(origin):
            failures += contract.broken(body)
            if (pointer := contract.schema(body)) and not body.problem:
                sightings.add(body.value, contract.model(pointer))
    _print_coverage([*declared(contract.models)], seen, console)
    _print_undeclared(seen, console)
    for failure in failures:
        console.print(f"BROKEN {failure}", style="red", markup=False, highlight=False, soft_wrap=True)
    counts = ", ".join(f"{len(fixtures(origin))} {origin}" for origin in seen)
    console.print(f"{counts}: {len(failures)} broken", highlight=False)
    return len(failures)


def _print_coverage(names: list[str], seen: dict[str, Sightings], console: Console) -> None:
    table = Table(
        Column("Declared property", overflow="fold"),
        *seen,
        title="What the fixtures show of the document",
        title_justify="left",
    )
    never = []
    for name in names:
        counts = [sightings.declared[name] for sightings in seen.values()]
        nulls = [sightings.null[name] for sightings in seen.values()]
        if not any(counts):
            never.append(name)
        cells = [
            "" if not count else f"{count} null" if count == null else str(count)
            for count, null in zip(counts, nulls, strict=True)
        ]
        table.add_row(name, *cells, style=None if any(counts) else "yellow")
    console.print(table)
    shown = f"{len(names) - len(never)} of {len(names)} declared properties are shown"
    console.print(shown, *(["and these never:", ", ".join(never)] if never else []), highlight=False)
    console.print()


def _print_undeclared(seen: dict[str, Sightings], console: Console) -> None:
    table = Table(
        Column("Undeclared property", overflow="fold"),
        *seen,
        "for example",
        title="What the document does not declare",
        title_justify="left",
    )
    for name in sorted({name for sightings in seen.values() for name in sightings.undeclared}):
        found = [sightings.undeclared.get(name, []) for sightings in seen.values()]
        example = json.dumps(next(value for values in found for value in values), ensure_ascii=False)
        table.add_row(name, *(str(len(values) or "") for values in found), shortened(example, 60))
    if table.row_count:
        console.print(table)


if __name__ == "__main__":
    sys.exit(report(Contract(), Console()) > 0)
