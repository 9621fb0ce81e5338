"""Read the body of a response, within the client's limits of size and time."""

from __future__ import annotations

import datetime
import zlib
from collections.abc import AsyncIterator, Iterator

import httpx

from . import clock

_GZIP = b"\x1f\x8b"  # the first bytes of gzip


class Body:
    """The body of a response, while it is read.

    Attributes:
        request: The request that was sent.
        response: The response that came.
        broken: Why the body cannot be decoded; empty if it can.
        is_text: Whether the body, even if it is broken, can be shown as text.
    """

    def __init__(
        self, request: httpx.Request, response: httpx.Response, started: float, seconds: float | None, limit: int
    ) -> None:
        """Prepare to read a body.

        Args:
            request: The request that was sent.
            response: The response that came; its body is not read yet.
            started: When the attempt began, by `clock.monotonic`.
            seconds: How long the attempt may take; None for no limit.
            limit: The most bytes that the body may have, compressed and decompressed.
        """
        self.request, self.response, self.broken, self.is_text = request, response, "", True
        self._started, self._seconds, self._limit = started, seconds, limit
        self._chunks: list[bytes] = []
        self._size = self._sent = 0
        self._decoder, self._rest = None, b""
        if seconds is not None:
            # httpx's timeout is for one read: no read may take longer than the time left.
            request.extensions["timeout"]["read"] = self._left(seconds)
        encoding = response.headers.get("content-encoding", "").strip().lower() or "identity"
        if encoding in ("gzip", "x-gzip") and not response.is_stream_consumed:
            self._decoder = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        elif encoding not in ("identity", "gzip", "x-gzip"):
            self.broken, self.is_text = f"it is encoded with {encoding[:50]!r}, which was not asked for", False

    def add(self, chunk: bytes) -> bool:
        """Add a chunk, and return whether to read on."""
        if self._seconds is not None:
            self._left(self._seconds)
        self._sent += len(chunk)
        if self._decoder and not self.broken:
            try:
                chunk = self._decompressed(chunk)
            except zlib.error:
                self.broken = "it is not gzip, as its content-encoding says"
                self.is_text = not self._chunks and not chunk.startswith(_GZIP)
        if chunk:
            self._chunks.append(chunk)
        self._size += len(chunk)
        if max(self._size, self._sent) > self._limit:
            self.broken = f"it is larger than max_response_bytes, which is {self._limit:,}"
            # Only the start is kept: joining everything would take as much memory again.
            self._chunks = [b"".join(chunk[:1000] for chunk in self._chunks[:1000])[:1000]]
        return not self.broken

    @property
    def content(self) -> bytes:
        """The decompressed body so far."""
        return b"".join(self._chunks)

    @property
    def elapsed(self) -> datetime.timedelta:
        """The time since the attempt began."""
        return datetime.timedelta(seconds=clock.monotonic() - self._started)

    def _decompressed(self, chunk: bytes) -> bytes:
        """Decompress a chunk. Several gzip members may follow one another; other bytes after a member are dropped."""
        found, left, decoder = [], self._limit - self._size + 1, self._decoder
        chunk, self._rest = self._rest + chunk, b""
        while chunk and decoder and left > 0:
            if decoder.eof:
                if len(chunk) < len(_GZIP) and _GZIP.startswith(chunk):
                    self._rest = chunk
                    break
                if not chunk.startswith(_GZIP):
                    break
                decoder = self._decoder = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
            # At most one byte above the limit: a small chunk may decompress to gigabytes.
            found.append(decoder.decompress(chunk, left))
            left -= len(found[-1])
            chunk = decoder.unused_data
        return b"".join(found)

    def _left(self, seconds: float) -> float:
        left = self._started + seconds - clock.monotonic()
        if left <= 0:
            raise httpx.ReadTimeout("", request=self.request)
        return left


def parts(response: httpx.Response, *, is_async: bool) -> Iterator[bytes] | AsyncIterator[bytes]:
    """Iterate over the chunks of a body, still compressed; decompressed if a hook has read the body before."""
    if response.is_stream_consumed:
        return response.aiter_bytes() if is_async else response.iter_bytes()
    return response.aiter_raw() if is_async else response.iter_raw()
