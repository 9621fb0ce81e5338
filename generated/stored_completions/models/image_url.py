# Generated from openapi.yaml by `make generate`; do not edit.
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Self

from attrs import define

from ..types import UNSET, Model, Unset
from .image_detail import ImageDetail


@define(repr=False)
class ImageUrl(Model):
    """Where a picture is and how closely to look at it.

    Attributes:
        url: The address of the picture, or the picture itself as a data URL.
        detail: How closely the model looks.
    """

    url: str
    detail: ImageDetail | str | Unset = UNSET

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        rest = dict(src_dict)
        pop: Callable[..., Any] = rest.pop
        return cls(url=pop("url", UNSET), detail=pop("detail", UNSET), additional_properties=rest)
