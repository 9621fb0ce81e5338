"""What has another name in a package, because it has another name in the document.

The old package is copied with the new names in it. What is compared afterwards is what would be left to do for
importers who follow the renames, so that nothing else tells of them again.
"""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from ..findings import Finding, Name, Renamed
from ..kept import python_of
from ..rules import Direction, Rule
from .package import Declaration, Package
from .reading import read
from .syntax import squash

# Where a name is declared, with it and the new one.
_Place: TypeAlias = tuple[Declaration, str, str]


class Followed(NamedTuple):
    """The old package with the new names, a finding for each rename that importers follow, and each name's new one."""

    package: Package
    findings: list[Finding]
    words: dict[str, str]


def follow(findings: Sequence[Finding], old: Package, new: Package, folder: Path, *, prefix: str = "") -> Followed:
    """Follow what the findings say has another name now, and what the generator calls otherwise since."""
    copy = folder / old.name
    told: dict[str, Finding] = {}
    words: dict[str, str] = {}
    for finding in findings:
        if finding.renamed:
            for taken in _taken(finding.renamed, old, new):
                text = f"`{taken}` calls another operation now"
                told.setdefault(text, _told(finding, Rule.NAME_CALLS_ANOTHER, text))
            _copied(old, copy)
            if said := _Rename(finding.renamed, copy, old, new, words).follow(finding.direction):
                told.setdefault(said, _told(finding, Rule.NAME_RENAMED, f"importers write {said}"))
                # The next one is looked for in what this one left.
                old = read(copy)
    found = list(told.values())
    if other := _other_methods(old, new):
        _copied(old, copy)
        _replace(copy.parent, [(old.declarations[name], name.last, after.last) for name, after in other.items()])
        found += _told_methods(other, new, prefix)
        old = read(copy)
    return Followed(old, found, words)


def _copied(package: Package, copy: Path) -> None:
    if not copy.exists():
        shutil.copytree(package.path, copy)


def _told(finding: Finding, rule: Rule, text: str) -> Finding:
    """Return what a change of the document does to names of the package, at its place."""
    renamed = finding.renamed
    key = f"{renamed.kind} {renamed.old} {renamed.new} {text}" if renamed else text
    return Finding(rule, text, finding.file, finding.line, finding.column, operations=finding.operations, key=key)


def _taken(renamed: Renamed, old: Package, new: Package) -> list[str]:
    """Return which of the names of an operation that was renamed both packages have: one is of another operation."""
    if renamed.kind != "operation":
        return []
    modules = [
        {squash(name.rpartition(".")[2]): name.rpartition(".")[2] for name in side.modules} for side in (old, new)
    ]
    both = modules[0].keys() & modules[1].keys()
    return [modules[1][key] for key in map(squash, (renamed.old, renamed.new)) if key in both]


def _other_methods(old: Package, new: Package) -> dict[Name, Name]:
    """Return the methods that call the same by another name: a clash with a new operation gives both a longer one."""
    fresh: dict[tuple[Name, frozenset[str]], list[Name]] = {}
    for name, signature in new.signatures.items():
        if signature.calls and name not in old.declarations:
            fresh.setdefault((name.owner, signature.calls), []).append(name)
    found: dict[Name, Name] = {}
    for name, signature in old.signatures.items():
        known = fresh.get((name.owner, signature.calls), [])
        if name not in new.declarations and len(known) == 1:
            found[name] = known[0]
    # Attributes that pass the methods on are called as these are.
    pairs = {(old.declarations[name].file, name.last): after.last for name, after in found.items()}
    for name, declaration in old.declarations.items():
        last = pairs.get((declaration.file, name.last))
        if last and declaration.kind == "attribute" and name not in new.declarations:
            after = Name(f"{name.owner.path}.{last}")
            if after in new.declarations and after not in old.declarations:
                found[name] = after
    return found


def _told_methods(other: Mapping[Name, Name], new: Package, prefix: str) -> list[Finding]:
    """Return a finding for each method that has another name in some classes of a module."""
    groups: dict[tuple[str, str, str], list[Name]] = {}
    for name, after in other.items():
        groups.setdefault((new.declarations[after].file, name.last, after.last), []).append(name)
    return [
        Finding(
            Rule.NAME_RENAMED,
            f"importers write `.{after}()` instead of `.{before}()`",
            prefix + file,
            new.declarations[other[names[0]]].line,
            subject=names[0],
            others=tuple(names[1:]),
            key=f"{names[0].path} {after}",
        )
        for (file, before, after), names in groups.items()
    ]


@dataclass(frozen=True)
class _Rename:
    """One rename, followed in a copy of the old package. `words` gets each name that it replaces, with its new one.

    Methods return what importers write instead, "" where the packages do not have it.
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
        said = "" if kind == "parameter" else self._members("attribute")
        if kind == "parameter" or direction == "request":  # Methods take the properties of what they send.
            said = self._members("parameter") or said
        return said

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
        for name in names[0]:  # The classes of what is inline in it begin with its name.
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
        said = self._methods(before, after)
        self._replace_words({before: after})
        if file.is_file():
            file.rename(file.with_name(f"{after}.py"))
        return "; ".join([*said, f"`{after}` instead of `{before}`"])

    def _found(self, before: Iterable[str], after: Iterable[str]) -> tuple[str, str] | None:
        """Return the old and the new name as the packages spell them, where each has only its own."""
        olds, news = set(before), set(after)
        old = next((name for name in olds if squash(name) == squash(self.renamed.old)), None)
        new = next((name for name in news if squash(name) == squash(self.renamed.new)), None)
        return None if old is None or new is None or old in news or new in olds else (old, new)

    def _methods(self, before: str, after: str) -> list[str]:
        """Rename the methods that are called by the first words of an operation: `retrieve`, `retrieve_many`."""
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
        """Rename an attribute of classes, or a parameter of functions, which have the new name in the new package."""
        form = "`{}=` instead of `{}=`" if kind == "parameter" else "`.{}` instead of `.{}`"
        places: list[_Place] = []
        fresh = {
            name.owner: _own(name)
            for name, declaration in self.new.declarations.items()
            if declaration.kind == kind
            and squash(_own(name)) == squash(self.renamed.new)
            and name not in self.old.declarations
        }
        for name, declaration in self.old.declarations.items():
            before, after = _own(name), fresh.get(name.owner)
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
        for file in python_of(self.copy):
            text = file.read_text(encoding="utf-8")
            if (changed := pattern.sub(lambda match: words[match[1]], text)) != text:
                file.write_text(changed, encoding="utf-8")


def _own(name: Name) -> str:
    """Return the name itself: of the parameter, or of the attribute."""
    return name.parameter or name.last


def _replace(folder: Path, places: Iterable[_Place]) -> None:
    """Give what is declared at some places another name, in the files of a package below a folder."""
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
