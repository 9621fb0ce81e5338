"""Import and load, in the process that others are forked from, what a first call needs."""

from __future__ import annotations

import contextlib
import io
import os
from importlib import import_module

import anyio
from rich.emoji import Emoji

from stored_completions._runtime import clock
from stored_completions_cli.app import app
from stored_completions_cli.connection import certificates
from stored_completions_cli.extras import parquet


async def sleep(seconds: float) -> None:
    """Wait a tenth of the time of a retry, or for the seconds in the environment; other tests cover the time."""
    await anyio.sleep(seconds * float(os.environ.get("WAITS", "0.1")))


clock.async_sleep = sleep
with contextlib.redirect_stderr(io.StringIO()), contextlib.suppress(SystemExit):
    os.environ["OPENAI_API_KEY"] = "sk-unused"
    # No one listens there.
    app(("get", "any", "--base-url", "http://127.0.0.1:9/v1", "--max-retries", "0"))
del os.environ["OPENAI_API_KEY"]
parquet()
certificates()
with contextlib.suppress(ImportError):  # an extra, used for decoding if installed
    import_module("msgspec.json")
Emoji.replace(":+1:")
