# Generated from generator/runtime/facade.py by `make generate`; do not edit.
"""The base of the clients whose methods are grouped by tag; they send through an `AuthenticatedClient`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar, Generic, Self, TypeVar, cast, overload
from urllib.parse import quote

import httpx

from .adapters import client_as_httpx, described
from .client import AuthenticatedClient
from .document import AUTH_REQUIRED, BASE_URL, CALL_ATTRIBUTES
from .errors import CredentialsError
from .options import merged_headers
from .overrides import overrides
from .secrets import hides_arguments, without_userinfo
from .settings import Credential, setting_text, with_key
from .types import AsyncHttpClient, SyncHttpClient, Timeout, Token
from .unset import UNSET

HttpClient = TypeVar("HttpClient", bound=SyncHttpClient | AsyncHttpClient)

# A stand-in for a missing key, compared by identity, so that a key with the same text is sent.
_NOT_SENT = "not sent".replace(" ", "-")
_HTTPX_TIMEOUT = httpx.Timeout(5)


class Setting:
    """An argument of the client that every request is sent with, as a descriptor that holds its value."""

    def __init__(self, variable: str = "", *, header: str = "", query: str = "", is_required: bool = False) -> None:
        """Declare a setting.

        Args:
            variable: The environment variable that holds the value by default.
            header: The name of the header that holds the value.
            query: The name of the query parameter that holds the value. Without both, the value is a part of URLs.
            is_required: Whether a value must be given.
        """
        self.variable, self.header, self.query, self.is_required = variable, header, query, is_required

    def __set_name__(self, owner: type[Facade[Any]], name: str) -> None:
        self._name = name
        owner._settings = {**owner._settings, name: self}

    @overload
    def __get__(self, facade: None, owner: type[Facade[Any]]) -> Self: ...
    @overload
    def __get__(self, facade: Facade[Any], owner: type[Facade[Any]]) -> str | None: ...
    def __get__(self, facade: Facade[Any] | None, owner: type[Facade[Any]]) -> Self | str | None:
        return self if facade is None else facade._values[self._name] or None

    def __set__(self, facade: Facade[Any], value: str | None) -> None:
        if not (self.header or self.query):
            raise AttributeError(f"{self._name} is a part of the base URL: assign base_url, or make another client.")
        facade._values = {**facade._values, self._name: setting_text(self._name, value)}
        facade._assign()


# The options that are passed to `AuthenticatedClient`, and their names there.
_PASSED = {name: name for name in ("timeout", "max_retries", "follow_redirects", "max_response_bytes")}
_PASSED |= {"pickle_api_key": "pickle_token"}


class Facade(Generic[HttpClient]):
    """A client whose methods are grouped by tag.

    Calls use the properties that a subclass overrides, such as `default_headers`, with their values at that time.

    Attributes:
        client: The `AuthenticatedClient` that the methods send through.
    """

    _http_client: ClassVar[type[httpx.Client] | type[httpx.AsyncClient]]
    # May have names of settings in braces.
    _base_url: ClassVar[str] = BASE_URL
    _base_url_variable: ClassVar[str] = ""
    _credentials: ClassVar[Mapping[str, Credential]] = {"api_key": Credential()}
    _settings: ClassVar[Mapping[str, Setting]] = {}
    # Other paths of operations, by the declared paths. They have names of settings in braces, whose values are needed.
    _paths: ClassVar[Mapping[str, str]] = {}
    # The attributes of every call in telemetry.
    _call_attributes: ClassVar[Mapping[str, str]] = CALL_ATTRIBUTES

    def __init_subclass__(cls) -> None:
        for name in ("__init__", "copy", "with_options"):
            if name in vars(cls):
                setattr(cls, name, hides_arguments(vars(cls)[name]))

    def _initialize(
        self,
        credentials: Mapping[str, Token | tuple[str, str] | None],
        settings: Mapping[str, str | None],
        options: Mapping[str, Any],
    ) -> None:
        """Initialize the client; a generated `__init__` calls this.

        Args:
            credentials: The arguments that are credentials.
            settings: The arguments that are settings.
            options: The other arguments.

        Raises:
            CredentialsError: No key is given, or more than one.
            ValueError: A required setting is missing.
        """
        self._values = {
            name: _variable(setting.variable) if settings.get(name) is None else setting_text(name, settings[name])
            for name, setting in self._settings.items()
        }
        if all(value is None for value in credentials.values()):
            found = {name: os.environ.get(credential.variable) for name, credential in self._credentials.items()}
            given = [pair for pair in found.items() if pair[1] is not None]
            credentials = dict(given if self._has_schemes() else given[:1])
            if not credentials and not AUTH_REQUIRED:
                credentials = {next(iter(self._credentials)): _NOT_SENT}
            if not credentials:
                raise CredentialsError(f"There is no API key: {_how_to_give(self._credentials)}.")
        base_url = options.get("base_url") or _variable(self._base_url_variable)
        for name, setting in self._settings.items():
            is_part = not base_url and f"{{{name}}}" in self._base_url
            if (setting.is_required or is_part) and not self._values[name]:
                or_url = ", or give base_url=" if is_part else ""
                raise ValueError(f"There is no {name}: {_how_to_give({name: setting})}{or_url}.")
        http_client = client_as_httpx(options.get("http_client"))
        if http_client is not None:
            own = http_client.timeout  # a mock has another
            if isinstance(own, httpx.Timeout) and own != _HTTPX_TIMEOUT and options.get("timeout", UNSET) is UNSET:
                options = {**options, "timeout": own}
        parts = {name: value.rstrip("/") for name, value in self._values.items()}
        changes = self._changes(credentials, {**options, "base_url": base_url or self._base_url.format_map(parts)})
        if not base_url:
            changes["paths"] = self._own_paths()
        if http_client is not None:
            changes["httpx_args"] = {"trust_env": False}  # the user's own client reads the environment
        self.client = self._injected(AuthenticatedClient(**changes), http_client)

    def _copy(
        self,
        credentials: Mapping[str, Token | tuple[str, str] | None],
        settings: Mapping[str, str | None],
        options: Mapping[str, Any],
        set_default_headers: Mapping[str, str] | None = None,
        set_default_query: Mapping[str, object] | None = None,
    ) -> Self:
        """Return a copy with other options; a generated `copy` calls this."""
        for name, replaced in (("default_headers", set_default_headers), ("default_query", set_default_query)):
            if replaced is not None and options.get(name) is not None:
                raise ValueError(
                    f"The `{name}` and `set_{name}` arguments are mutually exclusive: the former are added, the latter"
                    " replace all."
                )
        copy = type(self).__new__(type(self))
        for name, value in vars(self).items():
            if not isinstance(getattr(type(self), name, None), cached_property):  # resources hold this client
                setattr(copy, name, value)
        given = {name: setting_text(name, value) for name, value in settings.items() if value is not None}
        copy._values = {**self._values, **given}
        headers = self.client.headers if set_default_headers is None else set_default_headers
        query = self.client.query if set_default_query is None else set_default_query
        client = self.client._changed(**copy._changes(credentials, options, headers, query))
        copy.client = copy._injected(client, client_as_httpx(options.get("http_client")))
        return copy

    @classmethod
    def _has_schemes(cls) -> bool:
        """Return whether a client may have credentials for several security schemes."""
        return any(credential.scheme for credential in cls._credentials.values())

    @property
    def api_key(self) -> Token:
        """The key, or the function that returns it. An assigned key is used from the next request on."""
        return self.client.token

    @api_key.setter
    def api_key(self, key: Token) -> None:
        self.client.schemes = with_key(self.client.schemes, self.client.token, key)
        self.client.token = key

    @property
    def base_url(self) -> httpx.URL:
        """The URL of the API, with a final slash. An assigned URL is used from the next request on."""
        return httpx.URL(f"{self.client.base_url}/")

    @base_url.setter
    def base_url(self, url: str | httpx.URL) -> None:
        self._assign(base_url=url)

    @property
    def timeout(self) -> Timeout:
        """Seconds for each attempt, an `httpx.Timeout`, or None for no limit; can be assigned."""
        return self.client.timeout

    @timeout.setter
    def timeout(self, timeout: Timeout) -> None:
        self._assign(timeout=timeout)

    @property
    def max_retries(self) -> int:
        """How many times a request is sent again after transient failures; can be assigned."""
        return self.client.max_retries

    @max_retries.setter
    def max_retries(self, max_retries: int) -> None:
        self._assign(max_retries=max_retries)

    @property
    def default_headers(self) -> Mapping[str, str]:
        """A copy of the headers of every request, without the one that holds the key."""
        return {**self.client.headers}

    @property
    def default_query(self) -> Mapping[str, Any]:
        """A copy of the query parameters of every request."""
        return {**self.client.query}

    def is_closed(self) -> bool:
        """Return whether the client was closed and not used since."""
        return self.client.is_closed

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={without_userinfo(self.client.base_url)!r})"

    def __copy__(self) -> Self:
        return self._copy({}, {}, {})

    def __deepcopy__(self, _: object) -> Self:
        return self._copy({}, {}, {})

    def __getstate__(self) -> dict[str, Any]:
        # The headers of settings, such as the name of an account, are not secret; other headers may be.
        names = {setting.header for setting in self._settings.values() if setting.header}
        headers = {name: value for name, value in self.client.headers.items() if name in names}
        return {"client": self.client, "values": self._values, "headers": headers}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.client, self._values = self._injected(state["client"], None), state["values"]
        self.client.headers = {**state["headers"], **self.client.headers}
        for credential in self._credentials.values():
            if not self.client.token and credential.header == self.client.auth_header_name:
                self.client.token = _variable(credential.variable)
            if (
                credential.scheme
                and credential.scheme not in self.client.schemes
                and (key := _variable(credential.variable))
            ):
                self.client.schemes = {**self.client.schemes, credential.scheme: credential.auth(key)}

    def _changes(
        self,
        credentials: Mapping[str, Token | tuple[str, str] | None],
        options: Mapping[str, Any],
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, object] | None = None,
    ) -> dict[str, Any]:
        """Return the arguments of `AuthenticatedClient` for these arguments, merged with existing headers and query."""
        changes = {_PASSED[name]: options[name] for name in _PASSED if options.get(name, UNSET) is not UNSET}
        if base_url := options.get("base_url"):
            changes |= {"base_url": str(base_url), "paths": {}}
        given = {name: _token(name, token) for name, token in credentials.items() if token is not None}
        if len(given) > 1 and not self._has_schemes():
            raise CredentialsError(f"Give one of {' and '.join(given)}, not more.")
        for name, token in [*given.items()][:1]:
            credential = self._credentials[name]
            location = "" if token is _NOT_SENT else credential.location or "header"
            changes |= {
                "token": token,
                "auth_header_name": credential.header,
                "prefix": credential.prefix,
                "auth_location": location,
            }
        if self._has_schemes():
            sent = {self._credentials[name]: token for name, token in given.items() if token is not _NOT_SENT}
            kept = self.client.schemes if "client" in vars(self) else {}
            schemes = {credential.scheme: credential.auth(token) for credential, token in sent.items()}
            changes["schemes"] = {**kept, **schemes}
        values = [(setting, self._values[name]) for name, setting in self._settings.items()]
        own = {setting.header: value for setting, value in values if setting.header}
        merged = merged_headers(headers or {}, own, options.get("default_headers") or {})
        changes["headers"] = {name: value for name, value in merged.items() if value}
        own = {setting.query: value for setting, value in values if setting.query}
        changes["query"] = {**(query or {}), **(options.get("default_query") or {}), **own}
        return changes

    @hides_arguments
    def _assign(self, **options: Any) -> None:
        """Change the client in place, because resources refer to it."""
        made = self.client._changed(**self._changes({}, options, self.client.headers, self.client.query))
        for name in made._options:
            setattr(self.client, name, getattr(made, name))

    def _injected(
        self, client: AuthenticatedClient, http_client: httpx.Client | httpx.AsyncClient | None
    ) -> AuthenticatedClient:
        """Return the client, which sends through the user's own httpx client, if one is given."""
        if http_client is not None and not isinstance(http_client, self._http_client):
            wanted = self._http_client.__name__
            raise TypeError(
                f"Invalid `http_client` argument: it must be an httpx.{wanted}, not {described(http_client)}."
            )
        if isinstance(http_client, httpx.Client):
            client.set_httpx_client(http_client)
        elif isinstance(http_client, httpx.AsyncClient):
            client.set_async_httpx_client(http_client)
        client._overrides = overrides(self, Facade)
        return client

    def _own_paths(self) -> dict[str, str]:
        """Return the paths of operations that the settings change."""
        parts = {name: quote(value, safe="") for name, value in self._values.items() if value}
        try:
            return {path: target.format_map(parts) for path, target in self._paths.items()}
        except KeyError:
            return {}


class SyncFacade(Facade[SyncHttpClient]):
    """A synchronous client, also a context manager."""

    _http_client = httpx.Client

    @property
    def http_client(self) -> httpx.Client:
        """The httpx client that requests are sent through."""
        return self.client.get_httpx_client()

    def close(self) -> None:
        """Close the connections. The client can be used again, and connects again."""
        self.client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncFacade(Facade[AsyncHttpClient]):
    """An asynchronous client, also an asynchronous context manager."""

    _http_client = httpx.AsyncClient

    @property
    def http_client(self) -> httpx.AsyncClient:
        """The httpx client that requests of the running event loop are sent through."""
        return self.client.get_async_httpx_client()

    async def aclose(self) -> None:
        """Close the connections of the running event loop. The client can be used again, and connects again."""
        await self.client.aclose()

    close = aclose

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


class Resource:
    """The operations of a tag, as methods."""

    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={without_userinfo(self._client.base_url)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        # The functions that `with_raw_response` keeps cannot be pickled; the copy makes its own.
        return type(self), (vars(self).get("_plain", self._client),)


def _variable(name: str) -> str:
    return os.environ.get(name, "") if name else ""


@hides_arguments
def _token(name: str, token: object) -> Token:
    """Return a credential as a token; a pair of user and password is joined to `user:password`.

    Raises:
        TypeError: A pair is not two str.
    """
    if isinstance(token, tuple | list):
        if len(token) != 2 or not all(isinstance(part, str) for part in token):
            raise TypeError(f"{name} must be a user and a password, or a str.")
        return f"{token[0]}:{token[1]}"
    return cast(Token, token)


def _how_to_give(arguments: Mapping[str, Credential] | Mapping[str, Setting]) -> str:
    """Return, for a message, how to give a value to one of these arguments."""
    given = f"give {' or '.join(f'{name}=' for name in arguments)}"
    variables = [argument.variable for argument in arguments.values() if argument.variable]
    return f"{given}, or set {' or '.join(variables)}" if variables else given
