# Generated from openapi.yaml by `make generate`; do not edit.
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, Self

from attrs import define

from ..types import UNSET, Model


@define(repr=False)
class PromptCacheBreakpoint(Model):
    """The end of a prefix that the server may cache.

    Attributes:
        mode: How the breakpoint was set.
    """

    mode: Literal["explicit"]

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        rest = dict(src_dict)
        pop: Callable[..., Any] = rest.pop
        return cls(mode=pop("mode", UNSET), additional_properties=rest)
