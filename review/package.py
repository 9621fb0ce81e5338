"""A generated Python package, read from its source and never imported: what importers can name in it."""

from __future__ import annotations

import ast
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from threading import Lock
from typing import Any, Final, Literal, NamedTuple, TypeAlias, TypeVar

from .findings import Line, Name
from .source import Place, ReviewError
from .tree import NOT_READ

_Key = TypeVar("_Key")
Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
_Kind: TypeAlias = Literal["class", "function", "attribute", "enum", "constant", "parameter"]

_PARSING: Final = Lock()
CACHE: Final = Path(__file__).resolve().parent.parent / ".cache" / "review"
# What importers use by a statement or a sign: `with`, `for`, `in`, `it[0]`, `it()`.
_OPERATORS: Final = frozenset(
    f"__{name}__"
    for name in (
        *("init", "iter", "next", "aiter", "anext", "enter", "exit", "aenter", "aexit", "await", "call", "len"),
        *("contains", "getitem", "setitem", "delitem", "reversed", "bool", "int", "float", "index", "bytes"),
        *("add", "sub", "mul", "truediv", "and", "or", "xor", "lt", "le", "gt", "ge"),
    )
)
# Nobody names the arguments of these.
_UNNAMED: Final = _OPERATORS - {"__init__", "__call__"}
_SPECIFIERS: Final = frozenset({"TypeVar", "ParamSpec", "TypeVarTuple"})
_DEFINES_FIELDS: Final = frozenset({"define", "frozen", "mutable", "attrs", "s", "dataclass"})


@dataclass(frozen=True)
class Fact:
    """One public thing of a package: where it is, how its line reads, and its annotation as written."""

    kind: _Kind
    file: str
    line: int
    text: str
    annotation: str = ""


class Parameter(NamedTuple):
    """A parameter of a function or constructor, in the order of the signature."""

    name: str
    kind: Literal["positional-only", "positional", "keyword-only", "variadic", "keywords"]
    annotation: str
    default: str | None

    @property
    def required(self) -> bool:
        """Whether calls must pass it."""
        return self.default is None and self.kind not in ("variadic", "keywords")

    @property
    def by_position(self) -> bool:
        """Whether calls can give it by position."""
        return self.kind in ("positional-only", "positional")


@dataclass(frozen=True)
class Signature:
    """How a function, a method or a class is called. `returns` is "" where it is not said, or where it is a class.

    `form` is what else decides it, as written: decorators, overloads, bases, and what is abstract. `of_class` says that
    it is called on the class, as a class method or a static one is.
    """

    parameters: tuple[Parameter, ...]
    returns: str = ""
    is_async: bool = False
    owner: str = ""
    form: str = ""
    of_class: bool = False

    @property
    def typed(self) -> bool:
        """Whether every parameter says its type."""
        return all(item.annotation for item in self.parameters)


@dataclass
class Module:
    """One module of a package, as far as importers see it.

    `home` is where its names are imported from: the package around it, if that re-exports all of them. `private` has
    the type variables and aliases without a public name, as written, `decorators` the words that decorate something.
    """

    name: str
    home: str
    file: str
    lines: list[str]
    names: set[str]
    imports: list[str]
    private: dict[str, str]
    decorators: set[str]

    @cached_property
    def imported(self) -> dict[str, list[str]]:
        """The lines that import each name."""
        found: dict[str, list[str]] = {}
        for line in self.imports:
            found.setdefault(bound_by(line), []).append(line)
        return found

    def original(self, name: str) -> str:
        """Return what a name is called where it is imported from: `_Model` may be `Model` there."""
        lines = self.imported.get(name, [])
        return lines[0].rpartition(" import ")[2].split(" as ")[0] if lines else name


class Package:
    """A generated package."""

    def __init__(self, path: Path) -> None:
        """Read a package.

        Raises:
            ReviewError: a module of it is not Python.
        """
        self.path, self.name = path, path.name
        self.modules: dict[str, Module] = {}
        self.facts: dict[Name, Fact] = {}
        self.signatures: dict[Name, Signature] = {}
        self.enums: dict[Name, tuple[Any, ...]] = {}
        self.exports: dict[Name, str] = {}
        self.bases: dict[Name, tuple[str, ...]] = {}
        self.models: set[str] = set()
        # The attributes that cannot be assigned, the types of constants that are no types, and the members of enums.
        self.read_only: set[Name] = set()
        self.values: dict[Name, str] = {}
        self.members: dict[Name, dict[str, Any]] = {}
        self.final: set[Name] = set()
        # What `dataclass_transform` decorates makes constructors for the classes below it.
        self._transforms: dict[str, ast.expr] = {}
        self._without_constructor: dict[Name, ast.ClassDef] = {}
        for file in sorted(path.rglob("*.py")):
            parts = file.relative_to(path.parent).with_suffix("").parts
            private = any(part.startswith("_") and part != "__init__" for part in parts)
            self._module(file, ".".join(part for part in parts if part != "__init__"), private=private)
        self._inherit()

    def _module(self, file: Path, name: str, *, private: bool) -> None:
        text = file.read_text(encoding="utf-8")
        try:
            tree = _parsed(text)
        except SyntaxError as error:
            raise ReviewError(f"{file}:{error.lineno}: is not Python: {error.msg}") from error
        parent = name.rpartition(".")[0]
        public = _public(tree)
        home = parent if public and all(Name(f"{parent}.{item}") in self.exports for item in public) else name
        if private:  # Of it, importers know what a public package re-exports.
            homes = {item: self._home_of(name, item) for item in public}
            public = {item for item, found in homes.items() if found}
            home = next((homes[item] for item in sorted(public)), "")
            if not home:
                return
        imports = list(_imports(tree, name, is_package=file.stem == "__init__"))
        where, lines = str(file.relative_to(self.path.parent)), text.splitlines()
        # It does not hold the tree: those of a large package take hundreds of megabytes.
        module = Module(name, home, where, lines, public, imports, _private(tree, public), _decorators(tree))
        self.modules[name] = module
        if file.stem == "__init__":
            declared = _declared(tree)
            for line in module.imports:
                shown = line.rsplit(" ", 1)[-1]
                exported = shown in declared if declared is not None else not shown.startswith("_")
                if line.startswith(f"from {self.name}") and exported:
                    self.exports[Name(f"{name}.{shown}")] = line
        for node in tree.body:
            self._read(module, node, tree.body)

    def _home_of(self, module: str, name: str) -> str:
        """Return the package that re-exports a name of a module, "" if none does."""
        line = f"from {module} import {name}"
        return next((known.owner.path for known, text in self.exports.items() if text == line), "")

    def _read(self, module: Module, node: ast.stmt, beside: list[ast.stmt]) -> None:
        if isinstance(node, ast.ClassDef) and node.name in module.names:
            self._class(module, node)
        elif isinstance(node, Function) and node.name in module.names:
            self._function(module, Name(f"{module.home}.{node.name}"), node, beside, owner="")
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name) and target.id in module.names:
                values = _literal(node.value)
                name = Name(f"{module.home}.{target.id}")
                if isinstance(node.value, ast.Call) and _decorator(node.value) == "NewType":
                    base = ast.unparse(node.value.args[-1])
                    self._fact(module, name, node, "class")
                    self.bases[name] = (module.original(base),)
                    self.signatures[name] = Signature(
                        (Parameter("value", "positional-only", base, None),), owner=target.id
                    )
                    return
                if said := _type_of_value(node):
                    self.values[name] = said
                if values is not None:
                    self.enums[name] = values
                alias = node.value if values is None and _is_type(node.value) else None
                self._fact(module, name, node, "constant" if values is None else "enum", _text(alias))

    def _class(self, module: Module, node: ast.ClassDef) -> None:
        name = Name(f"{module.home}.{node.name}")
        self._fact(module, name, node, "class")
        written = (ast.unparse(base).split("[")[0].split(".")[-1] for base in node.bases)
        self.bases[name] = tuple(module.original(base) for base in written)
        if any(_decorator(mark) == "final" for mark in node.decorator_list):
            self.final.add(name)
        if any(base in ("Enum", "StrEnum", "IntEnum") for base in self.bases[name]):
            self.members[name] = {
                item.targets[0].id: item.value.value
                for item in node.body
                if isinstance(item, ast.Assign)
                and isinstance(item.value, ast.Constant)
                and isinstance(item.targets[0], ast.Name)
            }
            self.enums[name] = tuple(self.members[name].values())
        for attribute, annotation, item in _fields(node):
            self._fact(module, Name(f"{name.path}.{attribute}"), item, "attribute", ast.unparse(annotation))
            if "NamedTuple" in self.bases[name] or _is_frozen(node):
                self.read_only.add(Name(f"{name.path}.{attribute}"))
        assignable = {
            item.name
            for item in node.body
            if isinstance(item, Function) and any(_decorator(mark) == "setter" for mark in item.decorator_list)
        }
        for method in _methods(node):
            if method.name == "__init__":
                self.signatures[name] = _signature(method, owner=node.name, method=True, form=_class_form(node))
                self._parameters(module, name, method)
                for attribute, annotated, statement in _assigned(method):
                    if Name(f"{name.path}.{attribute}") not in self.facts:
                        self._fact(module, Name(f"{name.path}.{attribute}"), statement, "attribute", annotated)
            elif kinds := {_decorator(item) for item in method.decorator_list} & {"property", "cached_property"}:
                if kinds == {"property"} and method.name not in assignable:
                    self.read_only.add(Name(f"{name.path}.{method.name}"))
                returns = ast.unparse(method.returns) if method.returns else ""
                self._fact(module, Name(f"{name.path}.{method.name}"), method, "attribute", returns)
            else:
                self._function(module, Name(f"{name.path}.{method.name}"), method, node.body, owner=node.name)
        if any(isinstance(item, Function) and item.name == "from_dict" for item in node.body):
            self.models.add(node.name)
        for inner in node.body:
            if isinstance(inner, ast.ClassDef) and not inner.name.startswith("_"):
                self._fact(module, Name(f"{name.path}.{inner.name}"), inner, "class")
        for decorator in node.decorator_list:
            if _decorator(decorator) == "dataclass_transform":
                self._transforms[node.name] = decorator
            elif (
                _decorator(decorator) in _DEFINES_FIELDS
                and name not in self.signatures
                and _flag(decorator, "init") is not False
            ):
                self.signatures[name] = self._made_constructor(node, _flag(decorator, "kw_only"))
        if "NamedTuple" in self.bases[name] and name not in self.signatures:
            self.signatures[name] = self._made_constructor(node, only=False)
        if "TypedDict" in self.bases[name]:
            self.signatures[name] = _typed_dict(node)
        if name not in self.signatures:
            self._without_constructor[name] = node

    def _inherit(self) -> None:
        """Find out which classes are models, and have constructors made, by what they inherit from."""
        for name, node in self._without_constructor.items():
            transforms = [self._transforms[base] for base in self.ancestors(name) if base in self._transforms]
            if transforms:
                self.signatures[name] = self._made_constructor(node, _flag(transforms[0], "kw_only_default"))
            elif (found := self._inherited_constructor(name)) is not None:
                self.signatures[name] = replace(found, owner=node.name, form=_class_form(node))
        self.models |= {name.last for name in self.bases if self.ancestors(name) & self.models}

    def _inherited_constructor(self, name: Name) -> Signature | None:
        """Return the constructor that a class inherits; None if that is of another package."""
        if name in self.signatures:
            return self.signatures[name]
        for base in self.bases.get(name, ()):
            home = next((known for known in self.bases if known.last == base and known != name), None)
            if home is None and base not in ("ABC", "Generic", "object"):
                return None
            if home is not None:
                return self._inherited_constructor(home)
        return Signature(())

    def ancestors(self, name: Name) -> set[str]:
        """Return the names of the classes that a class inherits from, directly or not."""
        found: set[str] = set()
        todo = list(self.bases.get(name, ()))
        while todo:
            if (base := todo.pop()) not in found:
                found.add(base)
                todo += self._bases_of.get(base, ())
        return found

    @cached_property
    def _bases_of(self) -> dict[str, list[str]]:
        """The bases of each class, by the last part of its name."""
        found: dict[str, list[str]] = {}
        for name, bases in self.bases.items():
            found.setdefault(name.last, []).extend(bases)
        return found

    def _made_constructor(self, node: ast.ClassDef, only: bool | None) -> Signature:
        """Return the constructor that is made of a class's attributes, by keyword only or not."""
        found = []
        for name, annotation, item in _fields(node):
            flags = {key: _flag(item.value, key) for key in ("kw_only", "init")}
            if flags["init"] is not False:
                kind: Literal["keyword-only", "positional"] = (
                    "keyword-only" if only or flags["kw_only"] else "positional"
                )
                default = _field_default(item.value)
                found.append(Parameter(name, kind, ast.unparse(annotation), default))
        return Signature(tuple(found), owner=node.name, form=_class_form(node))

    def _function(self, module: Module, name: Name, node: Function, beside: list[ast.stmt], *, owner: str) -> None:
        self._fact(module, name, node, "function", ast.unparse(node.returns) if node.returns else "")
        marks = {_decorator(item) for item in node.decorator_list}
        if "overload" not in marks or not owner:
            is_static, form = "staticmethod" in marks, _forms(node.name, beside)
            signature = _signature(node, owner=owner, method=bool(owner) and not is_static, form=form)
            self.signatures[name] = replace(signature, of_class=is_static or "classmethod" in marks)
        self._parameters(module, name, node)

    def _parameters(self, module: Module, name: Name, node: Function) -> None:
        for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
            if argument.arg not in ("self", "cls") and not argument.arg.startswith("_"):
                annotation = ast.unparse(argument.annotation) if argument.annotation else ""
                self._fact(module, Name(name.path, argument.arg), argument, "parameter", annotation)

    def _fact(self, module: Module, name: Name, node: ast.stmt | ast.arg, kind: _Kind, annotation: str = "") -> None:
        text = module.lines[node.lineno - 1].strip()
        self.facts[name] = Fact(kind, module.file, node.lineno, text, annotation)

    # What is asked of a package.

    def fact_of(self, name: Name) -> Fact | None:
        """Return the fact of a name; of a parameter that attrs makes, its attribute's."""
        return self.facts.get(name) or (
            self.facts.get(Name(f"{name.path}.{name.parameter}")) if name.parameter else None
        )

    def read_names(self) -> set[str]:
        """Return the classes, enums and aliases that importers read: all but those that are only ever sent."""
        returned: set[str] = set()
        passed: set[str] = set()
        for name, signature in self.signatures.items():
            if signature.owner in self.models or self.facts[name].kind == "class":
                continue
            returned |= names_in(signature.returns)
            passed |= {found for item in signature.parameters for found in names_in(item.annotation)}
        for name, fact in self.facts.items():
            # An attribute of what is no model (an error, a page, the client itself) is read.
            if fact.kind == "attribute" and name.owner.last not in self.models:
                returned |= names_in(fact.annotation)
        read, sent = self._closure(returned), self._closure(passed)
        every = {
            name.last
            for name, fact in self.facts.items()
            if fact.kind in ("class", "enum") or (fact.kind == "constant" and fact.annotation)
        }
        return every - (sent - read)

    def _closure(self, names: set[str]) -> set[str]:
        used: dict[str, set[str]] = {}
        for name, fact in self.facts.items():
            if fact.kind in ("attribute", "constant"):
                of = name.owner.last if fact.kind == "attribute" else name.last
                used.setdefault(of, set()).update(names_in(fact.annotation))
        found: set[str] = set()
        todo = list(names)
        while todo:
            if (mentioned := todo.pop()) not in found:
                found.add(mentioned)
                todo.extend(used.get(mentioned, ()))
        return found

    def open_enums(self) -> set[str]:
        """Return the enums that are only ever used beside `str`: any other value is allowed where they stand."""
        known = {name.last for name in self.enums}
        closed: set[str] = set()
        used: set[str] = set()
        for fact in self.facts.values():
            if fact.annotation and (mentioned := names_in(fact.annotation) & known):
                used |= mentioned
                closed |= _closed_in(unqualified(fact.annotation)) & known
        return used - closed

    def attribute(self, schema: str, name: str) -> Fact | None:
        """Return the attribute of the class of a schema that a property of this name is read from."""
        return self._attributes.get((squash(schema), squash(name)))

    @cached_property
    def _attributes(self) -> dict[tuple[str, str], Fact]:
        return _first(
            ((squash(name.owner.last), squash(name.last)), fact)
            for name, fact in self.facts.items()
            if fact.kind == "attribute"
        )

    def enum_of(self, fact: Fact) -> Fact:
        """Return the enum that an attribute is of; itself if it is of none."""
        named = names_in(fact.annotation)
        return next((self.facts[name] for name in self.enums if name.last in named), fact)

    def of_schema(self, schema: str) -> Fact | None:
        """Return the class or enum of a schema."""
        return self._schemas.get(squash(schema))

    @cached_property
    def _schemas(self) -> dict[str, Fact]:
        return _first((squash(name.last), fact) for name, fact in self.facts.items() if fact.kind in ("class", "enum"))

    def of_operation(self, operation_id: str, parameter: str = "") -> Fact | None:
        """Return the function of an operation, or one of its parameters."""
        return self._operations.get((squash(operation_id), squash(parameter)))

    @cached_property
    def _operations(self) -> dict[tuple[str, str], Fact]:
        functions = (
            (name.owner if name.parameter else name, name.parameter, fact) for name, fact in self.facts.items()
        )
        return _first(
            ((squash(function.owner.last), squash(parameter)), fact)
            for function, parameter, fact in functions
            if function.last == "sync"
        )

    @cached_property
    def within(self) -> dict[str, list[Name]]:
        """The names in each module and class, and what is in them, to three levels; parameters are left out."""
        found: dict[str, list[Name]] = {}
        for name in self.facts:
            path = name.path
            for _ in range(0 if name.parameter else 3):
                path = path.rpartition(".")[0]
                found.setdefault(path, []).append(name)
        return found


def _first(pairs: Iterable[tuple[_Key, Fact]]) -> dict[_Key, Fact]:
    """Return the first fact of each key."""
    found: dict[_Key, Fact] = {}
    for key, fact in pairs:
        found.setdefault(key, fact)
    return found


def squash(name: str) -> str:
    """Return what is left of a name in every spelling: `tool_choice`, `toolChoice`, `ToolChoice`, `tool_choice_`."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _parsed(text: str, mode: str = "exec") -> Any:
    """Parse Python: one thread at a time, since Python 3.11 counts how deep its parser is for all of them together."""
    with _PARSING:
        return ast.parse(text, mode=mode)


def parse(annotation: str) -> ast.expr:
    """Return the tree of an annotation, those in quotes opened."""

    class Opened(ast.NodeTransformer):
        def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
            # The text in a Literal is no annotation.
            return node if _is_literal(node) else self._inside(node)

        def _inside(self, node: ast.Subscript) -> ast.expr:
            self.generic_visit(node)
            return node

        def visit_Constant(self, node: ast.Constant) -> ast.expr:
            try:
                return _parsed(node.value, "eval").body if isinstance(node.value, str) else node
            except SyntaxError:
                return node

    opened: ast.expr = Opened().visit(_parsed(annotation, "eval").body)
    return opened


def unqualified(annotation: str) -> ast.expr:
    """Return the tree of an annotation with names alone: `models.Order` is `Order`."""

    class Bare(ast.NodeTransformer):
        def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
            return ast.Name(node.attr)

    bare: ast.expr = Bare().visit(parse(annotation))
    return bare


@cache
def names_in(annotation: str) -> frozenset[str]:
    """Return the names that an annotation mentions."""
    if not annotation:
        return frozenset()
    return frozenset(node.id for node in ast.walk(unqualified(annotation)) if isinstance(node, ast.Name))


def _closed_in(node: ast.expr) -> set[str]:
    """Return the names that stand in an annotation without `str` beside them."""
    if isinstance(node, ast.Name):
        return {node.id}
    members = _members(node)
    if len(members) > 1:
        plain = {item.id for item in members if isinstance(item, ast.Name)}
        inner = {name for item in members if not isinstance(item, ast.Name) for name in _closed_in(item)}
        return inner if "str" in plain else inner | plain
    return {name for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr) for name in _closed_in(child)}


def _members(node: ast.expr) -> list[ast.expr]:
    """Return the members of a union, however it is written."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return [*_members(node.left), *_members(node.right)]
    if isinstance(node, ast.Subscript) and ast.unparse(node.value).split(".")[-1] in ("Union", "Optional"):
        return list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice, ast.Constant(None)]
    return [node]


def _public(tree: ast.Module) -> set[str]:
    """Return the names that a module defines for others: those of `__all__` if it has one, else those without `_`."""
    declared = _declared(tree)
    found = set()
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if not isinstance(target, ast.Name):
                continue
            if not (isinstance(node.value, ast.Call) and _decorator(node.value) in _SPECIFIERS):
                found.add(target.id)
    public = {name for name in found if not name.startswith("_")}
    return public & declared if declared is not None else public


def _declared(tree: ast.Module) -> set[str] | None:
    """Return the names that `__all__` lists; None if a module has none."""
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name) and target.id == "__all__" and isinstance(node.value, ast.List | ast.Tuple):
                return {str(item.value) for item in node.value.elts if isinstance(item, ast.Constant)}
    return None


def _signature(node: Function, *, owner: str, method: bool, form: str) -> Signature:
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(positional) - len(arguments.defaults)) + list(arguments.defaults)
    found: list[Parameter] = []
    for index, (argument, default) in enumerate(zip(positional, defaults, strict=True)):
        is_unnamed = index < len(arguments.posonlyargs) or node.name in _UNNAMED
        kind: Literal["positional-only", "positional"] = "positional-only" if is_unnamed else "positional"
        found.append(Parameter(argument.arg, kind, _text(argument.annotation), _default(default)))
    if method:
        found = found[1:]
    if arguments.vararg:
        found.append(Parameter(arguments.vararg.arg, "variadic", _text(arguments.vararg.annotation), None))
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        found.append(Parameter(argument.arg, "keyword-only", _text(argument.annotation), _default(default)))
    if arguments.kwarg:
        found.append(Parameter(arguments.kwarg.arg, "keywords", _text(arguments.kwarg.annotation), None))
    returns = "" if node.name == "__init__" else _text(node.returns)
    return Signature(tuple(found), returns, isinstance(node, ast.AsyncFunctionDef), owner, form)


def _forms(name: str, body: Iterable[ast.stmt]) -> str:
    """Return the decorators of a function, and its overloads, as written."""
    found = []
    for node in body:
        if isinstance(node, Function) and node.name == name:
            decorators = [ast.unparse(item) for item in node.decorator_list]
            found += [f"@{item}" for item in decorators]
            if any(item.endswith("overload") for item in decorators):
                found.append(f"({ast.unparse(node.args)}) -> {_text(node.returns)}")
    return " ".join(found)


def _class_form(node: ast.ClassDef) -> str:
    """Return what decides how a class is constructed beside its constructor, as written."""
    decorators = [f"@{ast.unparse(item)}" for item in node.decorator_list]
    bases = [ast.unparse(item) for item in (*node.bases, *node.keywords)]
    abstract = [
        item.name
        for item in node.body
        if isinstance(item, Function) and any("abstract" in ast.unparse(mark) for mark in item.decorator_list)
    ]
    made = [
        f"({ast.unparse(item.args)})" for item in node.body if isinstance(item, Function) and item.name == "__new__"
    ]
    return " ".join([*decorators, *bases, *abstract, *made, _forms("__init__", node.body)])


def _text(node: ast.expr | None) -> str:
    return ast.unparse(node) if node is not None else ""


def _default(node: ast.expr | None) -> str | None:
    return ast.unparse(node) if node is not None else None


def _is_type(node: ast.expr | None) -> bool:
    """Return whether what a name is set to may be a type: an alias, such as `str | None` or `list[Book]`."""
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.BitOr) and _is_type(node.left) and _is_type(node.right)
    return isinstance(node, ast.Name | ast.Attribute | ast.Subscript) or (
        isinstance(node, ast.Constant) and node.value is None
    )


def bound_by(line: str) -> str:
    """Return the name that a line of imports binds."""
    name = line.rsplit(" ", 1)[-1]
    return name if " as " in line or line.startswith("from ") else name.split(".")[0]


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


def _assigned(constructor: Function) -> Iterator[tuple[str, str, ast.stmt]]:
    """Yield the public attributes that a constructor assigns, with their annotations or those of its parameters."""
    arguments = (*constructor.args.posonlyargs, *constructor.args.args, *constructor.args.kwonlyargs)
    annotations = {each.arg: _text(each.annotation) for each in arguments}
    for node in ast.walk(constructor):
        if not isinstance(node, ast.Assign | ast.AnnAssign):
            continue
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            for each, value in _paired(target, node.value):
                if not isinstance(each, ast.Attribute) or ast.unparse(each.value) != "self":
                    continue
                if not each.attr.startswith("_"):
                    given = annotations.get(value.id, "") if isinstance(value, ast.Name) else ""
                    yield each.attr, _text(node.annotation) if isinstance(node, ast.AnnAssign) else given, node


def _paired(target: ast.expr, value: ast.expr | None) -> list[tuple[ast.expr, ast.expr | None]]:
    """Return each target of an assignment with its value: `a, b = 1, 2` has two."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        return list(zip(target.elts, value.elts, strict=True))
    return [(each, None) for each in target.elts] if isinstance(target, ast.Tuple) else [(target, value)]


def _methods(node: ast.ClassDef) -> Iterator[Function]:
    for item in node.body:
        if not isinstance(item, Function) or (item.name.startswith("_") and item.name not in _OPERATORS):
            continue
        if not {_decorator(decorator) for decorator in item.decorator_list} & {"setter", "deleter", "overload"}:
            yield item


def _private(tree: ast.Module, public: set[str]) -> dict[str, str]:
    targets = ((node.targets[0], node) for node in tree.body if isinstance(node, ast.Assign))
    return {
        target.id: ast.unparse(node).replace("\n", " ")
        for target, node in targets
        if isinstance(target, ast.Name) and target.id not in public and target.id != "__all__"
    }


def _decorators(tree: ast.Module) -> set[str]:
    found = [node for node in tree.body if isinstance(node, ast.ClassDef | Function)]
    found += [inner for node in found for inner in node.body if isinstance(inner, ast.ClassDef | Function)]
    return {word for node in found for item in node.decorator_list for word in re.findall(r"\w+", ast.unparse(item))}


def _decorator(node: ast.expr) -> str:
    """Return the last name of a decorator or call."""
    return ast.unparse(node.func if isinstance(node, ast.Call) else node).split(".")[-1]


def _type_of_value(node: ast.Assign | ast.AnnAssign) -> str:
    """Return the type of a constant, as it is declared or as its value says; "" where that is not known."""
    if isinstance(node, ast.AnnAssign):
        said = ast.unparse(node.annotation)
        return (
            "" if "TypeAlias" in said else said.removeprefix("Final[").removesuffix("]") if "Final[" in said else said
        )
    is_plain = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str | int | float | bytes)
    return type(node.value.value).__name__ if is_plain and isinstance(node.value, ast.Constant) else ""


def _is_frozen(node: ast.ClassDef) -> bool:
    """Return whether the attributes of the objects of a class cannot be assigned."""
    return any(_decorator(mark) == "frozen" or _flag(mark, "frozen") for mark in node.decorator_list)


def _typed_dict(node: ast.ClassDef) -> Signature:
    """Return how a `TypedDict` is made: by the names of its keys."""
    is_total = not any(item.arg == "total" and ast.unparse(item.value) == "False" for item in node.keywords)
    found = []
    for name, annotation, _ in _fields(node):
        outer = ast.unparse(annotation.value).split(".")[-1] if isinstance(annotation, ast.Subscript) else ""
        is_marked = isinstance(annotation, ast.Subscript) and outer in ("Required", "NotRequired")
        kind = annotation.slice if is_marked and isinstance(annotation, ast.Subscript) else annotation
        is_required = outer == "Required" or (is_total and outer != "NotRequired")
        found.append(Parameter(name, "keyword-only", ast.unparse(kind), None if is_required else "..."))
    return Signature(tuple(found), owner=node.name)


def _flag(node: ast.expr | None, name: str) -> bool | None:
    """Return the flag that a call passes by name; None if it does not."""
    for keyword in node.keywords if isinstance(node, ast.Call) else ():
        if keyword.arg == name and isinstance(keyword.value, ast.Constant):
            return bool(keyword.value.value)
    return None


def _field_default(node: ast.expr | None) -> str | None:
    """Return the default of an attribute, also where `field(...)` or its like says it; None if it must be given."""
    if isinstance(node, ast.Call):
        given = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
        made = given.get("factory", given.get("default_factory"))
        return f"{made}()" if made else given.get("default")
    return ast.unparse(node) if node is not None else None


def _is_literal(node: ast.Subscript) -> bool:
    """Return whether a type is a `Literal[...]`, also where it is imported as `_Literal`."""
    return ast.unparse(node.value).split(".")[-1].lstrip("_") == "Literal"


def _literal(node: ast.expr | None) -> tuple[Any, ...] | None:
    """Return the values of a `Literal[...]`; None if it is not one."""
    if not isinstance(node, ast.Subscript) or not _is_literal(node):
        return None
    items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    return tuple(item.value for item in items if isinstance(item, ast.Constant))


# Making packages.

# Two trees that a generator reads the same in share their package: the second one waits for it.
_being_made: Final[defaultdict[Path, Lock]] = defaultdict(Lock)


def generate(tree: Path, spec: Path | None, output: Path, *, files: Iterable[Path] | None = None) -> Path:
    """Generate the package of a document (or of the tree's own) with a tree's generator, templates and configuration.

    Args:
        tree: A tree with a generator.
        spec: The document; None for the tree's own.
        output: The folder that the package's folder is written into.
        files: All files of the tree. A package that was made from the same ones before is taken from the cache.

    Raises:
        ReviewError: the tree has no generator, or the generator refused the document.
    """
    if _program(tree) is None:
        raise ReviewError("the tree has no generator/, so that there is no package to compare")
    kept = CACHE / "packages" / _digest(tree, files) if files is not None and spec is None else None
    with _being_made[kept] if kept else nullcontext():
        if kept is None or not kept.is_dir():
            _run_generator(tree, spec, output)
            if kept is not None:
                _keep(output, kept)
        else:
            shutil.copytree(kept, output, dirs_exist_ok=True)
    packages = [path.parent for path in output.glob("*/__init__.py")]
    if len(packages) != 1:
        raise ReviewError(f"the generator wrote {len(packages)} packages, and one is needed")
    return packages[0]


def _program(tree: Path) -> list[str] | None:
    """Return the arguments that Python runs a tree's generator with: before 0.3, it was a file."""
    if (tree / "generator/__main__.py").is_file():
        return ["-m", "generator"]
    return ["generate.py"] if (tree / "generate.py").is_file() else None


def _run_generator(tree: Path, spec: Path | None, output: Path) -> None:
    output.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, *(_program(tree) or ()), "--output", str(output)]
    command += ["--spec", str(spec.resolve())] if spec else []
    environment = {key: item for key, item in os.environ.items() if key != "PYTHONPATH"} | {
        "PYTHONDONTWRITEBYTECODE": "1"
    }
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip() or f"exit {done.returncode}").splitlines()
        # That it left the tree as it was matters to nobody here.
        told = [line.strip() for line in said if line != "generated/ is unchanged."]
        raise GeneratorRefusedError(" ".join(told[-4:]).rstrip("."), _place_in(said, tree))


class GeneratorRefusedError(ReviewError):
    """The generator refused the document, a template or the configuration. `place` is where, if it says."""

    def __init__(self, said: str, place: Place | None) -> None:
        super().__init__(f"the generator refused: {said}")
        self.place = place


def _place_in(said: Iterable[str], tree: Path) -> Place | None:
    """Return the first place in a file of the tree that a generator's words name."""
    for line in said:
        for match in re.finditer(r"([\w./-]+\.\w+):(\d+)", line):
            path = Path(match[1])
            shown = path.relative_to(tree) if path.is_absolute() and path.is_relative_to(tree) else path
            if not shown.is_absolute() and (tree / shown).is_file():
                return Place(str(shown), int(match[2]), 1)
    return None


def _digest(tree: Path, files: Iterable[Path]) -> str:
    """Return a name for what a generator reads: the files of a tree, this Python and its packages."""
    seen = hashlib.sha256(sys.version.encode())
    for path in sorted(Path(entry) for entry in sys.path if Path(entry).name == "site-packages"):
        seen.update("\n".join(sorted(item.name for item in path.glob("*.dist-info"))).encode())
    for file in sorted(files):
        name = file.relative_to(tree)
        if name.parts[0] not in NOT_READ and file.is_file():
            seen.update(f"\0{name}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return seen.hexdigest()[:32]


def _keep(output: Path, kept: Path) -> None:
    """Keep a package for the next review of the same tree, and no more than a few."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    part = kept.with_name(f"{kept.name}.{os.getpid()}")
    shutil.copytree(output, part, ignore=shutil.ignore_patterns("__pycache__"))
    try:
        part.rename(kept)
    except OSError:  # Another review was faster.
        shutil.rmtree(part, ignore_errors=True)
    for old in sorted(kept.parent.iterdir(), key=lambda path: path.stat().st_mtime)[:-20]:
        shutil.rmtree(old, ignore_errors=True)


def line_of(fact: Fact | None) -> Line:
    """Return the line of code of a fact."""
    return Line(f"{fact.file}:{fact.line}", fact.text) if fact else Line()
