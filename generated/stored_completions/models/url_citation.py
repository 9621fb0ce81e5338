# Generated from openapi.yaml by `make generate`; do not edit.
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Self

from attrs import define

from ..types import UNSET, Model


@define(repr=False)
class UrlCitation(Model):
    """A web page that a part of the text cites.

    Attributes:
        start_index: The first character of the citation.
        end_index: The last character of the citation.
        title: The title of the page.
        url: The address of the page.
    """

    start_index: int
    end_index: int
    title: str
    url: str

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        rest = dict(src_dict)
        pop: Callable[..., Any] = rest.pop
        return cls(
            start_index=pop("start_index", UNSET),
            end_index=pop("end_index", UNSET),
            title=pop("title", UNSET),
            url=pop("url", UNSET),
            additional_properties=rest,
        )
