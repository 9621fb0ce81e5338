# Generated from openapi.yaml by `make generate`; do not edit.
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self

from attrs import define

from ..types import UNSET, Model, Unset


@define(repr=False)
class ErrorDetails(Model):
    """What went wrong.

    Attributes:
        message: The explanation for a person.
        type_: The kind of error.
        param: The parameter that caused it.
        code: The code of the error.
    """

    message: str
    type_: str | None | Unset = UNSET
    param: str | None | Unset = UNSET
    code: str | int | None | Unset = UNSET

    _json_names: ClassVar[Mapping[str, str]] = {"type_": "type"}

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        rest = dict(src_dict)
        pop: Callable[..., Any] = rest.pop
        return cls(
            message=pop("message", UNSET),
            type_=pop("type", UNSET),
            param=pop("param", UNSET),
            code=pop("code", UNSET),
            additional_properties=rest,
        )
