"""Options that several commands share."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import wraps
from typing import Annotated, Any, get_type_hints

import typer

Concurrency = Annotated[int, typer.Option(metavar="N", min=1, max=1000, help="How many requests to make at a time.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show nothing, unless something is wrong.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


def spread_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn each parameter whose type is a dataclass into one option for each field, as Typer needs them.

    In the help page these options follow the command's other options, the last dataclass first.
    """
    hints = get_type_hints(command, include_extras=True)
    groups = {name: kind for name, kind in hints.items() if is_dataclass(kind) and isinstance(kind, type)}
    plain: list[inspect.Parameter] = []
    shared: list[inspect.Parameter] = []
    for parameter in inspect.signature(command).parameters.values():
        if parameter.name not in groups:
            plain.append(parameter.replace(annotation=hints[parameter.name], kind=parameter.KEYWORD_ONLY))
            continue
        inner = get_type_hints(groups[parameter.name], include_extras=True)
        shared[:0] = [
            parameter.replace(
                name=option.name, kind=parameter.KEYWORD_ONLY, default=option.default, annotation=inner[option.name]
            )
            for option in fields(groups[parameter.name])
        ]

    @wraps(command)
    def run(**values: Any) -> Any:
        for name, kind in groups.items():
            values[name] = kind(**{option.name: values.pop(option.name) for option in fields(kind)})
        return command(**values)

    # Typer reads both the signature and the annotations.
    run.__signature__ = inspect.Signature([*plain, *shared])  # type: ignore[attr-defined]  # functions may have one
    run.__annotations__ = {option.name: option.annotation for option in (*plain, *shared)}
    return run
