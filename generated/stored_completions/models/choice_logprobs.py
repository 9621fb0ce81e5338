# Generated from openapi.yaml by `make generate`; do not edit.
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Self

from attrs import define

from ..types import UNSET, Model, Unset
from .chat_completion_token_logprob import ChatCompletionTokenLogprob


@define(repr=False)
class ChoiceLogprobs(Model):
    """The log probabilities of an answer.

    Attributes:
        content: One entry for each token of the text.
        refusal: One entry for each token of the refusal.
    """

    content: list[ChatCompletionTokenLogprob] | None | Unset = UNSET
    refusal: list[ChatCompletionTokenLogprob] | None | Unset = UNSET

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        rest = dict(src_dict)
        pop: Callable[..., Any] = rest.pop
        return cls(
            content=[ChatCompletionTokenLogprob.from_dict(item) if isinstance(item, dict) else item for item in value]
            if isinstance(value := pop("content", UNSET), list)
            else value,
            refusal=[ChatCompletionTokenLogprob.from_dict(item) if isinstance(item, dict) else item for item in value]
            if isinstance(value := pop("refusal", UNSET), list)
            else value,
            additional_properties=rest,
        )
