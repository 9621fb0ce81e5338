"""The document's own words in the generated code: as literals, and in docstrings. Nothing else writes them."""

from __future__ import annotations

import unicodedata
from collections.abc import Container
from typing import Final

from jinja2 import Environment, pass_environment
from jinja2.filters import do_wordwrap
from openapi_python_client.schema.untrusted_string import UntrustedString

_DIRECTIONS: Final = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


@pass_environment
def in_docstring(environment: Environment, value: object, width: int = 112) -> str:
    """Return words of the document for a docstring, wrapped and escaped: nothing in them ends it."""
    text = said(value)
    text = text.translate(dict.fromkeys(ord(each) for each in {*text} - {"\n", "\t"} if _is_hidden(each)))
    wrapped = str(do_wordwrap(environment, text.strip(), width))
    inner = wrapped.rstrip('"')
    escaped = inner.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return escaped + '\\"' * (len(wrapped) - len(inner))


def _is_hidden(character: str) -> bool:
    """Return whether a character is a control, half of one, or changes the direction in which code is read."""
    return unicodedata.category(character) in ("Cc", "Cs") or unicodedata.bidirectional(character) in _DIRECTIONS


def literal(value: object) -> str:
    """Return a string of the document as a literal that keeps each character."""
    return repr(said(value))


def said(value: object) -> str:
    """Return a string of the document as it is."""
    return value.get_untrusted_value() if isinstance(value, UntrustedString) else str(value)


def free(name: str, taken: Container[str]) -> str:
    """Return a name that is not taken: with as many underscores after it as that needs."""
    while name in taken:
        name += "_"
    return name
