# Generated from openapi.yaml by `make generate`; do not edit.
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self

from attrs import define

from ..types import UNSET, Model, Unset


@define(repr=False)
class TopLogprob(Model):
    """A token that could have stood at this place.

    Attributes:
        token: The token.
        logprob: The natural logarithm of its probability, -9999.0 when very unlikely.
        bytes_: The UTF-8 bytes of the token.
    """

    token: str
    logprob: float
    bytes_: list[int] | None | Unset = UNSET

    _json_names: ClassVar[Mapping[str, str]] = {"bytes_": "bytes"}

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        rest = dict(src_dict)
        pop: Callable[..., Any] = rest.pop
        return cls(
            token=pop("token", UNSET),
            logprob=pop("logprob", UNSET),
            bytes_=pop("bytes", UNSET),
            additional_properties=rest,
        )
