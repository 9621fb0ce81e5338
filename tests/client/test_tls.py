"""HTTPS: certificates are checked, and timeouts work as without encryption."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
import trustme

from stored_completions import AuthenticatedClient
from stored_completions.api.chat_completions import retrieve_chat_completion
from stored_completions.errors import APIConnectionError, APITimeoutError
from stored_completions_testing.faults import head
from tests.support.callers import Sync
from tests.support.server import recorded

COMPLETION = recorded()[0][0]
BODY = json.dumps(COMPLETION).encode()


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """A certificate authority that issued the certificate of `localhost`, for clients to trust."""
    return trustme.CA()


@contextmanager
def serving(authority: trustme.CA, respond: Callable[[ssl.SSLSocket], object]) -> Iterator[str]:
    """Return the base URL of a server that reads a request's head and then answers, on each connection."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)

    def answer(connection: socket.socket) -> None:
        # A client disconnects if it does not trust the certificate or has waited long enough.
        with suppress(OSError), context.wrap_socket(connection, server_side=True) as stream:
            received = b""
            while piece := stream.recv(65536):
                received += piece
                if received.endswith(b"\r\n\r\n"):
                    respond(stream)
                    return

    def serve() -> None:
        with suppress(OSError):
            while True:
                answer(listener.accept()[0])

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"https://localhost:{listener.getsockname()[1]}/v1"
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(10)


def retrieve(caller: Sync, base_url: str, **options: Any) -> Any:
    client = AuthenticatedClient(base_url=base_url, token="sk-test-0123456789", max_retries=0, **options)
    try:
        return caller.run(caller.function(retrieve_chat_completion)(COMPLETION["id"], client=client))
    finally:
        caller.end(client)


def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def test_a_call_is_answered_over_https(caller: Sync, authority: trustme.CA) -> None:
    with serving(authority, lambda stream: stream.sendall(head(len(BODY)) + BODY)) as base_url:
        assert retrieve(caller, base_url, verify_ssl=trusting(authority)).to_dict() == COMPLETION


def test_an_untrusted_certificate_ends_the_call(caller: Sync, authority: trustme.CA) -> None:
    """The server receives no byte of the request."""
    answered: list[ssl.SSLSocket] = []
    unverified = pytest.raises(APIConnectionError, match="CERTIFICATE_VERIFY_FAILED")
    with serving(authority, answered.append) as base_url, unverified:
        retrieve(caller, base_url)
    assert answered == []


def test_a_dripping_https_response_ends_with_the_attempts_time(caller: Sync, authority: trustme.CA) -> None:
    """Each read ends in time, but not the attempt."""
    waiting = threading.Event()

    def drip(stream: ssl.SSLSocket) -> None:
        stream.sendall(head(len(BODY)))
        for byte in BODY:
            stream.sendall(bytes([byte]))
            waiting.wait(0.02)

    with serving(authority, drip) as base_url, pytest.raises(APITimeoutError):
        retrieve(caller, base_url, verify_ssl=trusting(authority), timeout=0.5)
