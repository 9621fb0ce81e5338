"""Review two files, a git ref and the working tree, or the vendor's document and the fragment."""

from __future__ import annotations

import argparse
import tempfile
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple, TypeAlias

from . import accepted, cache
from .accepted import Accepted
from .findings import Finding
from .importers import code, comparison, configuration, generating, reading, renames
from .importers.package import Package
from .recorded import bodies as recorded, evidence
from .settings import Settings
from .source import Document, ReviewError, load_openapi
from .tree import ACCEPTED, CONFIGURATION, FIXTURES, ROOT, SPEC, commit_of, extract, last_release
from .verdict import Review, Unjudged
from .wire import contract, upstream


def review_of(options: argparse.Namespace, settings: Settings, root: Path = ROOT) -> Review:
    """Carry out a command and return the review.

    Args:
        options: The parsed options of the command.
        settings: The settings of the project.
        root: The repository for the command `tree`, and the generator for `diff`.

    Raises:
        ReviewError: the review could not run.
    """
    request = _Request(options, settings, root)
    commands = {"upstream": request.compare_upstream, "tree": request.compare_tree, "diff": request.compare_files}
    review = commands[options.command]()
    review.is_gated = settings.version and not options.no_version
    review.findings = settings.applied(review.findings)
    review.findings, review.accepted, review.stale = accepted.accept(review.findings, request.accepted())
    return review


class _Side(NamedTuple):
    """One side of a comparison: a tree with its generator, and a document.

    Attributes:
        name: `base` or `revision`.
        spec: The document's file; None for the tree's own document.
    """

    name: str
    tree: Path
    spec: Path | None
    document: Document


# The package of a side, and the recorded bodies as another process decodes them with the package.
_Prepared: TypeAlias = tuple[Package, Future[list[recorded.Decoded]]]


class _Request(NamedTuple):
    """The options of a command, the settings, and the root of the tree."""

    options: argparse.Namespace
    settings: Settings
    root: Path

    def accepted(self) -> list[Accepted]:
        """Return the accepted findings of the settings and of the file of accepted findings."""
        default = self.root / ACCEPTED
        file = self.options.accepted or (default if self.options.command == "tree" and default.is_file() else None)
        listed = accepted.parse(accepted.load(file).get("accepted", []), file) if file else ()
        return [*self.settings.accepted, *listed]

    def compare_upstream(self) -> Review:
        """Compare the vendor's document with the fragment."""
        fragment: Path = self.options.fragment
        shown = str(fragment.relative_to(self.root)) if fragment.is_relative_to(self.root) else str(fragment)
        vendor, ours = load_openapi(self.options.spec), load_openapi(fragment, name=shown)
        findings, remarks = upstream.compare(vendor, ours, self.settings.scope)
        review = _review(vendor, ours, findings)
        review.parts = ("upstream",)
        review.remarks += remarks
        return review

    def compare_files(self) -> Review:
        """Compare two files."""
        base, revision = load_openapi(self.options.base), load_openapi(self.options.revision)
        review = _review(base, revision, contract.compare(base, revision, self.settings.scope))
        old = _Side("base", self.root, self.options.base, base)
        self._add_packages(review, (old, _Side("revision", self.root, self.options.revision, revision)))
        return review

    def compare_tree(self) -> Review:
        """Compare a git ref with the working tree."""
        root, commit = self.root, commit_of(self.options.base, root=self.root)
        with tempfile.TemporaryDirectory() as folder:
            base_tree = extract(commit, Path(folder), root=root)
            shown = self.options.base or commit[:12]
            if not (base_tree / SPEC).is_file():
                raise ReviewError(f"{shown} has no {SPEC}")
            base = load_openapi(base_tree / SPEC, name=SPEC)
            revision = load_openapi(root / SPEC, name=SPEC)
            review = _review(base, revision, contract.compare(base, revision, self.settings.scope))
            review.base, review.revision = f"{SPEC} at {shown}", f"{SPEC} in the working tree"
            review.release = last_release(commit, root=root)
            review.findings += configuration.compare(base_tree / CONFIGURATION, root / CONFIGURATION)
            sides = _Side("base", base_tree, None, base), _Side("revision", root, None, revision)
            self._add_packages(review, sides)
        return review

    # The parts that need a package.

    def _add_packages(self, review: Review, sides: tuple[_Side, _Side]) -> None:
        """Add the Python and fixtures parts to a review if they are on, or the reason why they were not judged."""
        on = {"python", "fixtures"} & set(self.settings.parts)
        if self.options.wire_only or not on:
            return
        bodies: list[recorded.Body] = []
        if "fixtures" in on:
            default = [self.root / FIXTURES] if (self.root / FIXTURES).is_dir() else []
            bodies, unreadable = recorded.read([*default, *self.options.fixtures], sides[1].document)
            review.unjudged += map(Unjudged, unreadable)
        both = len(on) == 2
        parts = "the Python and fixtures parts" if both else f"the {'Python' if 'python' in on else 'fixtures'} part"
        with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(4) as pool:
            futures = [pool.submit(_prepare, side, Path(folder) / side.name, bodies, pool) for side in sides]
            prepared: list[_Prepared] = []
            for side, future in zip(sides, futures, strict=True):
                try:
                    prepared.append(future.result())
                except ReviewError as error:
                    place = error.place if isinstance(error, generating.GeneratorRefusedError) else None
                    text = f"{parts}, for want of the {side.name}'s package: {error}"
                    review.unjudged.append(Unjudged(text, place))
            if len(prepared) == 2:
                _compare(review, sides, prepared, bodies, Path(folder), on)


def _review(base: Document, revision: Document, findings: list[Finding]) -> Review:
    return Review(
        base=base.name,
        revision=revision.name,
        base_version=_version(base),
        revision_version=_version(revision),
        findings=findings,
        parts=("contract",),
        has_differences=base.value != revision.value,
    )


def _version(document: Document) -> str:
    return document.written(("info", "version")) or "none"


def _prepare(side: _Side, output: Path, bodies: list[recorded.Body], pool: ThreadPoolExecutor) -> _Prepared:
    """Generate and read the package of a side, and begin to decode the recorded bodies with it."""
    path = generating.generate(side.tree, side.spec, output)
    key = path.name, cache.digest_of_folder(path), cache.digest_of_folder(Path(__file__).with_name("importers"))
    package: Package = cache.get_or_make(key, lambda: reading.read(path))
    package.path, package.prefix = path, "" if side.spec else "generated/"
    return package, pool.submit(recorded.decode, bodies, package)


def _compare(
    review: Review,
    sides: tuple[_Side, _Side],
    prepared: list[_Prepared],
    bodies: list[recorded.Body],
    folder: Path,
    on: set[str],
) -> None:
    """Add the findings of the Python and fixtures parts, and add code and fixtures to those of the contract part."""
    (old, old_decoding), (new, new_decoding) = prepared
    documents = sides[0].document, sides[1].document
    followed = renames.follow(review.findings, old, new, folder / "followed")
    contract_findings, found = review.findings, []
    if "python" in on:
        try:
            found += comparison.compare(followed.package, new, original=old, words=followed.words)
            found += followed.findings
            review.parts = (*review.parts, "python")
        except ReviewError as error:
            review.unjudged.append(Unjudged(f"the Python part: {error}"))
    if "fixtures" in on:
        try:
            known = [finding.renamed for finding in review.findings if finding.renamed]
            results = old_decoding.result(), new_decoding.result()
            decoded, bodies = recorded.compare(bodies, results, new.path, known)
            found += decoded
            review.parts = (*review.parts, "fixtures")
        except ReviewError as error:
            review.unjudged.append(Unjudged(f"the fixtures part: {error}"))
        contract_findings = evidence.with_evidence(contract_findings, bodies, documents[1])
    review.findings = [*code.with_code(contract_findings, (old, new), documents), *found]
