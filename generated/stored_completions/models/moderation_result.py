# Generated from openapi.yaml by `make generate`; do not edit.
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Literal, Self

from attrs import define

from ..types import UNSET, Model
from .moderation_input_type import ModerationInputType


@define(repr=False)
class ModerationResult(Model):
    """What moderation found in one thing.

    Attributes:
        type_: The kind of result.
        model: The model that moderated.
        flagged: Whether any category was found.
        categories: Whether each category was found.
        category_scores: How sure the model is of each category, from 0 to 1.
        category_applied_input_types: The kinds of input that each score was made from.
    """

    type_: Literal["moderation_result"]
    model: str
    flagged: bool
    categories: dict[str, bool]
    category_scores: dict[str, float]
    category_applied_input_types: dict[str, list[ModerationInputType | str]]

    _json_names: ClassVar[Mapping[str, str]] = {"type_": "type"}

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        rest = dict(src_dict)
        pop: Callable[..., Any] = rest.pop
        return cls(
            type_=pop("type", UNSET),
            model=pop("model", UNSET),
            flagged=pop("flagged", UNSET),
            categories=pop("categories", UNSET),
            category_scores=pop("category_scores", UNSET),
            category_applied_input_types=pop("category_applied_input_types", UNSET),
            additional_properties=rest,
        )
