"""Names: of classes that have no title, and texts of which the generator's parser makes the names that are wanted."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Final

from openapi_python_client.strings import ClassName, PythonIdentifier, pascal_case

# Private-use characters, which no identifier is made of, carry what the parser must not see: a parameter that a path
# has for the second time, and the bytes of a name that would give an identifier which is taken.
REPEATED: Final = ("\ue000", "\ue001")
_CARRIED: Final = range(0xE100, 0xE200)
_LONGEST_NAME: Final = 120  # bytes; names are those of files, too


def carrying(name: str, wire: str) -> str:
    """Return a text that the parser makes the identifier `name` of, and that carries the name on the wire."""
    return name + "".join(chr(_CARRIED.start + byte) for byte in wire.encode())


def carried(text: str) -> str:
    """Return the name on the wire, of a text that may carry it."""
    if text.isascii():
        return text
    found = bytes(ord(character) - _CARRIED.start for character in text if ord(character) in _CARRIED)
    return found.decode() if found else text


@dataclass(frozen=True)
class Name:
    """What a class here is called if it has no title: the class or operation that it is in, and the name in there."""

    parent: str
    name: str

    def inner(self, suffix: str) -> Name:
        """Return the name of what is inside."""
        return Name(self.parent, f"{self.name}_{suffix}")

    def __str__(self) -> str:
        return f"{pascal_case(self.parent)}{pascal_case(self.name)}" if self.parent else pascal_case(self.name)


def named(text: str) -> str:
    """Return a text of which the parser makes a name that Python does not change, and that a file can have."""
    text = unicodedata.normalize("NFKC", text)
    if unicodedata.normalize("NFKC", text.lower()) != text.lower():
        text = text.encode("ascii", "ignore").decode()
    if len(text.encode()) <= _LONGEST_NAME:
        return text
    return f"{text.encode()[: _LONGEST_NAME - 9].decode(errors='ignore')}_{sha256(text.encode()).hexdigest()[:8]}"


def unique(name: str, taken: Iterable[str]) -> str:
    """Return the name, with a number behind it if it is taken."""
    known = taken if isinstance(taken, dict | set) else set(taken)
    number, found = 2, name
    while found in known:
        found, number = f"{name}{number}", number + 1
    return found


@lru_cache(65_536)
def identifier(text: str, prefix: str) -> str:
    """Return the parser's identifier for a text; most texts of a document come many times."""
    return str(PythonIdentifier(text, prefix))


@lru_cache(65_536)
def class_name(text: str, prefix: str) -> str:
    """Return a class name for a str that the parser does not change again."""
    name = ClassName(named(text.rsplit("/", 1)[-1]), prefix)
    again = ClassName(name, prefix)
    return str(name if name == again else again)


def distinct(names: Iterable[str], prefix: str) -> Iterator[str]:
    """Return names from which the parser makes identifiers that differ."""
    taken = set[str]()
    for name in names:
        found = identifier(name, prefix)
        chosen = unique(unicodedata.normalize("NFKC", found), taken)
        taken.add(chosen)
        carries = any(ord(character) in _CARRIED for character in name)
        yield carrying(chosen, name) if chosen != found or carries else name
