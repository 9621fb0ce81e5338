"""The command uses the proxies of the environment."""

from __future__ import annotations

import socket
import threading

import pytest

from stored_completions_testing.server import Server
from tests.cli.faulty import Faulty
from tests.cli.processes import Command


@pytest.fixture
def proxy() -> tuple[str, list[bytes]]:
    """Start a proxy that refuses; return its address and the first lines of its requests."""
    asked: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            connection, _ = listener.accept()
            with connection:
                asked.append(connection.recv(65536).partition(b"\r\n")[0])
                connection.sendall(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")

    threading.Thread(target=serve, daemon=True).start()
    return f"http://127.0.0.1:{listener.getsockname()[1]}", asked


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"])
def test_requests_use_the_proxy(command: Command, proxy: tuple[str, list[bytes]], name: str) -> None:
    """For HTTP, HTTPS and both, unless NO_PROXY has the host."""
    where, asked = proxy
    scheme = "https" if name == "HTTPS_PROXY" else "http"
    url = {"OPENAI_BASE_URL": f"{scheme}://api.example.com/v1", name: where}
    done = command("list", "--max-retries", "0", **url)
    assert done.status == 1 and "Traceback" not in done.err and "Warning" not in done.err
    assert ("unencrypted: use https://" in done.err.partition("\n")[0]) == (scheme == "http")
    wanted = b"CONNECT api.example.com:443" if scheme == "https" else b"GET http://api.example.com/v1/chat/completions"
    assert asked and asked[0].startswith(wanted)


def test_no_proxy_is_obeyed(server: Server, command: Command, proxy: tuple[str, list[bytes]]) -> None:
    """A proxy that cannot be used is named."""
    server.keep(Faulty())
    where, asked = proxy
    assert command("list", HTTP_PROXY=where, NO_PROXY="127.0.0.1").status == 0
    assert asked == []
    for wrong in ("socks5://127.0.0.1:1", "nonsense://x"):
        done = command("list", ALL_PROXY=wrong)
        assert done.status == 2 and "The proxy that the environment names" in done.err


@pytest.mark.parametrize("url", ["http://user:se/cret@127.0.0.1/", "http://user:se#cret@h", "http://user:secret@[::1"])
def test_a_password_in_a_url_that_cannot_be_read_is_not_shown(command: Command, url: str) -> None:
    """A password that is not percent-encoded looks like a port."""
    for arguments in (("list",), ("export", "out.jsonl"), ("delete", "--all", "--yes")):
        for more in (("--base-url", url), ("--azure-endpoint", url)):
            done = command(*arguments, *more, "--max-retries", "0", OPENAI_BASE_URL="", AZURE_OPENAI_API_KEY="sk-a")
            assert done.status == 2 and "not a URL" in done.err, done.err
            assert not [part for part in ("'se", "cret") if part in done.err], done.err
