"""The values of our own extensions: `x-generator-client` in `info`, and `x-generator-page` in the schema of a list.

README.md describes their keys.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from keyword import iskeyword
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .wording import instead

_HeaderName = Annotated[str, Field(pattern=r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")]


class ExtensionError(Exception):
    """An extension of the spec asks for something that cannot be generated; the message says where and what."""


class Extension(BaseModel):
    """The base of the extensions and their parts."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Environment(Extension):
    """The names of environment variables."""

    api_key: str = ""
    base_url: str = ""
    log: str = ""


class Argument(Extension):
    """An argument of a client."""

    description: str = ""
    environment: str = ""


class Credential(Argument):
    """An argument that takes a key."""

    header: _HeaderName = "Authorization"
    prefix: str = ""


class Setting(Argument):
    """An argument whose value is sent with every request."""

    header: _HeaderName | None = None
    query: str | None = None
    required: bool = False


class CallAttributes(Extension):
    """The telemetry of another client."""

    attributes: dict[str, str] = {}


class Telemetry(CallAttributes):
    """The names that telemetry uses."""

    operation: str = ""
    duration: str = ""


class OtherClient(Extension):
    """A client class that inherits from the main one."""

    description: str
    base_url: str
    paths: dict[str, str] = {}
    credentials: dict[str, Credential] = {}
    settings: dict[str, Setting] = {}
    telemetry: CallAttributes = CallAttributes()


class ClientExtension(Extension):
    """The value of `x-generator-client`."""

    name: str = ""
    environment: Environment = Environment()
    headers: dict[_HeaderName, Annotated[str, Field(pattern=r"^[^\r\n\x00]*$")]] = {}
    credentials: dict[str, Credential] = {}
    settings: dict[str, Setting] = {}
    unused: dict[str, str] = {}
    telemetry: Telemetry = Telemetry()
    clients: dict[str, OtherClient] = {}
    names: dict[str, dict[str, str | list[str]]] = {}
    never_retried: list[str] = []
    hints: dict[Annotated[str, Field(pattern=r"^[1-5]\d\d$")], str] = {}


class PageExtension(Extension):
    """The value of `x-generator-page`."""

    items: str
    more: str
    last: str
    cursor: str
    id: str = "id"


# The prefix of our extensions; those of others begin only with `x-`.
PREFIX: Final = "x-generator-"
EXTENSIONS: Final[Mapping[str, type[Extension]]] = {
    f"{PREFIX}client": ClientExtension,
    f"{PREFIX}page": PageExtension,
}
_KEYS: Final = [
    key for kind in (ClientExtension, OtherClient, Setting, Credential, PageExtension) for key in kind.model_fields
]
# pydantic's messages in our words, by the type of error.
_MESSAGES: Final = {
    **dict.fromkeys(("model_type", "dict_type"), "expected a mapping"),
    **{"string_type": "expected a string", "list_type": "expected a list"},
    **{"bool_type": "expected true or false", "string_pattern_mismatch": "expected a header or a status"},
}


def mistakes(name: str, value: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the mistakes in the value of an extension: the place in the value, and a message."""
    try:
        EXTENSIONS[name].model_validate(value)
    except ValidationError as error:
        for mistake in error.errors(include_url=False):
            place = tuple(str(part) for part in mistake["loc"] if part not in ("[key]", "str", "list[str]"))
            if mistake["type"] == "missing":
                yield place[:-1], f"`{place[-1]}` is missing"
            elif mistake["type"] == "extra_forbidden":
                yield place, f"nothing reads this key{instead(place[-1], _KEYS)}"
            else:
                yield place, _MESSAGES.get(mistake["type"], mistake["msg"])


def check_identifier(word: str, key: str) -> None:
    """Check a name for Python that `x-generator-client` has under a key.

    Raises:
        ExtensionError: The word is not a name in Python.
    """
    if not word.isidentifier() or iskeyword(word):
        raise ExtensionError(f"x-generator-client: {key} has {word!r}, which is no name in Python")
