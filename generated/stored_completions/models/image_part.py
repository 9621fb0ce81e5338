# Generated from openapi.yaml by `make generate`; do not edit.
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Literal, Self

from attrs import define

from ..types import UNSET, Model, Unset
from .image_url import ImageUrl
from .prompt_cache_breakpoint import PromptCacheBreakpoint


@define(repr=False)
class ImagePart(Model):
    """A part that is a picture.

    Attributes:
        type_: The kind of part.
        image_url: Where a picture is and how closely to look at it.
        prompt_cache_breakpoint: The end of a prefix that the server may cache.
    """

    type_: Literal["image_url"]
    image_url: ImageUrl
    prompt_cache_breakpoint: PromptCacheBreakpoint | Unset = UNSET

    _json_names: ClassVar[Mapping[str, str]] = {"type_": "type"}

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        rest = dict(src_dict)
        pop: Callable[..., Any] = rest.pop
        return cls(
            type_=pop("type", UNSET),
            image_url=ImageUrl.from_dict(value) if isinstance(value := pop("image_url", UNSET), dict) else value,
            prompt_cache_breakpoint=PromptCacheBreakpoint.from_dict(value)
            if isinstance(value := pop("prompt_cache_breakpoint", UNSET), dict)
            else value,
            additional_properties=rest,
        )
