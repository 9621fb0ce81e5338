# Generated from openapi.yaml by `make generate`; do not edit.
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Self

from attrs import define

from ..types import UNSET, Model


@define(repr=False)
class ChatCompletionUpdate(Model):
    """What can be changed in a stored chat completion.

    Attributes:
        metadata: The new metadata, in place of the old; null removes it.
    """

    metadata: dict[str, str] | None

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        rest = dict(src_dict)
        pop: Callable[..., Any] = rest.pop
        return cls(metadata=pop("metadata", UNSET), additional_properties=rest)
