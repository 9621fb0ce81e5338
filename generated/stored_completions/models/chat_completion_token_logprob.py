# Generated from openapi.yaml by `make generate`; do not edit.
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self

from attrs import define

from ..types import UNSET, Model, Unset
from .top_logprob import TopLogprob


@define(repr=False)
class ChatCompletionTokenLogprob(Model):
    """A token of the answer and what else could have stood in its place.

    Attributes:
        token: The token.
        logprob: The natural logarithm of its probability, -9999.0 when very unlikely.
        bytes_: The UTF-8 bytes of the token.
        top_logprobs: The most likely tokens at this place.
    """

    token: str
    logprob: float
    bytes_: list[int] | None | Unset = UNSET
    top_logprobs: list[TopLogprob] | Unset = UNSET

    _json_names: ClassVar[Mapping[str, str]] = {"bytes_": "bytes"}

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        rest = dict(src_dict)
        pop: Callable[..., Any] = rest.pop
        return cls(
            token=pop("token", UNSET),
            logprob=pop("logprob", UNSET),
            bytes_=pop("bytes", UNSET),
            top_logprobs=[TopLogprob.from_dict(item) if isinstance(item, dict) else item for item in value]
            if isinstance(value := pop("top_logprobs", UNSET), list)
            else value,
            additional_properties=rest,
        )
