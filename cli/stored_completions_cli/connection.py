"""The options that say how to reach the server, and the clients made from them."""

from __future__ import annotations

import os
import re
import ssl
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from stored_completions import AsyncAzureOpenAI, AsyncOpenAI, DefaultAsyncHttpxClient
from stored_completions_cli.errors import UsageError, unreadable_file


@dataclass(frozen=True)
class Connection:
    """The options that say how to reach the server.

    They never hold the key, which is read from its file or the environment when it is needed.
    """

    concurrency = 1  # how many requests to make at a time

    base_url: Annotated[
        str | None, typer.Option(metavar="URL", help="Where the API is; by default OPENAI_BASE_URL.")
    ] = None
    api_key_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A file with the API key; by default it is in OPENAI_API_KEY."),
    ] = None
    azure_endpoint: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            envvar="AZURE_OPENAI_ENDPOINT",
            help="An Azure resource, such as https://NAME.openai.azure.com. Its version is OPENAI_API_VERSION"
            " (by default v1), and its key AZURE_OPENAI_API_KEY or AZURE_OPENAI_AD_TOKEN.",
        ),
    ] = None
    timeout: Annotated[float, typer.Option(metavar="SECONDS", min=0.001, help="Seconds that a response may take.")] = (
        60.0
    )
    max_retries: Annotated[
        int, typer.Option(metavar="N", min=0, help="How many times a request is sent again after transient failures.")
    ] = 8

    def redacted_url(self) -> str:
        """Return the URL of the API without a user and password; empty for the default.

        Raises:
            UsageError: the URL is malformed.
        """
        try:
            return str(httpx.URL(self._url or "").copy_with(userinfo=b""))
        except (httpx.InvalidURL, UnicodeError):
            # The error may name a part of the password.
            raise UsageError(
                "The base URL is not a URL. Is its port a number, and are a user and password percent-encoded?"
            ) from None

    def for_workers(self) -> Connection:
        """Return the options for the workers of a cluster, which have another environment.

        Raises:
            UsageError: the URL is malformed, or contains a password.
        """
        if self._url and self.redacted_url() != str(httpx.URL(self._url)):
            raise UsageError("The base URL has a password in it, and no password is sent to workers: leave it out.")
        return self if self._is_azure else replace(self, base_url=self._url)

    def http_client(self) -> httpx.AsyncClient:
        """Return an httpx client that uses the proxies of the environment.

        Raises:
            UsageError: a proxy cannot be used.
        """
        limits = httpx.Limits(max_connections=self.concurrency + 1)
        try:
            return DefaultAsyncHttpxClient(limits=limits, verify=certificates())
        except (ImportError, ValueError, httpx.InvalidURL) as error:
            variables = "HTTPS_PROXY, HTTP_PROXY or ALL_PROXY"
            raise UsageError(f"The proxy that the environment names ({variables}) cannot be used: {error}") from None

    def client(self, http_client: httpx.AsyncClient) -> AsyncOpenAI:
        """Return an API client that sends its requests with an httpx client.

        Raises:
            UsageError: there is no key, or the key or the URL is invalid.
        """
        variable = "AZURE_OPENAI_API_KEY" if self._is_azure else "OPENAI_API_KEY"
        key = _read_key(self.api_key_file) if self.api_key_file else os.environ.get(variable)
        if not key and not (self._is_azure and os.environ.get("AZURE_OPENAI_AD_TOKEN")):
            raise UsageError(f"There is no API key: set {variable}, or name a file that holds it: --api-key-file FILE.")
        options: Any = {"timeout": self.timeout, "max_retries": self.max_retries, "http_client": http_client}
        try:
            if not self._is_azure:
                return AsyncOpenAI(api_key=key, base_url=self.base_url, **options)
            options |= {"azure_endpoint": self.azure_endpoint, "api_version": _azure_version()}
            return AsyncAzureOpenAI(api_key=key or None, base_url=self._url, **options)
        except ValueError as error:
            raise UsageError(f"{error}") from None

    @property
    def _is_azure(self) -> bool:
        return bool(self.azure_endpoint) and not self.base_url

    @property
    def _url(self) -> str | None:
        """The URL of the API; of Azure's, version `v1` has another path than dated versions. None is the default."""
        if not self._is_azure:
            return self.base_url or os.environ.get("OPENAI_BASE_URL")
        is_dated = re.match(r"\d{4}-\d{2}-\d{2}", _azure_version())
        return f"{str(self.azure_endpoint).rstrip('/')}/openai{'' if is_dated else '/v1'}"


@dataclass(frozen=True)
class ConcurrentConnection(Connection):
    """The options for commands that make many requests at a time."""

    concurrency: Annotated[
        int, typer.Option(metavar="N", min=1, max=1000, help="How many requests to make at a time.")
    ] = 16


@cache
def certificates() -> ssl.SSLContext:
    """Read the certificates that servers are checked against, once, because reading them is slow.

    Raises:
        UsageError: the files that SSL_CERT_FILE or SSL_CERT_DIR names cannot be read.
    """
    try:
        return httpx.create_ssl_context()
    except OSError as error:
        raise UsageError(
            f"The certificates that SSL_CERT_FILE or SSL_CERT_DIR names cannot be read: {error}."
        ) from None


@cache
def _read_key(path: Path) -> str:
    """Read the key from a file, once, because the shell's `<(...)` can be read only once."""
    try:
        return path.read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise unreadable_file(f"--api-key-file {path}", error) from None


def _azure_version() -> str:
    return os.environ.get("OPENAI_API_VERSION") or "v1"
