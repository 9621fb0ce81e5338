"""Probes: what importers may have written, type-checked against another package.

From the old package's source, one tiny typed function is written for each thing that code may do with it: read an
attribute at its type, construct, call. mypy checks all of them against the new package. Each argument stands on a line
of its own, so that the line of an error says what it is about. Enums are compared by their values elsewhere: here each
has the values of the package that is checked.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, Literal, NamedTuple, TypeAlias

from .findings import Name
from .package import CACHE, Module, Package, Parameter, Signature, parse
from .source import ReviewError

Use: TypeAlias = Literal["read", "construct", "call", "result"]

# Reading needs no more than the read-only kinds of these.
_READ_ONLY: Final = {"list": "_abc.Sequence", "dict": "_abc.Mapping", "set": "_abc.Set"}
# What is about the probe itself and not about the package.
_OF_THE_PROBE: Final = frozenset({"name-defined", "import-not-found", "import-untyped", "valid-type", "misc", "syntax"})


class Failure(NamedTuple):
    """A use that does not type-check, and what it is about."""

    name: Name
    use: Use


class _File(NamedTuple):
    """A file of probes: its text, and what each of its lines is about."""

    text: str
    about: dict[int, Failure]


def failures(old: Package, new: Package) -> list[Failure]:
    """Return what code written for one package may do that does not type-check against another one.

    Raises:
        ReviewError: mypy could not run.
    """
    read = old.read_names()
    files = {
        "probe_" + module.name.replace(".", "_") + ".py": written
        for module in old.modules.values()
        if (written := _Writer(old, new, module, read).written()) is not None
    }
    failed = _check(files, new)
    if not failed:
        return []
    wrong_before = set(_check(files, old))
    return [failure for failure in failed if failure not in wrong_before]


class _Writer:
    """Writes the probes of one module."""

    def __init__(self, old: Package, new: Package, module: Module, read: set[str]) -> None:
        self.old, self.new, self.module, self.read = old, new, module, read
        self.about: dict[int, Failure] = {}
        self.count = 0
        self.lines = [
            "from __future__ import annotations",
            "import collections.abc as _abc",
            "import typing as _typing",
            *self._imports(),
        ]

    def written(self) -> _File | None:
        """Return the module's probes; None if there are none."""
        if self.module.home in self.new.modules:
            for name, signature in self.old.signatures.items():
                if self._mine(name) and name in self.new.signatures:
                    self._call(name, signature, self.new.signatures[name])
            for name, fact in self.old.facts.items():
                read = fact.kind == "attribute" and fact.annotation and name.owner.last in self.read
                if read and name in self.new.facts and self._mine(name.owner):
                    self._read(name, fact.annotation)
        return _File("\n".join(self.lines) + "\n", self.about) if self.about else None

    def _mine(self, name: Name) -> bool:
        """Return whether a class or function, or the class around a method, is defined in this module."""
        home = self.module.home
        if not name.path.startswith(home + "."):
            return False
        first, _, rest = name.path.removeprefix(home + ".").partition(".")
        return first in self.module.names and "." not in rest and Name(f"{home}.{first}") in self.new.facts

    def _imports(self) -> Iterator[str]:
        homes = {name: known.home for name, known in self.old.modules.items()}
        for line in self.module.imports:
            source = line.split(" ")[1]
            yield line.replace(f"from {source} ", f"from {homes.get(source, source)} ", 1)
        if self.module.home in self.new.modules:
            yield f"import {self.module.home} as _subject"
            for name in sorted(self.module.names):
                if Name(f"{self.module.home}.{name}") in self.new.facts:
                    yield f"from {self.module.home} import {name}"
        for node in self.module.tree.body:
            # Type variables and aliases without a public name.
            target = node.targets[0] if isinstance(node, ast.Assign) else None
            if isinstance(target, ast.Name) and target.id not in self.module.names and target.id != "__all__":
                yield ast.unparse(node).replace("\n", " ")

    def _write(self, lines: Sequence[tuple[str, Failure]]) -> None:
        self.count += 1
        for text, failure in lines:
            self.lines.append(text)
            self.about[len(self.lines)] = failure

    def _read(self, name: Name, annotation: str) -> None:
        failure = Failure(name, "read")
        head = f"def _probe_{self.count}(it: _subject.{name.owner.last}) -> {_read_only(annotation)}:"
        self._write([(head, failure), (f"    return it.{name.last}", failure)])

    def _call(self, name: Name, old: Signature, new: Signature) -> None:
        """Call with everything that both know; what only the new one needs is there too, at no type of its own."""
        if not old.typed:
            return
        fresh = {item.name: item for item in new.parameters}
        common = [
            item for item in old.parameters if item.name in fresh and _passable(item) and _passable(fresh[item.name])
        ]
        is_class = self.new.facts[name].kind == "class"
        is_method = bool(old.owner) and not is_class
        use: Use = "construct" if is_class else "call"
        returns = "object" if is_class else _read_only(old.returns) if old.returns else "object"
        returns = re.sub(r"\bSelf\b", f"_subject.{old.owner}", returns) if is_method else returns
        result = Failure(name, "result")
        given = [f"{_own_name(item.name)}: {item.annotation}" for item in common]
        if is_method:
            given.insert(0, f"_it: _subject.{old.owner}")
        callee = f"_it.{name.last}" if is_method else f"_subject.{name.last}"
        lines = [
            (f"{'async ' * old.is_async}def _probe_{self.count}({', '.join(given)}) -> {returns}:", result),
            (f"    {'' if returns == 'None' else 'return '}{'await ' * old.is_async}{callee}(", result),
        ]
        needed = [
            item for item in new.parameters if item.required and item.name not in {known.name for known in common}
        ]
        for item in _in_order(new, common, needed):
            value = _own_name(item.name) if item in common else "_typing.cast(_typing.Any, 0)"
            by_position = fresh[item.name].kind == "positional-only"
            lines.append(
                (f"        {'' if by_position else f'{item.name}='}{value},", Failure(Name(name.path, item.name), use))
            )
        self._write([*lines, ("    )", result)])


def _passable(item: Parameter) -> bool:
    return item.kind not in ("variadic", "keywords")


def _in_order(new: Signature, common: Sequence[Parameter], needed: Sequence[Parameter]) -> list[Parameter]:
    """Return the parameters of a call in the new order, so that what goes by position stands first."""
    known = {item.name: item for item in (*needed, *common)}
    return [known[item.name] for item in new.parameters if item.name in known]


def _own_name(name: str) -> str:
    """Return the name of a probe's own parameter, which must not hide a module or class that annotations mention."""
    return f"_a_{name}"


def _read_only(annotation: str) -> str:
    """Return an annotation with read-only containers: reading a list of a narrower type breaks nobody."""

    class Swap(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return ast.parse(_READ_ONLY[node.id], mode="eval").body if node.id in _READ_ONLY else node

    return ast.unparse(Swap().visit(parse(annotation)))


def _check(files: Mapping[str, _File], package: Package) -> list[Failure]:
    """Type-check probes against a package and return those that fail, each once."""
    if not files:
        return []
    for path in package.path.rglob("*.py"):
        # mypy's cache trusts a file of the same size and second: two packages made in one must not be taken for one.
        second = int(hashlib.sha256(path.read_bytes()).hexdigest()[:7], 16)
        os.utime(path, (second, second))
    with tempfile.TemporaryDirectory() as folder:
        for name, file in files.items():
            Path(folder, name).write_text(file.text, encoding="utf-8")
        command = [sys.executable, "-m", "mypy", "--config-file=", "--no-error-summary", "--output=json"]
        command += ["--follow-imports=silent", "--cache-dir", str(CACHE / "mypy"), *sorted(files)]
        environment = {**os.environ, "MYPYPATH": str(package.path.parent)}
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise ReviewError(f"mypy failed: {(done.stderr.strip() or done.stdout.strip())[-300:]}")
    found: dict[Failure, None] = {}
    for line in done.stdout.splitlines():
        said = json.loads(line)
        about = files[Path(said["file"]).name].about.get(said["line"])
        if about and said["severity"] == "error" and said["code"] not in _OF_THE_PROBE:
            found[about] = None
    return list(found)
