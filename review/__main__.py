"""The command line: `python -m review diff|tree|upstream|rules|setup`; see docs/review.md."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from . import contract, engine, fixtures, python, report, upstream
from .findings import Finding, Part, Review, accept, read_accepted
from .source import Document, ReviewError, load_openapi
from .tree import FIXTURES, ROOT, SPEC, commit_of, extract

FINE, FOUND, COULD_NOT = 0, 1, 2
ACCEPTED: Final = "review/accepted.toml"


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
    shared.add_argument("--format", choices=tuple(report.FORMATS), default="terminal")
    shared.add_argument("--output", type=Path, help="write to this file instead of the terminal")
    shared.add_argument("--fail-on", choices=("breaking", "any", "none"), default="breaking")
    shared.add_argument(
        "--accepted", type=Path, help=f"a file of accepted findings (default: {ACCEPTED}, if it is there)"
    )
    parts = argparse.ArgumentParser(add_help=False)
    parts.add_argument("--wire-only", action="store_true", help="only the contract part")
    parts.add_argument("--fixtures", type=Path, nargs="+", default=[], help="more recorded bodies")
    diff = commands.add_parser("diff", parents=[shared, parts], help="compare any two OpenAPI files")
    diff.add_argument("base", type=Path)
    diff.add_argument("revision", type=Path)
    here = commands.add_parser("tree", parents=[shared, parts], help="compare a git ref with the working tree")
    here.add_argument("base", nargs="?", help="a git ref (default: the merge base with the main branch)")
    vendor = commands.add_parser("upstream", parents=[shared], help="compare the vendor's document with the fragment")
    vendor.add_argument("spec", type=Path)
    vendor.add_argument("--fragment", type=Path, default=ROOT / SPEC)
    commands.add_parser("rules", help="list what the policy decides, and why")
    commands.add_parser("setup", help="install the engine")
    return parser


def _review(options: argparse.Namespace) -> Review:
    if options.command == "upstream":
        vendor, ours = load_openapi(options.spec), load_openapi(options.fragment, name=_shown(options.fragment))
        findings, remarks = upstream.compare(vendor, ours)
        review = _joined(vendor, ours, findings, ("upstream",))
        review.remarks += remarks
    elif options.command == "tree":
        review = _review_tree(options)
    else:
        base, revision = load_openapi(options.base), load_openapi(options.revision)
        review = _joined(base, revision, contract.compare(base, revision), ("contract",))
        if not options.wire_only:
            sides = (_Side(ROOT, options.base, base), _Side(ROOT, options.revision, revision))
            _add_package_parts(review, sides, [ROOT / FIXTURES, *options.fixtures], prefix="")
    entries = options.accepted or (ROOT / ACCEPTED if (ROOT / ACCEPTED).is_file() else None)
    if entries and (options.accepted or options.command == "tree"):
        accept(review, read_accepted(entries))
    return review


class _Side(NamedTuple):
    """One side of a comparison: a tree with its generator, and the document (path None: the tree's own)."""

    tree: Path
    spec: Path | None
    document: Document


def _review_tree(options: argparse.Namespace) -> Review:
    commit = commit_of(options.base)
    with tempfile.TemporaryDirectory() as folder:
        base_tree = extract(commit, Path(folder))
        if not (base_tree / SPEC).is_file():
            raise ReviewError(f"{options.base or commit[:12]} has no {SPEC}")
        base = load_openapi(base_tree / SPEC, name=SPEC)
        revision = load_openapi(ROOT / SPEC, name=SPEC)
        review = _joined(base, revision, contract.compare(base, revision), ("contract",))
        review.base, review.revision = f"{SPEC} at {options.base or commit[:12]}", f"{SPEC} in the working tree"
        if not options.wire_only:
            sides = (_Side(base_tree, None, base), _Side(ROOT, None, revision))
            _add_package_parts(review, sides, [ROOT / FIXTURES, *options.fixtures], prefix="generated/")
    return review


def _add_package_parts(review: Review, sides: tuple[_Side, _Side], fixture_paths: list[Path], *, prefix: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        packages: list[Path] = []
        for name, side in zip(("base", "revision"), sides, strict=True):
            try:
                packages.append(python.generate(side.tree, side.spec, Path(folder, name)))
            except ReviewError as error:
                if name == "base":
                    review.remarks.append(f"the Python and fixtures parts did not run, for want of a base: {error}")
                    return
                review.parts = (*review.parts, "python")
                review.findings.append(
                    Finding("python", "package-not-generated", "breaking", str(error), sides[1].document.name, 1, 1)
                )
                return
        bodies = fixtures.read(
            [path for path in fixture_paths if path != ROOT / FIXTURES or path.is_dir()], sides[1].document
        )
        review.parts = (*review.parts, "python", "fixtures")
        review.findings += python.compare(packages[0], packages[1], prefix=prefix)
        review.findings += fixtures.compare(bodies, packages[0], packages[1])
        review.findings = fixtures.show(review.findings, bodies)
        review.findings = python.with_code(review.findings, packages[0], packages[1])


def _joined(base: Document, revision: Document, findings: list[Finding], parts: tuple[Part, ...]) -> Review:
    return Review(
        base=base.name,
        revision=revision.name,
        base_version=_version(base),
        revision_version=_version(revision),
        findings=findings,
        parts=parts,
        differ=base.value != revision.value,
    )


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


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
