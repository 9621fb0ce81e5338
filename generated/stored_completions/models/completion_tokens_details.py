# Generated from openapi.yaml by `make generate`; do not edit.
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Self

from attrs import define

from ..types import UNSET, Model, Unset


@define(repr=False)
class CompletionTokensDetails(Model):
    """The answer's tokens by kind.

    Attributes:
        accepted_prediction_tokens: Predicted tokens that the answer has.
        rejected_prediction_tokens: Predicted tokens that the answer does not have.
        audio_tokens: Tokens of sound.
        reasoning_tokens: Tokens of reasoning.
        text_tokens: Tokens of text.
    """

    accepted_prediction_tokens: int | Unset = UNSET
    rejected_prediction_tokens: int | Unset = UNSET
    audio_tokens: int | Unset = UNSET
    reasoning_tokens: int | Unset = UNSET
    text_tokens: int | Unset = UNSET

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        rest = dict(src_dict)
        pop: Callable[..., Any] = rest.pop
        return cls(
            accepted_prediction_tokens=pop("accepted_prediction_tokens", UNSET),
            rejected_prediction_tokens=pop("rejected_prediction_tokens", UNSET),
            audio_tokens=pop("audio_tokens", UNSET),
            reasoning_tokens=pop("reasoning_tokens", UNSET),
            text_tokens=pop("text_tokens", UNSET),
            additional_properties=rest,
        )
