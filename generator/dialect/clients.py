"""The clients whose methods are grouped by tag, with the arguments that the spec and `x-generator-client` declare."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from openapi_python_client.strings import ClassName, PythonIdentifier

from ..spec.extensions import Credential, ExtensionError, OtherClient, Setting, check_identifier
from .context import Context
from .security import Scheme, Security
from .texts import first_sentence


class Option(NamedTuple):
    """An argument that every client takes.

    Attributes:
        name: The name of the argument.
        type: Its type, as code.
        default: Its default in the constructor, as code.
        description: Its description, for the docstring of the class.
        replaced: Another argument of `copy`, which replaces the client's values instead of adding to them.
    """

    name: str
    type: str
    default: str
    description: str
    replaced: str = ""

    @property
    def type_of_copy(self) -> str:
        """The type in `copy`, where a bool can be left out to keep the client's own."""
        return f"{self.type} | _Unset" if self.default == "False" else self.type

    @property
    def default_of_copy(self) -> str:
        """The default in `copy`, as code."""
        return "_UNSET" if self.default == "False" else self.default


OPTIONS: Final = (
    Option("base_url", "str | _httpx.URL | None", "None", "The URL of the API{0}."),
    Option(
        "timeout",
        "_Timeout | _Unset",
        "_UNSET",
        "Seconds for each attempt, an `httpx.Timeout`, or None for no limit; by default that of `http_client`, or"
        " 600 seconds, and 5 to connect.",
    ),
    Option(
        "max_retries",
        "int | _Unset",
        "_UNSET",
        "How many times a request is sent again after transient failures; 2 by default.",
    ),
    Option("default_headers", "_Mapping[str, str] | None", "None", "Headers of every request.", "set_default_headers"),
    Option(
        "default_query",
        "_Mapping[str, object] | None",
        "None",
        "Query parameters of every request.",
        "set_default_query",
    ),
    Option(
        "http_client",
        "_HttpClient | None",
        "None",
        "Your own {1} client to send through; this client never closes it.",
    ),
    Option(
        "follow_redirects",
        "bool",
        "False",
        "Whether redirects are followed; credentials are never sent to another origin.",
    ),
    Option(
        "max_response_bytes",
        "int | _Unset",
        "_UNSET",
        "The size of the largest accepted body, compressed and decompressed.",
    ),
    Option(
        "pickle_api_key",
        "bool",
        "False",
        "Whether a pickle of this client holds the key; if not, loading it reads the key from the environment.",
    ),
)
_ARGUMENTS: Final = frozenset(
    {"self"} | {name for option in OPTIONS for name in (option.name, option.replaced) if name}
)


class Argument(NamedTuple):
    """An argument of a client that is a credential or a setting.

    Attributes:
        name: The name of the argument.
        code: The `Credential` or `Setting` that declares it, as code.
        description: Its description, for the docstring of the class.
        type: Its type, as code.
    """

    name: str
    code: str
    description: str
    type: str


class ClientClass(NamedTuple):
    """The class of a client.

    Attributes:
        name: The name of the class.
        description: The first line of its docstring.
        parent: The class that it inherits from; empty for the main client.
        credentials: The arguments that are credentials.
        settings: The arguments that are settings, sent with every request.
        own_settings: The settings that the parent does not have.
        unused: The arguments that are accepted but not used, with their descriptions.
        constants: The values of its class attributes, by the attributes with their types, as code.
        base_url_variable: The environment variable of the base URL; empty for none.
    """

    name: str
    description: str
    parent: str
    credentials: list[Argument]
    settings: list[Argument]
    own_settings: list[Argument]
    unused: dict[str, str]
    constants: dict[str, str]
    base_url_variable: str


def clients(context: Context) -> list[ClientClass]:
    """Return the main client, and the other clients that inherit from it."""
    extension, info = context.extension, context.info
    variables = extension.environment
    settings = [_setting(name, setting) for name, setting in extension.settings.items()]
    for word in extension.unused:
        check_identifier(word, "unused")
    first = ClientClass(
        context.client_name,
        first_sentence(info.get("description", "")) or f"The client of {info['title']}.",
        parent="",
        credentials=_credentials(extension.credentials) or _of_schemes(context.security, variables.api_key),
        settings=settings,
        own_settings=settings,
        unused=extension.unused,
        constants={"_base_url_variable: _ClassVar[str]": repr(variables.base_url)},
        base_url_variable=variables.base_url,
    )
    found = [first, *(_other_client(name, other, first) for name, other in extension.clients.items())]
    for client in found:
        client.constants["_credentials: _ClassVar[_Mapping[str, _Credential]]"] = (
            "{" + ", ".join(f"{key.name!r}: {key.code}" for key in client.credentials) + "}"
        )
    return found


def _other_client(name: str, other: OtherClient, first: ClientClass) -> ClientClass:
    """Return a client that inherits from the main client, and by default has its credentials."""
    constants = {
        "_base_url_variable: _ClassVar[str]": '""',
        "_base_url: _ClassVar[str]": repr(other.base_url),
        "_paths: _ClassVar[_Mapping[str, str]]": repr(other.paths),
    }
    if other.telemetry.attributes:
        constants["_call_attributes: _ClassVar[_Mapping[str, str]]"] = repr(other.telemetry.attributes)
    own = [_setting(key, setting) for key, setting in other.settings.items()]
    return ClientClass(
        ClassName(name, "field_"),
        other.description,
        parent=first.name,
        credentials=_credentials(other.credentials) or first.credentials,
        settings=[*own, *first.settings],
        own_settings=own,
        unused=first.unused,
        constants=constants,
        base_url_variable="",
    )


def _setting(name: str, setting: Setting) -> Argument:
    sent = {"header": setting.header, "query": setting.query, "is_required": setting.required}
    about = setting.description or f"Sent as `{setting.header or setting.query}`"
    given = {key: value for key, value in sent.items() if value}
    return _argument(name, "_Setting", setting.environment, given, about)


def _credentials(declared: Mapping[str, Credential]) -> list[Argument]:
    """Return the credentials that the extension declares; without a header, they are sent as the spec says."""
    found = []
    for name, credential in declared.items():
        given = credential.model_dump(include={"header", "prefix"}, exclude_unset=True)
        about = credential.description or "The key, or a function that returns the current key"
        found.append(_argument(name, "_Credential", credential.environment, given, about))
    return found


def _of_schemes(security: Security, variable: str) -> list[Argument]:
    """Return the credentials of the spec's security schemes: `api_key` for a single scheme, else one for each.

    Args:
        variable: The environment variable of the first credential.
    """
    if not (schemes := security.arguments(_ARGUMENTS)):
        scheme = next(iter(security.schemes), Scheme("", "bearer", "", "", "", ""))
        return [_argument("api_key", "_Credential", variable, {}, _described(scheme, ""), scheme.kind)]
    found: list[Argument] = []
    for name, scheme in schemes.items():
        given = {"header": scheme.key, "prefix": scheme.prefix, "location": scheme.location, "scheme": scheme.name}
        about = _described(scheme, f": `{scheme.name}`")
        found.append(_argument(name, "_Credential", "" if found else variable, given, about, scheme.kind))
    return found


def _described(scheme: Scheme, name: str) -> str:
    """Describe a credential: what it is, how it is sent, and its description in the spec."""
    match scheme.kind:
        case "basic":
            what = "The user and the password, as a pair or as `user:password`, sent as HTTP Basic"
        case "bearer":
            what = "The token, or a function that returns the current token, sent as `Authorization: Bearer`"
        case _:
            place = {"header": "header", "query": "query parameter", "cookie": "cookie"}[scheme.location]
            what = f"The key, or a function that returns the current key, sent as the {place} `{scheme.key}`"
    return f"{what}{name}. {scheme.description}".rstrip(". ")


def _argument(
    name: str, kind: str, variable: str, given: Mapping[str, object], description: str, scheme_kind: str = ""
) -> Argument:
    """Return an argument of a client.

    Args:
        kind: The class that declares it, as code.
        variable: The environment variable of its value; empty for none.
        given: The other arguments of the class.
        scheme_kind: The kind of the security scheme that it is for.
    """
    if name in _ARGUMENTS:
        raise ExtensionError(
            f"x-generator-client: `{name}` is an argument that every client has: call it something else"
        )
    code = f"{kind}({', '.join([repr(variable), *(f'{key}={value!r}' for key, value in given.items())])})"
    text = description.rstrip(".") + (f"; by default {variable} of the environment." if variable else ".")
    type_ = "tuple[str, str] | _Token" if scheme_kind == "basic" else "_Token"
    return Argument(PythonIdentifier(name, "field_"), code, text, type_)
