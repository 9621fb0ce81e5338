# Generated from openapi.yaml by `make generate`; do not edit.
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Literal, Self

from attrs import define

from ..types import UNSET, Model, Unset
from .function_call import FunctionCall


@define(repr=False)
class FunctionToolCall(Model):
    """A call of a function.

    Attributes:
        id: The id that the tool's answer refers to.
        function: A function and its arguments, as the model wrote them.
        type_: The kind of tool.
    """

    id: str
    function: FunctionCall
    type_: Literal["function"] | Unset = UNSET

    _json_names: ClassVar[Mapping[str, str]] = {"type_": "type"}

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        rest = dict(src_dict)
        pop: Callable[..., Any] = rest.pop
        return cls(
            id=pop("id", UNSET),
            function=FunctionCall.from_dict(value) if isinstance(value := pop("function", UNSET), dict) else value,
            type_=pop("type", UNSET),
            additional_properties=rest,
        )
