"""Discriminators: the property that distinguishes the variants of a union, and the variant for each of its values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from openapi_python_client.strings import ClassName

from ..spec.openapi import mapping_of, objects


class Case(NamedTuple):
    """A value of a discriminator and the class that it means; if `optional`, an absent value means the class too."""

    literal: str
    optional: bool
    class_name: str


class Discriminator(NamedTuple):
    """The property whose value distinguishes the variants of a union.

    Attributes:
        property_name: The name of the property.
        cases: Its values, with the classes that they mean.
        base: The class that the variants inherit from, which all other values mean; empty for none.
    """

    property_name: str
    cases: list[Case]
    base: str = ""


def declared_discriminators(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, str], str]]:
    """Yield the spec's discriminators: the property, the classes by its values, and the class of all other values."""
    for node in objects(document):
        if mapping := mapping_of(node):
            classes = {value: str(ClassName(target.rsplit("/", 1)[-1], "")) for value, target in mapping.items()}
            base = node.get("x-base", "")
            yield node["propertyName"], classes, str(ClassName(base, "")) if base else ""
