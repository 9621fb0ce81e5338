"""The table of `docs/migrating.md`: what is true of openai-python, and what of this package."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from tests.programs.migrating.subject import Subject

# Made once, because making one takes longer than a row.
TLS = httpx.create_ssl_context()


class Row(NamedTuple):
    """A row of the table, with the expressions that are true of each package."""

    text: str
    theirs: str
    ours: str


def rows() -> list[Row]:
    text = Path("docs/migrating.md").read_text(encoding="utf-8")
    return [Row(*found) for found in re.findall(r"^\| (.+?) \| `(.+?)` \| `(.+?)` \|$", text, re.MULTILINE)]


def holds(expression: str, subject: Subject) -> bool:
    """Return whether an expression is true of a package; its exceptions are not caught."""
    client = subject.client()
    azure = {"azure_endpoint": subject.origin, "azure_deployment": "gpt", "api_version": "v", "api_key": "azure-key"}
    with (
        httpx.Client(verify=TLS) as own,
        client.chat.completions.with_streaming_response.retrieve("chatcmpl-1") as streamed,
    ):
        names: dict[str, Any] = {
            **vars(subject.sdk),
            "ChatCompletion": subject.module("types.chat").ChatCompletion,
            "asynchronous": subject.client("AsyncOpenAI"),
            "azure": subject.client("AzureOpenAI", **azure),
            "client": client,
            "completion": client.chat.completions.retrieve("chatcmpl-1"),
            "error": subject.error(lambda: client.chat.completions.retrieve("status-404")),
            "httpx": httpx,
            "own": own,
            "raised": lambda call: type(subject.error(call)),
            "raw": client.chat.completions.with_raw_response.retrieve("chatcmpl-1"),
            "run": lambda awaitable: subject.run(_awaited(awaitable)),
            "sdk": subject.sdk,
            "sent": subject.sent,
            "streamed": streamed,
        }
        return bool(eval(expression, names))


async def _awaited(awaitable: Any) -> Any:
    return await awaitable
