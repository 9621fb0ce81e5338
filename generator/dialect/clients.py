"""The clients whose methods are grouped by tag, and the modules with other names, as `x-generator-client` declares."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from keyword import iskeyword
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from openapi_python_client.strings import ClassName, PythonIdentifier

from .context import Context, ExtensionError
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
_BEARER: Final = "The token, or a function that returns the current token, sent as `Authorization: Bearer`"
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
    type: str = "_Token"


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


class Module(NamedTuple):
    """A module that re-exports names of the package under other names.

    Attributes:
        path: Its path in the package.
        lines: Its import statements and unions.
        names: Its names, sorted.
        lazy: The names that are imported on first use, by their modules; under "" names that are modules themselves.
    """

    path: str
    lines: list[str]
    names: list[str]
    lazy: Mapping[str, list[str]] = MappingProxyType({})


def clients(context: Context) -> list[ClientClass]:
    """Return the main client, and the other clients that inherit from it."""
    extension, title = context.extension, context.info["title"]
    environment = extension.get("environment", {})
    by_schemes = _credentials_of_schemes(context.security, environment.get("api_key", ""))
    credentials = extension.get("credentials") or by_schemes
    settings = _settings(extension.get("settings", {}))
    unused: dict[str, str] = extension.get("unused", {})
    for word in unused:
        _check_identifier(word, "unused")
    first = ClientClass(
        context.client_name,
        first_sentence(context.info.get("description", "")) or f"The client of {title}.",
        parent="",
        credentials=_credentials(credentials),
        settings=settings,
        own_settings=settings,
        unused=unused,
        constants={"_base_url_variable: _ClassVar[str]": repr(environment.get("base_url", ""))},
        base_url_variable=environment.get("base_url", ""),
    )
    others = extension.get("clients", {}).items()
    found = [first, *(_other_client(name, other, first, credentials) for name, other in others)]
    for client in found:
        client.constants["_credentials: _ClassVar[_Mapping[str, _Credential]]"] = (
            "{" + ", ".join(f"{key.name!r}: {key.code}" for key in client.credentials) + "}"
        )
    return found


def _other_client(
    name: str, other: Mapping[str, Any], first: ClientClass, credentials: Mapping[str, Mapping[str, str]]
) -> ClientClass:
    """Return a client that inherits from the main client, and by default has its credentials."""
    constants = {
        "_base_url_variable: _ClassVar[str]": '""',
        "_base_url: _ClassVar[str]": repr(other["base_url"]),
        "_paths: _ClassVar[_Mapping[str, str]]": repr(other.get("paths", {})),
    }
    if attributes := other.get("telemetry", {}).get("attributes"):
        constants["_call_attributes: _ClassVar[_Mapping[str, str]]"] = repr(attributes)
    own = _settings(other.get("settings", {}))
    return ClientClass(
        ClassName(name, "field_"),
        other["description"],
        parent=first.name,
        credentials=_credentials(other.get("credentials") or credentials),
        settings=[*own, *first.settings],
        own_settings=own,
        unused=first.unused,
        constants=constants,
        base_url_variable="",
    )


def modules(context: Context) -> dict[str, Module]:
    """Return the modules with other names, by their names, among them always the package itself ("") and `types`."""
    names: Mapping[str, Mapping[str, str | list[str]]] = context.extension.get("names", {})
    found = {"": Module("__init__.py", [], []), "types": Module("types/__init__.py", [], [])}
    for name, sources in names.items():
        for word in (*name.split(".") * bool(name), *sources):
            _check_identifier(word)
        parent, parts = name.rpartition(".")[0], name.split(".") if name else []
        if parent and parent not in names:
            raise ExtensionError(f"x-generator-client: names has {name}, but not its parent {parent}")
        below = [other.rpartition(".")[2] for other in names if other and other.rpartition(".")[0] == name]
        is_package = name in ("", "types") or bool(below)
        dots = "." * (len(parts) + is_package)
        path = "/".join([*parts, "__init__.py"]) if is_package else "/".join(parts) + ".py"
        lazy: dict[str, list[str]] = {}
        if name == "types":  # importing a client does not import the models
            models = [word for word, source in sources.items() if source == f".models.{word}"]
            lazy = {module: words for module, words in (("", below), ("..models", models)) if words}
        put_off = {word for words in lazy.values() for word in words}
        lines = [f"from . import {other}" for other in below if other not in put_off]
        eager = {word: source for word, source in sources.items() if word not in put_off}
        found[name] = Module(path, [*lines, *_lines(eager, dots)], sorted([*sources, *below]), lazy)
    return found


def _lines(sources: Mapping[str, str | list[str]], dots: str) -> Iterator[str]:
    unions = []
    for name, source in sources.items():
        variants = [source] if isinstance(source, str) else source
        for variant in variants:
            module, _, found = variant.rpartition(".")
            for word in (found, *filter(None, module.split("."))):
                _check_identifier(word)
            if not re.fullmatch(r"(\.|httpx\b).*", module) or ".." in module:
                raise ExtensionError(
                    f"x-generator-client: names has {variant}, which is neither the package's own nor httpx's"
                )
            known_as = name if isinstance(source, str) else f"_{found}"
            module = dots + module[1:] if module.startswith(".") else module
            yield f"from {module} import {found}" + f" as {known_as}" * (found != known_as)
        if len(variants) > 1:
            unions.append(f"{name} = {' | '.join('_' + variant.rpartition('.')[2] for variant in variants)}")
    yield from unions


def _check_identifier(word: str, place: str = "names") -> None:
    if not word.isidentifier() or iskeyword(word):
        raise ExtensionError(f"x-generator-client: {place} has {word!r}, which is no name in Python")


def _credentials_of_schemes(security: Security, variable: str) -> dict[str, dict[str, str]]:
    """Return the credentials of the spec's security schemes: `api_key` for a single scheme, else one for each."""
    schemes = security.arguments(_ARGUMENTS)
    if not schemes:
        said = [{"kind": scheme.kind, "description": _described(scheme, "")} for scheme in security.schemes]
        return {"api_key": {"environment": variable, **(said[0] if said else {"description": _BEARER})}}
    return {
        name: {
            "environment": "" if number else variable,
            "header": scheme.key,
            "prefix": scheme.prefix,
            "location": scheme.location,
            "scheme": scheme.name,
            "kind": scheme.kind,
            "description": _described(scheme, f": `{scheme.name}`"),
        }
        for number, (name, scheme) in enumerate(schemes.items())
    }


def _described(scheme: Scheme, name: str) -> str:
    """Describe a credential: what it is, how it is sent, and its description in the spec."""
    match scheme.kind:
        case "basic":
            what = "The user and the password, as a pair or as `user:password`, sent as HTTP Basic"
        case "bearer":
            what = _BEARER
        case _:
            place = {"header": "header", "query": "query parameter", "cookie": "cookie"}[scheme.location]
            what = f"The key, or a function that returns the current key, sent as the {place} `{scheme.key}`"
    return f"{what}{name}. {scheme.description}".rstrip(". ")


def _credentials(said: Mapping[str, Mapping[str, str]]) -> list[Argument]:
    """Return the arguments that are credentials, sent as bearer tokens by default."""
    found = []
    for name, credential in said.items():
        given = [key for key in ("header", "prefix", "location", "scheme") if key in credential]
        arguments = [f"{key}={credential[key]!r}" for key in given]
        code = f"_Credential({', '.join([repr(credential.get('environment', '')), *arguments])})"
        description = credential.get("description", "The key, or a function that returns the current key")
        found.append(_argument(name, code, description, credential))
    return found


def _settings(said: Mapping[str, Mapping[str, Any]]) -> list[Argument]:
    found = []
    for name, setting in said.items():
        sent = setting.get("header") or setting.get("query")
        arguments = [f"{key}={setting[key]!r}" for key in ("header", "query") if setting.get(key)]
        arguments += ["is_required=True"] if setting.get("required") else []
        code = f"_Setting({', '.join([repr(setting.get('environment', '')), *arguments])})"
        found.append(_argument(name, code, setting.get("description") or f"Sent as `{sent}`", setting))
    return found


def _argument(name: str, code: str, description: str, said: Mapping[str, Any]) -> Argument:
    if name in _ARGUMENTS:
        raise ExtensionError(
            f"x-generator-client: `{name}` is an argument that every client has: call it something else"
        )
    variable = said.get("environment")
    text = description.rstrip(".") + (f"; by default {variable} of the environment." if variable else ".")
    type_ = "tuple[str, str] | _Token" if said.get("kind") == "basic" else "_Token"
    return Argument(PythonIdentifier(name, "field_"), code, text, type_)
