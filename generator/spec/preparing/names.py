"""Names for classes without a title, and texts from which openapi-python-client's parser makes the wanted names."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Final

from openapi_python_client.strings import ClassName, PythonIdentifier, pascal_case

# Private-use characters, which the parser drops from identifiers, carry information through the parser: a parameter
# that a path has a second time, and the bytes of a name whose identifier is taken.
REPEATED: Final = ("\ue000", "\ue001")
_CARRIED: Final = range(0xE100, 0xE200)
_LONGEST_NAME: Final = 120  # bytes, because names are also names of files


def with_wire_name(name: str, wire: str) -> str:
    """Return a text of which the parser makes the identifier `name`, and which carries the name on the wire."""
    return name + "".join(chr(_CARRIED.start + byte) for byte in wire.encode())


def wire_name_in(text: str) -> str:
    """Return the name on the wire that a text carries, or the text itself if it carries none."""
    if text.isascii():
        return text
    found = bytes(ord(character) - _CARRIED.start for character in text if ord(character) in _CARRIED)
    return found.decode() if found else text


@dataclass(frozen=True)
class Name:
    """The name of a class without a title: the class or operation that it is in, and its name in there."""

    parent: str
    name: str

    def inner(self, suffix: str) -> Name:
        """Return the name of a class inside this one."""
        return Name(self.parent, f"{self.name}_{suffix}")

    def __str__(self) -> str:
        return f"{pascal_case(self.parent)}{pascal_case(self.name)}" if self.parent else pascal_case(self.name)


def valid_name(text: str) -> str:
    """Return a text of which the parser makes a valid name for Python (which normalizes names) and for a file."""
    text = unicodedata.normalize("NFKC", text)
    if unicodedata.normalize("NFKC", text.lower()) != text.lower():
        text = text.encode("ascii", "ignore").decode()
    if len(text.encode()) <= _LONGEST_NAME:
        return text
    return f"{text.encode()[: _LONGEST_NAME - 9].decode(errors='ignore')}_{sha256(text.encode()).hexdigest()[:8]}"


def unique(name: str, taken: Iterable[str]) -> str:
    """Return a name, with a number appended if it is taken."""
    known = taken if isinstance(taken, dict | set) else set(taken)
    number, found = 2, name
    while found in known:
        found, number = f"{name}{number}", number + 1
    return found


@lru_cache(65_536)
def identifier(text: str, prefix: str) -> str:
    """Return the parser's identifier for a text; cached, because texts repeat."""
    return str(PythonIdentifier(text, prefix))


@lru_cache(65_536)
def class_name(text: str, prefix: str) -> str:
    """Return the parser's class name for a text, which the parser does not change when it reads it again."""
    name = ClassName(valid_name(text.rsplit("/", 1)[-1]), prefix)
    again = ClassName(name, prefix)
    return str(name if name == again else again)


def distinct(names: Iterable[str], prefix: str) -> Iterator[str]:
    """Yield texts, one for each name, of which the parser makes distinct identifiers."""
    taken = set[str]()
    for name in names:
        found = identifier(name, prefix)
        chosen = unique(unicodedata.normalize("NFKC", found), taken)
        taken.add(chosen)
        carries = any(ord(character) in _CARRIED for character in name)
        yield with_wire_name(chosen, name) if chosen != found or carries else name
