"""How functions and classes are called, as their source declares it."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from .syntax import OPERATORS, Function, fields, text_of

# Callers do not name the arguments of these.
_UNNAMED: Final = OPERATORS - {"__init__", "__call__"}


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
    it is called on the class, as a class method or a static one is. `calls` are the functions of other modules of the
    package that a method passes its arguments on to.
    """

    parameters: tuple[Parameter, ...]
    returns: str = ""
    is_async: bool = False
    owner: str = ""
    form: str = ""
    of_class: bool = False
    calls: frozenset[str] = frozenset()

    @property
    def typed(self) -> bool:
        """Whether every parameter says its type."""
        return all(item.annotation for item in self.parameters)


def signature_of(node: Function, *, owner: str, method: bool, form: str) -> Signature:
    """Return how a function is called; of a method, without the object."""
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(positional) - len(arguments.defaults)) + list(arguments.defaults)
    found: list[Parameter] = []
    for index, (argument, default) in enumerate(zip(positional, defaults, strict=True)):
        is_unnamed = index < len(arguments.posonlyargs) or node.name in _UNNAMED
        kind: Literal["positional-only", "positional"] = "positional-only" if is_unnamed else "positional"
        found.append(Parameter(argument.arg, kind, text_of(argument.annotation), _text_or_none(default)))
    if method:
        found = found[1:]
    if arguments.vararg:
        found.append(Parameter(arguments.vararg.arg, "variadic", text_of(arguments.vararg.annotation), None))
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        found.append(Parameter(argument.arg, "keyword-only", text_of(argument.annotation), _text_or_none(default)))
    if arguments.kwarg:
        found.append(Parameter(arguments.kwarg.arg, "keywords", text_of(arguments.kwarg.annotation), None))
    returns = "" if node.name == "__init__" else text_of(node.returns)
    return Signature(tuple(found), returns, isinstance(node, ast.AsyncFunctionDef), owner, form)


def forms_of(name: str, body: Iterable[ast.stmt]) -> str:
    """Return the decorators of a function, and its overloads, as written."""
    found = []
    for node in body:
        if isinstance(node, Function) and node.name == name:
            decorators = [ast.unparse(item) for item in node.decorator_list]
            found += [f"@{item}" for item in decorators]
            if any(item.endswith("overload") for item in decorators):
                found.append(f"({ast.unparse(node.args)}) -> {text_of(node.returns)}")
    return " ".join(found)


def class_form(node: ast.ClassDef) -> str:
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
    return " ".join([*decorators, *bases, *abstract, *made, forms_of("__init__", node.body)])


def _text_or_none(node: ast.expr | None) -> str | None:
    return ast.unparse(node) if node is not None else None


def typed_dict(node: ast.ClassDef) -> Signature:
    """Return how a `TypedDict` is made: by the names of its keys."""
    is_total = not any(item.arg == "total" and ast.unparse(item.value) == "False" for item in node.keywords)
    found = []
    for name, annotation, _ in fields(node):
        outer = ast.unparse(annotation.value).split(".")[-1] if isinstance(annotation, ast.Subscript) else ""
        is_marked = isinstance(annotation, ast.Subscript) and outer in ("Required", "NotRequired")
        kind = annotation.slice if is_marked and isinstance(annotation, ast.Subscript) else annotation
        is_required = outer == "Required" or (is_total and outer != "NotRequired")
        found.append(Parameter(name, "keyword-only", ast.unparse(kind), None if is_required else "..."))
    return Signature(tuple(found), owner=node.name)


def field_default(node: ast.expr | None) -> str | None:
    """Return the default of an attribute, also where `field(...)` or its like says it; None if it must be given."""
    if isinstance(node, ast.Call):
        given = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
        made = given.get("factory", given.get("default_factory"))
        return f"{made}()" if made else given.get("default")
    return ast.unparse(node) if node is not None else None


def parameter_name(name: str, node: ast.expr | None, *, stripped: bool) -> str:
    """Return what the parameter of an attribute is called: as `field(alias=...)` says, else as the attribute.

    Args:
        stripped: Whether underscores at its beginning are left out, as attrs does.
    """
    for keyword in node.keywords if isinstance(node, ast.Call) else ():
        if keyword.arg == "alias" and isinstance(keyword.value, ast.Constant):
            return str(keyword.value.value)
    return name.lstrip("_") if stripped else name
