# Generated from openapi.yaml by `make generate`; do not edit.
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self

from attrs import define

from ..types import UNSET, Model


@define(repr=False)
class CustomCall(Model):
    """A custom tool and its input, as the model wrote them.

    Attributes:
        name: The name of the custom tool.
        input_: The text that the tool was called with.
    """

    name: str
    input_: str

    _json_names: ClassVar[Mapping[str, str]] = {"input_": "input"}

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        rest = dict(src_dict)
        pop: Callable[..., Any] = rest.pop
        return cls(name=pop("name", UNSET), input_=pop("input", UNSET), additional_properties=rest)
