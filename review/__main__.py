"""The command line: `python -m review diff|tree|upstream|rules|setup`; see docs/review.md."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from . import contract, engine, report
from .findings import Part, Review, accept, read_accepted
from .source import Document, ReviewError, load_openapi

FINE, FOUND, COULD_NOT = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 fine, 1 findings at the level asked for, 2 could not run."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "setup":
            print(engine.set_up())
            return FINE
        if options.command == "rules":
            print("\n".join(f"{item.severity:9} {item.rule}: {item.reason}" for item in contract.policies()))
            return FINE
        review = _review(options)
        _write(review, options)
        return _status(review, options.fail_on)
    except ReviewError as error:
        print(f"review: {error}", file=sys.stderr)
        return COULD_NOT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m review", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--format", choices=report.names(), default="terminal")
    shared.add_argument("--output", type=Path, help="write to this file instead of the terminal")
    shared.add_argument("--fail-on", choices=("breaking", "any", "none"), default="breaking")
    shared.add_argument("--accepted", type=Path, help="a file of accepted findings")
    diff = commands.add_parser("diff", parents=[shared], help="compare any two OpenAPI files")
    diff.add_argument("base", type=Path)
    diff.add_argument("revision", type=Path)
    diff.add_argument("--wire-only", action="store_true", help="only the contract part")
    commands.add_parser("rules", help="list what the policy decides, and why")
    commands.add_parser("setup", help="install the engine")
    return parser


def _review(options: argparse.Namespace) -> Review:
    base, revision = load_openapi(options.base), load_openapi(options.revision)
    parts: list[Part] = ["contract"]
    findings = contract.compare(base, revision)
    review = Review(
        base=base.name,
        revision=revision.name,
        base_version=_version(base),
        revision_version=_version(revision),
        findings=findings,
        parts=tuple(parts),
        differ=base.value != revision.value,
    )
    if options.accepted:
        accept(review, read_accepted(options.accepted))
    return review


def _version(document: Document) -> str:
    return document.words(("info", "version")) or "none"


def _write(review: Review, options: argparse.Namespace) -> None:
    if options.output is None and options.format == "terminal":
        text = report.to_terminal(review, colour=sys.stdout.isatty())
    else:
        text = report.FORMATS[options.format](review)
    if options.output is None:
        sys.stdout.write(text)
        return
    try:
        options.output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ReviewError(f"{options.output}: cannot be written: {error.strerror}") from error


def _status(review: Review, fail_on: str) -> int:
    if fail_on == "none":
        return FINE
    if fail_on == "any" and review.findings:
        return FOUND
    return FOUND if review.of("breaking") or not review.version_ok else FINE


if __name__ == "__main__":
    sys.exit(main())
