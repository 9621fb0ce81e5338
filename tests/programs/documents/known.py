"""Known failures whose reason is the document or the mock server, and accepted mistakes of documents.

Each is shown to be so in each run: the same is asked by hand, past all generated code, and must be refused too.
"""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Known:
    """Why the mock server refuses a request that the document allows, and such a request, written by hand."""

    reason: str
    target: str
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def by_hand(self, method: str, address: str) -> str:
        """Return the mock server's objection to the request that was written by hand, if any."""
        url = urlsplit(address)
        connection = http.client.HTTPConnection(str(url.hostname), url.port, timeout=20)
        try:
            media_type = {} if self.body is None else {"content-type": "application/json"}
            connection.request(method, self.target, self.body, {**media_type, **self.headers})
            response = connection.getresponse()
        finally:
            connection.close()
        faults = response.headers.get("x-steady-error-1-message")
        return f"{response.status} {faults or ''}".strip() if faults or not 200 <= response.status < 300 else ""


_SCHEMA_NAMES: Final = "Steady accepts no value of a discriminator whose `mapping` has no full references"
_BOTH: Final = "the document wants a value that is a string and an integer at once (`allOf`)"
_GET_BODY: Final = "Steady reads no body of a GET, which the document declares"
_PLAIN_HEADER: Final = "Steady reads an object in a header as one string, whatever its `style`"
_PATHS: Final = "Steady compares paths as they are written, not as URLs are encoded"
_NO_JSON: Final = "Steady takes the JSON of an object in a form for a string"
_NO_XML: Final = "Steady takes what is neither JSON nor a form for a string, and the document wants an object"
_UUID: Final = "00000000-0000-0000-0000-000000000000"
_URL_ENCODED: Final = {"content-type": "application/x-www-form-urlencoded"}
_FORM: Final = {"content-type": "multipart/form-data; boundary=b"}
_PARTS: Final = b'--b\r\nContent-Disposition: form-data; name="array"\r\n\r\na\r\n--b--\r\n'
_IMPOSSIBLE: Final = {
    **{
        f"{method} /anything/quirks/polymorphism": Known(_BOTH, "/anything/quirks/polymorphism", b'{"incompatible": 1}')
        for method in ("PUT", "POST", "PATCH")
    }
}

# Reasons why failures are not ours, by the document's name and the operation.
KNOWN: Final[Mapping[str, Mapping[str, Known]]] = {
    "3.0-circular-paths (JSON)": {"PUT /anything": Known(_PLAIN_HEADER, "/anything", headers={"content": "stock,1"})},
    "3.0-circular-request-bodies (JSON)": {
        "POST /direct": Known(
            "the document wants an object that requires itself: no finite body is valid",
            "/direct",
            b'{"id": "a", "name": "a", "parent": {"id": "b", "name": "b"}}',
        )
    },
    "3.0-discriminators (JSON)": {
        "PATCH /discriminator-with-no-mapping": Known(
            _SCHEMA_NAMES, "/discriminator-with-no-mapping", b'{"discrim": "OptionOneNoDisc"}'
        ),
        "PATCH /oneof-allof-top-level-disc": Known(
            _SCHEMA_NAMES, "/oneof-allof-top-level-disc", b'{"pet_type": "DogNoDisc"}'
        ),
        "PATCH /mapping-of-schema-names": Known(
            _SCHEMA_NAMES, "/mapping-of-schema-names", b'{"discrim": "Option One"}'
        ),
        "PATCH /improper-discriminator-placement": Known(
            _SCHEMA_NAMES,
            "/improper-discriminator-placement",
            b'{"connector_type": "s3Import", "connector_properties": {"connector_type": "s3Import"}}',
        ),
    },
    "3.0-polymorphism (JSON)": {"PATCH /pets": Known(_SCHEMA_NAMES, "/pets", b'{"pet_type": "Dog"}')},
    "3.0-http-status-codes (JSON)": {
        "GET /status/101": Known(
            "Steady answers 101, which no one asked to switch to; h11 takes that for an error", "/status/101"
        )
    },
    "3.0-schema-types (JSON)": _IMPOSSIBLE,
    "3.1-schema-types (JSON)": _IMPOSSIBLE,
    **{
        f"3.1-parameters-style ({kind})": {
            f"GET /anything/form-data/{style}": Known(_GET_BODY, f"/anything/form-data/{style}", _PARTS, _FORM)
            for style in ("spaceDelimited", "pipeDelimited", "deepObject")
        }
        for kind in ("JSON", "YAML")
    },
    "01-2025-03-11-085babab": {
        "GET /chat/completions": Known(
            "Steady knows no names that only `additionalProperties` allows (style form)", "/chat/completions?a=b"
        )
    },
    "mastodon.local": {
        "GET /api/v1/markers": Known(
            "the document wants a list of objects in a query, which has no spelling", "/api/v1/markers?timeline=a"
        )
    },
    "sendgrid.com": {
        "PUT /marketing/singlesends/{id}/schedule": Known(
            "the document wants a date-time that is the word `now` (`format`, `enum`)",
            "/marketing/singlesends/a/schedule",
            b'{"send_at": "now"}',
        )
    },
    "xero.com/xero_accounting": {
        "GET /CreditNotes/{CreditNoteID}/Attachments/{FileName}": Known(
            "Steady takes it for another path that differs in the name of the parameter alone",
            f"/CreditNotes/{_UUID}/Attachments/a.jpg",
            headers={"contentType": "image/jpg", "xero-tenant-id": "a"},
        )
    },
    "traps": {
        "GET /odd path/{a b}/x%20y/{c-d}:{e}.json": Known(_PATHS, "/odd%20path/a/x%20y/1:2024-01-01.json"),
        "GET /日本/{日}": Known(_PATHS, "/%E6%97%A5%E6%9C%AC/a"),
        "GET /optional_body": Known(_GET_BODY, "/optional_body", b'["a"]'),
        "GET /styles": Known("Steady reads a list in a deepObject as one string", "/styles?e%5By%5D=a&e%5By%5D=b"),
        "GET /s/{a}/{b}/{c}/{d}/{e}/{f}/{g}": Known(
            _PLAIN_HEADER, "/s/a/.b/;c=c/k=v/;e=e/%7B%22k%22%3A1%7D/%22g%22", headers={"X-Object": "k=1"}
        ),
        "POST /raw/6": Known(_NO_XML, "/raw/6", b"<a/>", {"content-type": "application/xml"}),
        "POST /raw/13": Known("Steady knows no range of media types but `*/*`", "/raw/13", b"{}"),
        "POST /mixed_parts": Known(_NO_XML, "/mixed_parts", _PARTS, {"content-type": "multipart/mixed; boundary=b"}),
        "POST /partkinds": Known(
            "Steady takes a list of one part for the part, where that is JSON",
            "/partkinds",
            b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n2024-05-06T07:08:09Z\r\n'
            b'--b\r\nContent-Disposition: form-data; name="d"\r\nContent-Type: application/json\r\n\r\n{"x": 1}\r\n'
            b"--b--\r\n",
            _FORM,
        ),
        "POST /formkinds": Known(
            _NO_JSON, "/formkinds", b"a=2024-05-06T07%3A08%3A09Z&h=%7B%22i%22%3A%201%7D", _URL_ENCODED
        ),
        "POST /form": Known(
            _NO_JSON,
            "/form",
            b"c=%7B%22k%22%3A%201%7D",
            _URL_ENCODED,
        ),
    },
}

# Additions to generator-config.yml, by the document's name.
ACCEPTED: Final[Mapping[str, str]] = {
    "3.0-schema-enums (JSON)": """
accept:
  - at: "*/enum (with duplicate options)/enum"
    reason: The document says so in the property's name.
""",
}
