"""Record VCR cassettes that name their source and hold no secrets and nothing that varies."""

from __future__ import annotations

import datetime
import json
import os
import re
from typing import Any
from urllib.parse import urlsplit

import yaml
from vcr.serializers import yamlserializer

from tests.support.redaction import KEPT_HEADERS, STEADY_HEADERS, redacted

# Replaces the server's address, which varies and may identify the person who recorded.
BASE_URL = "https://recorded.example/v1"

# Characters that JSON may contain and a YAML block may not.
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


class Recording:
    """A recording of a server, with the rules for what its cassette holds."""

    def __init__(self, server: str, version: str, base_url: str, api_key: str, before: str = "") -> None:
        """Prepare a recording that names the server and its version, without its address and the key.

        `before` is the earlier cassette, which is kept if the new one differs from it by the date alone.
        """
        self.provenance = {"server": server, "version": version, "date": f"{datetime.date.today():%Y-%m-%d}"}
        self.base_url = base_url.rstrip("/")
        self.before = before
        self.secrets = (api_key, *(os.environ.get(name, "") for name in ("OPENAI_ORG_ID", "OPENAI_PROJECT_ID")))

    def request(self, request: Any) -> Any:
        """Return the request without its sender and address."""
        if request.uri.startswith(self.base_url):
            request.uri = BASE_URL + request.uri.removeprefix(self.base_url)
        request.uri = self._told(request.uri)
        request.headers = {name: value for name, value in request.headers.items() if name.lower() == "content-type"}
        if request.body:
            request.body = self._told(request.body.decode())
        return request

    def response(self, response: dict[str, Any]) -> dict[str, Any]:
        """Return the response with its status, body and informative headers that hold no secret."""
        response["headers"] = {
            name.lower(): [STEADY_HEADERS.get(name.lower(), self._told(value)) for value in values]
            for name, values in sorted(response["headers"].items())
            if name.lower() in KEPT_HEADERS
        }
        response["body"] = {"string": readable(self._told(response["body"]["string"].decode())).encode()}
        return response

    def serialize(self, cassette: dict[str, Any]) -> str:
        """Write a cassette, with its source at the top."""
        recorded = {"recorded": self.provenance, **cassette}
        text: str = yaml.dump(recorded, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1000)
        dated = re.compile(r"^  date: .*$", re.MULTILINE)
        return self.before if dated.sub("", text, count=1) == dated.sub("", self.before, count=1) else text

    def _told(self, text: str) -> str:
        """Return a text without secrets."""
        return redacted(text.replace(urlsplit(self.base_url).netloc, urlsplit(BASE_URL).netloc), self.secrets)

    @staticmethod
    def deserialize(text: str) -> Any:
        """Read a cassette for VCR."""
        return yamlserializer.deserialize(text)


def readable(body: str) -> str:
    """Return JSON with a line for each member, so that differences show; return other text unchanged."""
    try:
        value = json.loads(body)
        laid_out = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1)
    except ValueError:
        return body
    escaped = _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", laid_out)
    return escaped + "\n" if json.loads(escaped) == value else body


class _Dumper(yaml.SafeDumper):
    """A YAML dumper that writes long text as blocks."""

    def represent_text(self, text: str) -> yaml.ScalarNode:
        """Choose the most readable style."""
        return self.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _Dumper.represent_text)
