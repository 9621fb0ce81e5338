"""Compare two generated packages, and report what breaks for code that imports them.

Names, signatures and enums are compared as the source declares them. Types are compared with mypy, in `probes`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from generator.spec.places import Place

from ..findings import Finding, Name
from ..rules import Rule
from ..wire.changes import listed, shortened, values_text
from ..wire.keywords import key_of
from . import probes
from .differences import Difference, Places, changed_files, grouped
from .package import Package
from .signatures import Parameter, Signature

_USES: Final[Mapping[str, str]] = {
    "read": "reading it",
    "construct": "constructing with it",
    "call": "passing it",
    "result": "using the result",
}
_NOT_BASES: Final = frozenset({"Generic", "Protocol", "object", "ABC"})


def compare(
    old: Package,
    new: Package,
    *,
    original: Package | None = None,
    words: Mapping[str, str] = MappingProxyType({}),
) -> list[Finding]:
    """Return the findings about the differences between two generated packages.

    Args:
        old: The old package, with the new names of the document's renames.
        new: The new package.
        original: The old package without the new names, for its lines.
        words: The renamed names, which are reported elsewhere, with their new names.

    Raises:
        ReviewError: mypy could not run.
    """
    original = original or old
    changed = sorted(changed_files(original.path, new.path, words))
    if not changed:
        return []
    old.move(_other_homes(old, new))
    comparison = _Comparison(old, new)
    places = Places(old, new, original.path)
    found = [places.finding(group) for group in grouped(comparison.run())]
    if found:
        return found
    text = "the generated code changed, and no name, signature or type did; what it does was not compared"
    text += f": {shortened(changed, 3)}"
    return [Finding(Rule.GENERATED_CODE_CHANGED, text, Place(f"{new.prefix}{new.name}/{changed[0]}", 1, 1))]


class _Comparison:
    """The comparison of two packages.

    Attributes:
        reported: The names that a difference was reported for.
        gone: The names that were removed, or are another kind of thing.
    """

    def __init__(self, old: Package, new: Package) -> None:
        self.old, self.new = old, new
        self.reported: set[Name] = set()
        self.gone: set[Name] = set()
        # The last names of private classes.
        self._hidden = [
            {name.last for name in side.inner} - {name.last for name in side.declarations} for side in (old, new)
        ]

    def run(self) -> Iterator[Difference]:
        """Yield the differences; a name that was reported for one reason is not reported for its type too."""
        for difference in (*self._modules(), *self._names(), *self._enums()):
            yield self._report(difference)
        for name, signature in self.old.signatures.items():
            if name in self.new.signatures:
                yield from map(self._report, self._signature(name, signature, self.new.signatures[name]))
        yield from map(self._report, self._types())
        yield from map(self._report, self._added())

    def _report(self, difference: Difference) -> Difference:
        """Record the name of a difference, and return the difference."""
        # How arguments are passed is independent of their types, which may be reported too.
        if difference.rule not in (Rule.ARGUMENTS_REORDERED, Rule.ARGUMENT_KIND_CHANGED):
            self.reported.add(difference.name)
        if difference.rule in (Rule.NAME_REMOVED, Rule.NAME_KIND_CHANGED):
            self.gone.add(difference.name)
        return difference

    def _modules(self) -> Iterator[Difference]:
        moved: dict[str, list[str]] = {}
        hidden: list[str] = []
        private = {name.rpartition(".")[2] for name in self.new.private_modules}
        for name, module in self.old.modules.items():
            is_known = name in self.new.modules or name != module.name or name in self.old.private_modules
            if is_known or not module.has_names:
                continue
            last = name.rpartition(".")[2]
            held = [Name(f"{module.home}.{item}") for item in module.names]
            if last in private:
                self.gone.update(held)
                hidden.append(name)
                continue
            if module.home != name and all(item in self.new.declarations for item in held):
                moved.setdefault(module.home, []).append(last)
                continue
            self.gone.update(held)
            came = [other for other in self.new.modules if other not in self.old.modules]
            homes = [other for other in came if other.endswith(f".{last}")]
            where = f"; what it held is in {homes[0]}" if homes else f"; it held {', '.join(sorted(module.names)[:5])}"
            yield Difference(Rule.MODULE_REMOVED, Name(name), f"the module was removed{where}")
        if hidden:
            tails = sorted(name.rpartition(".")[2] for name in hidden)
            shown = ", ".join(tails[:-1]) + (f" and {tails[-1]}" if len(tails) > 1 else tails[0])
            text = f"the modules {shown} are private now: import what other modules of the package export"
            yield Difference(Rule.MODULE_REMOVED, Name(hidden[0].rpartition(".")[0]), text)
        for home, names in moved.items():
            text = (
                f"the modules {shortened(sorted(names), 3)} were removed; what they held is still imported from {home}"
            )
            yield Difference(Rule.MODULE_REMOVED, Name(home), text)

    def _names(self) -> Iterator[Difference]:
        for name, declaration in self.old.declarations.items():
            if name.parameter or name in self.gone:
                continue
            if name.owner in self.gone:
                self.gone.add(name)
                continue
            fresh = self.new.declarations.get(name)
            if fresh is None and not self._inherited(name):
                self.gone.add(name)
                yield Difference(Rule.NAME_REMOVED, name, "the name was removed")
            elif fresh is not None and fresh.kind != declaration.kind:
                yield Difference(Rule.NAME_KIND_CHANGED, name, f"was a {declaration.kind}, is a {fresh.kind}")
            elif name in self.new.read_only - self.old.read_only:
                text = "it cannot be assigned any more"
                yield Difference(Rule.ATTRIBUTE_READ_ONLY, name, text, text)
        there = {*self.new.exports, *self.new.declarations, *map(Name, self.new.modules)}
        for name in (name for name in self.old.exports if name not in there):
            home = next((item for item in self.old.declarations if item.last == name.last and not item.parameter), None)
            if home is None or home not in self.gone:
                yield Difference(Rule.NAME_REMOVED, name, f"it is no longer imported from {name.owner.path}")
        for name in (name for name in self.old.bases if name in self.new.bases and name in self.old.declarations):
            if name in self.new.final - self.old.final:
                yield Difference(Rule.CLASS_BECAME_FINAL, name, "it is final now: nothing can inherit from it")
            if "NamedTuple" in self.old.bases[name] and "NamedTuple" in self.new.bases[name]:
                sides = [package.signatures[name].parameters for package in (self.old, self.new)]
                for item in sides[1]:
                    if item.name not in {known.name for known in sides[0]} and not item.is_required:
                        text = "the field is new, so that unpacking breaks"
                        yield Difference(Rule.TUPLE_FIELD_ADDED, name.member(item.name), text)
            if lost := self._bases(self.old, name) - self._bases(self.new, name) - _NOT_BASES:
                text = f"it no longer is a {' or a '.join(sorted(lost))}"
                yield Difference(Rule.BASE_CLASS_REMOVED, Name(name.path), text)

    def _inherited(self, name: Name) -> bool:
        """Return whether a member of a class has moved to one of its bases."""
        if name.owner not in self.new.bases:
            return False
        bases = self.new.ancestors(name.owner)
        members = self.new.members_of
        return any(name.last in members.get(base, ()) for base in bases)

    def _bases(self, package: Package, name: Name) -> set[str]:
        """Return the base classes of a class, without the package's private ones."""
        hidden = self._hidden[0 if package is self.old else 1]
        return {base for base in package.ancestors(name) if not base.startswith("_") and base not in hidden}

    def _enums(self) -> Iterator[Difference]:
        open_ones = self.old.open_enums & self.new.open_enums
        for name in (name for name in self.old.enums if name in self.new.enums):
            old, new = self.old.enums[name], self.new.enums[name]
            key = key_of(old, new)
            if lost := listed(old, without=new):
                uses = "annotating with it" if name.last in open_ones else "passing, constructing or annotating with it"
                text = f"the enum lost {values_text(lost)}; {uses} breaks"
                yield Difference(Rule.ENUM_VALUE_LOST, name, text, key=key)
            names = {value: member for member, value in self.new.members.get(name, {}).items()}
            for member, value in self.old.members.get(name, {}).items():
                if value in names and member not in self.new.members[name]:
                    text = f"the name was removed: the value is called {names[value]} now"
                    yield Difference(Rule.NAME_REMOVED, name.member(member), text)
            if gained := listed(new, without=old):
                breaks = name.last in self.old.read_names and name.last not in open_ones
                rule = Rule.ENUM_VALUE_GAINED_WHERE_READ if breaks else Rule.ENUM_VALUE_GAINED
                why = (
                    "matching it exhaustively breaks"
                    if breaks
                    else "it is open, so nothing breaks"
                    if name.last in open_ones
                    else "it is only ever passed, so nothing breaks"
                )
                yield Difference(rule, name, f"the enum gained {values_text(gained)}; {why}", key=key)

    # Signatures.

    def _signature(self, name: Name, old: Signature, new: Signature) -> Iterator[Difference]:
        before, after = ({item.name: item for item in side.parameters} for side in (old, new))
        swallows = any(item.kind == "keywords" and "Unpack" not in item.annotation for item in new.parameters)
        kinds: dict[tuple[str, str], list[str]] = {}
        for item in old.parameters:
            if item.kind in ("variadic", "keywords") or name.member(item.name) in self.gone:
                continue
            subject = Name(name.path, item.name)
            fresh = after.get(item.name)
            if fresh is None:
                if not (swallows and item.kind != "positional-only"):
                    yield Difference(Rule.ARGUMENT_REMOVED, subject, "the argument was removed")
            elif fresh.is_required and not item.is_required:
                yield Difference(Rule.ARGUMENT_BECAME_REQUIRED, subject, "the argument became required")
            elif item.kind != fresh.kind and _narrower(item, fresh):
                kinds.setdefault((item.kind, fresh.kind), []).append(item.name)
            elif not item.is_required and not fresh.is_required and _value(item.default) != _value(fresh.default):
                text = f"the default went from `{item.default}` to `{fresh.default}`"
                yield Difference(Rule.ARGUMENT_DEFAULT_CHANGED, subject, text, text)
        managers = ["contextmanager" in side.form or "ContextManager" in side.returns for side in (old, new)]
        if managers[0] != managers[1]:
            text = f"it is {'no longer used' if managers[0] else 'used only'} in a `with` statement"
            yield Difference(Rule.USE_NO_LONGER_CHECKS, name, text)
        for kind, mark in (("variadic", "*"), ("keywords", "**")):
            lost = next((item for item in old.parameters if item.kind == kind), None)
            is_declared = lost is not None and "Unpack" in lost.annotation  # its names are compared one by one
            if lost and not is_declared and all(item.kind != kind for item in new.parameters):
                yield Difference(Rule.ARGUMENT_REMOVED, Name(name.path, lost.name), f"`{mark}{lost.name}` was removed")
        for (was, is_now), names in kinds.items():
            text = f"{shortened(names, 4)}: was {was}, is {is_now}"
            yield Difference(Rule.ARGUMENT_KIND_CHANGED, name, text, f"was {was}, is {is_now}")
        for item in new.parameters:
            if item.name not in before and item.is_required:
                subject = Name(name.path, item.name)
                self.reported.add(name.member(item.name))
                yield Difference(Rule.ARGUMENT_ADDED_REQUIRED, subject, "is new and must be given")
        yield from self._order(name, old, new, moved=bool(kinds))

    def _order(self, name: Name, old: Signature, new: Signature, *, moved: bool) -> Iterator[Difference]:
        """Yield a difference if positional parameters have another order."""
        orders = [[item for item in side.parameters if item.is_positional] for side in (old, new)]
        names = [[item.name for item in order] for order in orders]
        left = [item for item in names[0] if item in names[1]]
        if moved or names[1][: len(left)] == left:
            return
        between = [item for item in orders[1][: len(left)] if item.name not in names[0]]
        if any(item.is_required for item in between) and [item for item in names[1] if item in left] == left:
            return  # A new required argument is reported already, and calls without it fail.
        text = f"by position it takes ({', '.join(names[1])}), and took ({', '.join(names[0])})"
        yield Difference(Rule.ARGUMENTS_REORDERED, name, text)

    # Types.

    def _types(self) -> Iterator[Difference]:
        uses: dict[Name, dict[probes.Use, None]] = {}
        for failure in probes.failures(self.old, self.new):
            attribute = failure.name.member(failure.name.parameter)
            subject = attribute if failure.name.parameter and attribute in self.old.declarations else failure.name
            known = {subject, failure.name} & self.reported or {subject, subject.owner} & self.gone
            if not known:
                uses.setdefault(subject, {})[failure.use] = None
        for subject, several in uses.items():
            yield self._type(subject, list(several))

    def _type(self, subject: Name, uses: Sequence[probes.Use]) -> Difference:
        old, new = (package.declarations.get(subject) for package in (self.old, self.new))
        breaks = f"breaks {' and '.join(_USES[use] for use in uses)}"
        if old is None or new is None or old.annotation == new.annotation or not old.annotation:
            return Difference(
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
        return Difference(rule, subject, text, replaced)

    # New names.

    def _added(self) -> Iterator[Difference]:
        for module in self.new.modules.values():
            if module.name not in self.old.modules and module.names and module.home == module.name:
                self.reported.update(Name(f"{module.home}.{item}") for item in module.names)
                yield Difference(Rule.NAME_ADDED, Name(module.name), "the module is new")
        for name in self.new.declarations:
            known = self.old.declaration_of(name) or name in self.reported or name in self.old.exports
            is_reported = name.owner in self.new.declarations or name.owner in self.reported
            if not known and (name.owner in self.old.declarations or not is_reported):
                yield Difference(Rule.ARGUMENT_ADDED if name.parameter else Rule.NAME_ADDED, name, "is new")
        known_names = {*self.old.exports, *self.old.declarations, *self.new.declarations, *map(Name, self.new.modules)}
        fresh = {name.last for name in self.new.declarations if name not in self.old.declarations}
        for name in self.new.exports:
            if name not in known_names and name.last not in fresh:
                yield Difference(Rule.NAME_ADDED, name, "is new")


def _other_homes(old: Package, new: Package) -> dict[str, str]:
    """Return the names of the old package that the new one has only under another public path, with that path."""
    homes = {}
    for module in old.modules.values():
        for name in module.names:
            path = f"{module.home}.{name}"
            if Name(path) in new.declarations:
                continue
            lines = {f"from {source} import {name}" for source in (module.name, module.home)}
            others = [known for known, line in old.exports.items() if line in lines and known.last == name]
            if found := next((known for known in others if known in new.declarations), None):
                homes[path] = found.path
    return homes


def _value(default: str | None) -> str | None:
    """Return a default if it is a value; "" for None and for the names of markers such as `UNSET`."""
    is_name = default is not None and re.fullmatch(r"[A-Za-z_][\w.]*(\(\))?", default) is not None
    return "" if default in (None, "...") or (is_name and default not in ("True", "False")) else default


def _narrower(old: Parameter, new: Parameter) -> bool:
    """Return whether a parameter can be passed in fewer ways than before."""
    if old.kind == "positional":
        return new.kind != "positional"
    return new.kind not in ("positional", old.kind)
