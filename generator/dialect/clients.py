"""The clients whose methods are grouped by tag, and other names of things, as `x-generator-client` says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from keyword import iskeyword
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from openapi_python_client.strings import ClassName, PythonIdentifier

from .context import FragmentError
from .security import Scheme, Security
from .texts import first_sentence


class Option(NamedTuple):
    """An argument that every client takes.

    Attributes:
        name: Its name.
        type: The type of its values, as code.
        default: The default of the constructor, as code.
        description: What its value is, for the documentation of the class.
        replaced: What a copy has more of it: another argument, which replaces its values instead of adding to them.
    """

    name: str
    type: str
    default: str
    description: str
    replaced: str = ""

    @property
    def type_of_copy(self) -> str:
        """The type in a copy: what is not given there is the client's own."""
        return f"{self.type} | _Unset" if self.default == "False" else self.type

    @property
    def default_of_copy(self) -> str:
        """The default of a copy, as code."""
        return "_UNSET" if self.default == "False" else self.default


OPTIONS: Final = (
    Option("base_url", "str | _httpx.URL | None", "None", "Where the API is{0}."),
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
    Option("default_headers", "_Mapping[str, str] | None", "None", "Sent with every request.", "set_default_headers"),
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
        "follow_redirects", "bool", "False", "Whether redirects are followed; no credentials cross to another origin."
    ),
    Option(
        "max_response_bytes",
        "int | _Unset",
        "_UNSET",
        "The largest body that is accepted, both as it is sent and once it is decompressed.",
    ),
    Option(
        "pickle_api_key",
        "bool",
        "False",
        "Whether a pickle of this client holds the key; if not, loading it reads the key from the environment.",
    ),
)
_BEARER: Final = "The token, or a function that returns the current one, sent as `Authorization: Bearer`"
_ARGUMENTS: Final = frozenset(
    {"self"} | {name for option in OPTIONS for name in (option.name, option.replaced) if name}
)


class Argument(NamedTuple):
    """An argument of a client that is a credential or a setting.

    Attributes:
        name: Its name.
        code: What declares it.
        description: What its value is, for the documentation of the class.
        type: What may be given, as code.
    """

    name: str
    code: str
    description: str
    type: str = "_Token"


class ClientClass(NamedTuple):
    """A client.

    Attributes:
        name: The name of the class.
        description: What the class is.
        parent: The client that it differs from, if any.
        credentials: The arguments of which one is the key.
        settings: The arguments that go to every request.
        own_settings: Those that the parent does not have.
        unused: The arguments that are accepted and not used, with what they are for.
        constants: What its class says of itself: the attribute with its type, and its value, as code.
        base_url_variable: The environment variable that says where the API is, if there is one.
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
    """A module that has things of the package under other names.

    Attributes:
        path: Where it is in the package.
        lines: The import statements, and the unions.
        names: The names, sorted.
        lazy: The names that are imported when they are first used, by their modules; by "" those that are modules.
    """

    path: str
    lines: list[str]
    names: list[str]
    lazy: Mapping[str, list[str]] = MappingProxyType({})


def clients(document: Mapping[str, Any], title: str, name: str, security: Security) -> list[ClientClass]:
    """Return the clients: that of the document, and those that differ from it."""
    extension = _extension(document)
    environment = extension.get("environment") or {}
    credentials = extension.get("credentials") or _of_schemes(security, environment.get("api_key", ""))
    settings = extension.get("settings") or {}
    unused: dict[str, str] = extension.get("unused") or {}
    for word in unused:
        _check_identifier(word, "unused")
    first = ClientClass(
        name,
        first_sentence(str(document["info"].get("description") or "")) or f"The client of {title}.",
        "",
        _credentials(credentials),
        _settings(settings),
        _settings(settings),
        unused,
        {"_base_url_variable: _ClassVar[str]": repr(environment.get("base_url", ""))},
        environment.get("base_url", ""),
    )
    found = [first]
    for name, other in (extension.get("clients") or {}).items():
        constants = {
            "_base_url_variable: _ClassVar[str]": '""',
            "_base_url: _ClassVar[str]": repr(other["base_url"]),
            "_paths: _ClassVar[_Mapping[str, str]]": repr(other.get("paths", {})),
        }
        if attributes := (other.get("telemetry") or {}).get("attributes"):
            constants["_call_attributes: _ClassVar[_Mapping[str, str]]"] = repr(attributes)
        own = _settings(other.get("settings") or {})
        keys = _credentials(other.get("credentials") or credentials)
        settings_of_both = [*own, *first.settings]
        found.append(
            ClientClass(
                ClassName(name, "field_"),
                other["description"],
                first.name,
                keys,
                settings_of_both,
                own,
                unused,
                constants,
                "",
            )
        )
    for client in found:
        client.constants["_credentials: _ClassVar[_Mapping[str, _Credential]]"] = (
            "{" + ", ".join(f"{key.name!r}: {key.code}" for key in client.credentials) + "}"
        )
    return found


def modules(document: Mapping[str, Any]) -> dict[str, Module]:
    """Return the modules that have things of the package under other names, by their own; that of "" is the package.

    That of the package and `types` are there in any case.
    """
    names: Mapping[str, Mapping[str, str | list[str]]] = _extension(document).get("names") or {}
    found = {"": Module("__init__.py", [], []), "types": Module("types/__init__.py", [], [])}
    for name, sources in names.items():
        for word in (*name.split(".") * bool(name), *sources):
            _check_identifier(word)
        parent, parts = name.rpartition(".")[0], name.split(".") if name else []
        if parent and parent not in names:
            raise FragmentError(f"x-generator-client: names has {name}, and not {parent}, which it is in")
        below = [other.rpartition(".")[2] for other in names if other and other.rpartition(".")[0] == name]
        is_package = name in ("", "types") or bool(below)
        dots = "." * (len(parts) + is_package)
        path = "/".join([*parts, "__init__.py"]) if is_package else "/".join(parts) + ".py"
        # Importers read them as attributes of the package.
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
                raise FragmentError(
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
        raise FragmentError(f"x-generator-client: {place} has {word!r}, which is no name in Python")


def _extension(document: Mapping[str, Any]) -> Mapping[str, Any]:
    return document["info"].get("x-generator-client") or {}


def _of_schemes(security: Security, variable: str) -> dict[str, dict[str, str]]:
    """Return the credentials that a document's schemes are: one that is called `api_key`, or one for each."""
    schemes = security.arguments(_ARGUMENTS)
    if not schemes:
        said = [{"kind": scheme.kind, "description": _said(scheme, "")} for scheme in security.schemes]
        return {"api_key": {"environment": variable, **(said[0] if said else {"description": _BEARER})}}
    return {
        name: {
            "environment": "" if number else variable,
            "header": scheme.key,
            "prefix": scheme.prefix,
            "location": scheme.location,
            "scheme": scheme.name,
            "kind": scheme.kind,
            "description": _said(scheme, f": `{scheme.name}`"),
        }
        for number, (name, scheme) in enumerate(schemes.items())
    }


def _said(scheme: Scheme, name: str) -> str:
    """Return what a credential is, how it is given and sent, and what the document says of it."""
    match scheme.kind:
        case "basic":
            what = "The user and the password, as a pair or as `user:password`, sent as HTTP Basic"
        case "bearer":
            what = _BEARER
        case _:
            place = {"header": "header", "query": "query parameter", "cookie": "cookie"}[scheme.location]
            what = f"The key, or a function that returns the current one, sent as the {place} `{scheme.key}`"
    return f"{what}{name}. {scheme.description}".rstrip(". ")


def _credentials(said: Mapping[str, Mapping[str, str]]) -> list[Argument]:
    """Return the credentials, sent as bearer tokens unless the document says otherwise."""
    found = []
    for name, credential in said.items():
        given = [key for key in ("header", "prefix", "location", "scheme") if key in credential]
        arguments = [f"{key}={credential[key]!r}" for key in given]
        code = f"_Credential({', '.join([repr(credential.get('environment', '')), *arguments])})"
        found.append(
            _argument(
                name,
                code,
                credential.get("description", "The key, or a function that returns the current one"),
                credential,
            )
        )
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
        raise FragmentError(
            f"x-generator-client: `{name}` is an argument that every client has: call it something else"
        )
    variable = said.get("environment")
    text = description.rstrip(".") + (f"; by default {variable} of the environment." if variable else ".")
    type_ = "tuple[str, str] | _Token" if said.get("kind") == "basic" else "_Token"
    return Argument(PythonIdentifier(name, "field_"), code, text, type_)
