"""Extract facts from syntax trees: the names in annotations, a module's imports and names, a class's members."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from threading import Lock
from typing import Any, Final, TypeAlias

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef

_PARSING: Final = Lock()
# The special methods that statements and operators call, such as `with`, `for`, `in` and `it[0]`.
OPERATORS: Final = frozenset(
    f"__{name}__"
    for name in (
        *("init", "iter", "next", "aiter", "anext", "enter", "exit", "aenter", "aexit", "await", "call", "len"),
        *("contains", "getitem", "setitem", "delitem", "reversed", "bool", "int", "float", "index", "bytes"),
        *("add", "sub", "mul", "truediv", "and", "or", "xor", "lt", "le", "gt", "ge"),
    )
)
_SPECIFIERS: Final = frozenset({"TypeVar", "ParamSpec", "TypeVarTuple"})


def parsed(text: str, mode: str = "exec") -> Any:
    """Parse Python, in one thread at a time, because the parser of Python 3.11 counts its depth for all threads."""
    with _PARSING:
        return ast.parse(text, mode=mode)


def parse(annotation: str) -> ast.expr:
    """Return the tree of an annotation, with quoted annotations parsed too."""

    class Opened(ast.NodeTransformer):
        def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
            if not _is_literal(node):  # The strings in `Literal[...]` are not annotations.
                self.generic_visit(node)
            return node

        def visit_Constant(self, node: ast.Constant) -> ast.expr:
            try:
                return parsed(node.value, "eval").body if isinstance(node.value, str) else node
            except SyntaxError:
                return node

    opened: ast.expr = Opened().visit(parsed(annotation, "eval").body)
    return opened


@cache
def unqualified(annotation: str) -> ast.expr:
    """Return the tree of an annotation, with `Order` in place of `models.Order`."""

    class Bare(ast.NodeTransformer):
        def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
            return ast.Name(node.attr)

    bare: ast.expr = Bare().visit(parse(annotation))
    return bare


@cache
def names_in(annotation: str) -> frozenset[str]:
    """Return the names in an annotation."""
    if not annotation:
        return frozenset()
    return frozenset(node.id for node in ast.walk(unqualified(annotation)) if isinstance(node, ast.Name))


def closed_in(node: ast.expr) -> set[str]:
    """Return the names in an annotation that are not in a union with `str`."""
    if isinstance(node, ast.Name):
        return {node.id}
    members = _members(node)
    if len(members) > 1:
        plain = {item.id for item in members if isinstance(item, ast.Name)}
        inner = {name for item in members if not isinstance(item, ast.Name) for name in closed_in(item)}
        return inner if "str" in plain else inner | plain
    return {name for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr) for name in closed_in(child)}


def _members(node: ast.expr) -> list[ast.expr]:
    """Return the members of a union, written as `A | B`, `Union` or `Optional`."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return [*_members(node.left), *_members(node.right)]
    if isinstance(node, ast.Subscript) and last_name(node) in ("Union", "Optional"):
        return list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice, ast.Constant(None)]
    return [node]


def public_names(tree: ast.Module) -> set[str]:
    """Return the public names that a module defines: those in `__all__`, or else those without an underscore."""
    declared = declared_names(tree)
    found = set()
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            is_specifier = isinstance(node.value, ast.Call) and last_name(node.value) in _SPECIFIERS
            found.add("" if is_specifier else target_of(node))
    public = {name for name in found if name and not name.startswith("_")}
    return public & declared if declared is not None else public


def declared_names(tree: ast.Module) -> set[str] | None:
    """Return the names in `__all__`, or None if a module has none."""
    for node in tree.body:
        listed = node.value if isinstance(node, ast.Assign | ast.AnnAssign) and target_of(node) == "__all__" else None
        if isinstance(listed, ast.List | ast.Tuple):
            return {str(item.value) for item in listed.elts if isinstance(item, ast.Constant)}
    return None


def target_of(node: ast.Assign | ast.AnnAssign) -> str:
    """Return the name that a statement assigns, or "" if the target is not a name."""
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    return target.id if isinstance(target, ast.Name) else ""


def text_of(node: ast.expr | None) -> str:
    """Return the source of an expression, or "" if there is none."""
    return ast.unparse(node) if node is not None else ""


def is_type(node: ast.expr | None) -> bool:
    """Return whether an expression may be a type, such as `str | None` or `list[Book]`."""
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.BitOr) and is_type(node.left) and is_type(node.right)
    return isinstance(node, ast.Name | ast.Attribute | ast.Subscript) or (
        isinstance(node, ast.Constant) and node.value is None
    )


def by_bound_name(imports: Iterable[str]) -> dict[str, list[str]]:
    """Group import lines by the name that they bind."""
    found: dict[str, list[str]] = {}
    for line in imports:
        name = line.rsplit(" ", 1)[-1]
        name = name if " as " in line or line.startswith("from ") else name.split(".")[0]
        found.setdefault(name, []).append(line)
    return found


def names_of_bases_and_aliases(tree: ast.Module) -> set[str]:
    """Return the names that a module's base classes and aliases are made of."""
    used: list[ast.expr] = []
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            used += node.bases
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            used.append(node.value)
    return {name.id for item in used for name in ast.walk(item) if isinstance(name, ast.Name)}


def imports_of(tree: ast.Module, name: str, *, is_package: bool) -> Iterator[str]:
    """Yield the imports of a module as lines with absolute module names, one line for each name."""
    for node in _statements(tree.body):
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


def _statements(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yield statements and the statements within them, but not expressions, which are most of a tree."""
    for node in nodes:
        yield node
        for inside in ("body", "orelse", "handlers", "finalbody", "cases"):
            yield from _statements(getattr(node, inside, ()))


def fields(node: ast.ClassDef, *, private: bool = False) -> Iterator[tuple[str, ast.expr, ast.AnnAssign]]:
    """Yield the name, annotation and statement of each annotated attribute of a class.

    Args:
        private: Whether to yield private attributes too.
    """
    for item in node.body:
        if not isinstance(item, ast.AnnAssign) or not isinstance(item.target, ast.Name):
            continue
        is_shown = private or not item.target.id.startswith("_")
        if is_shown and "ClassVar" not in ast.unparse(item.annotation):
            yield item.target.id, item.annotation, item


def assigned(constructor: Function) -> Iterator[tuple[str, str, ast.stmt]]:
    """Yield the public attributes that a constructor assigns, with the annotation of each or of the parameter in it."""
    arguments = (*constructor.args.posonlyargs, *constructor.args.args, *constructor.args.kwonlyargs)
    annotations = {argument.arg: text_of(argument.annotation) for argument in arguments}
    for node in ast.walk(constructor):
        if not isinstance(node, ast.Assign | ast.AnnAssign):
            continue
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            for attribute, value in _paired(target, node.value):
                if not isinstance(attribute, ast.Attribute) or ast.unparse(attribute.value) != "self":
                    continue
                if not attribute.attr.startswith("_"):
                    given = annotations.get(value.id, "") if isinstance(value, ast.Name) else ""
                    yield attribute.attr, text_of(node.annotation) if isinstance(node, ast.AnnAssign) else given, node


def _paired(target: ast.expr, value: ast.expr | None) -> list[tuple[ast.expr, ast.expr | None]]:
    """Return the targets of an assignment with their values, such as two for `a, b = 1, 2`."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        return list(zip(target.elts, value.elts, strict=True))
    return [(item, None) for item in target.elts] if isinstance(target, ast.Tuple) else [(target, value)]


def methods(node: ast.ClassDef) -> Iterator[Function]:
    """Yield the public methods of a class, and those for statements and operators."""
    for item in node.body:
        if not isinstance(item, Function) or (item.name.startswith("_") and item.name not in OPERATORS):
            continue
        if marks(item).isdisjoint({"setter", "deleter", "overload"}):
            yield item


def private_names(tree: ast.Module, public: set[str]) -> dict[str, str]:
    """Return the private assignments of a module, such as type variables and aliases, as written."""
    found = {target_of(node): node for node in tree.body if isinstance(node, ast.Assign)}
    return {
        name: ast.unparse(node).replace("\n", " ")
        for name, node in found.items()
        if name not in {"", "__all__", *public}
    }


def last_name(node: ast.expr) -> str:
    """Return the last name of what is called, subscripted or named: `define` for `attrs.define(slots=False)`."""
    while isinstance(node, ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def marks(node: ast.ClassDef | Function) -> set[str]:
    """Return the names of the decorators."""
    return set(map(last_name, node.decorator_list))


def type_of_value(node: ast.Assign | ast.AnnAssign) -> str:
    """Return the declared type of a constant, or else that of its value; "" if it is unknown."""
    if isinstance(node, ast.AnnAssign):
        text = ast.unparse(node.annotation)
        if "TypeAlias" in text:
            return ""
        return text.removeprefix("Final[").removesuffix("]") if "Final[" in text else text
    is_plain = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str | int | float | bytes)
    return type(node.value.value).__name__ if is_plain and isinstance(node.value, ast.Constant) else ""


def is_frozen(node: ast.ClassDef) -> bool:
    """Return whether the attributes of a class cannot be assigned."""
    return "frozen" in marks(node) or any(flag(mark, "frozen") for mark in node.decorator_list)


def flag(node: ast.expr | None, name: str) -> bool | None:
    """Return the value of a keyword argument of a call as a bool, or None if it is not passed."""
    for keyword in node.keywords if isinstance(node, ast.Call) else ():
        if keyword.arg == name and isinstance(keyword.value, ast.Constant):
            return bool(keyword.value.value)
    return None


def _is_literal(node: ast.Subscript) -> bool:
    """Return whether a type is `Literal[...]`, which may be imported as `_Literal`."""
    return last_name(node).lstrip("_") == "Literal"


def literal(node: ast.expr | None) -> tuple[Any, ...] | None:
    """Return the values of `Literal[...]`, or None for other types."""
    if not isinstance(node, ast.Subscript) or not _is_literal(node):
        return None
    items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    return tuple(item.value for item in items if isinstance(item, ast.Constant))
