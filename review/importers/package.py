"""A generated Python package, read from its source and never imported: what importers can name in it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal

from ..findings import Name
from ..source import ReviewError
from .module import Declaration, Kind, Module
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
from .syntax import (
    Function,
    assigned,
    declared_names,
    decorator_name,
    decorators,
    fields,
    flag,
    imports_of,
    is_frozen,
    is_type,
    literal,
    methods,
    parsed,
    private_names,
    public_names,
    text_of,
    type_of_value,
)

# What makes a constructor of a class's annotated attributes.
_DEFINES_FIELDS: Final = frozenset({"define", "frozen", "mutable", "attrs", "s", "dataclass"})


class Package:
    """A generated package."""

    def __init__(self, path: Path) -> None:
        """Read a package.

        Raises:
            ReviewError: a module of it is not Python.
        """
        self.path, self.name = path, path.name
        self.modules: dict[str, Module] = {}
        self.declarations: dict[Name, Declaration] = {}
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
        # The parameters that each class's own attributes give the constructor that is made for it.
        self._own_fields: dict[Name, tuple[Parameter, ...]] = {}
        # What importers cannot name, and inherit from all the same.
        self.inner: dict[Name, Declaration] = {}
        private: list[tuple[Path, str]] = []
        for file in sorted(path.rglob("*.py")):
            parts = file.relative_to(path.parent).with_suffix("").parts
            name = ".".join(part for part in parts if part != "__init__")
            if any(part.startswith("_") and part != "__init__" for part in parts):
                private.append((file, name))
            else:
                self._public_module(file, name)
        self.private_modules = {name for _, name in private}
        for file, name in private:
            self._private_module(file, name)
        self._inherit()
        self._hide()

    def _public_module(self, file: Path, name: str) -> None:
        text, tree = _source(file)
        stub = file.with_suffix(".pyi")
        if stub.is_file():  # it has what the module imports lazily
            tree.body += _source(stub)[1].body
        parent, public = name.rpartition(".")[0], public_names(tree)
        home = parent if public and all(Name(f"{parent}.{item}") in self.exports for item in public) else name
        module = self._module(file, name, text, tree, home, public)
        declared, is_package = declared_names(tree), file.stem == "__init__"
        for line in module.imports:
            shown = line.rsplit(" ", 1)[-1]
            # What a module only uses itself it does not list; a package passes on what is in it.
            if declared is not None:
                exported = shown in declared and line.startswith(
                    f"from {self.name}" if is_package else f"from {self.name}._"
                )
            else:
                exported = (
                    is_package and not shown.startswith("_") and line.startswith((f"from {name}.", f"from {name} "))
                )
            if exported:
                self.exports[Name(f"{name}.{shown}")] = line
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

    def _module(
        self, file: Path, name: str, text: str, tree: ast.Module, home: str, public: set[str], key: str = ""
    ) -> Module:
        imports = list(imports_of(tree, name, is_package=file.stem == "__init__"))
        where, lines = str(file.relative_to(self.path.parent)), text.splitlines()
        private, marks = private_names(tree, public), decorators(tree)
        # It does not hold the tree: those of a large package take hundreds of megabytes.
        module = Module(name, home, where, lines, public, imports, private, marks, bool(public))
        self.modules[key or name] = module
        return module

    def _statements(self, module: Module, tree: ast.Module) -> None:
        for node in tree.body:
            self._read(module, node, tree.body)

    def home_of(self, module: str, name: str) -> str:
        """Return the module that importers know a name of a module by; the module itself where it is not known."""
        return self._homes.get((module, name), module)

    @cached_property
    def _homes(self) -> dict[tuple[str, str], str]:
        return {(module.name, name): module.home for module in self.modules.values() for name in module.names}

    def _exporter(self, module: str, name: str) -> str:
        """Return the public module that re-exports a name of a private one, "" if none does."""
        lines = f"from {module} import {name}", f"from {module} import {name} as {name}"
        homes = [known.owner.path for known, text in self.exports.items() if text in lines]
        last = module.rpartition(".")[2]
        return min(homes, key=lambda home: (home.rpartition(".")[2] != last, len(home)), default="")

    def _hide(self) -> None:
        """Keep what importers cannot name apart from what they can."""
        hidden = [name for name in self.declarations if self._is_hidden(name.path)]
        self.inner = {name: self.declarations.pop(name) for name in hidden}
        found: dict[Name, Any]
        for found in (self.signatures, self.enums, self.values, self.members):
            for name in [name for name in found if self._is_hidden(name.path)]:
                del found[name]
        self.modules = {key: module for key, module in self.modules.items() if not self._is_hidden(module.home)}

    def _is_hidden(self, path: str) -> bool:
        parts = path.split(".")
        return any(part.startswith("_") and not part.endswith("__") for part in parts)

    def move(self, homes: Mapping[str, str]) -> None:
        """Know classes, functions and constants by another public path, which importers can write as well.

        Args:
            homes: The other path of each, by the one that it has.
        """

        def moved(name: Name) -> Name:
            head = next((old for old in homes if name.path == old or name.path.startswith(old + ".")), None)
            return name if head is None else Name(homes[head] + name.path.removeprefix(head), name.parameter)

        for field in ("declarations", "signatures", "enums", "bases", "values", "members"):
            found: dict[Name, Any] = getattr(self, field)
            setattr(self, field, {moved(name): item for name, item in found.items()})
        self.read_only, self.final = set(map(moved, self.read_only)), set(map(moved, self.final))
        for key, module in list(self.modules.items()):
            leaving: dict[str, set[str]] = {}
            for name in module.names:
                if other := homes.get(f"{module.home}.{name}"):
                    leaving.setdefault(other.rpartition(".")[0], set()).add(name)
            for home, names in leaving.items():
                module.names -= names
                self.modules[f"{key} in {home}"] = replace(module, home=home, names=names)

    def _read(self, module: Module, node: ast.stmt, beside: list[ast.stmt]) -> None:
        if isinstance(node, ast.ClassDef) and (node.name in module.names or node.name.startswith("_")):
            self._class(module, node)
        elif isinstance(node, Function) and node.name in module.names:
            self._function(module, Name(f"{module.home}.{node.name}"), node, beside, owner="")
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name) and target.id in module.names:
                values = literal(node.value)
                name = Name(f"{module.home}.{target.id}")
                if isinstance(node.value, ast.Call) and decorator_name(node.value) == "NewType":
                    base = ast.unparse(node.value.args[-1])
                    self._declaration(module, name, node, "class")
                    self.bases[name] = (module.original(base),)
                    self.signatures[name] = Signature(
                        (Parameter("value", "positional-only", base, None),), owner=target.id
                    )
                    return
                if said := type_of_value(node):
                    self.values[name] = said
                if values is not None:
                    self.enums[name] = values
                alias = node.value if values is None and is_type(node.value) else None
                self._declaration(module, name, node, "constant" if values is None else "enum", text_of(alias))

    def _class(self, module: Module, node: ast.ClassDef) -> None:
        name = Name(f"{module.home}.{node.name}")
        self._declaration(module, name, node, "class")
        written = (ast.unparse(base).split("[")[0].split(".")[-1] for base in node.bases)
        self.bases[name] = tuple(module.original(base) for base in written)
        if any(decorator_name(mark) == "final" for mark in node.decorator_list):
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
        for attribute, annotation, item in fields(node):
            self._declaration(module, Name(f"{name.path}.{attribute}"), item, "attribute", ast.unparse(annotation))
            if "NamedTuple" in self.bases[name] or is_frozen(node):
                self.read_only.add(Name(f"{name.path}.{attribute}"))
        assignable = {
            item.name
            for item in node.body
            if isinstance(item, Function) and any(decorator_name(mark) == "setter" for mark in item.decorator_list)
        }
        for method in methods(node):
            if method.name == "__init__":
                self.signatures[name] = signature_of(method, owner=node.name, method=True, form=class_form(node))
                self._parameters(module, name, method)
                for attribute, annotated, statement in assigned(method):
                    if Name(f"{name.path}.{attribute}") not in self.declarations:
                        self._declaration(module, Name(f"{name.path}.{attribute}"), statement, "attribute", annotated)
            elif kinds := {decorator_name(item) for item in method.decorator_list} & {"property", "cached_property"}:
                if kinds == {"property"} and method.name not in assignable:
                    self.read_only.add(Name(f"{name.path}.{method.name}"))
                returns = ast.unparse(method.returns) if method.returns else ""
                self._declaration(module, Name(f"{name.path}.{method.name}"), method, "attribute", returns)
            else:
                self._function(module, Name(f"{name.path}.{method.name}"), method, node.body, owner=node.name)
        if any(isinstance(item, Function) and item.name == "from_dict" for item in node.body):
            self.models.add(node.name)
        for inner in node.body:
            if isinstance(inner, ast.ClassDef) and not inner.name.startswith("_"):
                self._declaration(module, Name(f"{name.path}.{inner.name}"), inner, "class")
        for decorator in node.decorator_list:
            if decorator_name(decorator) == "dataclass_transform":
                self._transforms[node.name] = decorator
            elif (
                decorator_name(decorator) in _DEFINES_FIELDS
                and name not in self.signatures
                and flag(decorator, "init") is not False
            ):
                self._own_fields[name] = _made_parameters(node, flag(decorator, "kw_only"))
                self.signatures[name] = Signature(self._own_fields[name], owner=node.name, form=class_form(node))
        if "NamedTuple" in self.bases[name] and name not in self.signatures:
            made = _made_parameters(node, only=False)
            self.signatures[name] = Signature(made, owner=node.name, form=class_form(node))
        if "TypedDict" in self.bases[name]:
            self.signatures[name] = typed_dict(node)
        if name not in self.signatures:
            self._without_constructor[name] = node

    def _inherit(self) -> None:
        """Find out which classes are models, and have constructors made, by what they inherit from."""
        for name, node in self._without_constructor.items():
            transforms = [self._transforms[base] for base in self.ancestors(name) if base in self._transforms]
            if transforms:
                self._own_fields[name] = _made_parameters(node, flag(transforms[0], "kw_only_default"))
                self.signatures[name] = Signature(self._own_fields[name], owner=node.name, form=class_form(node))
            elif (found := self._inherited_constructor(name)) is not None:
                self.signatures[name] = replace(found, owner=node.name, form=class_form(node))
        for name in self._own_fields:
            self.signatures[name] = replace(self.signatures[name], parameters=self._all_fields(name))
        self.models |= {name.last for name in self.bases if self.ancestors(name) & self.models}

    def _all_fields(self, name: Name) -> tuple[Parameter, ...]:
        """Return the parameters of a made constructor: those of the fields that a class inherits, and its own."""
        found: dict[str, Parameter] = {}
        for base in reversed(self.bases[name]):
            home = next((known for known in self._own_fields if known.last == base and known != name), None)
            found |= {item.name: item for item in self._all_fields(home)} if home else {}
        own = {item.name: item for item in self._own_fields[name]}
        return (*(item for key, item in found.items() if key not in own), *own.values())

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

    def _function(self, module: Module, name: Name, node: Function, beside: list[ast.stmt], *, owner: str) -> None:
        self._declaration(module, name, node, "function", ast.unparse(node.returns) if node.returns else "")
        marks = {decorator_name(item) for item in node.decorator_list}
        if "overload" not in marks or not owner:
            is_static, form = "staticmethod" in marks, forms_of(node.name, beside)
            signature = signature_of(node, owner=owner, method=bool(owner) and not is_static, form=form)
            of_class, calls = is_static or "classmethod" in marks, module.called(node) if owner else frozenset()
            self.signatures[name] = replace(signature, of_class=of_class, calls=calls)
        self._parameters(module, name, node)

    def _parameters(self, module: Module, name: Name, node: Function) -> None:
        for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
            if argument.arg not in ("self", "cls") and not argument.arg.startswith("_"):
                annotation = ast.unparse(argument.annotation) if argument.annotation else ""
                self._declaration(module, Name(name.path, argument.arg), argument, "parameter", annotation)

    def _declaration(
        self, module: Module, name: Name, node: ast.stmt | ast.arg, kind: Kind, annotation: str = ""
    ) -> None:
        text = module.lines[node.lineno - 1].strip()
        self.declarations[name] = Declaration(kind, module.file, node.lineno, text, annotation)

    def declaration_of(self, name: Name) -> Declaration | None:
        """Return the declaration of a name; of a parameter that attrs makes, its attribute's."""
        return self.declarations.get(name) or (
            self.declarations.get(Name(f"{name.path}.{name.parameter}")) if name.parameter else None
        )

    @cached_property
    def members_of(self) -> dict[str, set[str]]:
        """The names in each class, also in those that importers cannot name, by the last part of the class's name."""
        found: dict[str, set[str]] = {}
        for name in (*self.declarations, *self.inner):
            if not name.parameter:
                found.setdefault(name.owner.last, set()).add(name.last)
        return found

    @cached_property
    def within(self) -> dict[str, list[Name]]:
        """The names in each module and class, and what is in them, to three levels; parameters are left out."""
        found: dict[str, list[Name]] = {}
        for name in self.declarations:
            path = name.path
            for _ in range(0 if name.parameter else 3):
                path = path.rpartition(".")[0]
                found.setdefault(path, []).append(name)
        return found


def _source(file: Path) -> tuple[str, ast.Module]:
    text = file.read_text(encoding="utf-8")
    try:
        return text, parsed(text)
    except SyntaxError as error:
        raise ReviewError(f"{file}:{error.lineno}: is not Python: {error.msg}") from error


def _made_parameters(node: ast.ClassDef, only: bool | None) -> tuple[Parameter, ...]:
    """Return the parameters that a class's own attributes give the constructor that is made of them."""
    found = []
    is_attrs = any(decorator_name(each) in _DEFINES_FIELDS - {"dataclass"} for each in node.decorator_list)
    for name, annotation, item in fields(node, private=True):
        called = parameter_name(name, item.value, stripped=is_attrs)
        if flag(item.value, "init") is not False and not called.startswith("_"):
            named = flag(item.value, "kw_only")
            kind: Literal["keyword-only", "positional"] = (
                "keyword-only" if (only if named is None else named) else "positional"
            )
            default = field_default(item.value)
            found.append(Parameter(called, kind, ast.unparse(annotation), default))
    return tuple(found)
