# Generated from openapi.yaml by `make generate`; do not edit.
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self

from attrs import define

from ..types import UNSET, Model
from .moderation_error import ModerationError
from .moderation_results import ModerationResults


def _moderation_results_or_moderation_error(value: dict[str, Any]) -> Any:
    match value.get("type"):
        case "moderation_results":
            return ModerationResults.from_dict(value)
        case "error":
            return ModerationError.from_dict(value)
    return value


@define(repr=False)
class ChatCompletionModeration(Model):
    """What moderation found, or why it could not look.

    Attributes:
        input_: Results or an error, told apart by their type.
        output: Results or an error, told apart by their type.
    """

    input_: ModerationResults | ModerationError
    output: ModerationResults | ModerationError

    _json_names: ClassVar[Mapping[str, str]] = {"input_": "input"}

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        rest = dict(src_dict)
        pop: Callable[..., Any] = rest.pop
        return cls(
            input_=_moderation_results_or_moderation_error(value)
            if isinstance(value := pop("input", UNSET), dict)
            else value,
            output=_moderation_results_or_moderation_error(value)
            if isinstance(value := pop("output", UNSET), dict)
            else value,
            additional_properties=rest,
        )
