# Generated from openapi.yaml by `make generate`; do not edit.
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Self

from attrs import define

from ..types import UNSET, Model


@define(repr=False)
class ChatCompletionAudio(Model):
    """A spoken answer.

    Attributes:
        id: The id that a later request refers to.
        data: The sound, in base64.
        expires_at: When the server forgets the sound, in Unix seconds.
        transcript: What is said.
    """

    id: str
    data: str
    expires_at: int
    transcript: str

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        rest = dict(src_dict)
        pop: Callable[..., Any] = rest.pop
        return cls(
            id=pop("id", UNSET),
            data=pop("data", UNSET),
            expires_at=pop("expires_at", UNSET),
            transcript=pop("transcript", UNSET),
            additional_properties=rest,
        )
