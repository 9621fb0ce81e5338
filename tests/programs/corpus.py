"""Decode the bodies of any files and encode them again (`make corpus FILES=...`); print what the spec lacks."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, get_args, get_origin
from urllib.parse import urlsplit

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from stored_completions.types import Model
from stored_completions_cli.conformance import Kind, Tally, declared_by, properties
from tests.programs.contract import Contract
from tests.support.bodies import Body, read


def judge(tally: Tally, contract: Contract, body: Body) -> None:
    """Judge one body, or skip it."""
    problem = body.problem
    if body.request and not contract.spec.operations(body.request.url):
        problem = f"{urlsplit(body.request.url).path} is not in the document"
    # A response to an undeclared operation, such as a creation, may look like a declared one.
    pointer = None if problem else contract.schema(body)
    model = contract.model(pointer) if pointer else None if problem else likeliest(body.value, contract.models)
    if model is None:
        tally.note(Kind.SKIPPED, f"{body.place}: {problem or 'like nothing in the document'}")
    elif not isinstance(body.value, dict):
        tally.note(Kind.SKIPPED, f"{body.place}: no JSON object")
    else:
        tally.judge(body.place, body.value, model)


def likeliest(body: Any, models: list[type[Model]]) -> type[Model] | None:
    """Return the model that fits a body of unknown origin best, or None."""
    if not isinstance(body, dict):
        return None
    shared = {model: len(declared_by(model).keys() & body.keys()) for model in models if _has_required(model, body)}
    candidates = [model for model, number in shared.items() if number]
    candidates = [model for model in candidates if _has_constants(model, body)] or candidates
    return min(candidates, key=lambda model: (_problems(body, model), -shared[model]), default=None)


def _has_required(model: type[Model], body: dict[str, Any]) -> bool:
    """Return whether a body has one of a model's required properties that is not common elsewhere, as `metadata` is."""
    required = [name for name, (_, is_required) in declared_by(model).items() if is_required]
    return not required or any(name in body for name in required)


def _has_constants(model: type[Model], body: dict[str, Any]) -> bool:
    kinds = {name: kind for name, (kind, _) in declared_by(model).items() if get_origin(kind) is Literal}
    return all(body.get(name) in get_args(kind) for name, kind in kinds.items())


def _problems(body: dict[str, Any], model: type[Model]) -> bool:
    return any(seen.problem for seen in properties(body, model))


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge the files of the command line; return 1 if a body did not come back equal, or if there was none."""
    parser = argparse.ArgumentParser(prog="python -m tests.programs.corpus", description=__doc__)
    parser.add_argument(
        "files", nargs="*", type=Path, help="JSON, JSON Lines or VCR cassettes; of folders, all in them"
    )
    parser.add_argument("--examples", type=int, default=3, help="how many examples of each finding to show")
    options = parser.parse_args(arguments)
    if not options.files:
        print('Say which files or folders to judge: make corpus FILES="chats.jsonl recordings"', file=sys.stderr)
        return 2
    if missing := [str(path) for path in options.files if not path.exists()]:
        print(f"There is no {', '.join(missing)}: FILES names files and folders, with spaces between.", file=sys.stderr)
        return 2
    suffixes = {".json", ".jsonl", ".ndjson", ".yaml", ".yml"}
    files = [
        file
        for path in options.files
        for file in (sorted(path.rglob("*")) if path.is_dir() else [path])
        if not path.is_dir() or file.suffix in suffixes
    ]
    contract = Contract()
    tally = Tally()
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Reading", total=sum(file.stat().st_size for file in files))
        for file in files:
            for body in read(file, str(file), lambda count: progress.advance(task, count)):
                judge(tally, contract, body)
    print("\n".join(tally.lines(options.examples)))
    return tally.failed


if __name__ == "__main__":
    sys.exit(main())
