"""The schemas of our own extensions: `x-generator-client` in `info`, and `x-generator-page` in the schema of a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from .wording import instead

_Header = Annotated[str, Field(pattern=r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")]


class _Extension(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Environment(_Extension):
    api_key: str = ""
    base_url: str = ""
    log: str = ""


class _Argument(_Extension):
    description: str = ""
    environment: str = ""


class _Credential(_Argument):
    header: _Header = "Authorization"
    prefix: str = ""


class _Setting(_Argument):
    header: _Header | None = None
    query: str | None = None
    required: bool = False


class _CallAttributes(_Extension):
    attributes: dict[str, str] = {}


class _Telemetry(_CallAttributes):
    operation: str = ""
    duration: str = ""


class _Other(_Extension):
    description: str
    base_url: str
    paths: dict[str, str] = {}
    credentials: dict[str, _Credential] = {}
    settings: dict[str, _Setting] = {}
    telemetry: _CallAttributes = _CallAttributes()


class _Client(_Extension):
    name: str = ""
    environment: _Environment = _Environment()
    headers: dict[_Header, Annotated[str, Field(pattern=r"^[^\r\n\x00]*$")]] = {}
    credentials: dict[str, _Credential] = {}
    settings: dict[str, _Setting] = {}
    unused: dict[str, str] = {}
    telemetry: _Telemetry = _Telemetry()
    clients: dict[str, _Other] = {}
    names: dict[str, dict[str, str | list[str]]] = {}
    never_retried: list[str] = []
    hints: dict[Annotated[str, Field(pattern=r"^[1-5]\d\d$")], str] = {}


class _Page(_Extension):
    items: str
    more: str
    last: str
    cursor: str
    id: str = "id"


# The prefix of our extensions; those of others begin only with `x-`.
PREFIX: Final = "x-generator-"
EXTENSIONS: Final[Mapping[str, TypeAdapter[Any]]] = {
    f"{PREFIX}client": TypeAdapter(_Client),
    f"{PREFIX}page": TypeAdapter(_Page),
}
_KEYS: Final = {*_Client.model_fields, *_Other.model_fields, *_Setting.model_fields, *_Credential.model_fields}
# pydantic's messages in our words, by the type of error.
_MESSAGES: Final = {
    **dict.fromkeys(("model_type", "dict_type"), "expected a mapping"),
    **{"string_type": "expected a string", "list_type": "expected a list"},
    **{"bool_type": "expected true or false", "string_pattern_mismatch": "expected a header or a status"},
}


def mistakes(name: str, value: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the mistakes in the value of an extension: the place in the value, and a message."""
    try:
        EXTENSIONS[name].validate_python(value)
    except ValidationError as error:
        for mistake in error.errors(include_url=False):
            place = tuple(str(part) for part in mistake["loc"] if part not in ("[key]", "str", "list[str]"))
            if mistake["type"] == "missing":
                yield place[:-1], f"`{place[-1]}` is missing"
            elif mistake["type"] == "extra_forbidden":
                yield place, f"nothing reads this key{instead(place[-1], [*_KEYS, *_Page.model_fields])}"
            else:
                yield place, _MESSAGES.get(mistake["type"], mistake["msg"])
