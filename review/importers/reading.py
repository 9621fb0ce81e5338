"""Read the public names of a generated package from its source, without importing it."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from ..findings import Name
from ..source import ReviewError
from . import syntax
from .package import Declaration, Kind, Module, Package
from .signatures import (
    Parameter,
    Signature,
    class_form,
    field_default,
    forms_of,
    parameter_name,
    signature_of,
    typed_dict,
)

# The decorators that make a constructor from a class's annotated attributes.
_DEFINES_FIELDS: Final = frozenset({"define", "frozen", "mutable", "attrs", "s", "dataclass"})


def read(path: Path) -> Package:
    """Read the package in a folder.

    Raises:
        ReviewError: a module has a syntax error.
    """
    return _Reader(path).read()


class _Source(NamedTuple):
    """The source of a module."""

    name: str
    file: str
    lines: list[str]
    tree: ast.Module
    imports: list[str]


class _Reader:
    """Reads one package."""

    def __init__(self, path: Path) -> None:
        self.package = Package(path)
        self.constructors = _Constructors(self.package)
        # The import lines of each module by the name that they bind, and those that bind base classes and aliases.
        self._imported: dict[str, dict[str, list[str]]] = {}
        self._leads: list[str] = []

    def read(self) -> Package:
        """Read the package: first the public modules, which say under what public names private ones are known."""
        private: dict[str, Path] = {}
        for file in sorted(self.package.path.rglob("*.py")):
            parts = file.relative_to(self.package.path.parent).with_suffix("").parts
            name = ".".join(part for part in parts if part != "__init__")
            if any(part.startswith("_") and part != "__init__" for part in parts):
                private[name] = file
            else:
                self._public_module(file, name)
        self.package.private_modules.update(private)
        self._private_modules(private)
        self.constructors.inherit()
        self._hide()
        return self.package

    def _private_modules(self, private: dict[str, Path]) -> None:
        """Read the private modules that exports, base classes and aliases come from; others do not concern importers.

        Args:
            private: The files of all private modules by their names.
        """
        exporting = {line.split(" ")[1] for line in self.package.exports.values()}
        for name in private:
            if name in exporting:
                self._private_module(private[name], name)
        followed: set[str] = set()
        while self._leads:
            if (line := self._leads.pop()) in followed:
                continue
            followed.add(line)
            source = line.split(" ")[1]
            name = line.partition(" import ")[2].split(" as ")[0]
            for module in (source, f"{source}.{name}"):
                if module in private and module not in self._imported:
                    self._private_module(private[module], module)
                # The module may itself import the name, or if it was imported as a whole, any name.
                imported = self._imported.get(module, {})
                self._leads += imported.get(name, []) if module == source and name else chain(*imported.values())

    def _public_module(self, file: Path, name: str) -> None:
        source = self._source(file, name, stub=file.with_suffix(".pyi"))
        parent, public = name.rpartition(".")[0], syntax.public_names(source.tree)
        is_reexported = public and all(Name(f"{parent}.{item}") in self.package.exports for item in public)
        module = self._module(source, parent if is_reexported else name, public)
        listed, is_package, root = syntax.declared_names(source.tree), file.stem == "__init__", self.package.name
        for line in source.imports:
            shown = line.rsplit(" ", 1)[-1]
            # A module exports an import if `__all__` lists it. Without `__all__`, a package exports what is within it.
            if listed is not None:
                is_export = shown in listed and line.startswith(f"from {root}" if is_package else f"from {root}._")
            else:
                inside = line.startswith((f"from {name}.", f"from {name} "))
                is_export = is_package and inside and not shown.startswith("_")
            if is_export:
                self.package.exports[Name(f"{name}.{shown}")] = line
        self._statements(module, source.tree)

    def _private_module(self, file: Path, name: str) -> None:
        """Read a private module, each name under the public module that re-exports it."""
        source = self._source(file, name)
        homes: dict[str, set[str]] = {}
        for item in syntax.public_names(source.tree):
            homes.setdefault(self._exporter(name, item), set()).add(item)
        for home, names in homes.items():
            key = name if len(homes) == 1 else f"{name} in {home}"
            self._statements(self._module(source, home or name, names, key), source.tree)

    def _source(self, file: Path, name: str, *, stub: Path | None = None) -> _Source:
        """Parse a module, and record the imports that its base classes and aliases need.

        Args:
            stub: A stub that has the names that the module imports lazily.
        """
        text, tree = _parsed(file)
        if stub and stub.is_file():
            tree.body += _parsed(stub)[1].body
        imports = list(syntax.imports_of(tree, name, is_package=file.stem == "__init__"))
        imported = self._imported[name] = syntax.by_bound_name(imports)
        for used in syntax.names_of_bases_and_aliases(tree):
            self._leads += imported.get(used, imported.get("*", []))
        return _Source(name, str(file.relative_to(self.package.path.parent)), text.splitlines(), tree, imports)

    def _exporter(self, module: str, name: str) -> str:
        """Return the public module that re-exports a name of a private module, "" if there is none."""
        lines = f"from {module} import {name}", f"from {module} import {name} as {name}"
        homes = [known.owner.path for known, text in self.package.exports.items() if text in lines]
        last = module.rpartition(".")[2]
        return min(homes, key=lambda home: (home.rpartition(".")[2] != last, len(home)), default="")

    def _module(self, source: _Source, home: str, public: set[str], key: str = "") -> Module:
        """Add a module to the package, without its tree: those of a large package take hundreds of megabytes."""
        private = syntax.private_names(source.tree, public)
        module = Module(source.name, home, source.file, source.lines, public, source.imports, private, bool(public))
        self.package.modules[key or source.name] = module
        return module

    def _hide(self) -> None:
        """Move private declarations to `inner`, and remove all other facts about private names."""
        package = self.package
        package.inner = {name: item for name, item in package.declarations.items() if _is_hidden(name.path)}
        found: dict[Name, Any]
        for found in (package.declarations, package.signatures, package.enums, package.values, package.members):
            for name in [name for name in found if _is_hidden(name.path)]:
                del found[name]
        package.modules = {key: module for key, module in package.modules.items() if not _is_hidden(module.home)}

    # The statements of a module.

    def _statements(self, module: Module, tree: ast.Module) -> None:
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and (node.name in module.names or node.name.startswith("_")):
                self._class(module, node)
            elif isinstance(node, syntax.Function) and node.name in module.names:
                self._function(module, Name(f"{module.home}.{node.name}"), node, tree.body)
            elif isinstance(node, ast.Assign | ast.AnnAssign) and (target := syntax.target_of(node)) in module.names:
                self._assignment(module, Name(f"{module.home}.{target}"), node)

    def _assignment(self, module: Module, name: Name, node: ast.Assign | ast.AnnAssign) -> None:
        if isinstance(node.value, ast.Call) and syntax.last_name(node.value) == "NewType":
            base = ast.unparse(node.value.args[-1])
            self._declaration(module, name, node, "class")
            self.package.bases[name] = (module.original(base),)
            value = Parameter("value", "positional-only", base, None)
            self.package.signatures[name] = Signature((value,), owner=name.last)
            return
        if value_type := syntax.type_of_value(node):
            self.package.values[name] = value_type
        if (values := syntax.literal(node.value)) is not None:
            self.package.enums[name] = values
            self._declaration(module, name, node, "enum")
        else:
            self._declaration(
                module, name, node, "constant", syntax.text_of(node.value) if syntax.is_type(node.value) else ""
            )

    def _class(self, module: Module, node: ast.ClassDef) -> None:
        package, name = self.package, Name(f"{module.home}.{node.name}")
        self._declaration(module, name, node, "class")
        bases = package.bases[name] = tuple(module.original(syntax.last_name(base)) for base in node.bases)
        if "final" in syntax.marks(node):
            package.final.add(name)
        if not {"Enum", "StrEnum", "IntEnum"}.isdisjoint(bases):
            package.members[name] = _constants(node)
            package.enums[name] = tuple(package.members[name].values())
        for attribute, annotation, item in syntax.fields(node):
            self._declaration(module, name.member(attribute), item, "attribute", ast.unparse(annotation))
            if "NamedTuple" in bases or syntax.is_frozen(node):
                package.read_only.add(name.member(attribute))
        self._methods(module, name, node)
        for inner in node.body:
            if isinstance(inner, ast.ClassDef) and not inner.name.startswith("_"):
                self._declaration(module, name.member(inner.name), inner, "class")
        if "TypedDict" in bases:
            package.signatures[name] = typed_dict(node)
        self.constructors.add(name, node)

    def _methods(self, module: Module, name: Name, node: ast.ClassDef) -> None:
        functions = [item for item in node.body if isinstance(item, syntax.Function)]
        assignable = {item.name for item in functions if "setter" in syntax.marks(item)}
        if any(item.name == "from_dict" for item in functions):
            self.package.models.add(node.name)
        for method in syntax.methods(node):
            own = name.member(method.name)
            if method.name == "__init__":
                signature = signature_of(method, owner=node.name, method=True, form=class_form(node))
                self.package.signatures[name] = signature
                self._parameters(module, name, method)
                for attribute, annotated, statement in syntax.assigned(method):
                    if name.member(attribute) not in self.package.declarations:
                        self._declaration(module, name.member(attribute), statement, "attribute", annotated)
            elif kinds := {"property", "cached_property"} & syntax.marks(method):
                if kinds == {"property"} and method.name not in assignable:
                    self.package.read_only.add(own)
                self._declaration(module, own, method, "attribute", syntax.text_of(method.returns))
            else:
                self._function(module, own, method, node.body, owner=node.name)

    def _function(
        self, module: Module, name: Name, node: syntax.Function, beside: Iterable[ast.stmt], owner: str = ""
    ) -> None:
        self._declaration(module, name, node, "function", syntax.text_of(node.returns))
        if _is_hidden(name.path):
            return  # Importers cannot call it.
        marks = syntax.marks(node)
        if "overload" not in marks or not owner:
            is_static, form = "staticmethod" in marks, forms_of(node.name, beside)
            signature = signature_of(node, owner=owner, method=bool(owner) and not is_static, form=form)
            of_class, calls = is_static or "classmethod" in marks, module.called(node) if owner else frozenset()
            self.package.signatures[name] = replace(signature, is_of_class=of_class, calls=calls)
        self._parameters(module, name, node)

    def _parameters(self, module: Module, name: Name, node: syntax.Function) -> None:
        for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
            if argument.arg not in ("self", "cls") and not argument.arg.startswith("_"):
                parameter = Name(name.path, argument.arg)
                self._declaration(module, parameter, argument, "parameter", syntax.text_of(argument.annotation))

    def _declaration(
        self, module: Module, name: Name, node: ast.stmt | ast.arg, kind: Kind, annotation: str = ""
    ) -> None:
        text = module.lines[node.lineno - 1].strip()
        self.package.declarations[name] = Declaration(kind, module.file, node.lineno, text, annotation)


def _parsed(file: Path) -> tuple[str, ast.Module]:
    text = file.read_text(encoding="utf-8")
    try:
        return text, syntax.parsed(text)
    except SyntaxError as error:
        raise ReviewError(f"{file}:{error.lineno}: is not Python: {error.msg}") from error


def _is_hidden(path: str) -> bool:
    return any(part.startswith("_") and not part.endswith("__") for part in path.split("."))


def _constants(node: ast.ClassDef) -> dict[str, Any]:
    """Return the values of an enum's members."""
    return {
        syntax.target_of(item): item.value.value
        for item in node.body
        if isinstance(item, ast.Assign) and isinstance(item.value, ast.Constant) and syntax.target_of(item)
    }


# Constructors that are not written out: made from a class's attributes, or inherited.


class _Constructors:
    """Adds signatures for constructors that are made by a decorator or a base class, or inherited."""

    def __init__(self, package: Package) -> None:
        self.package = package
        # The `dataclass_transform` decorators of base classes, which make constructors for their subclasses.
        self._transforms: dict[str, ast.expr] = {}
        # The classes whose constructors depend on their base classes.
        self._without: dict[Name, ast.ClassDef] = {}
        # The parameters of made constructors, without those of inherited attributes.
        self._own_fields: dict[Name, tuple[Parameter, ...]] = {}

    def add(self, name: Name, node: ast.ClassDef) -> None:
        """Add a class; `inherit` completes it when all classes are added."""
        signatures = self.package.signatures
        made_by = [mark for mark in node.decorator_list if syntax.flag(mark, "init") is not False]
        for decorator in made_by:
            if syntax.last_name(decorator) == "dataclass_transform":
                self._transforms[node.name] = decorator
            elif syntax.last_name(decorator) in _DEFINES_FIELDS and name not in signatures:
                self._make(name, node, only=syntax.flag(decorator, "kw_only"))
        if name not in signatures and "NamedTuple" in self.package.bases[name]:
            signatures[name] = Signature(_made(node, only=False), owner=node.name, form=class_form(node))
        if name not in signatures:
            self._without[name] = node

    def inherit(self) -> None:
        """Complete the constructors and the package's models with what classes inherit."""
        signatures, ancestors = self.package.signatures, self.package.ancestors
        for name, node in self._without.items():
            transforms = [self._transforms[base] for base in ancestors(name) if base in self._transforms]
            if transforms:
                self._make(name, node, only=syntax.flag(transforms[0], "kw_only_default"))
            elif (found := self._inherited(name)) is not None:
                signatures[name] = replace(found, owner=node.name, form=class_form(node))
        for name in self._own_fields:
            signatures[name] = replace(signatures[name], parameters=self._all_fields(name))
        self.package.models |= {name.last for name in self.package.bases if ancestors(name) & self.package.models}

    def _make(self, name: Name, node: ast.ClassDef, *, only: bool | None) -> None:
        made = self._own_fields[name] = _made(node, only=only)
        self.package.signatures[name] = Signature(made, owner=node.name, form=class_form(node))

    def _all_fields(self, name: Name) -> tuple[Parameter, ...]:
        """Return the parameters of a made constructor, first those of inherited attributes."""
        found: dict[str, Parameter] = {}
        for base in reversed(self.package.bases[name]):
            home = next((known for known in self._own_fields if known.last == base and known != name), None)
            found |= {item.name: item for item in self._all_fields(home)} if home else {}
        own = {item.name: item for item in self._own_fields[name]}
        return (*(item for key, item in found.items() if key not in own), *own.values())

    def _inherited(self, name: Name) -> Signature | None:
        """Return the constructor that a class inherits, or None if it comes from another package."""
        if name in self.package.signatures:
            return self.package.signatures[name]
        for base in self.package.bases.get(name, ()):
            home = next((known for known in self.package.bases if known.last == base and known != name), None)
            if home is not None:
                return self._inherited(home)
            if base not in ("ABC", "Generic", "object"):
                return None
        return Signature(())


def _made(node: ast.ClassDef, *, only: bool | None) -> tuple[Parameter, ...]:
    """Return the parameters of a constructor that is made from a class's attributes.

    Args:
        only: Whether parameters are keyword-only, unless an attribute says otherwise.
    """
    found = []
    is_attrs = bool(syntax.marks(node) & (_DEFINES_FIELDS - {"dataclass"}))
    for name, annotation, item in syntax.fields(node, private=True):
        called = parameter_name(name, item.value, stripped=is_attrs)
        if syntax.flag(item.value, "init") is not False and not called.startswith("_"):
            named = syntax.flag(item.value, "kw_only")
            by_name = only if named is None else named
            kind: Literal["keyword-only", "positional"] = "keyword-only" if by_name else "positional"
            found.append(Parameter(called, kind, ast.unparse(annotation), field_default(item.value)))
    return tuple(found)
