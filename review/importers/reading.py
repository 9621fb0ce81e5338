"""Reading a generated package from its source, which is never imported."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..findings import Name
from ..source import ReviewError
from .constructors import Constructors
from .module import Declaration, Kind, Module
from .package import Package
from .signatures import Parameter, Signature, class_form, forms_of, signature_of, typed_dict
from .syntax import (
    Function,
    assigned,
    declared_names,
    decorator_name,
    decorators,
    fields,
    imports_of,
    is_frozen,
    is_type,
    literal,
    methods,
    parsed,
    private_names,
    public_names,
    target_of,
    text_of,
    type_of_value,
)


def read(path: Path) -> Package:
    """Return the package in a folder.

    Raises:
        ReviewError: a module of it is not Python.
    """
    return _Reader(path).read()


class _Reader:
    """Reads one package."""

    def __init__(self, path: Path) -> None:
        self.package = Package(path)
        self.constructors = Constructors(self.package)

    def read(self) -> Package:
        """Return the package: private modules are read last, since the public ones say where their names are known."""
        private: list[tuple[Path, str]] = []
        for file in sorted(self.package.path.rglob("*.py")):
            parts = file.relative_to(self.package.path.parent).with_suffix("").parts
            name = ".".join(part for part in parts if part != "__init__")
            if any(part.startswith("_") and part != "__init__" for part in parts):
                private.append((file, name))
            else:
                self._public_module(file, name)
        for file, name in private:
            self.package.private_modules.add(name)
            self._private_module(file, name)
        self.constructors.inherit()
        self._hide()
        return self.package

    def _public_module(self, file: Path, name: str) -> None:
        text, tree = _source(file)
        stub = file.with_suffix(".pyi")
        if stub.is_file():  # It has what the module imports lazily.
            tree.body += _source(stub)[1].body
        parent, public = name.rpartition(".")[0], public_names(tree)
        is_passed_on = public and all(Name(f"{parent}.{item}") in self.package.exports for item in public)
        module = self._module(file, name, text, tree, parent if is_passed_on else name, public)
        listed, is_package, root = declared_names(tree), file.stem == "__init__", self.package.name
        for line in module.imports:
            shown = line.rsplit(" ", 1)[-1]
            # What a module only uses itself it does not list; a package passes on what is in it.
            if listed is not None:
                is_export = shown in listed and line.startswith(f"from {root}" if is_package else f"from {root}._")
            else:
                inside = line.startswith((f"from {name}.", f"from {name} "))
                is_export = is_package and inside and not shown.startswith("_")
            if is_export:
                self.package.exports[Name(f"{name}.{shown}")] = line
        self._statements(module, tree)

    def _private_module(self, file: Path, name: str) -> None:
        """Read a module that only the package imports: its names are known where a public one re-exports them."""
        text, tree = _source(file)
        homes: dict[str, set[str]] = {}
        for item in public_names(tree):
            homes.setdefault(self._exporter(name, item), set()).add(item)
        for home, names in homes.items():
            key = name if len(homes) == 1 else f"{name} in {home}"
            self._statements(self._module(file, name, text, tree, home or name, names, key), tree)

    def _exporter(self, module: str, name: str) -> str:
        """Return the public module that re-exports a name of a private one, "" if none does."""
        lines = f"from {module} import {name}", f"from {module} import {name} as {name}"
        homes = [known.owner.path for known, text in self.package.exports.items() if text in lines]
        last = module.rpartition(".")[2]
        return min(homes, key=lambda home: (home.rpartition(".")[2] != last, len(home)), default="")

    def _module(
        self, file: Path, name: str, text: str, tree: ast.Module, home: str, public: set[str], key: str = ""
    ) -> Module:
        # It does not hold the tree: those of a large package take hundreds of megabytes.
        module = self.package.modules[key or name] = Module(
            name,
            home,
            str(file.relative_to(self.package.path.parent)),
            text.splitlines(),
            public,
            list(imports_of(tree, name, is_package=file.stem == "__init__")),
            private_names(tree, public),
            decorators(tree),
            bool(public),
        )
        return module

    def _hide(self) -> None:
        """Keep what importers cannot name apart from what they can."""
        package = self.package
        package.inner = {name: item for name, item in package.declarations.items() if _is_hidden(name.path)}
        found: dict[Name, Any]
        for found in (package.declarations, package.signatures, package.enums, package.values, package.members):
            for name in [name for name in found if _is_hidden(name.path)]:
                del found[name]
        package.modules = {key: module for key, module in package.modules.items() if not _is_hidden(module.home)}

    # What stands in a module.

    def _statements(self, module: Module, tree: ast.Module) -> None:
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and (node.name in module.names or node.name.startswith("_")):
                self._class(module, node)
            elif isinstance(node, Function) and node.name in module.names:
                self._function(module, Name(f"{module.home}.{node.name}"), node, tree.body)
            elif isinstance(node, ast.Assign | ast.AnnAssign) and (target := target_of(node)) in module.names:
                self._assignment(module, Name(f"{module.home}.{target}"), node)

    def _assignment(self, module: Module, name: Name, node: ast.Assign | ast.AnnAssign) -> None:
        if isinstance(node.value, ast.Call) and decorator_name(node.value) == "NewType":
            base = ast.unparse(node.value.args[-1])
            self._declaration(module, name, node, "class")
            self.package.bases[name] = (module.original(base),)
            value = Parameter("value", "positional-only", base, None)
            self.package.signatures[name] = Signature((value,), owner=name.last)
            return
        if said := type_of_value(node):
            self.package.values[name] = said
        if (values := literal(node.value)) is not None:
            self.package.enums[name] = values
            self._declaration(module, name, node, "enum")
        else:
            self._declaration(module, name, node, "constant", text_of(node.value) if is_type(node.value) else "")

    def _class(self, module: Module, node: ast.ClassDef) -> None:
        package, name = self.package, Name(f"{module.home}.{node.name}")
        self._declaration(module, name, node, "class")
        written = (ast.unparse(base).split("[")[0].split(".")[-1] for base in node.bases)
        bases = package.bases[name] = tuple(module.original(base) for base in written)
        if any(decorator_name(mark) == "final" for mark in node.decorator_list):
            package.final.add(name)
        if not {"Enum", "StrEnum", "IntEnum"}.isdisjoint(bases):
            package.members[name] = _constants(node)
            package.enums[name] = tuple(package.members[name].values())
        for attribute, annotation, item in fields(node):
            self._declaration(module, name.member(attribute), item, "attribute", ast.unparse(annotation))
            if "NamedTuple" in bases or is_frozen(node):
                package.read_only.add(name.member(attribute))
        self._methods(module, name, node)
        for inner in node.body:
            if isinstance(inner, ast.ClassDef) and not inner.name.startswith("_"):
                self._declaration(module, name.member(inner.name), inner, "class")
        if "TypedDict" in bases:
            package.signatures[name] = typed_dict(node)
        self.constructors.add(name, node)

    def _methods(self, module: Module, name: Name, node: ast.ClassDef) -> None:
        functions = [item for item in node.body if isinstance(item, Function)]
        assignable = {item.name for item in functions if "setter" in map(decorator_name, item.decorator_list)}
        if any(item.name == "from_dict" for item in functions):
            self.package.models.add(node.name)
        for method in methods(node):
            own = name.member(method.name)
            if method.name == "__init__":
                signature = signature_of(method, owner=node.name, method=True, form=class_form(node))
                self.package.signatures[name] = signature
                self._parameters(module, name, method)
                for attribute, annotated, statement in assigned(method):
                    if name.member(attribute) not in self.package.declarations:
                        self._declaration(module, name.member(attribute), statement, "attribute", annotated)
            elif kinds := {"property", "cached_property"}.intersection(map(decorator_name, method.decorator_list)):
                if kinds == {"property"} and method.name not in assignable:
                    self.package.read_only.add(own)
                self._declaration(module, own, method, "attribute", text_of(method.returns))
            else:
                self._function(module, own, method, node.body, owner=node.name)

    def _function(
        self, module: Module, name: Name, node: Function, beside: Iterable[ast.stmt], owner: str = ""
    ) -> None:
        self._declaration(module, name, node, "function", text_of(node.returns))
        if _is_hidden(name.path):
            return  # No importer calls it.
        marks = set(map(decorator_name, node.decorator_list))
        if "overload" not in marks or not owner:
            is_static, form = "staticmethod" in marks, forms_of(node.name, beside)
            signature = signature_of(node, owner=owner, method=bool(owner) and not is_static, form=form)
            of_class, calls = is_static or "classmethod" in marks, module.called(node) if owner else frozenset()
            self.package.signatures[name] = replace(signature, of_class=of_class, calls=calls)
        self._parameters(module, name, node)

    def _parameters(self, module: Module, name: Name, node: Function) -> None:
        for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
            if argument.arg not in ("self", "cls") and not argument.arg.startswith("_"):
                parameter = Name(name.path, argument.arg)
                self._declaration(module, parameter, argument, "parameter", text_of(argument.annotation))

    def _declaration(
        self, module: Module, name: Name, node: ast.stmt | ast.arg, kind: Kind, annotation: str = ""
    ) -> None:
        text = module.lines[node.lineno - 1].strip()
        self.package.declarations[name] = Declaration(kind, module.file, node.lineno, text, annotation)


def _source(file: Path) -> tuple[str, ast.Module]:
    text = file.read_text(encoding="utf-8")
    try:
        return text, parsed(text)
    except SyntaxError as error:
        raise ReviewError(f"{file}:{error.lineno}: is not Python: {error.msg}") from error


def _is_hidden(path: str) -> bool:
    return any(part.startswith("_") and not part.endswith("__") for part in path.split("."))


def _constants(node: ast.ClassDef) -> dict[str, Any]:
    """Return the members of an enum with their values."""
    return {
        target_of(item): item.value.value
        for item in node.body
        if isinstance(item, ast.Assign) and isinstance(item.value, ast.Constant) and target_of(item)
    }
