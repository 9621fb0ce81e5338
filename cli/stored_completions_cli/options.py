"""What the commands have in common: how to reach the server, and which completions to select."""

from __future__ import annotations

import datetime
import inspect
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import httpx
import typer
from dateutil import parser as dates

from stored_completions import AsyncAzureOpenAI, AsyncOpenAI, DefaultAioHttpClient
from stored_completions_cli.errors import CommandError, Status

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@dataclass(frozen=True)
class Connection:
    """How to reach the server. The key is never here: it comes from a file or the environment when it is needed."""

    base_url: Annotated[
        str | None, typer.Option(help="Where the API is; by default OPENAI_BASE_URL.", show_default=False)
    ] = None
    api_key_file: Annotated[
        Path | None,
        typer.Option(help="A file with the API key; by default OPENAI_API_KEY has it.", show_default=False),
    ] = None
    azure_endpoint: Annotated[
        str | None,
        typer.Option(
            envvar="AZURE_OPENAI_ENDPOINT",
            help="An Azure resource, as https://NAME.openai.azure.com, of OPENAI_API_VERSION (v1, if that is not set);"
            " the key is AZURE_OPENAI_API_KEY or AZURE_OPENAI_AD_TOKEN.",
            show_default=False,
        ),
    ] = None
    timeout: Annotated[float, typer.Option(min=0.001, help="Seconds that a response may take.")] = 60.0
    max_retries: Annotated[
        int, typer.Option(min=0, help="How many times a request is sent again after transient failures.")
    ] = 8

    def shown_url(self) -> str:
        """Return the URL of the API without the user and password that it may have; empty for the default.

        Raises:
            CommandError: it is not a URL.
        """
        given = self.base_url or (self._azure_url() if self.azure_endpoint else os.environ.get("OPENAI_BASE_URL"))
        try:
            return str(httpx.URL(given or "").copy_with(userinfo=b""))
        except httpx.InvalidURL as error:
            raise CommandError(f"The base URL is not a URL: {error}.", Status.USAGE) from None

    def to_share(self) -> Connection:
        """Return what another machine needs to reach the same server. The key is not part of it.

        Raises:
            CommandError: the URL holds a password.
        """
        given = self.base_url or os.environ.get("OPENAI_BASE_URL")
        if given and httpx.URL(given).userinfo:
            raise CommandError(
                "The base URL has a password in it, and no password is sent to workers: leave it out.", Status.USAGE
            )
        return replace(self, base_url=self.base_url if self.azure_endpoint else given)

    def http_client(self, concurrency: int) -> httpx.AsyncClient:
        """Return what a client sends so many requests at a time through, and the listing beside them.

        It sends through aiohttp, which takes half of the processor's time that httpx's own transport does.
        """
        return DefaultAioHttpClient(limits=httpx.Limits(max_connections=concurrency + 1))

    def client(self, http_client: httpx.AsyncClient) -> AsyncOpenAI:
        """Return a client that sends through an httpx client.

        Raises:
            CommandError: there is no key, or the key or the URL cannot be used.
        """
        azure = self.azure_endpoint is not None and self.base_url is None
        variable = "AZURE_OPENAI_API_KEY" if azure else "OPENAI_API_KEY"
        key = self._key_of_file() if self.api_key_file else os.environ.get(variable)
        if not key and not (azure and os.environ.get("AZURE_OPENAI_AD_TOKEN")):
            raise CommandError(
                f"There is no API key: set {variable}, or name a file that holds it: --api-key-file FILE.", Status.USAGE
            )
        try:
            if azure:
                return AsyncAzureOpenAI(
                    api_key=key or None,
                    azure_endpoint=self.azure_endpoint,
                    api_version=_azure_version(),
                    base_url=self._azure_url(),
                    timeout=self.timeout,
                    max_retries=self.max_retries,
                    http_client=http_client,
                )
            return AsyncOpenAI(
                api_key=key,
                base_url=self.base_url,
                timeout=self.timeout,
                max_retries=self.max_retries,
                http_client=http_client,
            )
        except ValueError as error:
            raise CommandError(f"{error}", Status.USAGE) from None

    def _azure_url(self) -> str:
        """Return where a resource has the API: its `v1` is at another path than what dated versions are of."""
        is_dated = re.match(r"\d{4}-\d{2}-\d{2}", _azure_version())
        return f"{str(self.azure_endpoint).rstrip('/')}/openai{'' if is_dated else '/v1'}"

    def _key_of_file(self) -> str:
        try:
            return self.api_key_file.read_text(encoding="utf-8").strip() if self.api_key_file else ""
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise CommandError(f"--api-key-file {self.api_key_file} cannot be read: {reason}.", Status.USAGE) from None


@dataclass(frozen=True)
class Selection:
    """Which of the stored completions a command selects."""

    model: Annotated[str | None, typer.Option(help="Only completions of this model.", show_default=False)] = None
    metadata: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="Only those with this metadata; repeatable.", show_default=False),
    ] = None
    since: Annotated[
        str | None,
        typer.Option(
            metavar="TIME", help="Only those created since: a date, or an age as 7d or 12h.", show_default=False
        ),
    ] = None
    until: Annotated[
        str | None,
        typer.Option(
            metavar="TIME", help="Only those created before: a date, or an age as 7d or 12h.", show_default=False
        ),
    ] = None

    def resolved(self, now: float) -> Filter:
        """Return the selection as a filter, with ages counted from a time in Unix seconds.

        Raises:
            CommandError: a time or a pair cannot be understood.
        """
        return Filter(
            self.model,
            pairs("--metadata", self.metadata or []) or None,
            None if self.since is None else moment("--since", self.since, now),
            None if self.until is None else moment("--until", self.until, now),
        )


@dataclass(frozen=True)
class Filter:
    """A selection with its times in Unix seconds, from `since` on and before `until`."""

    model: str | None = None
    metadata: dict[str, str] | None = None
    since: int | None = None
    until: int | None = None

    def takes(self, created: int | None) -> bool:
        """Return whether a completion of this time belongs to the selection; one without a time always does."""
        return created is None or ((self.since or created) <= created < (self.until or created + 1))


def _azure_version() -> str:
    return os.environ.get("OPENAI_API_VERSION") or "v1"


def pairs(option: str, texts: list[str]) -> dict[str, str]:
    """Return `key=value` pairs as a mapping.

    Raises:
        CommandError: one of them is not a pair.
    """
    found = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not key or not equals:
            raise CommandError(f"{option} {text!r} is not a pair: write {option} key=value.", Status.USAGE)
        found[key] = value
    return found


def moment(option: str, text: str, now: float) -> int:
    """Return a time in Unix seconds: an age like `7d`, or a date that python-dateutil reads, local without a zone.

    Raises:
        CommandError: it is neither.
    """
    if age := re.fullmatch(r"(\d+)([smhdw])", text.strip()):
        try:
            return int(now - datetime.timedelta(**{_UNITS[age[2]]: int(age[1])}).total_seconds())
        except OverflowError:
            raise CommandError(f"{option} {text!r} is too long ago.", Status.USAGE) from None
    try:
        midnight = datetime.datetime.fromtimestamp(now).replace(hour=0, minute=0, second=0, microsecond=0)
        return int(dates.parse(text, default=midnight).timestamp())
    except (ValueError, OverflowError) as error:
        raise CommandError(
            f"{option} {text!r} is not a time ({error}): write a date like 2026-01-31 or 2026-01-31T12:00+02:00,"
            " or an age like 7d or 12h.",
            Status.USAGE,
        ) from None


def grouped(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command take dataclasses of options: Typer sees each field as an option."""
    hints = get_type_hints(command, include_extras=True)
    groups = {name: kind for name, kind in hints.items() if is_dataclass(kind) and isinstance(kind, type)}
    parameters = []
    for parameter in inspect.signature(command).parameters.values():
        if parameter.name not in groups:
            parameters.append(parameter.replace(annotation=hints[parameter.name], kind=parameter.KEYWORD_ONLY))
            continue
        inner = get_type_hints(groups[parameter.name], include_extras=True)
        parameters += [
            inspect.Parameter(each.name, parameter.KEYWORD_ONLY, default=each.default, annotation=inner[each.name])
            for each in fields(groups[parameter.name])
        ]

    @wraps(command)
    def spread(**values: Any) -> Any:
        for name, kind in groups.items():
            values[name] = kind(**{each.name: values.pop(each.name) for each in fields(kind)})
        return command(**values)

    spread.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # what Typer reads
    # Typer reads the annotations too.
    spread.__annotations__ = {each.name: each.annotation for each in parameters}
    return spread
