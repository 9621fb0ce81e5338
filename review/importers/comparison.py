"""The Python part: what a change breaks for code that imports the generated package.

Names, signatures and enums are compared as the source declares them; whether types still fit is asked of mypy (see
probes.py).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from filecmp import dircmp
from pathlib import Path
from types import MappingProxyType
from typing import Final

from ..findings import Finding, Name
from ..rules import Rule
from ..wire.changes import listed, values_text
from . import probes
from .package import Fact, Package
from .signatures import Parameter, Signature
from .syntax import squash
from .usage import open_enums, read_names

_USES: Final[Mapping[str, str]] = {
    "read": "reading it",
    "construct": "constructing with it",
    "call": "passing it",
    "result": "using the result",
}
_NOT_BASES: Final = frozenset({"Generic", "Protocol", "object", "ABC"})
# So many findings of one cause are told as one.
_MANY: Final = 4


@dataclass(frozen=True)
class _Difference:
    """One difference of two packages. Those of one `cause` that are many are told as one."""

    rule: Rule
    name: Name
    text: str
    cause: str = ""


def compare(
    old: Package,
    new: Package,
    *,
    prefix: str = "",
    original: Package | None = None,
    words: Mapping[str, str] = MappingProxyType({}),
) -> list[Finding]:
    """Return what changed between two generated packages for code that imports them.

    Args:
        old: The old package, with the renames of the document followed in it.
        new: The new package.
        prefix: Where the package stands in the repository, for the places of findings.
        original: The old package as it was, for its lines.
        words: The names that are told of elsewhere, with the new ones.

    Raises:
        ReviewError: mypy could not run.
    """
    original = original or old
    changed = sorted(_changed(dircmp(original.path, new.path), words))
    if not changed:
        return []
    old.move(_other_homes(old, new))
    comparison = _Comparison(old, new)
    places = _Places(old, new, prefix, original.path)
    found = [places.finding(group) for group in _grouped(comparison.run())]
    if found:
        return found
    shown = ", ".join(changed[:3]) + (f" and {len(changed) - 3} more" if len(changed) > 3 else "")
    text = f"the generated code changed, and no name, signature or type did; what it does was not compared: {shown}"
    return [Finding(Rule.GENERATED_CODE_CHANGED, text, f"{prefix}{new.name}/{changed[0]}", 1)]


class _Comparison:
    """Two packages, which of their names are told already, and which of them are gone or of another kind."""

    def __init__(self, old: Package, new: Package) -> None:
        self.old, self.new = old, new
        self.told: set[Name] = set()
        self.gone: set[Name] = set()

    def run(self) -> Iterator[_Difference]:
        """Yield the differences, each name of the package with its first one only."""
        for difference in (*self._modules(), *self._names(), *self._enums()):
            yield self._tell(difference)
        for name, signature in self.old.signatures.items():
            if name in self.new.signatures:
                yield from map(self._tell, self._signature(name, signature, self.new.signatures[name]))
        yield from map(self._tell, self._types())
        yield from map(self._tell, self._added())

    def _tell(self, difference: _Difference) -> _Difference:
        if difference.rule not in (Rule.ARGUMENTS_REORDERED, Rule.ARGUMENT_KIND_CHANGED):  # Types are another matter.
            self.told.add(difference.name)
        if difference.rule in (Rule.NAME_REMOVED, Rule.NAME_KIND_CHANGED):
            self.gone.add(difference.name)
        return difference

    def _modules(self) -> Iterator[_Difference]:
        moved: dict[str, list[str]] = {}
        hidden: list[str] = []
        private = {name.rpartition(".")[2] for name in self.new.private_modules}
        for name, module in self.old.modules.items():
            is_known = name in self.new.modules or name != module.name or name in self.old.private_modules
            if is_known or not module.declares:
                continue
            if name.rpartition(".")[2] in private:
                self.gone.update(Name(f"{module.home}.{item}") for item in module.names)
                hidden.append(name)
                continue
            held = [Name(f"{module.home}.{item}") for item in module.names]
            if module.home != name and all(item in self.new.facts for item in held):
                moved.setdefault(module.home, []).append(name.rpartition(".")[2])
                continue
            self.gone.update(held)
            last = name.rpartition(".")[2]
            homes = [
                other for other in self.new.modules if other.endswith(f".{last}") and other not in self.old.modules
            ]
            where = f"; what it held is in {homes[0]}" if homes else f"; it held {', '.join(sorted(module.names)[:5])}"
            yield _Difference(Rule.MODULE_REMOVED, Name(name), f"the module was removed{where}")
        if hidden:
            tails = sorted(name.rpartition(".")[2] for name in hidden)
            shown = ", ".join(tails[:-1]) + (f" and {tails[-1]}" if len(tails) > 1 else tails[0])
            text = f"the modules {shown} are private now: import what other modules of the package export"
            yield _Difference(Rule.MODULE_REMOVED, Name(hidden[0].rpartition(".")[0]), text)
        for home, names in moved.items():
            shown = ", ".join(sorted(names)[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
            text = f"the modules {shown} were removed; what they held is still imported from {home}"
            yield _Difference(Rule.MODULE_REMOVED, Name(home), text)

    def _names(self) -> Iterator[_Difference]:
        for name, fact in self.old.facts.items():
            if name.parameter or name in self.gone:
                continue
            if name.owner in self.gone:
                self.gone.add(name)
                continue
            fresh = self.new.facts.get(name)
            if fresh is None and not self._inherited(name):
                self.gone.add(name)
                yield _Difference(Rule.NAME_REMOVED, name, "the name was removed")
            elif fresh is not None and fresh.kind != fact.kind:
                yield _Difference(Rule.NAME_KIND_CHANGED, name, f"was a {fact.kind}, is a {fresh.kind}")
            elif name in self.new.read_only - self.old.read_only:
                text = "it cannot be assigned any more"
                yield _Difference(Rule.ATTRIBUTE_READ_ONLY, name, text, text)
        for name in (name for name in self.old.exports if name not in self.new.exports and name not in self.new.facts):
            home = next((item for item in self.old.facts if item.last == name.last and not item.parameter), None)
            if home is None or home not in self.gone:
                yield _Difference(Rule.NAME_REMOVED, name, f"it is no longer imported from {name.owner.path}")
        for name in (name for name in self.old.bases if name in self.new.bases and name in self.old.facts):
            if name in self.new.final - self.old.final:
                yield _Difference(Rule.CLASS_BECAME_FINAL, name, "it is final now: nothing can inherit from it")
            if "NamedTuple" in self.old.bases[name] and "NamedTuple" in self.new.bases[name]:
                sides = [package.signatures[name].parameters for package in (self.old, self.new)]
                for item in sides[1]:
                    if item.name not in {known.name for known in sides[0]} and not item.required:
                        text = "the field is new, so that unpacking breaks"
                        yield _Difference(Rule.TUPLE_FIELD_ADDED, Name(f"{name.path}.{item.name}"), text)
            if lost := self._bases(self.old, name) - self._bases(self.new, name) - _NOT_BASES:
                text = f"it no longer is a {' or a '.join(sorted(lost))}"
                yield _Difference(Rule.BASE_CLASS_REMOVED, Name(name.path), text)

    def _inherited(self, name: Name) -> bool:
        """Return whether a member of a class has moved to one of its bases."""
        if name.owner not in self.new.bases:
            return False
        bases = self.new.ancestors(name.owner)
        members = self.new.members_of
        return any(name.last in members.get(base, ()) for base in bases)

    def _bases(self, package: Package, name: Name) -> set[str]:
        return {base for base in package.ancestors(name) if not base.startswith("_")}

    def _enums(self) -> Iterator[_Difference]:
        open_ones = open_enums(self.old) & open_enums(self.new)
        read = read_names(self.old)
        for name in (name for name in self.old.enums if name in self.new.enums):
            old, new = self.old.enums[name], self.new.enums[name]
            if lost := listed(old, without=new):
                uses = "annotating with it" if name.last in open_ones else "passing, constructing or annotating with it"
                yield _Difference(Rule.ENUM_VALUE_LOST, name, f"the enum lost {values_text(lost)}; {uses} breaks")
            names = {value: member for member, value in self.new.members.get(name, {}).items()}
            for member, value in self.old.members.get(name, {}).items():
                if value in names and member not in self.new.members[name]:
                    text = f"the name was removed: the value is called {names[value]} now"
                    yield _Difference(Rule.NAME_REMOVED, Name(f"{name.path}.{member}"), text)
            if gained := listed(new, without=old):
                breaks = name.last in read and name.last not in open_ones
                rule = Rule.ENUM_VALUE_GAINED_WHERE_READ if breaks else Rule.ENUM_VALUE_GAINED
                why = (
                    "matching it exhaustively breaks"
                    if breaks
                    else "it is open, so nothing breaks"
                    if name.last in open_ones
                    else "it is only ever passed, so nothing breaks"
                )
                yield _Difference(rule, name, f"the enum gained {values_text(gained)}; {why}")

    # Signatures.

    def _signature(self, name: Name, old: Signature, new: Signature) -> Iterator[_Difference]:
        before, after = ({item.name: item for item in side.parameters} for side in (old, new))
        swallows = any(item.kind == "keywords" and "Unpack" not in item.annotation for item in new.parameters)
        kinds: dict[tuple[str, str], list[str]] = {}
        for item in old.parameters:
            if item.kind in ("variadic", "keywords") or self._attribute(name, item.name) in self.gone:
                continue
            subject = Name(name.path, item.name)
            fresh = after.get(item.name)
            if fresh is None:
                if not (swallows and item.kind != "positional-only"):
                    yield _Difference(Rule.ARGUMENT_REMOVED, subject, "the argument was removed")
            elif fresh.required and not item.required:
                yield _Difference(Rule.ARGUMENT_BECAME_REQUIRED, subject, "the argument became required")
            elif item.kind != fresh.kind and _narrower(item, fresh):
                kinds.setdefault((item.kind, fresh.kind), []).append(item.name)
            elif not item.required and not fresh.required and _seen(item.default) != _seen(fresh.default):
                text = f"the default went from `{item.default}` to `{fresh.default}`"
                yield _Difference(Rule.ARGUMENT_DEFAULT_CHANGED, subject, text, text)
        managers = ["contextmanager" in side.form or "ContextManager" in side.returns for side in (old, new)]
        if managers[0] != managers[1]:
            text = f"it is {'no longer used' if managers[0] else 'used only'} in a `with` statement"
            yield _Difference(Rule.USE_NO_LONGER_CHECKS, name, text)
        for kind, mark in (("variadic", "*"), ("keywords", "**")):
            lost = next((item for item in old.parameters if item.kind == kind), None)
            is_declared = lost is not None and "Unpack" in lost.annotation  # its names are compared one by one
            if lost and not is_declared and all(item.kind != kind for item in new.parameters):
                yield _Difference(Rule.ARGUMENT_REMOVED, Name(name.path, lost.name), f"`{mark}{lost.name}` was removed")
        for (was, is_now), names in kinds.items():
            shown = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
            text = f"{shown}: was {was}, is {is_now}"
            yield _Difference(Rule.ARGUMENT_KIND_CHANGED, name, text, f"was {was}, is {is_now}")
        for item in new.parameters:
            if item.name not in before and item.required:
                subject = Name(name.path, item.name)
                self.told.add(self._attribute(name, item.name))
                yield _Difference(Rule.ARGUMENT_ADDED_REQUIRED, subject, "is new and must be given")
        yield from self._order(name, old, new, moved=bool(kinds))

    def _order(self, name: Name, old: Signature, new: Signature, *, moved: bool) -> Iterator[_Difference]:
        """Yield that what is passed by position stands in another order."""
        orders = [[item for item in side.parameters if item.by_position] for side in (old, new)]
        names = [[item.name for item in order] for order in orders]
        left = [item for item in names[0] if item in names[1]]
        if moved or names[1][: len(left)] == left:
            return
        between = [item for item in orders[1][: len(left)] if item.name not in names[0]]
        if any(item.required for item in between) and [item for item in names[1] if item in left] == left:
            return  # A new argument that must be given is told already, and calls without it fail.
        text = f"by position it takes ({', '.join(names[1])}), and took ({', '.join(names[0])})"
        yield _Difference(Rule.ARGUMENTS_REORDERED, name, text)

    def _attribute(self, name: Name, parameter: str) -> Name:
        return Name(f"{name.path}.{parameter}")

    # Types.

    def _types(self) -> Iterator[_Difference]:
        uses: dict[Name, list[probes.Use]] = {}
        for failure in probes.failures(self.old, self.new):
            attribute = self._attribute(failure.name, failure.name.parameter)
            subject = attribute if failure.name.parameter and attribute in self.old.facts else failure.name
            known = {subject, failure.name} & self.told or {subject, subject.owner} & self.gone
            if not known and failure.use not in uses.setdefault(subject, []):
                uses[subject].append(failure.use)
        for subject, several in uses.items():
            if several:
                yield self._type(subject, several)

    def _type(self, subject: Name, uses: Sequence[probes.Use]) -> _Difference:
        old, new = (package.facts.get(subject) for package in (self.old, self.new))
        breaks = f"breaks {' and '.join(_USES[use] for use in uses)}"
        if old is None or new is None or old.annotation == new.annotation or not old.annotation:
            return _Difference(
                Rule.USE_NO_LONGER_CHECKS, subject, f"a type that it is made of changed; {breaks}", breaks
            )
        if subject.parameter:
            rule = Rule.PARAMETER_TYPE_CHANGED
        else:
            rule = Rule.RESULT_TYPE_CHANGED if uses[0] == "result" else Rule.ATTRIBUTE_TYPE_CHANGED
        text = f"was `{old.annotation}`, is `{new.annotation}`; {breaks}"
        words = [Counter(re.findall(r"\w+", annotation)) for annotation in (old.annotation, new.annotation)]
        gone, came = sorted(words[0] - words[1]), sorted(words[1] - words[0])
        replaced = f"`{' '.join(gone) or 'nothing'}` in its type became `{' '.join(came) or 'nothing'}`; {breaks}"
        return _Difference(rule, subject, text, replaced)

    # What is new.

    def _added(self) -> Iterator[_Difference]:
        for module in self.new.modules.values():
            if module.name not in self.old.modules and module.names and module.home == module.name:
                self.told.update(Name(f"{module.home}.{item}") for item in module.names)
                yield _Difference(Rule.NAME_ADDED, Name(module.name), "the module is new")
        for name in self.new.facts:
            known = self.old.fact_of(name) or name in self.told or name in self.old.exports
            if known or (
                name.owner not in self.old.facts and (name.owner in self.new.facts or name.owner in self.told)
            ):
                continue
            if name.owner in self.told and name.owner not in self.old.facts:
                continue
            rule = Rule.ARGUMENT_ADDED if name.parameter else Rule.NAME_ADDED
            yield _Difference(rule, name, "is new")
        known_names = {*self.old.exports, *self.old.facts, *self.new.facts}
        for name in (name for name in self.new.exports if name not in known_names):
            if not any(known.last == name.last and known not in self.old.facts for known in self.new.facts):
                yield _Difference(Rule.NAME_ADDED, name, "is new")


def _other_homes(old: Package, new: Package) -> dict[str, str]:
    """Return the path by which the new package knows what the old one defines, where importers could write it before."""
    homes = {}
    for module in old.modules.values():
        for name in module.names:
            path = f"{module.home}.{name}"
            if Name(path) in new.facts:
                continue
            lines = {f"from {source} import {name}" for source in (module.name, module.home)}
            others = [known for known, line in old.exports.items() if line in lines and known.last == name]
            if found := next((known for known in others if known in new.facts), None):
                homes[path] = found.path
    return homes


def _seen(default: str | None) -> str | None:
    """Return what a caller can see of a default: a value. Names of markers, and None, say that it was left out."""
    is_name = default is not None and re.fullmatch(r"[A-Za-z_][\w.]*(\(\))?", default) is not None
    return "" if default in (None, "...") or (is_name and default not in ("True", "False")) else default


def _narrower(old: Parameter, new: Parameter) -> bool:
    """Return whether a parameter can be passed in fewer ways than before."""
    if old.kind == "positional":
        return new.kind != "positional"
    return new.kind not in ("positional", old.kind)


def _grouped(differences: Iterable[_Difference]) -> list[list[_Difference]]:
    """Join what is one change at several places: of all the forms of an endpoint, or of a whole package."""
    groups: dict[tuple[Rule, str, str], list[_Difference]] = {}
    for item in dict.fromkeys(differences):
        alone = item.name.parameter or item.name.last
        groups.setdefault((item.rule, alone, item.text), []).append(item)
    causes: dict[tuple[Rule, str], list[list[_Difference]]] = {}
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


class _Places:
    """Where the differences of two packages stand."""

    def __init__(self, old: Package, new: Package, prefix: str, original: Path) -> None:
        self.old, self.new, self.prefix, self.original = old, new, prefix, original

    def finding(self, group: Sequence[_Difference]) -> Finding:
        """Return the finding of a difference that several names share."""
        first = group[0]
        facts = [(self.old.fact_of(item.name), self.new.fact_of(item.name)) for item in group]
        at = facts[0][1] or self._nearest(first.name) or facts[0][0]
        module = self.new.modules.get(first.name.path)
        before = list(dict.fromkeys(self._line(old) for old, _ in facts if old))
        after = list(dict.fromkeys(new.text for _, new in facts if new))
        unchanged = before == after
        return Finding(
            first.rule,
            first.text,
            self.prefix + (at.file if at else module.file if module else f"{self.new.name}/__init__.py"),
            at.line if at else 1,
            subject=first.name,
            others=tuple(dict.fromkeys(item.name for item in group[1:])),
            key=f"{first.name.path}({first.name.parameter}) {first.text}",
            before="" if unchanged else "\n".join(before[:20]),
            after="" if unchanged else "\n".join(after[:20]),
            before_place=f"{facts[0][0].file}:{facts[0][0].line}" if facts[0][0] else "",
        )

    def _line(self, fact: Fact) -> str:
        """Return a line of the old package as it was before the renames were followed in it."""
        file = self.original.parent / fact.file
        lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
        return lines[fact.line - 1].strip() if len(lines) >= fact.line else fact.text

    def _nearest(self, name: Name) -> Fact | None:
        """Return the nearest thing that is left around a name."""
        while "." in name.path:
            name = name.owner
            if fact := self.new.facts.get(name):
                return fact
            if module := self.new.modules.get(name.path):
                return Fact("constant", module.file, 1, "")
        return None


def _changed(comparison: dircmp[str], words: Mapping[str, str], below: str = "") -> Iterator[str]:
    """Yield the files that differ between two folders, by more than the names that have a new one."""
    left, right = Path(comparison.left), Path(comparison.right)
    pairs = [(name, name) for name in comparison.common_files]
    gone = {name for name in comparison.left_only if name != "__pycache__"}
    for name in (name for name in comparison.right_only if name != "__pycache__"):
        before = next((item for item in gone if words and _as_now(item, words) == _as_now(name, words)), None)
        if before is None:
            yield below + name
        else:
            gone.discard(before)
            pairs.append((before, name))
    yield from (below + name for name in gone)
    for before, name in pairs:
        texts = [(left / before).read_bytes(), (right / name).read_bytes()]
        if texts[0] != texts[1]:
            now = [_as_now(text.decode("utf-8", "replace"), words) for text in texts]
            if not words or now[0] != now[1]:
                yield below + name
    for name, inner in comparison.subdirs.items():
        if name != "__pycache__":
            yield from _changed(inner, words, f"{below}{name}/")


def _as_now(text: str, words: Mapping[str, str]) -> list[str]:
    """Return the words and signs of a text with the new names in it, however names are spelled and lines are broken."""
    text = text.lower().replace("_", "")
    for before, after in words.items():
        text = text.replace(squash(before), squash(after))
    return re.findall(r"\w+|[^\w\s(),]", text)
