"""A deterministic model server on loopback: it answers each prompt of the scenario with the same bytes."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import yaml

SCENARIO: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("scenario.yaml").read_text("utf-8"))

# One second apart, so that servers list them in the order of the scenario.
FIRST_CREATED = 1767225600


def requests() -> Iterator[dict[str, Any]]:
    """Return the bodies of requests that create the scenario's completions, in order."""
    for entry in SCENARIO["completions"]:
        yield {"model": SCENARIO["model"], "messages": entry["messages"], "store": True, **entry.get("request", {})}


def _answers() -> Iterator[tuple[str, dict[str, Any]]]:
    """Return each prompt with the completion that answers it."""
    for number, entry in enumerate(SCENARIO["completions"]):
        choices = [
            {"index": index, "logprobs": None, **choice, "message": {"role": "assistant", **choice["message"]}}
            for index, choice in enumerate(entry["choices"])
        ]
        yield (
            _prompt(entry["messages"]),
            {
                "id": f"chatcmpl-{entry['name']}",
                "object": "chat.completion",
                "created": FIRST_CREATED + number,
                "model": SCENARIO["model"],
                "choices": choices,
                "usage": {"prompt_tokens": 13, "completion_tokens": 18, "total_tokens": 31},
                "service_tier": "default",
                "system_fingerprint": "fp_stub",
            },
        )


def _prompt(messages: list[dict[str, Any]]) -> str:
    """Return the user's text of a request, since a gateway may reshape the messages around it."""
    return json.dumps([message["content"] for message in messages if message["role"] == "user"], sort_keys=True)


class _Upstream(BaseHTTPRequestHandler):
    answers: ClassVar = dict(_answers())
    protocol_version = "HTTP/1.1"
    # Otherwise each answer on a kept connection waits for the acknowledgement of its headers.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        model = {"id": SCENARIO["model"], "object": "model", "created": FIRST_CREATED, "owned_by": "stub"}
        self._send(200, {"object": "list", "data": [model]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        answer = self.answers.get(_prompt(body["messages"]))
        if answer is None:
            self._send(400, {"error": {"message": f"not in the scenario: {body['messages']}", "type": "stub"}})
        else:
            # A completion for another user has another id.
            self._send(200, {**answer, "id": "-".join(filter(None, (answer["id"], body.get("user"))))})

    def _send(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing, since the recording has what matters."""


@contextmanager
def serving() -> Iterator[str]:
    """Serve the scenario on a free loopback port; yield the base URL."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Upstream) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1"
        finally:
            server.shutdown()
