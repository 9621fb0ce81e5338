# Generated from openapi.yaml by `make generate`; do not edit.
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Self

from attrs import define

from ..types import UNSET, Model, Unset
from .chat_completion_message import ChatCompletionMessage
from .choice_logprobs import ChoiceLogprobs
from .finish_reason import FinishReason


@define(repr=False)
class Choice(Model):
    """One answer of a chat completion.

    Attributes:
        index: The place of this answer among the choices.
        message: A message that the model generated.
        finish_reason: Why the model stopped.
        logprobs: The log probabilities of the answer's tokens.
    """

    index: int
    message: ChatCompletionMessage
    finish_reason: FinishReason | str
    logprobs: ChoiceLogprobs | None | Unset = UNSET

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        rest = dict(src_dict)
        pop: Callable[..., Any] = rest.pop
        return cls(
            index=pop("index", UNSET),
            message=ChatCompletionMessage.from_dict(value)
            if isinstance(value := pop("message", UNSET), dict)
            else value,
            finish_reason=pop("finish_reason", UNSET),
            logprobs=ChoiceLogprobs.from_dict(value) if isinstance(value := pop("logprobs", UNSET), dict) else value,
            additional_properties=rest,
        )
