"""The arguments of an operation's functions: their names, types and order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from keyword import iskeyword
from typing import NamedTuple

from openapi_python_client.parser.properties import Property

from ..runtime.options import RequestOptions
from .texts import free

# The arguments that every function or method has.
_TAKEN = frozenset(
    {"self", "client", "body", "options", "sync_detailed", "asyncio_detailed", "isinstance"}
    | RequestOptions.__annotations__.keys()
)


class Argument(NamedTuple):
    """An argument of a function.

    Attributes:
        name: Its name.
        type: The type of its values.
        required: Whether it must be given.
        wire_name: The name on the wire of the parameter or of the body's property.
        description: What the document says of it.
    """

    name: str
    type: str
    required: bool
    wire_name: str
    description: str

    @property
    def annotation(self) -> str:
        """The type of what can be given."""
        return self.type if self.required else f"{self.type} | _Unset"

    @property
    def default(self) -> str:
        """The default of what may be left out, as code in a signature."""
        return "" if self.required else " = _UNSET"

    @property
    def wire_name_literal(self) -> str:
        """The name on the wire, as code."""
        return repr(self.wire_name)


def names_of(parts: Iterable[Property]) -> Iterator[str]:
    """Return the names of arguments, each once: the generator's, except that names of built-in functions stay."""
    taken = {*_TAKEN}
    for part in parts:
        name = str(part.python_name)
        if name == f"{part.name.get_untrusted_value()}_":
            name = name[:-1]
        name = free(f"{name}_" if iskeyword(name) else name, taken)
        taken.add(name)
        yield name


def required_first(arguments: Iterable[Argument]) -> list[Argument]:
    """Return the arguments that must be given, then the others."""
    return sorted(arguments, key=lambda argument: not argument.required)
