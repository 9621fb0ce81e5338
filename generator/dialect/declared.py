"""Read from the spec what openapi-python-client's parser leaves out: servers, credentials, styles and descriptions."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from openapi_python_client.config import Config
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties import Property
from openapi_python_client.strings import kebab_case

from ..spec.openapi import LOCATIONS
from ..spec.preparing.names import wire_name_in
from .resources import ResourceTree
from .security import Scheme, Security


class Declared(ResourceTree):
    """The parts of a spec that openapi-python-client's parser does not read."""

    def __init__(self, data: GeneratorData, document: dict[str, Any], config: Config) -> None:
        super().__init__(data, document, config)
        self._document = document
        self._servers: list[dict[str, Any]] = document.get("servers") or []
        self._declared_parameters: dict[tuple[str, str], dict[tuple[str, str], dict[str, Any]]] = {}

    def user_agent(self, package: str) -> str:
        """Return the name and version of the package as a `User-Agent`."""
        version = re.sub(r"[^!#$%&'*+.^_`|~0-9A-Za-z-]+", "-", str(self._info["version"])).strip("-")
        return f"{kebab_case(package)}/{version or 0}"

    @property
    def base_url(self) -> str:
        """The URL of the spec's first server, with the defaults of its variables; empty if there is none."""
        return _url_of(self._servers)

    @cached_property
    def security(self) -> Security:
        """The credentials that operations need."""
        return Security(self._document, self._operations.values())

    @property
    def credentials(self) -> Scheme:
        """How a client's only key is sent: by the first scheme that operations need, preferably in a header."""
        location = "header" if self.security.is_asked else ""
        return next(iter(self.security.schemes), Scheme("", "bearer", location, "Authorization", "Bearer", ""))

    def asked_credentials(self, endpoint: Endpoint) -> str:
        """Return the credentials that an operation needs, as code; empty if all need the client's only key."""
        return self.security.alternatives(self._operation(endpoint))

    def description(self, endpoint: Endpoint, parameter: Property) -> str:
        """Return the description of a parameter, or of a property of the body."""
        declared, name = self._parameters(endpoint), parameter.name.get_untrusted_value()
        found = next((declared[key, name].get("description") for key in LOCATIONS if (key, name) in declared), None)
        return found or (parameter.description.get_untrusted_value() if parameter.description else "")

    def style(self, endpoint: Endpoint, parameter: Property, location: str) -> Style:
        """Return the declared or default style of a parameter."""
        found = self._declared(endpoint, parameter, location)
        if "x-content" in found:
            return Style("json" if "json" in found["x-content"] else "form", True)
        style = str(found.get("style") or ("form" if location in ("query", "cookie") else "simple"))
        return Style(style, bool(found.get("explode", style == "form")))

    def keeps_reserved(self, endpoint: Endpoint, parameter: Property) -> bool:
        """Return whether reserved characters in a query parameter stay unescaped."""
        return self._declared(endpoint, parameter, "query").get("allowReserved") is True

    def server(self, endpoint: Endpoint) -> str:
        """Return an operation's own server; empty if it is the spec's server.

        If the spec's server names no host, clients must be given a base URL, which then applies to all operations.
        """
        url = _url_of(self._operation(endpoint).get("servers") or [])
        if not url or not urlsplit(self.base_url).netloc:
            return ""
        found = urljoin(f"{self.base_url.rstrip('/')}/", url).rstrip("/")
        return "" if found == self.base_url.rstrip("/") else found

    def failures(self, endpoint: Endpoint) -> dict[str, str]:
        """Return the descriptions of an operation's responses, by status."""
        responses = self._operation(endpoint)["responses"]
        return {str(status): str(response.get("description") or "") for status, response in responses.items()}

    def hint(self, status: int) -> str:
        """Return the hint that the spec adds to errors of a status, or an empty str."""
        hints = (self._info.get("x-generator-client") or {}).get("hints") or {}
        return str(hints.get(status) or hints.get(str(status)) or "")

    def accept(self, endpoint: Endpoint) -> str:
        """Return the `Accept` header of an operation: the media types of its responses, or JSON."""
        found = [response.get("x-media-type") for response in self._operation(endpoint)["responses"].values()]
        return ", ".join(dict.fromkeys(filter(None, found))) or "application/json"

    def encodings(self, endpoint: Endpoint, media_type: str) -> dict[str, dict[str, Any]]:
        """Return the `encoding` of a form's properties."""
        content = self._operation(endpoint)["requestBody"]["content"][media_type]
        found: dict[str, dict[str, Any]] = content.get("encoding") or {}
        return found

    def is_deprecated(self, endpoint: Endpoint) -> bool:
        """Return whether an operation is deprecated."""
        return self._operation(endpoint).get("deprecated") is True

    def _declared(self, endpoint: Endpoint, parameter: Property, location: str) -> dict[str, Any]:
        return self._parameters(endpoint)[location, parameter.name.get_untrusted_value()]

    def _parameters(self, endpoint: Endpoint) -> dict[tuple[str, str], dict[str, Any]]:
        """Return an operation's parameters in the spec, by their locations and names on the wire."""
        key = (str(endpoint.tags[0]), str(endpoint.name))
        if key not in self._declared_parameters:
            declared = self._operation(endpoint)["parameters"]
            self._declared_parameters[key] = {
                (parameter["in"], wire_name_in(parameter["name"])): parameter for parameter in reversed(declared)
            }
        return self._declared_parameters[key]


class Style(NamedTuple):
    """OpenAPI's `style`, or `json`, and `explode`, for parameters that are lists or objects."""

    style: str
    explode: bool


def _url_of(servers: list[dict[str, Any]]) -> str:
    for server in servers[:1]:
        url = str(server["url"])
        for name, variable in (server.get("variables") or {}).items():
            url = url.replace(f"{{{name}}}", str(variable.get("default", "")))
        return f"https:{url}" if url.startswith("//") else url
    return ""
