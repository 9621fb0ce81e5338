"""Type-check code for the old package against the new one, to find types that no longer fit.

For each thing that code may do with the old package (read an attribute, construct a class, call a function), a small
typed function is written, a probe, unless both packages have the same types for it. mypy checks the probes against the
new package. Each argument of a call has its own line, so that the line of an error tells which argument it is about.
The values of enums are compared elsewhere: probes use the enums of the package that they are checked against.
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

from .. import cache
from ..findings import Name
from ..source import ReviewError
from ..tree import CACHE
from .package import Module, Package
from .signatures import Parameter, Signature
from .syntax import parse

Use: TypeAlias = Literal["read", "construct", "call", "result"]

# The read-only types for values that are only read.
_READ_ONLY: Final = {"list": "_abc.Sequence", "dict": "_abc.Mapping", "set": "_abc.Set"}
# The codes of errors that are about the probe, and not about the package.
_PROBE_CODES: Final = frozenset({"name-defined", "import-not-found", "import-untyped", "valid-type", "misc", "syntax"})
_BEFORE: Final = "before_"
# Skip what httpx and anyio import for commands, tests and trio, a third of all that mypy would read.
_SETTINGS: Final = "[mypy]\n[mypy-rich.*,pygments.*,click.*,trio.*,_pytest.*,pytest.*]\nfollow_imports = skip\n"


class Failure(NamedTuple):
    """A name, and a use of it that no longer type-checks."""

    name: Name
    use: Use


def failures(old: Package, new: Package) -> list[Failure]:
    """Return the uses of the old package that do not type-check against the new one.

    Raises:
        ReviewError: mypy could not run.
    """
    written = [_Probes(old, new, module) for module in old.modules.values()]
    files = {f"probe_{item.module.name.replace('.', '_')}.py": item for item in written if item.about}
    if not files:
        return []
    texts = {name: "\n".join(file.lines) + "\n" for name, file in sorted(files.items())}
    program = cache.digest_of_folder(Path(__file__).parent)
    key = (program, old.name, old.digest, new.name, new.digest, *chain(*texts.items()))
    wrong: list[tuple[str, int]] = cache.get_or_make(key, lambda: _run_mypy(texts, old, new))
    # A probe that fails against the old package too says nothing about the change.
    known = {files[name.removeprefix(_BEFORE)].about.get(line) for name, line in wrong if name.startswith(_BEFORE)}
    failed = (files[name].about.get(line) for name, line in wrong if not name.startswith(_BEFORE))
    return list(dict.fromkeys(failure for failure in failed if failure and failure not in known))


class _Probes:
    """The probes of one module.

    Attributes:
        about: The failure that an error in each line stands for.
    """

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
        if module.home in new.modules:
            self._write_all(old.within.get(module.home, ()))

    def _write_all(self, names: Sequence[Name]) -> None:
        read = self.old.read_names
        for name in names:
            signature, fresh = self.old.signatures.get(name), self.new.signatures.get(name)
            if signature and fresh and self._is_here(name):
                self._call(name, signature, fresh)
        for name in names:
            declaration = self.old.declarations[name]
            if name not in self.new.declarations or not declaration.annotation:
                continue
            if declaration.kind == "attribute" and name.owner.last in read and self._is_here(name.owner):
                self._read(name, declaration.annotation)
            elif declaration.kind == "constant" and self._is_here(name):
                self._alias(name, declaration.annotation)
        for name in names:
            if name in self.old.values and name in self.new.values and self._is_here(name):
                self._value(name, self.old.values[name], self.new.values[name])

    def _differ(self, name: Name, *pairs: tuple[str, str]) -> bool:
        """Return whether pairs of old and new types differ, in their text or in the meaning of the names in them."""
        words = {word for pair in pairs for text in pair for word in re.findall(r"\w+", text)}
        meanings = [
            {word: _meaning(word, package.modules_by_file[package.declarations[name].file], package) for word in words}
            for package in (self.old, self.new)
        ]
        return any(before != after for before, after in pairs) or meanings[0] != meanings[1]

    def _is_here(self, name: Name) -> bool:
        """Return whether a class or function is defined in this module and still exists; a method, with its class."""
        home = self.module.home
        if not name.path.startswith(home + "."):
            return False
        first, _, rest = name.path.removeprefix(home + ".").partition(".")
        return first in self.module.names and "." not in rest and Name(f"{home}.{first}") in self.new.declarations

    def _imports(self) -> Iterator[str]:
        """Yield the imports and private definitions that the module's annotations need."""
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
        """Add a probe, each line with the failure that an error in it stands for."""
        self.count += 1
        for text, failure in lines:
            self.lines.append(text)
            self.about[len(self.lines)] = failure

    def _return(self, failure: Failure, given: str, returned: str, value: str) -> None:
        """Write a probe that returns a value."""
        head = f"def _probe_{self.count}({given}) -> {returned}:"
        self._write([(head, failure), (f"    return {value}", failure)])

    def _read(self, name: Name, annotation: str) -> None:
        if self._differ(name, (annotation, self.new.declarations[name].annotation)):
            given = f"it: _subject.{name.owner.last}"
            self._return(Failure(name, "read"), given, _read_only(annotation), f"it.{name.last}")

    def _alias(self, name: Name, definition: str) -> None:
        """Write probes that use the alias in place of its old definition, and the reverse if it is read."""
        if self._differ(name, (definition, self.new.declarations[name].annotation)):
            alias = f"_subject.{name.last}"
            self._return(Failure(name, "call"), f"it: {definition}", alias, "it")
            if name.last in self.old.read_names:
                self._return(Failure(name, "read"), f"it: {alias}", _read_only(definition), "it")

    def _value(self, name: Name, old: str, new: str) -> None:
        if self._differ(name, (old, new)):
            self._return(Failure(name, "read"), "", _read_only(old), f"_subject.{name.last}")

    def _call(self, name: Name, old: Signature, new: Signature) -> None:
        """Write a probe that calls a function with the parameters that both packages know.

        Parameters that only the new package requires are passed as `Any`.
        """
        if not old.is_typed:
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
        use: Use = "construct" if is_class else "call"
        result = Failure(name, "result")
        lines = [(line, result) for line in self._call_head(name, old, common, is_class=is_class)]
        known = {item.name for item in common}
        for item in new.parameters:
            if item.name in known or item.is_required:
                value = _argument_name(item.name) if item.name in known else "_typing.cast(_typing.Any, 0)"
                named = "" if item.kind == "positional-only" else f"{item.name}="
                lines.append((f"        {named}{value},", Failure(Name(name.path, item.name), use)))
        self._write([*lines, ("    )", result)])

    def _call_head(self, name: Name, old: Signature, given: Sequence[Parameter], *, is_class: bool) -> list[str]:
        """Return the lines of a probe before the arguments of its call."""
        is_method = bool(old.owner) and not is_class
        returns = "object" if is_class or not old.returns else _read_only(old.returns)
        returns = re.sub(r"\bSelf\b", f"_subject.{old.owner}", returns) if is_method else returns
        parameters = [f"{_argument_name(item.name)}: {item.annotation}" for item in given]
        if is_method and not old.is_of_class:
            parameters.insert(0, f"_it: _subject.{old.owner}")
        callee = f"_it.{name.last}" if is_method else f"_subject.{name.last}"
        if is_method and old.is_of_class:
            callee = f"_subject.{old.owner}.{name.last}"
        return [
            f"{'async ' * old.is_async}def _probe_{self.count}({', '.join(parameters)}) -> {returns}:",
            f"    {'' if returns == 'None' else 'return '}{'await ' * old.is_async}{callee}(",
        ]


def _passable(item: Parameter) -> bool:
    return item.kind not in ("variadic", "keywords")


def _argument_name(name: str) -> str:
    """Return the name of a probe's parameter; the prefix keeps it from hiding a name in annotations."""
    return f"_a_{name}"


def _read_only(annotation: str) -> str:
    """Replace containers in an annotation by read-only ones, since code that only reads may get a narrower type."""

    class Swap(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return ast.parse(_READ_ONLY[node.id], mode="eval").body if node.id in _READ_ONLY else node

    return ast.unparse(Swap().visit(parse(annotation)))


def _meaning(word: str, module: Module, package: Package) -> object:
    """Return where a name in an annotation comes from, or what it is an alias for, to compare it between packages."""
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


def _run_mypy(texts: Mapping[str, str], old: Package, new: Package) -> list[tuple[str, int]]:
    """Check probes against both packages, and return the files and lines with errors.

    The files that are checked against the old package begin with `before_`.
    """
    # The old package is copied under another name, so that one run of mypy checks both.
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
        for path in (*cache.python_files(here / before), *cache.python_files(new.path)):
            # mypy takes files of equal size and modification time for unchanged: make the time depend on the content.
            second = int(hashlib.sha256(path.read_bytes()).hexdigest()[:7], 16)
            os.utime(path, (second, second))
        (here / "mypy.ini").write_text(_SETTINGS, encoding="utf-8")
        command = [sys.executable, "-m", "mypy", "--no-error-summary", "--output=json", "--follow-imports=silent"]
        command += sorted(path.name for path in here.glob("*.py"))
        environment = {**os.environ, "MYPYPATH": str(new.path.parent)}
        for mypy_cache in (CACHE / "mypy", here / "cache"):  # Another review may use or have broken the first one.
            arguments = [*command, f"--cache-dir={mypy_cache}"]
            done = subprocess.run(arguments, cwd=here, env=environment, capture_output=True, text=True, check=False)
            if done.returncode in (0, 1):
                break
    if done.returncode not in (0, 1):
        raise ReviewError(f"mypy failed: {(done.stderr.strip() or done.stdout.strip())[-300:]}")
    every = map(json.loads, done.stdout.splitlines())
    wrong = [error for error in every if error["severity"] == "error" and error["code"] not in _PROBE_CODES]
    return [(Path(error["file"]).name, error["line"]) for error in wrong]
