# Generated from openapi.yaml by `make generate`; do not edit.
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Literal, Self

from attrs import define

from ..types import UNSET, Model
from .url_citation import UrlCitation


@define(repr=False)
class Annotation(Model):
    """A source that the text cites.

    Attributes:
        type_: The kind of annotation.
        url_citation: A web page that a part of the text cites.
    """

    type_: Literal["url_citation"]
    url_citation: UrlCitation

    _json_names: ClassVar[Mapping[str, str]] = {"type_": "type"}

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        rest = dict(src_dict)
        pop: Callable[..., Any] = rest.pop
        return cls(
            type_=pop("type", UNSET),
            url_citation=UrlCitation.from_dict(value)
            if isinstance(value := pop("url_citation", UNSET), dict)
            else value,
            additional_properties=rest,
        )
