# Generated from openapi.yaml by `make generate`; do not edit.
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Literal, Self

from attrs import define

from ..types import UNSET, Model, Unset
from .prompt_cache_breakpoint import PromptCacheBreakpoint


@define(repr=False)
class TextPart(Model):
    """A part that is text.

    Attributes:
        type_: The kind of part.
        text: The text.
        prompt_cache_breakpoint: The end of a prefix that the server may cache.
    """

    type_: Literal["text"]
    text: str
    prompt_cache_breakpoint: PromptCacheBreakpoint | Unset = UNSET

    _json_names: ClassVar[Mapping[str, str]] = {"type_": "type"}

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        rest = dict(src_dict)
        pop: Callable[..., Any] = rest.pop
        return cls(
            type_=pop("type", UNSET),
            text=pop("text", UNSET),
            prompt_cache_breakpoint=PromptCacheBreakpoint.from_dict(value)
            if isinstance(value := pop("prompt_cache_breakpoint", UNSET), dict)
            else value,
            additional_properties=rest,
        )
