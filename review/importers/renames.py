"""Follow the renames of the document in the generated package.

The old package is copied, with the new names in place of the old ones. The comparison of this copy with the new package
does not report the renames again, but only what importers must change besides.
"""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from generator.spec.places import Place

from ..cache import python_files
from ..findings import Finding, Name, Renamed, squash
from ..rules import Direction, Rule
from .package import Declaration, Package
from .reading import read

# A declaration, its old name and its new one.
_Place: TypeAlias = tuple[Declaration, str, str]


class Followed(NamedTuple):
    """The result of following renames.

    Attributes:
        package: The old package with the new names.
        findings: A finding for each rename that importers must follow.
        words: The replaced names with their new ones.
    """

    package: Package
    findings: list[Finding]
    words: dict[str, str]


def follow(findings: Sequence[Finding], old: Package, new: Package, folder: Path) -> Followed:
    """Follow the renames of the document's findings, and of methods that the generator renamed as a consequence.

    Args:
        folder: The folder for the copy of the old package.
    """
    copy = folder / old.name
    found: dict[str, Finding] = {}
    words: dict[str, str] = {}
    for finding in findings:
        if finding.renamed:
            for reused in _reused_names(finding.renamed, old, new):
                text = f"`{reused}` calls another operation now"
                found.setdefault(text, _finding(finding, Rule.NAME_CALLS_ANOTHER, text))
            _copy(old, copy)
            if advice := _Rename(finding.renamed, copy, old, new, words).follow(finding.direction):
                found.setdefault(advice, _finding(finding, Rule.NAME_RENAMED, f"importers write {advice}"))
                old = read(copy)  # the next rename starts from this copy
    findings = list(found.values())
    if other := _other_methods(old, new):
        _copy(old, copy)
        _replace(copy.parent, [(old.declarations[name], name.last, after.last) for name, after in other.items()])
        findings += _method_findings(other, new)
        old = read(copy)
    return Followed(old, findings, words)


def _copy(package: Package, copy: Path) -> None:
    if not copy.exists():
        shutil.copytree(package.path, copy)


def _finding(finding: Finding, rule: Rule, text: str) -> Finding:
    """Return a finding about names of the package, at the place of the document's change that causes it."""
    renamed = finding.renamed
    key = f"{renamed.kind} {renamed.old} {renamed.new} {text}" if renamed else text
    return Finding(rule, text, finding.place, operations=finding.operations, key=key)


def _reused_names(renamed: Renamed, old: Package, new: Package) -> list[str]:
    """Return the names of a renamed operation that both packages have, where one of them is another operation."""
    if renamed.kind != "operation":
        return []
    modules = [
        {squash(name.rpartition(".")[2]): name.rpartition(".")[2] for name in side.modules} for side in (old, new)
    ]
    both = modules[0].keys() & modules[1].keys()
    return [modules[1][key] for key in map(squash, (renamed.old, renamed.new)) if key in both]


def _other_methods(old: Package, new: Package) -> dict[Name, Name]:
    """Return the methods that call the same functions under another name, with their new names.

    This happens when a new operation would have the same method name, so that the generator gives both a longer one.
    """
    fresh: dict[tuple[Name, frozenset[str]], list[Name]] = {}
    for name, signature in new.signatures.items():
        if signature.calls and name not in old.declarations:
            fresh.setdefault((name.owner, signature.calls), []).append(name)
    found: dict[Name, Name] = {}
    for name, signature in old.signatures.items():
        known = fresh.get((name.owner, signature.calls), [])
        if name not in new.declarations and len(known) == 1:
            found[name] = known[0]
    # Attributes of the same file that pass a method on are renamed with it.
    pairs = {(old.declarations[name].file, name.last): after.last for name, after in found.items()}
    for name, declaration in old.declarations.items():
        last = pairs.get((declaration.file, name.last))
        if last and declaration.kind == "attribute" and name not in new.declarations:
            after = Name(f"{name.owner.path}.{last}")
            if after in new.declarations and after not in old.declarations:
                found[name] = after
    return found


def _method_findings(other: Mapping[Name, Name], new: Package) -> list[Finding]:
    """Return a finding for each renamed method and file, with the classes that have it."""
    groups: dict[tuple[str, str, str], list[Name]] = {}
    for name, after in other.items():
        groups.setdefault((new.declarations[after].file, name.last, after.last), []).append(name)
    return [
        Finding(
            Rule.NAME_RENAMED,
            f"importers write `.{after}()` instead of `.{before}()`",
            Place(new.prefix + file, new.declarations[other[names[0]]].line, 1),
            subject=names[0],
            others=tuple(names[1:]),
            key=f"{names[0].path} {after}",
        )
        for (file, before, after), names in groups.items()
    ]


@dataclass(frozen=True)
class _Rename:
    """A rename of the document, to follow in a copy of the old package.

    The methods return what importers write now, or "" if the packages do not have the names.

    Attributes:
        copy: The copy of the old package.
        words: Receives each replaced name with its new one.
    """

    renamed: Renamed
    copy: Path
    old: Package
    new: Package
    words: dict[str, str]

    def follow(self, direction: Direction | None) -> str:
        kind = self.renamed.kind
        if kind == "schema":
            return self._class()
        if kind == "operation":
            return self._module()
        advice = "" if kind == "parameter" else self._members("attribute")
        if kind == "parameter" or direction == "request":  # Methods have a parameter for each property of the request.
            advice = self._members("parameter") or advice
        return advice

    def _class(self) -> str:
        names = [
            {name.last for name, declaration in package.declarations.items() if declaration.kind in ("class", "enum")}
            for package in (self.old, self.new)
        ]
        found = self._found(*names)
        if found is None:
            return ""
        before, after = found
        words = {before: after}
        for name in names[0]:  # The names of classes for inline schemas begin with the name of the schema around them.
            derived = after + name.removeprefix(before)
            if name.startswith(before) and name not in names[1] and derived in names[1] and derived not in names[0]:
                words[name] = derived
        self._replace_words(words)
        return f"`{after}` instead of `{before}`"

    def _module(self) -> str:
        modules = [{name.rpartition(".")[2]: name for name in package.modules} for package in (self.old, self.new)]
        found = self._found(*modules)
        if found is None:
            return ""
        before, after = found
        file = self.copy.parent / self.old.modules[modules[0][before]].file
        advice = self._methods(before, after)
        self._replace_words({before: after})
        if file.is_file():
            file.rename(file.with_name(f"{after}.py"))
        return "; ".join([*advice, f"`{after}` instead of `{before}`"])

    def _found(self, before: Iterable[str], after: Iterable[str]) -> tuple[str, str] | None:
        """Return the old and the new name as the packages spell them, or None unless each package has just its own."""
        olds, news = set(before), set(after)
        old = next((name for name in olds if squash(name) == squash(self.renamed.old)), None)
        new = next((name for name in news if squash(name) == squash(self.renamed.new)), None)
        return None if old is None or new is None or old in news or new in olds else (old, new)

    def _methods(self, before: str, after: str) -> list[str]:
        """Rename the methods named after the first words of an operation, such as `retrieve` and `retrieve_many`."""
        old, new = before.split("_"), after.split("_")
        while len(old) > 1 and len(new) > 1 and old[-1] == new[-1]:
            old.pop()
            new.pop()
        places: list[_Place] = []
        words: dict[str, str] = {}
        for name, declaration in self.old.declarations.items():
            parts = name.last.split("_")
            is_member = declaration.kind in ("function", "attribute") and name.owner in self.new.declarations
            if not is_member or name in self.new.declarations or parts[: len(old)] != old:
                continue
            method = "_".join([*new, *parts[len(old) :]])
            if Name(f"{name.owner.path}.{method}") in self.new.declarations:
                places.append((declaration, name.last, method))
                words[name.last] = method
        _replace(self.copy.parent, places)
        self.words.update(words)
        return [f"`.{now}()` instead of `.{was}()`" for was, now in words.items()]

    def _members(self, kind: Literal["attribute", "parameter"]) -> str:
        """Rename an attribute or a parameter in all classes or functions that have its new name in the new package."""
        form = "`{}=` instead of `{}=`" if kind == "parameter" else "`.{}` instead of `.{}`"
        places: list[_Place] = []
        fresh = {
            name.owner: _last(name)
            for name, declaration in self.new.declarations.items()
            if declaration.kind == kind
            and squash(_last(name)) == squash(self.renamed.new)
            and name not in self.old.declarations
        }
        for name, declaration in self.old.declarations.items():
            before, after = _last(name), fresh.get(name.owner)
            if (
                declaration.kind == kind
                and squash(before) == squash(self.renamed.old)
                and name not in self.new.declarations
                and after
            ):
                places.append((declaration, before, after))
                self.words[before] = after
        _replace(self.copy.parent, places)
        return form.format(places[-1][2], places[-1][1]) if places else ""

    def _replace_words(self, words: dict[str, str]) -> None:
        self.words.update(words)
        pattern = re.compile(r"\b(" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + r")\b")
        for file in python_files(self.copy):
            text = file.read_text(encoding="utf-8")
            if (changed := pattern.sub(lambda match: words[match[1]], text)) != text:
                file.write_text(changed, encoding="utf-8")


def _last(name: Name) -> str:
    """Return the name of a parameter or attribute alone."""
    return name.parameter or name.last


def _replace(folder: Path, places: Iterable[_Place]) -> None:
    """Replace names at their declarations in the files of a package.

    Args:
        folder: The folder that contains the package's folder.
    """
    files: dict[Path, list[str]] = {}
    for declaration, before, after in places:
        file = folder / declaration.file
        if file not in files:
            files[file] = file.read_text(encoding="utf-8").splitlines(keepends=True)
        lines, at = files[file], declaration.line - 1
        lines[at] = re.sub(rf"\b{re.escape(before)}\b(?=\s*[:=,()])", after, lines[at], count=1)
    for file, lines in files.items():
        ast.parse("".join(lines))
        file.write_text("".join(lines), encoding="utf-8")
