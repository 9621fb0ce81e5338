# Generated from openapi.yaml by `make generate`; do not edit.
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Literal, Self

from attrs import define

from ..types import UNSET, Model
from .custom_call import CustomCall


@define(repr=False)
class CustomToolCall(Model):
    """A call of a custom tool.

    Attributes:
        id: The id that the tool's answer refers to.
        type_: The kind of tool.
        custom: A custom tool and its input, as the model wrote them.
    """

    id: str
    type_: Literal["custom"]
    custom: CustomCall

    _json_names: ClassVar[Mapping[str, str]] = {"type_": "type"}

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        rest = dict(src_dict)
        pop: Callable[..., Any] = rest.pop
        return cls(
            id=pop("id", UNSET),
            type_=pop("type", UNSET),
            custom=CustomCall.from_dict(value) if isinstance(value := pop("custom", UNSET), dict) else value,
            additional_properties=rest,
        )
