"""Replace spellings of one schema that mean the same as other ones, and drop keywords without effect."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal

from .limits import ENDS, tighter
from .meaning import Keyword, Node, View, bare, canonical, unique

# Values with which a keyword means the same as if it were absent.
SAME_AS_ABSENT: Final[Mapping[str, tuple[object, ...]]] = {
    "minLength": (0,),
    "minItems": (0,),
    "minProperties": (0,),
    "minContains": (1,),
    "dependentRequired": ({},),
    "uniqueItems": (False,),
    "deprecated": (False,),
    "xml": ({},),
    "readOnly": (False,),
    "writeOnly": (False,),
    "exclusiveMinimum": (False,),
    "exclusiveMaximum": (False,),
    "pattern": ("", ".*", "^.*$", "^"),
}
# Names of types, which some documents give as the format too.
_FORMATS_OF_NOTHING: Final = frozenset({"string", "text", "integer", "number", "boolean", "object", "array"})
# A pattern that matches only the texts in it.
_TEXTS: Final = re.compile(r"\^([A-Za-z0-9_-]+)\$|\^\((?:\?:)?([A-Za-z0-9_-]+(?:\|[A-Za-z0-9_-]+)*)\)\$")
_OF_TEXT: Final = ("string", ["string"], ["string", "null"], ["null", "string"])
_FORMAT_OF_ENCODING: Final = {"base64": "byte", "base64url": "base64url", "application/octet-stream": "binary"}


def normalize(view: View) -> None:
    """Give the view of one schema the same keywords for each spelling of the same meaning."""
    _bounds(view)
    _name_dependents(view)
    _name_rest(view)
    _name_encoding(view)
    _list_values(view)
    _list_names(view)
    _drop_idle(view)


def _name_dependents(view: View) -> None:
    """Replace `dependentSchemas` that only require properties with `dependentRequired`."""
    for key, child in list(view.children.items()):
        keyword, _, name = key.partition(" ")
        if keyword != "dependentSchemas" or child is False:
            continue
        (at,) = child.spots
        said = bare(at.value) if isinstance(at.value, Mapping) else {}
        if said.keys() == {"required"} and isinstance(said["required"], list):
            needs = {name: sorted(map(str, said["required"]))}
            word, known = Keyword(needs, at), view.keywords.get("dependentRequired")
            view.keywords["dependentRequired"] = tighter("dependentRequired", known, word) if known else word
            del view.children[key]


def _name_rest(view: View) -> None:
    """Replace a pattern that every name matches with `additionalProperties`, if no property is declared."""
    if len(view.patterns) == 1 and not view.properties and "additionalProperties" not in view.children:
        ((pattern, node),) = view.patterns.items()
        if pattern in SAME_AS_ABSENT["pattern"]:
            view.patterns = {}
            view.children["additionalProperties"] = node if node.spots[0].value is not False else False


def _name_encoding(view: View) -> None:
    """Replace how 3.1 says that text holds bytes with how 3.0 does: `contentEncoding: base64` is `format: byte`."""
    for name in ("contentEncoding", "contentMediaType"):
        word = view.keywords.get(name)
        meant = _FORMAT_OF_ENCODING.get(str(word.value).lower()) if word else None
        if word and meant and view.keywords.setdefault("format", Keyword(meant, word.spot)).value == meant:
            del view.keywords[name]


def _list_values(view: View) -> None:
    """Replace a pattern of a text that only lists texts, such as `^(asc|desc)$`, with an enum."""
    word = view.keywords.get("pattern")
    found = _TEXTS.fullmatch(str(word.value)) if word and "enum" not in view.keywords else None
    if word and found and view.home and view.home.value.get("type") in _OF_TEXT:
        view.keywords["enum"] = Keyword(unique((found[1] or found[2]).split("|")), word.spot)
        del view.keywords["pattern"]


def _list_names(view: View) -> None:
    """Replace a map whose names are listed by `propertyNames` with a closed object of these names."""
    names, values = view.children.get("propertyNames"), view.children.get("additionalProperties")
    said = names.spots[0].value if isinstance(names, Node) else None
    if not isinstance(said, Mapping) or not isinstance(values, Node) or view.properties or view.patterns:
        return
    listed = said.get("enum")
    if isinstance(listed, list) and bare(said).keys() <= {"enum", "type"}:
        view.properties = {name: values for name in listed if isinstance(name, str)}
        view.children["additionalProperties"] = False
        del view.children["propertyNames"]


def _drop_idle(view: View) -> None:
    """Drop keywords without effect: `if` without branches, branches without `if`, counts without `contains`."""
    least = view.keywords.get("minContains")
    if least and least.value == 0:
        del view.keywords["minContains"]
        if "maxContains" not in view.keywords:
            view.children.pop("contains", None)
    form = view.keywords.get("format")
    if form and str(form.value) in _FORMATS_OF_NOTHING:
        del view.keywords["format"]
    if "contains" not in view.children:
        for key in ("minContains", "maxContains"):
            view.keywords.pop(key, None)
    keys = [key for key in ("if", "then", "else") if key in view.children]
    branches: dict[str, Node | Literal[False]] = {key: view.children.pop(key) for key in keys}
    condition = branches.get("if")
    if isinstance(condition, Node) and len(branches) > 1:
        # Conditions in several members of an `allOf` hold each on its own: the key of each contains its `if`.
        name = canonical(bare(condition.spots[0].value))
        for key, child in branches.items():
            view.children[f"{key} {name}"] = child


def _bounds(view: View) -> None:
    """Replace the boolean exclusive bounds of OpenAPI 3.0 with the numbers of 3.1."""
    for inclusive, exclusive, _ in ENDS:
        if (flag := view.keywords.get(exclusive)) and flag.value is True:
            del view.keywords[exclusive]
            if bound := view.keywords.pop(inclusive, None):
                view.keywords[exclusive] = bound
