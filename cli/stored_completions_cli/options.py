"""Options that several commands share."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import wraps
from typing import Annotated, Any, get_type_hints

import typer

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show nothing, unless something is wrong.")]


def spread_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn each parameter whose type is a dataclass into one option for each field, as Typer needs them.

    In the help page these options follow the command's other options, the last dataclass first.
    """
    hints = get_type_hints(command, include_extras=True)
    groups = {name: kind for name, kind in hints.items() if is_dataclass(kind) and isinstance(kind, type)}
    plain: list[inspect.Parameter] = []
    shared: list[inspect.Parameter] = []
    for parameter in inspect.signature(command).parameters.values():
        option = parameter.replace(annotation=hints[parameter.name], kind=parameter.KEYWORD_ONLY)
        if group := groups.get(parameter.name):
            inner = get_type_hints(group, include_extras=True)
            shared[:0] = [
                option.replace(name=field.name, default=field.default, annotation=inner[field.name])
                for field in fields(group)
            ]
        else:
            plain.append(option)

    @wraps(command)
    def run(**values: Any) -> Any:
        for name, kind in groups.items():
            values[name] = kind(**{field.name: values.pop(field.name) for field in fields(kind)})
        return command(**values)

    # Typer reads both the signature and the annotations.
    run.__signature__ = inspect.Signature([*plain, *shared])  # type: ignore[attr-defined]  # functions may have one
    run.__annotations__ = {option.name: option.annotation for option in (*plain, *shared)}
    return run
