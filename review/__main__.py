"""The command line: `python -m review diff|tree|upstream|rules`; see docs/review.md."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import traceback
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, NamedTuple

from . import contract, fixtures, package, python, renames, report, rules, upstream
from .findings import Finding, Review, Unjudged, accept, read_accepted
from .source import Document, ReviewError, load_openapi
from .tree import FIXTURES, ROOT, SPEC, commit_of, extract, files_of, last_release

FINE, FOUND, COULD_NOT = 0, 1, 2
ACCEPTED: Final = "review/accepted.toml"
_TRACEBACK: Final = "REVIEW_TRACEBACK"
_SUFFIXES: Final = {".txt": "terminal", ".md": "markdown", ".html": "html", ".json": "json"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 fine, 1 findings at the level asked for, 2 not (wholly) judged."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except ReviewError as error:
        return _could_not(str(error))
    except RecursionError:
        return _could_not("a schema is nested too deeply to be read (some hundred levels of allOf, anyOf or items)")
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _could_not("the output was closed before the report was written")
    except Exception as error:  # noqa: BLE001 - whatever it is must not look like a verdict
        if os.environ.get(_TRACEBACK):
            traceback.print_exc()
        at = traceback.extract_tb(error.__traceback__)[-1]
        return _could_not(
            f"this is a mistake of the review itself: {type(error).__name__}: {error} "
            f"({Path(at.filename).name}:{at.lineno}); nothing was judged. "
            f"Report it with both documents and the traceback that {_TRACEBACK}=1 prints"
        )


def _run(options: argparse.Namespace) -> int:
    if options.command == "rules":
        for rule_id, part, severity, direction, reason in rules.table():
            print(f"{severity:8}  {part:8}  {direction:8}  {rule_id}: {reason}")
        return FINE
    review = _review(options)
    _write(review, options)
    status = _status(review, options.fail_on)
    # make turns every failure into its own status 2; scripts read this line.
    print(f"review: status {status} ({report.status_reason(review, status)})", file=sys.stderr)
    return status


def _could_not(reason: str) -> int:
    print(f"review: {report.plain(reason)}", file=sys.stderr)
    print(f"review: status {COULD_NOT} (could not run)", file=sys.stderr)
    return COULD_NOT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m review", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--format", choices=tuple(report.FORMATS), default="terminal")
    shared.add_argument("--output", type=Path, help="write to this file instead of the terminal")
    shared.add_argument(
        "--save",
        type=_saved,
        nargs="+",
        default=[],
        metavar="FILE",
        help=f"write it to these files as well, as their names say: {', '.join(_SUFFIXES)}",
    )
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
    commands.add_parser("rules", help="list every rule with its severity, direction and reason")
    return parser


def _review(options: argparse.Namespace) -> Review:
    if options.command == "upstream":
        vendor, ours = load_openapi(options.spec), load_openapi(options.fragment, name=_shown(options.fragment))
        findings, remarks = upstream.compare(vendor, ours)
        review = _joined(vendor, ours, findings)
        review.parts = ("upstream",)
        review.remarks += remarks
    elif options.command == "tree":
        review = _review_tree(options)
    else:
        base, revision = load_openapi(options.base), load_openapi(options.revision)
        review = _joined(base, revision, contract.compare(base, revision))
        if not options.wire_only:
            sides = (_Side(ROOT, options.base, base), _Side(ROOT, options.revision, revision))
            _add_package_parts(review, sides, options.fixtures, prefix="")
    entries = options.accepted or (ROOT / ACCEPTED if (ROOT / ACCEPTED).is_file() else None)
    if entries and (options.accepted or options.command == "tree"):
        accept(review, read_accepted(entries))
    return review


class _Side(NamedTuple):
    """One side of a comparison: a tree with its generator, and the document (path None: the tree's own)."""

    tree: Path
    spec: Path | None
    document: Document

    def generate(self, output: Path) -> package.Package:
        """Generate the side's package, and read it."""
        files = None if self.spec else files_of(self.tree)
        return package.Package(package.generate(self.tree, self.spec, output, files=files))


def _review_tree(options: argparse.Namespace) -> Review:
    commit = commit_of(options.base, root=ROOT)
    with tempfile.TemporaryDirectory() as folder:
        base_tree = extract(commit, Path(folder), root=ROOT)
        shown = options.base or commit[:12]
        if not (base_tree / SPEC).is_file():
            raise ReviewError(f"{shown} has no {SPEC}")
        base = load_openapi(base_tree / SPEC, name=SPEC)
        revision = load_openapi(ROOT / SPEC, name=SPEC)
        review = _joined(base, revision, contract.compare(base, revision))
        review.base, review.revision = f"{SPEC} at {shown}", f"{SPEC} in the working tree"
        review.release = last_release(commit, root=ROOT)
        if not options.wire_only:
            sides = (_Side(base_tree, None, base), _Side(ROOT, None, revision))
            _add_package_parts(review, sides, options.fixtures, prefix="generated/")
    return review


def _add_package_parts(review: Review, sides: tuple[_Side, _Side], more: Iterable[Path], *, prefix: str) -> None:
    """Add the Python and fixtures parts, or say why they were not judged."""
    own = [ROOT / FIXTURES] if (ROOT / FIXTURES).is_dir() else []
    bodies, unreadable = fixtures.read([*own, *more], sides[1].document)
    review.unjudged += map(Unjudged, unreadable)
    with tempfile.TemporaryDirectory() as folder:
        outputs = [Path(folder, name) for name in ("base", "revision")]
        packages: list[package.Package] = []
        with ThreadPoolExecutor(2) as pool:
            made = [pool.submit(side.generate, output) for side, output in zip(sides, outputs, strict=True)]
        for name, future in zip(("base", "revision"), made, strict=True):
            try:
                packages.append(future.result())
            except ReviewError as error:
                place = error.place if isinstance(error, package.GeneratorRefusedError) else None
                why = f"the Python and fixtures parts, for want of the {name}'s package: {error}"
                review.unjudged.append(Unjudged(why, place))
        if len(packages) < 2:
            return
        _compare_packages(review, sides, (packages[0], packages[1]), bodies, Path(folder), prefix)


def _compare_packages(
    review: Review,
    sides: tuple[_Side, _Side],
    packages: tuple[package.Package, package.Package],
    bodies: list[fixtures.Body],
    folder: Path,
    prefix: str,
) -> None:
    """Add the findings of the Python and fixtures parts, and complete those of the contract part."""
    old, new = packages
    followed, told, words = renames.follow(review.findings, old, new, folder / "followed")
    known = [finding.renamed for finding in told if finding.renamed]
    found: list[Finding] = []
    with ThreadPoolExecutor(1) as pool:  # Both parts wait for processes of their own.
        decoding = pool.submit(fixtures.compare, bodies, old.path, new.path, known)
        try:
            found += python.compare(followed, new, prefix=prefix, original=old, words=words)
            review.parts = (*review.parts, "python")
        except ReviewError as error:
            review.unjudged.append(Unjudged(f"the Python part: {error}"))
    try:
        decoded, bodies = decoding.result()
        found += decoded
        review.parts = (*review.parts, "fixtures")
    except ReviewError as error:
        review.unjudged.append(Unjudged(f"the fixtures part: {error}"))
    told = fixtures.show(told, bodies, sides[1].document)
    told = python.with_code(told, packages, (sides[0].document, sides[1].document))
    review.findings = [*told, *found]


def _joined(base: Document, revision: Document, findings: list[Finding]) -> Review:
    return Review(
        base=base.name,
        revision=revision.name,
        base_version=_version(base),
        revision_version=_version(revision),
        findings=findings,
        parts=("contract",),
        differ=base.value != revision.value,
    )


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def _version(document: Document) -> str:
    return document.words(("info", "version")) or "none"


def _saved(name: str) -> Path:
    path = Path(name)
    if path.suffix not in _SUFFIXES:
        raise argparse.ArgumentTypeError(f"{name!r} must end with one of {', '.join(_SUFFIXES)}")
    return path


def _write(review: Review, options: argparse.Namespace) -> None:
    for path in options.save:
        _write_file(path, report.FORMATS[_SUFFIXES[path.suffix]](review))
    if options.output is not None:
        _write_file(options.output, report.FORMATS[options.format](review))
        return
    if options.format == "terminal":
        text = report.to_terminal(review, colour=sys.stdout.isatty())
    else:
        text = report.FORMATS[options.format](review)
    sys.stdout.write(text)
    sys.stdout.flush()


def _write_file(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise ReviewError(f"{path}: cannot be written: {error.strerror}") from error


def _status(review: Review, fail_on: str) -> int:
    if review.unjudged:
        return COULD_NOT
    if fail_on == "none":
        return FINE
    if fail_on == "any" and review.findings:
        return FOUND
    return FOUND if review.of("breaking") or not review.version_ok else FINE


if __name__ == "__main__":
    sys.exit(main())
