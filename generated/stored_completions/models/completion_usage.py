# Generated from openapi.yaml by `make generate`; do not edit.
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Self

from attrs import define

from ..types import UNSET, Model, Unset
from .completion_tokens_details import CompletionTokensDetails
from .prompt_tokens_details import PromptTokensDetails


@define(repr=False)
class CompletionUsage(Model):
    """What a request cost, in tokens.

    Attributes:
        prompt_tokens: Tokens of the prompt.
        completion_tokens: Tokens of the answer.
        total_tokens: Tokens of both.
        prompt_tokens_details: The prompt's tokens by kind.
        completion_tokens_details: The answer's tokens by kind.
    """

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    prompt_tokens_details: PromptTokensDetails | None | Unset = UNSET
    completion_tokens_details: CompletionTokensDetails | None | Unset = UNSET

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        rest = dict(src_dict)
        pop: Callable[..., Any] = rest.pop
        return cls(
            prompt_tokens=pop("prompt_tokens", UNSET),
            completion_tokens=pop("completion_tokens", UNSET),
            total_tokens=pop("total_tokens", UNSET),
            prompt_tokens_details=PromptTokensDetails.from_dict(value)
            if isinstance(value := pop("prompt_tokens_details", UNSET), dict)
            else value,
            completion_tokens_details=CompletionTokensDetails.from_dict(value)
            if isinstance(value := pop("completion_tokens_details", UNSET), dict)
            else value,
            additional_properties=rest,
        )
