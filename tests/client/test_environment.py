"""The environment's proxies and certificates count for all default clients, as they do for httpx."""

from __future__ import annotations

import inspect
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import anyio
import certifi
import httpx
import pytest

from stored_completions import (
    AsyncOpenAI,
    AuthenticatedClient,
    DefaultAioHttpClient,
    DefaultAsyncHttpxClient,
    DefaultHttpxClient,
    OpenAI,
)
from stored_completions_testing.server import Server
from tests.support.amount import some

VARIABLES = [
    name
    for upper in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUEST_METHOD")
    for name in (upper, upper.lower())
] + ["SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE"]
KEY: dict[str, Any] = {"api_key": "sk-x", "max_retries": 0}
# The default clients, as httpx clients.
CLIENTS: dict[str, Callable[[], Any]] = {
    "OpenAI": lambda: OpenAI(**KEY).http_client,
    "DefaultHttpxClient": DefaultHttpxClient,
    "AuthenticatedClient": lambda: AuthenticatedClient(base_url="https://a.test", token="x").get_httpx_client(),
    "AsyncOpenAI": lambda: AsyncOpenAI(**KEY).http_client,
    "DefaultAsyncHttpxClient": DefaultAsyncHttpxClient,
}
if find_spec("httpx_aiohttp"):  # an extra, not installed by `make lowest`
    CLIENTS["DefaultAioHttpClient"] = DefaultAioHttpClient
URLS = [
    f"{scheme}://{host}{port}/"
    for scheme in ("http", "https")
    for host in ("host.test", "sub.host.test", "otherhost.test", "localhost", "127.0.0.1", "127.0.0.2", "[::1]")
    for port in ("", ":9")
    if (port, host) != ("", "127.0.0.2")
]
# The names are replaced by the addresses of the proxies.
PROXIES: list[dict[str, str]] = [
    {},
    {"HTTP_PROXY": "1"},
    {"https_proxy": "1"},
    {"ALL_PROXY": "1"},
    {"HTTP_PROXY": "1", "HTTPS_PROXY": "2", "ALL_PROXY": "3"},
    {"HTTP_PROXY": "1", "http_proxy": "2"},
    {"HTTP_PROXY": "1", "REQUEST_METHOD": "GET"},
    {"ALL_PROXY": "1", "http_proxy": ""},
]
END = "-----END CERTIFICATE-----\n"
NO_PROXY = [
    "",
    "*",
    "host.test",
    ".host.test",
    "*.host.test",
    "HOST.TEST, localhost",
    "host.test:9",
    "http://host.test",
    "https://host.test:9,,",
    "all://127.0.0.1",
    "127.0.0.1",
    "127.0.0.0/8",
    "127.0.0.1/32,::1",
    "localhost:9",
    "a.test,*",
]


class Proxies:
    """Three proxies that refuse all requests and record which of them was asked last."""

    def __init__(self) -> None:
        self.asked: int | None = None
        self._listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
        for number, listener in enumerate(self._listeners, 1):
            threading.Thread(target=self._serve, args=(number, listener), daemon=True).start()

    def url(self, number: str) -> str:
        return f"http://127.0.0.1:{self._listeners[int(number) - 1].getsockname()[1]}"

    def _serve(self, number: int, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                if connection.recv(65536):
                    self.asked = number
                    connection.sendall(b"HTTP/1.1 403 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")

    def close(self) -> None:
        for listener in self._listeners:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()


@pytest.fixture
def proxies() -> Iterator[Proxies]:
    made = Proxies()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unset all variables, and resolve no name but this machine's."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    own = socket.getaddrinfo

    def looked_up(host: Any, *arguments: Any, **options: Any) -> Any:
        if str(host).endswith("test"):
            raise socket.gaierror(socket.EAI_NONAME, "there is none")
        return own(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)


def ways(maker: Callable[[], Any], proxies: Proxies) -> dict[str, int | None]:
    """Return the proxy that each URL is requested through; none if it is requested directly."""
    found: dict[str, int | None] = {}

    def noted(url: str) -> None:
        found[url], proxies.asked = proxies.asked, None

    async def main() -> None:
        client: Any = maker()
        for url in URLS:
            with suppress(httpx.TransportError):
                done: Any = client.get(url, timeout=5)
                if not isinstance(client, httpx.Client):
                    await done
            noted(url)
        if isinstance(client, httpx.Client):
            client.close()
        else:
            await client.aclose()

    anyio.run(main)
    return found


@pytest.mark.parametrize("no_proxy", some(NO_PROXY, 3))
def test_default_clients_use_proxies_as_httpx_does(
    no_proxy: str, proxies: Proxies, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Each client loads the certificates: loading a hundred takes as long as all its requests.
    (tmp_path / "certificate.pem").write_text("".join(Path(certifi.where()).read_text().partition(END)[:2]))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    if "://" in no_proxy and httpx.__version__.startswith("0.25."):
        pytest.skip("httpx reads URLs in NO_PROXY from 0.26 on, this package with each version")
    for number, given in enumerate(PROXIES):
        with monkeypatch.context() as patched:
            for name, value in {**given, "NO_PROXY": no_proxy}.items():
                patched.setenv(name, proxies.url(value) if value.isdecimal() else value)
            expected = ways(httpx.Client, proxies)
            # All clients with an environment that has all proxies, and one by turns with the others.
            for name in [*CLIENTS] if number == 4 else [[*CLIENTS][number % len(CLIENTS)]]:
                assert ways(CLIENTS[name], proxies) == expected, (name, given)


SECRET = "a-pass-word"


def shown(error: BaseException) -> str:
    """Return what a crash report may show: messages and variables of an error, its cause and its context.

    The frames of the tests are left out.
    """
    texts, frame = [str(error)], error.__traceback__
    while frame is not None:
        if frame.tb_frame.f_code.co_filename != __file__:
            texts.append(f"{frame.tb_frame.f_code.co_qualname} {frame.tb_frame.f_locals}")
        frame = frame.tb_next
    return "\n".join([*texts, *map(shown, filter(None, (error.__cause__, error.__context__)))])


BROKEN = {
    "a port that is none": {"HTTPS_PROXY": f"http://user:{SECRET}@localhost:port"},
    "a port above all": {"HTTP_PROXY": f"http://user:{SECRET}@localhost:99999"},
    "a port below all": {"HTTP_PROXY": f"http://user:{SECRET}@localhost:-1"},
    "another scheme": {"ALL_PROXY": f"ftp://user:{SECRET}@localhost:1"},
    "no host": {"http_proxy": f"http://user:{SECRET}@"},
    "a line break": {"HTTPS_PROXY": f"http://user:{SECRET}@local\nhost:1"},
    "brackets": {"HTTP_PROXY": "http://localhost:1", "NO_PROXY": "[::1]"},
    "brackets, in lower case": {"http_proxy": "http://localhost:1", "no_proxy": "[::1]:80"},
    "a network of IPv6": {"HTTPS_PROXY": "http://localhost:1", "NO_PROXY": "a.test, ::1/128"},
    "a password where no proxy is": {"HTTP_PROXY": "http://localhost:1", "NO_PROXY": f"http://u:{SECRET}@[::1"},
    "a password with a comma": {"HTTP_PROXY": "http://localhost:1", "NO_PROXY": f"http://u:{SECRET},x@a.test"},
    "a password after a comma": {"HTTP_PROXY": "http://localhost:1", "NO_PROXY": f"http://u:80,{SECRET}@[::1"},
    "a file that is not there": {"SSL_CERT_FILE": "/nowhere/certificates.pem"},
    "a file without certificates": {"SSL_CERT_FILE": __file__},
    "a folder as a file": {"SSL_CERT_FILE": "/tmp"},
    "a file that cannot be read": {"SSL_CERT_FILE": "/proc/self/mem"},
    "a folder that is not there": {"SSL_CERT_DIR": "/nowhere/certificates"},
    "a file as a folder": {"SSL_CERT_DIR": __file__},
    "a log that cannot be written": {"SSLKEYLOGFILE": "/nowhere/keys.log"},
    "a log that is a folder": {"SSLKEYLOGFILE": "/tmp"},
}
MAKERS: dict[str, Callable[[], Any]] = {
    **CLIENTS,
    "OpenAI": lambda: OpenAI(**KEY),
    "AsyncOpenAI": lambda: AsyncOpenAI(**KEY),
    "AuthenticatedClient": lambda: AuthenticatedClient(base_url="https://a.test", token="x"),
    "AuthenticatedClient, httpx's own transport": lambda: AuthenticatedClient(token="x", httpx_args={"http1": True}),
}


def test_certificates_are_loaded_for_https_alone(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "certificates.pem"
    broken.write_text("-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n")
    monkeypatch.setenv("SSL_CERT_FILE", str(broken))
    with OpenAI(base_url=server.base_url, api_key=server.key) as client:
        assert client.chat.completions.list().data
        with pytest.raises(ValueError, match="SSL_CERT_FILE"):
            client.http_client.get("https://127.0.0.1:9")
    for maker in MAKERS.values():
        with pytest.raises(ValueError, match="SSL_CERT_FILE"):
            maker()


@pytest.mark.parametrize("case", BROKEN)
@pytest.mark.parametrize("maker", MAKERS)
def test_an_unusable_variable_is_named(case: str, maker: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in BROKEN[case].items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValueError, match=[*BROKEN[case]][-1]) as raised:
        MAKERS[maker]()
    assert "unset" in str(raised.value) or "write" in str(raised.value)
    assert SECRET not in shown(raised.value)


@pytest.mark.skipif("proxy" not in inspect.signature(httpx.Client).parameters, reason="this httpx has `proxies`")
@pytest.mark.parametrize("argument", ["proxy", "transport", "trust_env"])
def test_a_variable_that_httpx_does_not_read_is_not_checked(argument: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "ftp://localhost")
    given = {
        "proxy": "http://127.0.0.1:1",
        "transport": httpx.MockTransport(lambda _: httpx.Response(200)),
        "trust_env": False,
    }[argument]
    AuthenticatedClient(base_url="https://a.test", token="x", httpx_args={argument: given}).get_httpx_client()
    for name in [
        "DefaultHttpxClient",
        "DefaultAsyncHttpxClient",
        *(["DefaultAioHttpClient"] if len(CLIENTS) > 5 else []),
    ]:
        client: Any = CLIENTS[name]
        client(**{argument: given})


# The places of URLs with a password; each function passes a URL there.
PLACES: dict[str, Callable[[str], Any]] = {
    "HTTPS_PROXY": lambda _: DefaultHttpxClient(),
    "NO_PROXY": lambda _: OpenAI(**KEY),
    "proxy": lambda url: DefaultHttpxClient(proxy=url),
    "proxy of an asynchronous client": lambda url: DefaultAsyncHttpxClient(proxy=url, auth=("user", SECRET)),
    "proxy in httpx_args": lambda url: AuthenticatedClient(token="x", httpx_args={"proxy": url}).get_httpx_client(),
    "base_url": lambda url: OpenAI(**KEY, base_url=url),
}


@pytest.mark.skipif("proxy" not in inspect.signature(httpx.Client).parameters, reason="this httpx has `proxies`")
@pytest.mark.parametrize("url", ["http://user:{}@localhost:port", "user:{}@localhost:port", "http://user:{}@[::1"])
@pytest.mark.parametrize("place", PLACES)
def test_no_password_is_shown_whatever_its_characters(place: str, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords should be percent-encoded in URLs. If they are not, a part may be taken for the host or the port."""
    monkeypatch.setenv("HTTP_PROXY", "http://localhost:1")
    for character in "/#?@:% []\\^|'\"+&=;\t\né":
        given = url.format(f"{SECRET}{character}{SECRET}")
        if place.isupper():
            monkeypatch.setenv(place, given)
        with pytest.raises(ValueError, match=re.escape(place.partition(" ")[0])) as raised:
            PLACES[place](given)
        assert SECRET not in shown(raised.value)


@pytest.mark.parametrize("proxy", [5, b"http://localhost:1", ["http://localhost:1"]])
def test_a_proxy_that_is_no_url_is_refused(proxy: Any) -> None:
    for client in (DefaultHttpxClient, DefaultAsyncHttpxClient):
        with pytest.raises(TypeError, match="proxy must be the URL of a proxy"):
            client(proxy=proxy)


@pytest.mark.parametrize("maker", MAKERS)
def test_socks_without_its_package_says_what_to_install(maker: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", f"socks5://user:{SECRET}@localhost:1080")
    monkeypatch.setattr("stored_completions._runtime.environment.find_spec", lambda _: None)
    with pytest.raises(
        ValueError, match=r"ALL_PROXY=socks5://\*\*\*@localhost:1080 needs socksio: pip install"
    ) as raised:
        MAKERS[maker]()
    assert SECRET not in shown(raised.value)


@pytest.mark.parametrize("maker", MAKERS)
def test_sslkeylogfile_is_written(maker: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys.log"))
    MAKERS[maker]()
    assert (tmp_path / "keys.log").exists()
