"""What the statements are checked on: this package or openai-python, and a server without other packages."""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self, cast
from urllib.parse import parse_qsl, urlsplit

KEY = "sk-migrating-0123456789"
COMPLETIONS: list[dict[str, Any]] = [
    {
        "id": f"chatcmpl-{number}",
        "object": "chat.completion",
        "created": 1741570283 + number,
        "model": "gpt-4o",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": f"Hello {number}", "refusal": None},
                "finish_reason": "stop",
                "logprobs": None,
            }
        ],
        "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3},
        "metadata": {"number": str(number)},
        "undeclared": number,
    }
    for number in range(1, 4)
]
MESSAGES: list[dict[str, Any]] = [
    {"id": f"chatcmpl-1-{number}", "role": "user", "content": f"Hi {number}"} for number in range(2)
]


@dataclass(frozen=True)
class Received:
    """A request that was received."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: Any


class _Handler(BaseHTTPRequestHandler):
    """The five operations.

    The id `status-404` is answered with this status, where a redirect leads to the first; `html` with a page.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # otherwise the body waits 40 ms for the acknowledgement of the headers

    def answer(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("content-length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        headers = {name.lower(): value for name, value in self.headers.items()}
        received = Received(self.command, parts.path, parse_qsl(parts.query, keep_blank_values=True), headers, body)
        cast(_Server, self.server).received.append(received)
        status, answer = self._answer(received)
        content = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
        self.send_response(status)
        if status == 307:
            self.send_header("location", f"/v1/chat/completions/{COMPLETIONS[0]['id']}")
        self.send_header("content-type", "text/html" if isinstance(answer, str) else "application/json")
        self.send_header("content-length", str(len(content)))
        self.send_header("x-request-id", "req_1")
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_DELETE = answer  # noqa: N815 - the names of the standard library

    def _answer(self, received: Received) -> tuple[int, Any]:
        parts = received.path.rstrip("/").split("/")
        last = parts[-1]
        if last.startswith("status-"):
            error = {"message": "It is not there.", "type": "invalid_request_error", "param": "id", "code": "gone"}
            return int(last.removeprefix("status-")), {"error": error}
        if last == "html":
            return 200, "<html><title>Sign in</title></html>"
        if last in ("completions", "messages"):
            items = COMPLETIONS if last == "completions" else MESSAGES
            query = dict(received.query)
            start = next((place for place, item in enumerate(items, 1) if item["id"] == query.get("after")), 0)
            page = items[start : start + int(query.get("limit", 2))]
            ids = {"first_id": page[0]["id"], "last_id": page[-1]["id"]} if page else {}
            return 200, {"object": "list", "data": page, **ids, "has_more": start + len(page) < len(items)}
        if received.method == "DELETE":
            return 200, {"id": last, "object": "chat.completion.deleted", "deleted": True}
        changes = {"metadata": received.body["metadata"]} if received.method == "POST" else {}
        return 200, {
            **next((completion for completion in COMPLETIONS if completion["id"] == last), COMPLETIONS[0]),
            **changes,
        }

    def log_message(self, format: str, *args: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.received: list[Received] = []

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # a client may disconnect
            super().handle_error(request, client_address)


class Subject:
    """A package, with clients of a server.

    Attributes:
        sdk: The package.
        received: The requests that came.
        base_url: Where the server is.
    """

    def __init__(self, package: str) -> None:
        self.sdk: Any = importlib.import_module(package)
        self._server = _Server()
        self.received = self._server.received
        self.origin = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.base_url = f"{self.origin}/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.002})
        self._runner = asyncio.Runner()
        self._made: list[Any] = []

    def module(self, name: str) -> Any:
        """Import a module of the package."""
        return importlib.import_module(f"{self.sdk.__name__}.{name}")

    def client(self, kind: str = "OpenAI", **options: Any) -> Any:
        """Make a client, of the server by default."""
        defaults = {} if "Azure" in kind else {"base_url": self.base_url, "api_key": KEY}
        made = getattr(self.sdk, kind)(**{"max_retries": 0, **defaults, **options})
        self._made.append(made)
        return made

    def run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """Return the result of a coroutine."""
        return self._runner.run(coroutine)

    def sent(self, call: Callable[[], Any]) -> Received:
        """Return the last request that a call sends."""
        self.received.clear()
        call()
        return self.received[-1]

    def error(self, call: Callable[[], Any]) -> Any:
        """Return the error that a call raises."""
        try:
            call()
        except Exception as error:  # noqa: BLE001 - whichever it is
            return error
        raise AssertionError("nothing was raised")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for client in self._made:
            closed = client.close()
            if closed is not None:
                self._runner.run(closed)
        self._runner.close()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
