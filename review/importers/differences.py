"""Turn the differences of two packages into findings: group those with one cause, and find their lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from generator.spec.places import Place

from ..findings import Finding, Name, squash
from ..rules import Rule
from .package import Declaration, Package

# From this number on, differences with one cause become one finding.
_MANY: Final = 4


@dataclass(frozen=True)
class Difference:
    """One difference of two packages.

    Attributes:
        name: The changed name.
        text: The sentence of the finding.
        cause: The sentence of the finding if many differences with this cause become one.
        key: Values that are not in the sentence, to tell differences apart.
    """

    rule: Rule
    name: Name
    text: str
    cause: str = ""
    key: str = ""


def grouped(differences: Iterable[Difference]) -> list[list[Difference]]:
    """Group differences that are one change at several places, such as in all functions of an endpoint."""
    groups: dict[tuple[Rule, str, str], list[Difference]] = {}
    for item in dict.fromkeys(differences):
        last = item.name.parameter or item.name.last
        groups.setdefault((item.rule, last, item.text), []).append(item)
    causes: dict[tuple[Rule, str], list[list[Difference]]] = {}
    for group in groups.values():
        causes.setdefault((group[0].rule, group[0].cause), []).append(group)
    found = []
    for (_, cause), several in causes.items():
        if cause and len(several) >= _MANY:
            joined = [replace(item, text=cause) for group in several for item in group]
            found.append(joined)
        else:
            found += several
    return found


class Places:
    """Makes findings with the lines of differences.

    Args:
        original: The folder of the old package, before renames were followed in it.
    """

    def __init__(self, old: Package, new: Package, original: Path) -> None:
        self.old, self.new, self.original = old, new, original

    def finding(self, group: Sequence[Difference]) -> Finding:
        """Make the finding for a group of differences."""
        first = group[0]
        declarations = [(self.old.declaration_of(item.name), self.new.declaration_of(item.name)) for item in group]
        at = declarations[0][1] or self._nearest(first.name) or declarations[0][0]
        module = self.new.modules.get(first.name.path)
        file = at.file if at else module.file if module else f"{self.new.name}/__init__.py"
        before = list(dict.fromkeys(self._line(old) for old, _ in declarations if old))
        after = list(dict.fromkeys(new.text for _, new in declarations if new))
        lines = ["" if before == after else "\n".join(side[:20]) for side in (before, after)]
        return Finding(
            first.rule,
            first.text,
            Place(self.new.prefix + file, at.line if at else 1, 1),
            subject=first.name,
            others=tuple(dict.fromkeys(item.name for item in group[1:])),
            key=" ".join([str(tuple(first.name)), first.text, first.key, *lines]),
            before=lines[0],
            after=lines[1],
            before_place=f"{declarations[0][0].file}:{declarations[0][0].line}" if declarations[0][0] else "",
        )

    def _line(self, declaration: Declaration) -> str:
        """Return the line of a declaration in the old package, before renames were followed in it."""
        file = self.original.parent / declaration.file
        lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
        return lines[declaration.line - 1].strip() if len(lines) >= declaration.line else declaration.text

    def _nearest(self, name: Name) -> Declaration | None:
        """Return the innermost class or module around a name that the new package still has."""
        while "." in name.path:
            name = name.owner
            if declaration := self.new.declarations.get(name):
                return declaration
            if module := self.new.modules.get(name.path):
                return Declaration("constant", module.file, 1, "")
        return None


def changed_files(old: Path, new: Path, words: Mapping[str, str]) -> Iterator[str]:
    """Yield the files that differ between two folders by more than renames.

    Args:
        words: The renamed names with their new ones.
    """
    left, right = (
        {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
        for folder in (old, new)
    )
    renamed = {str(_as_now(name, words)): name for name in left.keys() - right.keys()} if words else {}
    for name, after in right.items():
        before = left.pop(name if name in left else renamed.get(str(_as_now(name, words)), name), None)
        texts = [path.read_bytes() if path else b"" for path in (before, after)]
        now = [_as_now(text.decode("utf-8", "replace"), words) for text in texts] if words else texts
        if "__pycache__" not in name and (before is None or (texts[0] != texts[1] and now[0] != now[1])):
            yield name
    yield from (name for name in left if "__pycache__" not in name)


def _as_now(text: str, words: Mapping[str, str]) -> list[str]:
    """Split a text into words and signs, with new names in place of renamed ones in any spelling."""
    text = text.lower().replace("_", "")
    for before, after in words.items():
        text = text.replace(squash(before), squash(after))
    return re.findall(r"\w+|[^\w\s(),]", text)
