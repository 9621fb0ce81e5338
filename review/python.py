"""The Python part: what a change breaks for code that imports the generated package.

griffe compares the names and parameters of the two packages. What it cannot see (types of attributes, constructors,
results of calls, enums that grew) is asked of mypy: from the old package's source, one tiny typed function is written
for each thing that an importer may have written, and all of them are type-checked against the new package.
"""

from __future__ import annotations

import ast
import hashlib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from filecmp import dircmp
from pathlib import Path
from typing import Final, TypeAlias

import griffe

from .engine import HOME
from .findings import Finding, Severity
from .source import ReviewError

_Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
_Public: TypeAlias = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
# Reading needs no more than the read-only kinds of these.
_READ_ONLY: Final = {"list": "_abc.Sequence", "dict": "_abc.Mapping", "set": "_abc.Set"}
# What griffe reports without knowing the types: left to mypy, which does.
_LEFT_TO_PROBES: Final = frozenset({"RETURN_CHANGED_TYPE", "ATTRIBUTE_CHANGED_TYPE", "ATTRIBUTE_CHANGED_VALUE"})
_RULES: Final[Mapping[str, tuple[str, str]]] = {
    "PARAMETER_MOVED": ("parameter-moved", "the parameter stands at another position"),
    "PARAMETER_REMOVED": ("parameter-removed", "the parameter was removed"),
    "PARAMETER_CHANGED_KIND": ("parameter-kind-changed", "the parameter is passed in another way"),
    "PARAMETER_CHANGED_DEFAULT": ("parameter-default-changed", "the default of the parameter changed"),
    "PARAMETER_CHANGED_REQUIRED": ("parameter-became-required", "the parameter became required"),
    "PARAMETER_ADDED_REQUIRED": ("parameter-added-required", "a required parameter was added"),
    "OBJECT_REMOVED": ("name-removed", "the name was removed"),
    "OBJECT_CHANGED_KIND": ("name-kind-changed", "the name means another kind of thing"),
    "CLASS_REMOVED_BASE": ("base-class-removed", "the class lost a base class"),
}
_KINDS: Final[Mapping[str, str]] = {
    "read": "reading it",
    "construct": "constructing with it",
    "position": "constructing by position",
    "call": "calling it",
    "match": "matching it exhaustively",
}


@dataclass(frozen=True)
class Fact:
    """One public thing of a package: where it is and how its line reads."""

    file: str
    line: int
    text: str
    annotation: str = ""


@dataclass
class _Probe:
    subject: str
    kind: str
    arguments: tuple[str, ...] = ()


@dataclass
class _Module:
    """One module of a package, as far as importers see it.

    `home` is where its names are imported from: the package around it, if that re-exports all of them.
    """

    name: str
    home: str
    file: str
    tree: ast.Module
    lines: list[str]
    imports: list[str] = field(default_factory=list)
    aliases: dict[str, str] = field(default_factory=dict)


class Package:
    """A generated package, read from its source and never imported."""

    def __init__(self, path: Path) -> None:
        """Read a package.

        Raises:
            ReviewError: a module of it is not Python.
        """
        self.path = path
        self.name = path.name
        self.modules: dict[str, _Module] = {}
        self.facts: dict[str, Fact] = {}
        self.exported: set[str] = set()
        for file in sorted(path.rglob("*.py")):
            parts = file.relative_to(path.parent).with_suffix("").parts
            if any(part.startswith("_") and part != "__init__" for part in parts):
                continue
            name = ".".join(part for part in parts if part != "__init__")
            text = file.read_text(encoding="utf-8")
            try:
                tree = ast.parse(text)
            except SyntaxError as error:
                raise ReviewError(f"{file}: is not Python: {error}") from error
            parent = name.rpartition(".")[0]
            public = [node.name for node in tree.body if isinstance(node, _Public) and not node.name.startswith("_")]
            public += [name for name, _ in _literals(tree)]
            home = parent if public and all(f"{parent}.{item}" in self.exported for item in public) else name
            module = _Module(name, home, str(file.relative_to(path.parent)), tree, text.splitlines())
            self.modules[name] = module
            module.imports = list(_imports(tree, name, is_package=file.stem == "__init__"))
            if file.stem == "__init__":
                self.exported.update(f"{name}.{line.rsplit(' ', 1)[-1]}" for line in module.imports)
            self._read(module)

    def _read(self, module: _Module) -> None:
        for name, alias in _literals(module.tree):
            module.aliases[name] = ast.unparse(alias.value)
            self._fact(module, f"{module.home}.{name}", alias, ast.unparse(alias.value))
        for node in module.tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                self._fact(module, f"{module.home}.{node.name}", node)
                for name, annotation, item in _fields(node):
                    self._fact(module, f"{module.home}.{node.name}.{name}", item, ast.unparse(annotation))
                for method in _methods(node):
                    self._function(module, f"{module.home}.{node.name}", method)
            elif isinstance(node, _Function) and not node.name.startswith("_"):
                self._function(module, module.home, node)

    def _function(self, module: _Module, owner: str, node: _Function) -> None:
        returns = ast.unparse(node.returns) if node.returns else ""
        self._fact(module, f"{owner}.{node.name}", node, returns)
        for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
            if argument.arg not in ("self", "cls"):
                annotation = ast.unparse(argument.annotation) if argument.annotation else ""
                self._fact(module, f"{owner}.{node.name}({argument.arg})", argument, annotation)

    def _fact(self, module: _Module, subject: str, node: ast.stmt | ast.arg, annotation: str = "") -> None:
        text = module.lines[node.lineno - 1].strip()
        self.facts[subject] = Fact(module.file, node.lineno, text, annotation)

    def aliases(self) -> dict[str, str]:
        """Return the named enums: a `Literal[...]` for each name."""
        return {name: text for module in self.modules.values() for name, text in module.aliases.items()}

    def lines_of(self, schema: str, name: str | None) -> str:
        """Return the line of a schema's property, or of the schema's class or enum; empty if there is none."""
        wanted = schema.replace("_", "").replace("-", "").lower()
        for subject, fact in self.facts.items():
            owner, _, last = subject.rpartition(".")
            if last.lower() == wanted:
                property_fact = self.facts.get(f"{subject}.{name}") or self.facts.get(f"{subject}.{name}_")
                return f"# {fact.file}\n{(property_fact if name and property_fact else fact).text}" if owner else ""
        return ""


def generate(tree: Path, spec: Path | None, output: Path) -> Path:
    """Generate the package of a document (or of the tree's own) with a tree's generator, templates and configuration.

    Raises:
        ReviewError: the tree has no generator, or the generator refused the document.
    """
    if not (tree / "generate.py").is_file():
        raise ReviewError("the tree has no generate.py, so that there is no package to compare")
    output.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "generate.py", "--output", str(output)]
    command += ["--spec", str(spec.resolve())] if spec else []
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)
    packages = [path.parent for path in output.glob("*/__init__.py")]
    if done.returncode or len(packages) != 1:
        said = (done.stderr.strip() or done.stdout.strip() or f"exit {done.returncode}").splitlines()
        raise ReviewError(f"the generator refused the document: {' '.join(line.strip() for line in said[-4:])}")
    return packages[0]


def compare(base: Path, revision: Path, *, prefix: str = "") -> list[Finding]:
    """Return what changed between two generated packages for code that imports them.

    Args:
        base: The old package's folder.
        revision: The new package's folder.
        prefix: Where the package stands in the repository, for the places of findings.

    Raises:
        ReviewError: a package is not Python, or mypy could not run.
    """
    if _same_files(dircmp(base, revision)):
        return []
    old, new = Package(base), Package(revision)
    found = _Found(old, new, prefix)
    found.removed()
    found.probed()
    found.added()
    if not found.findings:
        found.unnoticed()
    return _grouped(found.findings.values())


def with_code(findings: Iterable[Finding], base: Path, revision: Path) -> list[Finding]:
    """Return the contract findings with the old and new lines of the generated code that they are about."""
    packages = (Package(base), Package(revision))
    told = []
    for finding in findings:
        match = re.match(r"/components/schemas/([^/]+)(?:.*?/properties/([^/]+))?", finding.pointer)
        if finding.part == "contract" and match:
            name = match[2] or finding.key if match[2] or finding.key.isidentifier() else None
            old, new = (package.lines_of(match[1], name) for package in packages)
            finding = replace(finding, code=(old, new))
        told.append(finding)
    return told


def _grouped(findings: Iterable[Finding]) -> list[Finding]:
    """Join what is one change in several functions, such as a parameter of all the forms of an endpoint."""
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        name, _, text = finding.message.partition(": ")
        inner = name.partition("(")[2]
        alone = "" if inner else finding.file + (name.rpartition(".")[2] if name[:1].isupper() else "")
        groups.setdefault((finding.rule, finding.severity, inner, alone, text), []).append(finding)
    joined = []
    for (rule, _, inner, alone, text), group in groups.items():
        first, others = group[0], [finding.message.partition(": ")[0] for finding in group[1:]]
        if others:
            more = f"{', '.join(others[:2])} and {len(others) - 2} more" if len(others) > 3 else ", ".join(others)
            first = replace(
                first,
                message=f"{first.message.partition(': ')[0]} (also {more}): {text}",
                key=f"{rule} {inner or alone} {first.key}",
                before="\n".join(dict.fromkeys(finding.before for finding in group if finding.before)),
                after="\n".join(dict.fromkeys(finding.after for finding in group if finding.after)),
            )
        joined.append(first)
    return joined


class _Found:
    def __init__(self, old: Package, new: Package, prefix: str) -> None:
        self.old, self.new, self.prefix = old, new, prefix
        self.findings: dict[tuple[str, str], Finding] = {}

    def add(self, rule: str, severity: Severity, subject: str, message: str) -> None:
        """Add a finding about a subject, once."""
        old, new = self.old.facts.get(subject), self.new.facts.get(subject)
        at = new or self._owner(subject) or old
        module = self.new.modules.get(subject)
        short = subject.removeprefix(self.old.name + ".")
        self.findings.setdefault(
            (rule, subject),
            Finding(
                part="python",
                rule=rule,
                severity=severity,
                message=f"{_shown(short)}: {message}",
                file=self.prefix + (at.file if at else module.file if module else f"{self.new.name}/__init__.py"),
                line=at.line if at else 1,
                column=1,
                key=subject,
                before=old.text if old else "",
                after=new.text if new else "",
                before_place=f"{old.file}:{old.line}" if old else "",
            ),
        )

    def _owner(self, subject: str) -> Fact | None:
        """Return the nearest thing that is left above a subject."""
        while "." in subject:
            subject = re.sub(r"(\.|\()[^.(]*$", "", subject)
            if fact := self.new.facts.get(subject):
                return fact
        return None

    def removed(self) -> None:
        """Report what griffe sees."""
        trees = []
        for package in (self.old, self.new):
            tree = griffe.load(package.name, search_paths=[package.path.parent], allow_inspection=False)
            trees.append(tree)
        moved: dict[str, list[str]] = {}
        for breakage in griffe.find_breaking_changes(trees[0], trees[1]):
            kind = breakage.kind.name
            if kind in _LEFT_TO_PROBES:
                continue
            path = breakage.obj.path
            if any(part.startswith("_") and not part.startswith("__") for part in path.split(".")):
                continue
            rule, text = _RULES[kind]
            if kind == "OBJECT_REMOVED" and path in self.old.modules:
                self._module_removed(self.old.modules[path], moved)
                continue
            module = max((name for name in self.old.modules if path.startswith(name + ".")), key=len, default="")
            if module:
                path = self.old.modules[module].home + path.removeprefix(module)
            if kind.startswith("PARAMETER"):
                which = breakage.old_value if breakage.old_value is not None else breakage.new_value
                path = f"{path}({getattr(which, 'name', '')})"
            if self._reexported(path) or self._inside_removed(path):
                continue
            self.add(rule, "breaking", path, text)

        for home, names in moved.items():
            names.sort()
            shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
            text = f"the modules {shown} were removed; what they held is still imported from {home}"
            self.add("module-removed", "breaking", home, text)

    def _module_removed(self, module: _Module, moved: dict[str, list[str]]) -> None:
        """Report the names of a module that is gone, unless they are still where importers should take them from."""
        held = [f"{module.home}.{name}" for name in module.aliases]
        held += [f"{module.home}.{node.name}" for node in module.tree.body if isinstance(node, _Public)]
        held = [subject for subject in held if subject in self.old.facts]
        if module.home != module.name and all(subject in self.new.facts for subject in held):
            moved.setdefault(module.home, []).append(module.name.rpartition(".")[2])
            return
        for subject in held:
            self.add("name-removed", "breaking", subject, _RULES["OBJECT_REMOVED"][1])

    def _reexported(self, path: str) -> bool:
        """Whether a name is only a second path to something that is reported at its own module."""
        base = path.split("(")[0]
        return base not in self.old.facts and any(
            fact.endswith("." + base.rsplit(".", 1)[-1]) for fact in self.old.facts
        )

    def _inside_removed(self, path: str) -> bool:
        parents = [subject for rule, subject in self.findings if rule == "name-removed"]
        return any(path.startswith((parent + ".", parent + "(")) for parent in parents)

    def probed(self) -> None:
        """Report what mypy says of the probes, less what it says of them against the old package."""
        probes = _write_probes(self.old, self.new)
        failures = _check(probes, self.new)
        if not failures:
            return
        wrong_before = {(probe.subject, probe.kind) for probe, _ in _check(probes, self.old)}
        by_subject: dict[str, list[tuple[str, str]]] = {}
        for probe, message in failures:
            if (probe.subject, probe.kind) not in wrong_before and not self._inside_removed(probe.subject + "."):
                for subject in self._about(probe, message):
                    by_subject.setdefault(subject, []).append((probe.kind, message))
        for subject, said in by_subject.items():
            self._explain(subject, [kind for kind, _ in said], said[0][1])

    def _about(self, probe: _Probe, message: str) -> Iterator[str]:
        """Yield the attribute or parameter that a failure is about, or the probe's own subject."""
        joint = (
            "({})"
            if f"{probe.subject}({{}})".format(probe.arguments[0] if probe.arguments else "") in self.old.facts
            else ".{}"
        )
        named = re.search(r'[Aa]rgument "(\w+)" (?:to|for)', message) or re.search(
            r'Missing \w+ argument "(\w+)"', message
        )
        numbered = re.search(r"Argument (\d+) to", message)
        if named:
            yield probe.subject + joint.format(named[1])
        elif numbered and int(numbered[1]) <= len(probe.arguments):
            yield probe.subject + joint.format(probe.arguments[int(numbered[1]) - 1])
        else:
            yield probe.subject

    def _explain(self, subject: str, kinds: list[str], message: str) -> None:
        old, new = self.old.facts.get(subject), self.new.facts.get(subject)
        uses = ", ".join(dict.fromkeys(_KINDS[kind] for kind in kinds))
        if "match" in kinds and old and new:
            self.add("enum-changed", "breaking", subject, f"was {old.annotation}, is {new.annotation}; breaks {uses}")
        elif old is None and new is not None and subject.endswith(")"):
            rule, text = _RULES["PARAMETER_ADDED_REQUIRED"]
            self.add(rule, "breaking", subject, text)
        elif old is None and new is not None and "construct" in kinds:
            self.add("constructor-needs-more", "breaking", subject, f"is new and must be given; breaks {uses}")
        elif old and new and old.annotation and old.annotation != new.annotation:
            kind = "parameter" if subject.endswith(")") else "result" if "call" in kinds else "attribute"
            text = f"was `{old.annotation}`, is `{new.annotation}`; breaks {uses}"
            self.add(f"{kind}-type-changed", "breaking", subject, text)
        elif set(kinds) == {"position"}:
            fields_gone = (item for item in self.old.facts if item not in self.new.facts and "(" not in item)
            if any(item.rpartition(".")[0] in (subject, subject.rpartition(".")[0]) for item in fields_gone):
                return  # It moved because another one was removed, which is a finding of its own.
            self.add("constructor-order-changed", "breaking", subject, "stands at another position; breaks " + uses)
        elif old and new is None:
            # griffe reports it as well, unless the name is inherited.
            rule, text = _RULES["PARAMETER_REMOVED" if subject.endswith(")") else "OBJECT_REMOVED"]
            self.add(rule, "breaking", subject, text)
        else:
            self.add("type-changed", "breaking", subject, f"breaks {uses}: {message}")

    def added(self) -> None:
        """Report what is new and needs nothing of importers."""
        told = {subject for _, subject in self.findings}
        for name in self.new.aliases().keys() & self.old.aliases().keys():
            subject = next(fact for fact in self.new.facts if fact.endswith("." + name))
            old, new = self.old.aliases()[name], self.new.aliases()[name]
            if old != new and subject not in told:
                self.add("enum-changed", "additive", subject, f"was {old}, is {new}; it is open, so nothing breaks")
        for subject in self.new.facts:
            owner = re.sub(r"(\.|\()[^.(]*$", "", subject)
            if subject in self.old.facts or subject in told or subject in self.old.exported:
                continue
            if owner in self.new.facts and (owner not in self.old.facts or owner in self.old.exported):
                continue
            rule = "parameter-added" if subject.endswith(")") else "name-added"
            self.add(rule, "additive", subject, "is new")

    def unnoticed(self) -> None:
        """Say that generated code changed in a way that no importer notices."""
        names = sorted(_changed(dircmp(self.old.path, self.new.path)))
        shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        file = self.prefix + f"{self.new.name}/{names[0]}"
        self.findings["generated-code-changed", ""] = Finding(
            part="python",
            rule="generated-code-changed",
            severity="docs",
            message=f"the generated code changed where no importer notices: {shown}",
            file=file,
            line=1,
            column=1,
        )


def _write_probes(old: Package, new: Package) -> dict[str, tuple[str, dict[int, _Probe]]]:
    """Write a file of probes for each module: its text, and the probe that begins at each line."""
    aliases = old.aliases()
    open_names = _open_aliases(old)
    files = {}
    for module in old.modules.values():
        writer = _Writer(old, new, module, aliases)
        for name in module.aliases:
            if name not in open_names:
                writer.match(f"{module.home}.{name}", name)
        for node in module.tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                writer.model(node)
            elif isinstance(node, _Function) and not node.name.startswith("_"):
                writer.call(module.home, node, f"_subject.{node.name}", None)
        if writer.probes:
            files["probe_" + module.name.replace(".", "_") + ".py"] = ("\n".join(writer.lines) + "\n", writer.probes)
    return files


class _Writer:
    def __init__(self, old: Package, new: Package, module: _Module, aliases: Mapping[str, str]) -> None:
        self.module, self.aliases, self.new = module, aliases, new
        self.probes: dict[int, _Probe] = {}
        self.lines = [
            "from __future__ import annotations",
            "import collections.abc as _abc",
            "import typing as _typing",
        ]
        homes = {name: known.home for name, known in old.modules.items()}
        for line in module.imports:
            source = line.split(" ")[1]
            if line.rsplit(" ", 1)[-1] not in aliases:
                self.lines.append(line.replace(f"from {source} ", f"from {homes.get(source, source)} ", 1))
        # An old enum keeps its old values here, whatever it has become.
        self.lines += [f"{name} = {text.replace('Literal[', '_typing.Literal[')}" for name, text in aliases.items()]
        if module.home in new.modules:
            self.lines.append(f"import {module.home} as _subject")
            own = (
                item.name for item in module.tree.body if isinstance(item, _Public) and not item.name.startswith("_")
            )
            self.lines += [f"from {module.home} import {name}" for name in own if f"{module.home}.{name}" in new.facts]
        self.count = 0

    def _probe(self, probe: _Probe, head: str, body: Iterable[str]) -> None:
        self.count += 1
        for line in (head.format(name=f"_probe_{self.count}"), *(f"    {text}" for text in body)):
            self.lines.append(line)
            self.probes[len(self.lines)] = probe

    def match(self, subject: str, name: str) -> None:
        """Match the new enum by the old one's values, and nothing else."""
        if subject not in self.new.facts:
            return
        values = ast.literal_eval(self.aliases[name].removeprefix("Literal").removeprefix("typing.Literal"))
        cases = [line for value in values for line in (f"    case {value!r}:", "        return None")]
        body = ["match value:", *cases, "    case _:", "        _typing.assert_never(value)"]
        self._probe(_Probe(subject, "match"), f"def {{name}}(value: _subject.{name}) -> None:", body)

    def model(self, node: ast.ClassDef) -> None:
        """Read, construct and call what a class has."""
        subject = f"{self.module.home}.{node.name}"
        if subject not in self.new.facts:
            return
        fields = list(_fields(node))
        for name, annotation, _ in fields:
            if f"{subject}.{name}" in self.new.facts:
                head = f"def {{name}}(it: _subject.{node.name}) -> {_read_only(annotation)}:"
                self._probe(_Probe(f"{subject}.{name}", "read"), head, [f"return it.{name}"])
        if fields and _is_attrs(node):
            self._construct(subject, node.name, fields)
        for method in _methods(node):
            if any(isinstance(item, ast.Name) and item.id == "property" for item in method.decorator_list):
                if method.returns is not None:
                    head = f"def {{name}}(it: _subject.{node.name}) -> {_read_only(method.returns)}:"
                    self._probe(_Probe(f"{subject}.{method.name}", "read"), head, [f"return it.{method.name}"])
            elif not method.decorator_list:
                self.call(subject, method, f"it.{method.name}", node.name)

    def _construct(self, subject: str, name: str, fields: list[tuple[str, ast.expr, ast.AnnAssign]]) -> None:
        plain = [item for item in fields if not _keyword_only(item[2])]
        needed = [item for item in plain if item[2].value is None]
        for kind, chosen in (("construct", plain), ("construct", needed), ("position", plain)):
            parameters = ", ".join(f"{field_name}: {ast.unparse(annotation)}" for field_name, annotation, _ in chosen)
            form = "{0}" if kind == "position" else "{0}={0}"
            arguments = ", ".join(form.format(field_name) for field_name, _, _ in chosen)
            probe = _Probe(subject, kind, tuple(field_name for field_name, _, _ in chosen))
            head = f"def {{name}}({parameters}) -> _subject.{name}:"
            self._probe(probe, head, [f"return _subject.{name}({arguments})"])

    def call(self, owner: str, node: _Function, callee: str, self_class: str | None) -> None:
        """Call a function with all of its parameters, and with the required ones."""
        subject = f"{owner}.{node.name}"
        if subject not in self.new.facts or node.returns is None:
            return
        positional = [*node.args.posonlyargs, *node.args.args]
        if self_class:
            positional = positional[1:]
        defaults = [None] * (len(positional) - len(node.args.defaults)) + list(node.args.defaults)
        plain = [(argument, default is None, False) for argument, default in zip(positional, defaults, strict=False)]
        plain += [
            (argument, default is None, True)
            for argument, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
        ]
        if any(argument.annotation is None for argument, _, _ in plain):
            return
        for chosen in (plain, [item for item in plain if item[1]]):
            parameters = [
                f"{argument.arg}: {ast.unparse(argument.annotation)}"
                for argument, _, _ in chosen
                if argument.annotation
            ]
            if self_class:
                parameters.insert(0, f"it: _subject.{self_class}")
            by_name = len(chosen) == len(plain)
            posonly = {argument.arg for argument in node.args.posonlyargs}
            arguments = ", ".join(
                f"{argument.arg}={argument.arg}"
                if keyword or (by_name and argument.arg not in posonly)
                else argument.arg
                for argument, _, keyword in chosen
            )
            returns = _read_only(node.returns)
            if self_class:
                returns = re.sub(r"\bSelf\b", f"_subject.{self_class}", returns)
            wait = isinstance(node, ast.AsyncFunctionDef)
            head = f"{'async ' * wait}def {{name}}({', '.join(parameters)}) -> {returns}:"
            probe = _Probe(subject, "call", tuple(argument.arg for argument, _, _ in chosen))
            self._probe(
                probe, head, [f"{'' if returns == 'None' else 'return '}{'await ' * wait}{callee}({arguments})"]
            )


def _check(files: Mapping[str, tuple[str, dict[int, _Probe]]], package: Package) -> list[tuple[_Probe, str]]:
    """Type-check probes against a package and return those that fail, with what mypy says."""
    for path in package.path.rglob("*.py"):
        # mypy's cache trusts a file of the same size and second: two packages made in one must not be taken for one.
        second = int(hashlib.sha256(path.read_bytes()).hexdigest()[:7], 16)
        os.utime(path, (second, second))
    with tempfile.TemporaryDirectory() as folder:
        for name, (text, _) in files.items():
            Path(folder, name).write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "mypy", "--config-file=", "--no-error-summary", "--no-pretty"]
        command += [
            "--hide-error-context",
            "--follow-imports=silent",
            "--cache-dir",
            str(HOME / "mypy"),
            *sorted(files),
        ]
        environment = {**os.environ, "MYPYPATH": str(package.path.parent)}
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise ReviewError(f"mypy failed: {(done.stderr.strip() or done.stdout.strip())[-300:]}")
    failures = []
    for line in done.stdout.splitlines():
        match = re.match(r"([^:]+):(\d+): error: (.*?)(?:  \[[\w-]+\])?$", line)
        if match and (probe := files[Path(match[1]).name][1].get(int(match[2]))):
            failures.append((probe, match[3]))
    return failures


def _imports(tree: ast.Module, name: str, *, is_package: bool) -> Iterator[str]:
    """Yield the imports of a module as absolute ones, a name a line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield f"import {alias.name}" + (f" as {alias.asname}" if alias.asname else "")
        elif isinstance(node, ast.ImportFrom) and node.module != "__future__":
            base = name.split(".")
            up = node.level - (1 if is_package else 0)
            prefix = base[: len(base) - up] if node.level else []
            source = ".".join([*prefix, *([node.module] if node.module else [])])
            for alias in node.names:
                yield f"from {source} import {alias.name}" + (f" as {alias.asname}" if alias.asname else "")


def _fields(node: ast.ClassDef) -> Iterator[tuple[str, ast.expr, ast.AnnAssign]]:
    for item in node.body:
        if not isinstance(item, ast.AnnAssign) or not isinstance(item.target, ast.Name):
            continue
        if not item.target.id.startswith("_") and "ClassVar" not in ast.unparse(item.annotation):
            yield item.target.id, item.annotation, item


def _methods(node: ast.ClassDef) -> Iterator[_Function]:
    for item in node.body:
        if isinstance(item, _Function) and not item.name.startswith("_"):
            decorators = {ast.unparse(decorator).split(".")[-1] for decorator in item.decorator_list}
            if not decorators & {"setter", "deleter", "overload"}:
                yield item


def _is_attrs(node: ast.ClassDef) -> bool:
    return any(re.match(r"(attrs?\.)?(define|frozen|mutable|s)\b", ast.unparse(item)) for item in node.decorator_list)


def _keyword_only(item: ast.AnnAssign) -> bool:
    value = item.value
    if not isinstance(value, ast.Call):
        return False
    return any(keyword.arg in ("kw_only", "init") for keyword in value.keywords)


def _literals(tree: ast.Module) -> Iterator[tuple[str, ast.Assign]]:
    """Yield the public names that stand for a `Literal[...]`."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and _is_literal(node.value):
            name = node.targets[0]
            if isinstance(name, ast.Name) and not name.id.startswith("_"):
                yield name.id, node


def _is_literal(node: ast.expr) -> bool:
    return isinstance(node, ast.Subscript) and ast.unparse(node.value).split(".")[-1] == "Literal"


def _read_only(annotation: ast.expr) -> str:
    """Return an annotation with read-only containers: reading a list of a narrower type breaks nobody."""

    class Swap(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return ast.parse(_READ_ONLY[node.id], mode="eval").body if node.id in _READ_ONLY else node

    return ast.unparse(Swap().visit(ast.parse(ast.unparse(annotation), mode="eval")))


def _open_aliases(package: Package) -> set[str]:
    """Return the enums that are only ever used beside `str`: any other value is allowed where they stand."""
    names = package.aliases()
    closed, used = set(), set()
    for fact in package.facts.values():
        if not fact.annotation or fact.annotation.startswith("Literal["):
            continue
        for node in ast.walk(ast.parse(fact.annotation, mode="eval")):
            if isinstance(node, ast.Name) and node.id in names:
                used.add(node.id)
                if not re.search(rf"\b{node.id}\b[^\[\],]*\| str\b|\bstr\b \|[^\[\],]*\b{node.id}\b", fact.annotation):
                    closed.add(node.id)
    return used - closed


def _same_files(comparison: dircmp[str]) -> bool:
    return not any(_changed(comparison))


def _changed(comparison: dircmp[str], below: str = "") -> Iterator[str]:
    """Yield the files that differ between two folders, by content."""
    for name in (*comparison.left_only, *comparison.right_only):
        if name != "__pycache__":
            yield below + name
    for name in comparison.common_files:
        if Path(comparison.left, name).read_bytes() != Path(comparison.right, name).read_bytes():
            yield below + name
    for name, inner in comparison.subdirs.items():
        if name != "__pycache__":
            yield from _changed(inner, f"{below}{name}/")


def _shown(subject: str) -> str:
    """Return how a person calls a subject: `Choice.logprobs`, `list_chat_completions.sync(limit)`."""
    parts = subject.split("(")
    names = parts[0].split(".")
    first = next((index for index, name in enumerate(names) if name[:1].isupper()), max(len(names) - 2, 0))
    return ".".join(names[first:]) + (f"({parts[1]}" if len(parts) > 1 else "")
