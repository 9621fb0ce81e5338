"""The arguments of an operation's functions: their names, types and order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from keyword import iskeyword
from typing import NamedTuple

from openapi_python_client.parser.properties import Property

from ..runtime.options import RequestOptions
from .texts import free

# Names that the generated functions use themselves.
_TAKEN = frozenset(
    {"self", "client", "body", "options", "sync_detailed", "asyncio_detailed", "isinstance"}
    | RequestOptions.__annotations__.keys()
)


class Argument(NamedTuple):
    """An argument of a function.

    Attributes:
        name: The name of the argument.
        type: Its type, as code.
        required: Whether it must be given.
        wire_name: The name on the wire of the parameter or of the body's property.
        description: Its description in the spec.
    """

    name: str
    type: str
    required: bool
    wire_name: str
    description: str

    @property
    def annotation(self) -> str:
        """The annotation, as code: optional arguments can be UNSET."""
        return self.type if self.required else f"{self.type} | _Unset"

    @property
    def default(self) -> str:
        """The default of an optional argument, as code; empty for a required one."""
        return "" if self.required else " = _UNSET"


def names_of(parts: Iterable[Property]) -> Iterator[str]:
    """Yield distinct argument names: openapi-python-client's, but without its underscore after names of built-ins."""
    taken = {*_TAKEN}
    for part in parts:
        name = str(part.python_name)
        if name == f"{part.name.get_untrusted_value()}_":
            name = name[:-1]
        name = free(f"{name}_" if iskeyword(name) else name, taken)
        taken.add(name)
        yield name


def required_first(arguments: Iterable[Argument]) -> list[Argument]:
    """Return the required arguments, then the optional ones."""
    return sorted(arguments, key=lambda argument: not argument.required)
