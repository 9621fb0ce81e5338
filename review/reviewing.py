"""Making a review: of two files, of a git ref and the working tree, or of the vendor's document and the fragment."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from . import accepted, kept
from .accepted import Accepted
from .findings import Finding
from .importers import code, comparison, configuration, generating, reading, renames
from .importers.package import Package
from .recorded import bodies as recorded, evidence
from .settings import Settings
from .source import Document, ReviewError, load_openapi
from .tree import ACCEPTED, CONFIGURATION, FIXTURES, ROOT, SPEC, commit_of, extract, files_of, last_release
from .verdict import Review, Unjudged
from .wire import contract, upstream


class _Side(NamedTuple):
    """One side of a comparison: a tree with its generator, and the document (path None: the tree's own)."""

    tree: Path
    spec: Path | None
    document: Document

    def generate(self, output: Path) -> Path:
        """Generate the side's package, and return its folder."""
        files = None if self.spec else files_of(self.tree)
        return generating.generate(self.tree, self.spec, output, files=files)


def review_of(options: argparse.Namespace, settings: Settings, root: Path = ROOT) -> Review:
    """Return the review that the options of a command ask for.

    Raises:
        ReviewError: it could not be made.
    """
    if options.command == "upstream":
        review = _of_upstream(options, settings, root)
    elif options.command == "tree":
        review = _of_tree(options, settings, root)
    else:
        review = _of_files(options, settings, root)
    review.gated = settings.version and not options.no_version
    review.findings = settings.applied(review.findings)
    entries = _accepted(options, settings, root)
    review.findings, review.accepted, review.stale = accepted.accept(review.findings, entries)
    return review


def _accepted(options: argparse.Namespace, settings: Settings, root: Path) -> list[Accepted]:
    own = root / ACCEPTED
    file = options.accepted or (own if options.command == "tree" and own.is_file() else None)
    return [*settings.accepted, *(accepted.parse(accepted.load(file).get("accepted", []), file) if file else ())]


def _of_upstream(options: argparse.Namespace, settings: Settings, root: Path) -> Review:
    fragment: Path = options.fragment
    shown = str(fragment.relative_to(root)) if fragment.is_relative_to(root) else str(fragment)
    vendor, ours = load_openapi(options.spec), load_openapi(fragment, name=shown)
    findings, remarks = upstream.compare(vendor, ours, settings.scope)
    review = _joined(vendor, ours, findings)
    review.parts = ("upstream",)
    review.remarks += remarks
    return review


def _of_files(options: argparse.Namespace, settings: Settings, root: Path) -> Review:
    base, revision = load_openapi(options.base), load_openapi(options.revision)
    review = _joined(base, revision, contract.compare(base, revision, settings.scope))
    sides = _Side(root, options.base, base), _Side(root, options.revision, revision)
    return _with_packages(review, sides, options, settings, root, prefix="")


def _of_tree(options: argparse.Namespace, settings: Settings, root: Path) -> Review:
    commit = commit_of(options.base, root=root)
    with tempfile.TemporaryDirectory() as folder:
        base_tree = extract(commit, Path(folder), root=root)
        shown = options.base or commit[:12]
        if not (base_tree / SPEC).is_file():
            raise ReviewError(f"{shown} has no {SPEC}")
        base = load_openapi(base_tree / SPEC, name=SPEC)
        revision = load_openapi(root / SPEC, name=SPEC)
        review = _joined(base, revision, contract.compare(base, revision, settings.scope))
        review.base, review.revision = f"{SPEC} at {shown}", f"{SPEC} in the working tree"
        review.release = last_release(commit, root=root)
        review.findings += configuration.compare(base_tree / CONFIGURATION, root / CONFIGURATION)
        sides = _Side(base_tree, None, base), _Side(root, None, revision)
        return _with_packages(review, sides, options, settings, root, prefix="generated/")


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


def _version(document: Document) -> str:
    return document.written(("info", "version")) or "none"


# The parts that need a package.


def _with_packages(
    review: Review,
    sides: tuple[_Side, _Side],
    options: argparse.Namespace,
    settings: Settings,
    root: Path,
    *,
    prefix: str,
) -> Review:
    """Return a review with the Python and fixtures parts, as far as they are on, or with why they were not judged."""
    on = {"python", "fixtures"} & set(settings.parts)
    if options.wire_only or not on:
        return review
    bodies: list[recorded.Body] = []
    if "fixtures" in on:
        own = [root / FIXTURES] if (root / FIXTURES).is_dir() else []
        bodies, unreadable = recorded.read([*own, *options.fixtures], sides[1].document)
        review.unjudged += map(Unjudged, unreadable)
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(4) as pool:
        made = [
            pool.submit(_prepared, side, Path(folder) / name, bodies, pool)
            for side, name in zip(sides, ("base", "revision"), strict=True)
        ]
        prepared = _generated(review, made, on)
        if prepared is not None:
            _compare(review, sides, prepared, bodies, Path(folder), on, prefix)
    return review


class _Prepared(NamedTuple):
    """The package of a side, and what it makes of the recorded bodies: a process decodes them at the same time."""

    package: Package
    decoding: Future[list[recorded.Answer]]


def _prepared(side: _Side, output: Path, bodies: list[recorded.Body], pool: ThreadPoolExecutor) -> _Prepared:
    path = side.generate(output)
    contents = path.name, kept.of_folder(path), kept.of_folder(Path(__file__).with_name("importers"))
    package: Package = kept.answer(contents, lambda: reading.read(path))
    package.path = path
    return _Prepared(package, pool.submit(recorded.decode, bodies, package))


def _generated(review: Review, made: Iterable[Future[_Prepared]], on: set[str]) -> tuple[_Prepared, _Prepared] | None:
    """Return both sides with their packages; None, with the reason in the review, if one cannot be generated."""
    prepared: list[_Prepared] = []
    what = "the Python and fixtures parts" if len(on) == 2 else f"the {'Python' if 'python' in on else 'fixtures'} part"
    for name, future in zip(("base", "revision"), made, strict=True):
        try:
            prepared.append(future.result())
        except ReviewError as error:
            place = error.place if isinstance(error, generating.GeneratorRefusedError) else None
            review.unjudged.append(Unjudged(f"{what}, for want of the {name}'s package: {error}", place))
    return (prepared[0], prepared[1]) if len(prepared) == 2 else None


def _compare(
    review: Review,
    sides: tuple[_Side, _Side],
    prepared: tuple[_Prepared, _Prepared],
    bodies: list[recorded.Body],
    folder: Path,
    on: set[str],
    prefix: str,
) -> None:
    """Add the findings of the Python and fixtures parts, and complete those of the contract part."""
    old, new = (side.package for side in prepared)
    followed = renames.follow(review.findings, old, new, folder / "followed", prefix=prefix)
    told, found = review.findings, []
    if "python" in on:
        try:
            found += comparison.compare(followed.package, new, prefix=prefix, original=old, words=followed.words)
            found += followed.findings
            review.parts = (*review.parts, "python")
        except ReviewError as error:
            review.unjudged.append(Unjudged(f"the Python part: {error}"))
    if "fixtures" in on:
        try:
            known = [finding.renamed for finding in review.findings if finding.renamed]
            answers = prepared[0].decoding.result(), prepared[1].decoding.result()
            decoded, bodies = recorded.compare(bodies, answers, new.path, known)
            found += decoded
            review.parts = (*review.parts, "fixtures")
        except ReviewError as error:
            review.unjudged.append(Unjudged(f"the fixtures part: {error}"))
        told = evidence.show(told, bodies, sides[1].document)
    told = code.with_code(told, (old, new), (sides[0].document, sides[1].document))
    review.findings = [*told, *found]
