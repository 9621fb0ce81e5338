"""A server on loopback that gives a set answer, and keeps the last request."""

from __future__ import annotations

import threading
from email.message import Message
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qsl, unquote, urlsplit


class Asked(NamedTuple):
    """A request; `target` is the encoded path and query."""

    method: str
    target: str
    path: str
    query: list[tuple[str, str]]
    headers: Message
    body: bytes

    @property
    def parts(self) -> list[tuple[str | None, str | None, str, bytes]]:
        """Return the parts of a multipart form, each with its name, file's name, media type and content."""
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        form = BytesParser().parsebytes(head + self.body)
        return [
            (
                str(part.get_param("name", header="content-disposition")),
                part.get_filename(),
                part.get_content_type(),
                bytes(part.get_payload(decode=True) or b""),
            )
            for part in form.walk()
            if not part.is_multipart()
        ]


class Echo:
    """The server; `answer` sets its answer, `asked` is the last request."""

    def __init__(self) -> None:
        self.status, self.content_type, self.content = 200, "application/json", b"null"
        self.requests: list[Asked] = []
        echo = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # otherwise a body waits 40 ms for the acknowledgement of the headers

            def handle_one_request(self) -> None:
                self.raw_requestline = self.rfile.readline(65537)
                if not self.raw_requestline or not self.parse_request():
                    self.close_connection = True
                    return
                body = b""
                if self.headers.get("transfer-encoding") == "chunked":
                    while size := int(self.rfile.readline(), 16):
                        body += self.rfile.read(size)
                        self.rfile.readline()
                    self.rfile.readline()
                else:
                    body = self.rfile.read(int(self.headers.get("content-length", 0)))
                url = urlsplit(self.path)
                query = parse_qsl(url.query, keep_blank_values=True)
                echo.requests.append(Asked(self.command, self.path, unquote(url.path), query, self.headers, body))
                # The next answer may be set as soon as this response's head has arrived.
                content = echo.content
                self.send_response(echo.status)
                self.send_header("content-type", echo.content_type)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(content)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """The URL of the server."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def asked(self) -> Asked:
        """The last request."""
        return self.requests[-1]

    def answer(self, content: bytes | str, content_type: str = "application/json", status: int = 200) -> None:
        """Set the answer of all following requests."""
        self.content = content.encode() if isinstance(content, str) else content
        self.content_type, self.status = content_type, status
