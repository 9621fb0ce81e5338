# Generated from openapi.yaml by `make generate`; do not edit.
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Literal, Self

from attrs import define

from ..types import UNSET, Model
from .moderation_result import ModerationResult


@define(repr=False)
class ModerationResults(Model):
    """What moderation found.

    Attributes:
        type_: The kind of outcome.
        model: The model that moderated.
        results: One entry for each thing that was looked at.
    """

    type_: Literal["moderation_results"]
    model: str
    results: list[ModerationResult]

    _json_names: ClassVar[Mapping[str, str]] = {"type_": "type"}

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        rest = dict(src_dict)
        pop: Callable[..., Any] = rest.pop
        return cls(
            type_=pop("type", UNSET),
            model=pop("model", UNSET),
            results=[ModerationResult.from_dict(item) if isinstance(item, dict) else item for item in value]
            if isinstance(value := pop("results", UNSET), list)
            else value,
            additional_properties=rest,
        )
