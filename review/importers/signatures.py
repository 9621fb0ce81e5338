"""The signatures of functions, methods and constructors."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from .syntax import OPERATORS, Function, fields, last_name, text_of

# Operators pass their arguments by position.
_UNNAMED: Final = OPERATORS - {"__init__", "__call__"}


class Parameter(NamedTuple):
    """A parameter of a function or constructor.

    Attributes:
        kind: How it is passed; `variadic` is `*args`, and `keywords` is `**kwargs`.
        default: The default as written; None if there is none.
    """

    name: str
    kind: Literal["positional-only", "positional", "keyword-only", "variadic", "keywords"]
    annotation: str
    default: str | None

    @property
    def is_required(self) -> bool:
        """Whether calls must pass it."""
        return self.default is None and self.kind not in ("variadic", "keywords")

    @property
    def is_positional(self) -> bool:
        """Whether calls can pass it by position."""
        return self.kind in ("positional-only", "positional")


@dataclass(frozen=True)
class Signature:
    """The signature of a function, a method or a constructor.

    Attributes:
        returns: The return annotation; "" if there is none, or for constructors.
        owner: The name of the class of a method or constructor.
        form: What else decides how it is called, as written: decorators, overloads, bases and abstract methods.
        is_of_class: Whether it is a class method or a static method.
        calls: The functions of other modules that a method calls.
    """

    parameters: tuple[Parameter, ...]
    returns: str = ""
    is_async: bool = False
    owner: str = ""
    form: str = ""
    is_of_class: bool = False
    calls: frozenset[str] = frozenset()

    @property
    def is_typed(self) -> bool:
        """Whether every parameter has an annotation."""
        return all(item.annotation for item in self.parameters)


def signature_of(node: Function, *, owner: str, method: bool, form: str) -> Signature:
    """Return the signature of a function, or of a method without its first parameter."""
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(positional) - len(arguments.defaults)) + list(arguments.defaults)
    found: list[Parameter] = []
    for index, (argument, default) in enumerate(zip(positional, defaults, strict=True)):
        is_unnamed = index < len(arguments.posonlyargs) or node.name in _UNNAMED
        kind: Literal["positional-only", "positional"] = "positional-only" if is_unnamed else "positional"
        found.append(Parameter(argument.arg, kind, text_of(argument.annotation), text_of(default) or None))
    if method:
        found = found[1:]
    if arguments.vararg:
        found.append(Parameter(arguments.vararg.arg, "variadic", text_of(arguments.vararg.annotation), None))
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        found.append(Parameter(argument.arg, "keyword-only", text_of(argument.annotation), text_of(default) or None))
    if arguments.kwarg:
        found.append(Parameter(arguments.kwarg.arg, "keywords", text_of(arguments.kwarg.annotation), None))
    returns = "" if node.name == "__init__" else text_of(node.returns)
    return Signature(tuple(found), returns, isinstance(node, ast.AsyncFunctionDef), owner, form)


def forms_of(name: str, body: Iterable[ast.stmt]) -> str:
    """Return the decorators and overloads of a function, as written."""
    found = []
    for node in body:
        if isinstance(node, Function) and node.name == name:
            decorators = [ast.unparse(item) for item in node.decorator_list]
            found += [f"@{item}" for item in decorators]
            if any(item.endswith("overload") for item in decorators):
                found.append(f"({ast.unparse(node.args)}) -> {text_of(node.returns)}")
    return " ".join(found)


def class_form(node: ast.ClassDef) -> str:
    """Return what else decides how a class is constructed, as written: its decorators, bases and abstract methods."""
    decorators = [f"@{ast.unparse(item)}" for item in node.decorator_list]
    bases = [ast.unparse(item) for item in (*node.bases, *node.keywords)]
    abstract = [
        item.name
        for item in node.body
        if isinstance(item, Function) and any("abstract" in ast.unparse(mark) for mark in item.decorator_list)
    ]
    new = [f"({ast.unparse(item.args)})" for item in node.body if isinstance(item, Function) and item.name == "__new__"]
    return " ".join([*decorators, *bases, *abstract, *new, forms_of("__init__", node.body)])


def typed_dict(node: ast.ClassDef) -> Signature:
    """Return the signature of a `TypedDict`, with a keyword-only parameter for each key."""
    is_total = not any(item.arg == "total" and ast.unparse(item.value) == "False" for item in node.keywords)
    found = []
    for name, annotation, _ in fields(node):
        is_required = is_total
        if isinstance(annotation, ast.Subscript) and (mark := last_name(annotation)) in ("Required", "NotRequired"):
            annotation, is_required = annotation.slice, mark == "Required"
        found.append(Parameter(name, "keyword-only", ast.unparse(annotation), None if is_required else "..."))
    return Signature(tuple(found), owner=node.name)


def field_default(node: ast.expr | None) -> str | None:
    """Return the default of an attribute, which may be in a call such as `field(default=...)`, or None."""
    if isinstance(node, ast.Call):
        given = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
        factory = given.get("factory", given.get("default_factory"))
        return f"{factory}()" if factory else given.get("default")
    return text_of(node) or None


def parameter_name(name: str, node: ast.expr | None, *, stripped: bool) -> str:
    """Return the name of the constructor's parameter for an attribute: its `field(alias=...)`, or else its own name.

    Args:
        stripped: Whether leading underscores are removed, as attrs does.
    """
    for keyword in node.keywords if isinstance(node, ast.Call) else ():
        if keyword.arg == "alias" and isinstance(keyword.value, ast.Constant):
            return str(keyword.value.value)
    return name.lstrip("_") if stripped else name
