"""What has another name in a package, because it has another name in the document.

The old package is copied with the new names in it. What is compared afterwards is what would be left to do for
importers who follow the renames, so that nothing else tells of them again.
"""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from .findings import Finding, Name, Renamed
from .package import Package, squash
from .rules import Direction


def follow(findings: Sequence[Finding], old: Package, new: Package, folder: Path) -> tuple[Package, list[Finding]]:
    """Return the old package with the new names, and the findings with what importers write instead."""
    copy = folder / old.name
    told = []
    for finding in findings:
        if finding.renamed:
            if not copy.exists():
                shutil.copytree(old.path, copy)
            if said := _rename(finding.renamed, finding.direction, copy, old, new):
                finding = replace(finding, importers=said)
                # The next one is looked for in what this one left.
                old = Package(copy)
        told.append(finding)
    return old, told


def _rename(renamed: Renamed, direction: Direction | None, copy: Path, old: Package, new: Package) -> str:
    """Rename something in a copy; return what importers write instead, "" where the packages do not have it."""
    if renamed.kind == "schema":
        return _rename_class(renamed, copy, old, new)
    if renamed.kind == "operation":
        return _rename_module(renamed, copy, old, new)
    said = "" if renamed.kind == "parameter" else _rename_members("attribute", renamed, copy, old, new)
    if renamed.kind == "parameter" or direction == "request":  # Methods take the properties of what they send.
        said = _rename_members("parameter", renamed, copy, old, new) or said
    return said


def _rename_class(renamed: Renamed, copy: Path, old: Package, new: Package) -> str:
    names = [
        {name.last for name, fact in package.facts.items() if fact.kind in ("class", "enum")} for package in (old, new)
    ]
    before = next((name for name in names[0] if squash(name) == squash(renamed.old)), None)
    after = next((name for name in names[1] if squash(name) == squash(renamed.new)), None)
    if before is None or after is None or before in names[1] or after in names[0]:
        return ""
    words = {before: after}
    for name in names[0]:  # The classes of what is inline in it begin with its name.
        derived = after + name.removeprefix(before)
        if name.startswith(before) and name not in names[1] and derived in names[1] and derived not in names[0]:
            words[name] = derived
    _replace_words(copy.rglob("*.py"), words)
    return f"`{after}` instead of `{before}`"


def _rename_module(renamed: Renamed, copy: Path, old: Package, new: Package) -> str:
    modules = [{name.rpartition(".")[2]: name for name in package.modules} for package in (old, new)]
    before = next((name for name in modules[0] if squash(name) == squash(renamed.old)), None)
    after = next((name for name in modules[1] if squash(name) == squash(renamed.new)), None)
    if before is None or after is None or before in modules[1] or after in modules[0]:
        return ""
    file = copy.parent / old.modules[modules[0][before]].file
    _replace_words(copy.rglob("*.py"), {before: after})
    if file.is_file():
        file.rename(file.with_name(f"{after}.py"))
    return f"`{after}` instead of `{before}`"


def _rename_members(
    kind: Literal["attribute", "parameter"], renamed: Renamed, copy: Path, old: Package, new: Package
) -> str:
    """Rename an attribute of classes, or a parameter of functions, which have the new name in the new package."""
    form = "`{}=` instead of `{}=`" if kind == "parameter" else "`.{}` instead of `.{}`"
    said = ""
    places: dict[str, list[tuple[int, str, str]]] = {}
    fresh = {
        name.owner: _own(name)
        for name, fact in new.facts.items()
        if fact.kind == kind and squash(_own(name)) == squash(renamed.new) and name not in old.facts
    }
    for name, fact in old.facts.items():
        before, after = _own(name), fresh.get(name.owner)
        if fact.kind == kind and squash(before) == squash(renamed.old) and name not in new.facts and after:
            places.setdefault(fact.file, []).append((fact.line, before, after))
            said = form.format(after, before)
    for file, lines in places.items():
        _replace_in_lines(copy.parent / file, lines)
    return said


def _own(name: Name) -> str:
    """Return the name itself: of the parameter, or of the attribute."""
    return name.parameter or name.last


def _replace_in_lines(file: Path, places: Iterable[tuple[int, str, str]]) -> None:
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    for number, before, after in places:
        lines[number - 1] = re.sub(rf"\b{re.escape(before)}\b(?=\s*[:=,)])", after, lines[number - 1], count=1)
    text = "".join(lines)
    ast.parse(text)
    file.write_text(text, encoding="utf-8")


def _replace_words(files: Iterable[Path], words: dict[str, str]) -> None:
    pattern = re.compile(r"\b(" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + r")\b")
    for file in list(files):
        text = file.read_text(encoding="utf-8")
        if (changed := pattern.sub(lambda match: words[match[1]], text)) != text:
            file.write_text(changed, encoding="utf-8")
