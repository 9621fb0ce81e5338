# Generated from openapi.yaml by `make generate`; do not edit.
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Self

from attrs import define

from ..types import UNSET, Model, Unset


@define(repr=False)
class PromptTokensDetails(Model):
    """The prompt's tokens by kind.

    Attributes:
        audio_tokens: Tokens of sound.
        cached_tokens: Tokens read from the cache.
        cache_write_tokens: Tokens written to the cache.
        image_tokens: Tokens of pictures.
        text_tokens: Tokens of text.
    """

    audio_tokens: int | Unset = UNSET
    cached_tokens: int | Unset = UNSET
    cache_write_tokens: int | Unset = UNSET
    image_tokens: int | Unset = UNSET
    text_tokens: int | Unset = UNSET

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        rest = dict(src_dict)
        pop: Callable[..., Any] = rest.pop
        return cls(
            audio_tokens=pop("audio_tokens", UNSET),
            cached_tokens=pop("cached_tokens", UNSET),
            cache_write_tokens=pop("cache_write_tokens", UNSET),
            image_tokens=pop("image_tokens", UNSET),
            text_tokens=pop("text_tokens", UNSET),
            additional_properties=rest,
        )
