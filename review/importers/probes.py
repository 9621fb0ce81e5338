"""Probes: what importers may have written, type-checked against another package.

From the old package's source, one tiny typed function is written for each thing that code may do with it: read an
attribute at its type, construct, call. mypy checks them against the new package, but for those that can only pass,
since both packages say the same types. Each argument has its own line, so that the line of an error says
what it is about. Enums are compared by their values elsewhere: here each has the values of the package that is checked.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Final, Literal, NamedTuple, TypeAlias

from .. import kept
from ..findings import Name
from ..source import ReviewError
from ..tree import CACHE
from .package import Module, Package
from .signatures import Parameter, Signature
from .syntax import parse

Use: TypeAlias = Literal["read", "construct", "call", "result"]

# Reading needs no more than the read-only kinds of these.
_READ_ONLY: Final = {"list": "_abc.Sequence", "dict": "_abc.Mapping", "set": "_abc.Set"}
# What is about the probe itself and not about the package.
_OF_THE_PROBE: Final = frozenset({"name-defined", "import-not-found", "import-untyped", "valid-type", "misc", "syntax"})
_BEFORE: Final = "before_"
# What httpx and anyio have for commands, tests and other event loops is a third of what mypy would read.
_SETTINGS: Final = "[mypy]\n[mypy-rich.*,pygments.*,click.*,trio.*,_pytest.*,pytest.*]\nfollow_imports = skip\n"


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
    writers = [_Writer(old, new, module) for module in old.modules.values()]
    files = {
        "probe_" + writer.module.name.replace(".", "_") + ".py": written
        for writer in writers
        if (written := writer.written()) is not None
    }
    if not files:
        return []
    texts = {name: file.text for name, file in sorted(files.items())}
    own = kept.of_folder(Path(__file__).parent)
    parts = (own, old.name, old.digest, new.name, new.digest, *chain(*texts.items()))
    wrong: list[tuple[str, int]] = kept.answer(parts, lambda: _ask_mypy(texts, old, new))
    # What fails against its own package too says nothing of the change.
    known = {files[name.removeprefix(_BEFORE)].about.get(line) for name, line in wrong if name.startswith(_BEFORE)}
    failed = (files[name].about.get(line) for name, line in wrong if not name.startswith(_BEFORE))
    return list(dict.fromkeys(failure for failure in failed if failure and failure not in known))


class _Writer:
    """Writes the probes of one module."""

    def __init__(self, old: Package, new: Package, module: Module) -> None:
        self.old, self.new, self.module = old, new, module
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
        read = self.old.read_names
        if self.module.home in self.new.modules:
            names = self.old.within.get(self.module.home, ())
            for name in names:
                signature, fresh = self.old.signatures.get(name), self.new.signatures.get(name)
                if signature and fresh and self._mine(name):
                    self._call(name, signature, fresh)
            for name in names:
                declaration = self.old.declarations[name]
                if name not in self.new.declarations or not declaration.annotation:
                    continue
                if declaration.kind == "attribute" and name.owner.last in read and self._mine(name.owner):
                    self._read(name, declaration.annotation)
                elif declaration.kind == "constant" and self._mine(name):
                    self._alias(name, declaration.annotation)
            for name in names:
                if name in self.old.values and name in self.new.values and self._mine(name):
                    self._value(name, self.old.values[name], self.new.values[name])
        return _File("\n".join(self.lines) + "\n", self.about) if self.about else None

    def _differ(self, name: Name, *pairs: tuple[str, str]) -> bool:
        """Return whether types that both packages write for a thing differ, in how they read or in what that means."""
        words = {word for pair in pairs for text in pair for word in re.findall(r"\w+", text)}
        meant = [
            {word: _meaning(word, package.modules_by_file[package.declarations[name].file], package) for word in words}
            for package in (self.old, self.new)
        ]
        return any(before != after for before, after in pairs) or meant[0] != meant[1]

    def _mine(self, name: Name) -> bool:
        """Return whether a class or function, or the class around a method, is defined in this module."""
        home = self.module.home
        if not name.path.startswith(home + "."):
            return False
        first, _, rest = name.path.removeprefix(home + ".").partition(".")
        return first in self.module.names and "." not in rest and Name(f"{home}.{first}") in self.new.declarations

    def _imports(self) -> Iterator[str]:
        for line in self.module.imports:
            source, name = line.split(" ")[1], line.split(" ")[-1] if " as " not in line else line.split(" ")[-3]
            yield line.replace(f"from {source} ", f"from {self.old.home_of(source, name)} ", 1)
        if self.module.home in self.new.modules:
            yield f"import {self.module.home} as _subject"
            for name in sorted(self.module.names):
                if Name(f"{self.module.home}.{name}") in self.new.declarations:
                    yield f"from {self.module.home} import {name}"
        yield from self.module.private.values()

    def _write(self, lines: Sequence[tuple[str, Failure]]) -> None:
        self.count += 1
        for text, failure in lines:
            self.lines.append(text)
            self.about[len(self.lines)] = failure

    def _return(self, failure: Failure, given: str, returned: str, value: str) -> None:
        """Write a function that returns a value."""
        head = f"def _probe_{self.count}({given}) -> {returned}:"
        self._write([(head, failure), (f"    return {value}", failure)])

    def _read(self, name: Name, annotation: str) -> None:
        if self._differ(name, (annotation, self.new.declarations[name].annotation)):
            given = f"it: _subject.{name.owner.last}"
            self._return(Failure(name, "read"), given, _read_only(annotation), f"it.{name.last}")

    def _alias(self, name: Name, definition: str) -> None:
        """Read what an alias means at its old definition, and pass what that was."""
        if self._differ(name, (definition, self.new.declarations[name].annotation)):
            alias = f"_subject.{name.last}"
            self._return(Failure(name, "call"), f"it: {definition}", alias, "it")
            if name.last in self.old.read_names:
                self._return(Failure(name, "read"), f"it: {alias}", _read_only(definition), "it")

    def _value(self, name: Name, old: str, new: str) -> None:
        if self._differ(name, (old, new)):
            self._return(Failure(name, "read"), "", _read_only(old), f"_subject.{name.last}")

    def _call(self, name: Name, old: Signature, new: Signature) -> None:
        """Call with everything that both know; what only the new one needs is there too, without a type."""
        if not old.typed:
            return
        fresh = {item.name: item for item in new.parameters}
        common = [
            item for item in old.parameters if item.name in fresh and _passable(item) and _passable(fresh[item.name])
        ]
        pairs = [(item.annotation, fresh[item.name].annotation) for item in common]
        pairs += [(old.returns, new.returns), (old.form, new.form), (str(old.is_async), str(new.is_async))]
        kinds = self.old.declarations[name].kind, self.new.declarations[name].kind
        if kinds[0] == kinds[1] and not self._differ(name, *pairs):
            return
        is_class = self.new.declarations[name].kind == "class"
        is_method = bool(old.owner) and not is_class
        use: Use = "construct" if is_class else "call"
        returns = "object" if is_class else _read_only(old.returns) if old.returns else "object"
        returns = re.sub(r"\bSelf\b", f"_subject.{old.owner}", returns) if is_method else returns
        result = Failure(name, "result")
        given = [f"{_own_name(item.name)}: {item.annotation}" for item in common]
        if is_method and not old.of_class:
            given.insert(0, f"_it: _subject.{old.owner}")
        callee = f"_it.{name.last}" if is_method else f"_subject.{name.last}"
        if is_method and old.of_class:
            callee = f"_subject.{old.owner}.{name.last}"
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
    """Return an annotation with read-only containers: code that reads a list may get a narrower type."""

    class Swap(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return ast.parse(_READ_ONLY[node.id], mode="eval").body if node.id in _READ_ONLY else node

    return ast.unparse(Swap().visit(parse(annotation)))


def _meaning(word: str, module: Module, package: Package) -> object:
    """Return what a word of a type means in a module: where it is imported from, or what it is short for."""
    if word in module.names:
        return f"{module.home}.{word}"
    if word in module.private:
        return module.private[word]
    meant = set()
    for line in module.imported.get(word, ()):
        source = line.split(" ")[1]
        meant.add(
            f"{package.home_of(source, word)}.{word}" if line.startswith(f"from {source} import {word}") else line
        )
    return meant


def _ask_mypy(texts: Mapping[str, str], old: Package, new: Package) -> list[tuple[str, int]]:
    """Return the files and lines of probes that are wrong; those against the old package are in files `before_...`."""
    # The old package has another name here: so one run, and one cache, is enough for both.
    imports, before = re.compile(rf"^( *(?:from|import) ){re.escape(old.name)}\b", re.MULTILINE), _BEFORE + old.name
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        for name, text in texts.items():
            (here / name).write_text(text, encoding="utf-8")
            (here / f"{_BEFORE}{name}").write_text(imports.sub(rf"\1{before}", text), encoding="utf-8")

        def copied(path: str, copy: str) -> None:
            text = Path(path).read_text(encoding="utf-8")
            Path(copy).write_text(imports.sub(rf"\1{before}", text), encoding="utf-8")

        shutil.copytree(old.path, here / before, copy_function=copied, ignore=shutil.ignore_patterns("__pycache__"))
        for path in (*kept.python_of(here / before), *kept.python_of(new.path)):
            # mypy's cache trusts a file of the same size and second: two packages made in one are not to be one.
            second = int(hashlib.sha256(path.read_bytes()).hexdigest()[:7], 16)
            os.utime(path, (second, second))
        (here / "mypy.ini").write_text(_SETTINGS, encoding="utf-8")
        command = [sys.executable, "-m", "mypy", "--no-error-summary", "--output=json", "--follow-imports=silent"]
        command += sorted(path.name for path in here.glob("*.py"))
        environment = {**os.environ, "MYPYPATH": str(new.path.parent)}
        for cache in (CACHE / "mypy", here / "cache"):  # Another review may hold the first one, or have broken it.
            asked = [*command, f"--cache-dir={cache}"]
            done = subprocess.run(asked, cwd=here, env=environment, capture_output=True, text=True, check=False)
            if done.returncode in (0, 1):
                break
    if done.returncode not in (0, 1):
        raise ReviewError(f"mypy failed: {(done.stderr.strip() or done.stdout.strip())[-300:]}")
    every = map(json.loads, done.stdout.splitlines())
    wrong = [error for error in every if error["severity"] == "error" and error["code"] not in _OF_THE_PROBE]
    return [(Path(error["file"]).name, error["line"]) for error in wrong]
