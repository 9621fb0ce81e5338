# Generated from openapi.yaml by `make generate`; do not edit.
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Self

from attrs import define

from ..types import UNSET, Model, Unset


@define(repr=False)
class FunctionCall(Model):
    """A function and its arguments, as the model wrote them.

    Attributes:
        name: The name of the function.
        arguments: JSON text, not always valid.
    """

    name: str
    arguments: str | Unset = UNSET

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        rest = dict(src_dict)
        pop: Callable[..., Any] = rest.pop
        return cls(name=pop("name", UNSET), arguments=pop("arguments", UNSET), additional_properties=rest)
