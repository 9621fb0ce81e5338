"""Read from the spec what openapi-python-client's parser leaves out: servers, credentials and hints."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any
from urllib.parse import urljoin, urlsplit

from openapi_python_client.config import Config
from openapi_python_client.parser import GeneratorData
from openapi_python_client.strings import kebab_case

from .resources import ResourceTree
from .security import Scheme, Security


class Declared(ResourceTree):
    """The parts of a spec that openapi-python-client's parser does not read."""

    def __init__(self, data: GeneratorData, document: dict[str, Any], config: Config) -> None:
        super().__init__(data, document, config)
        self._document = document

    def user_agent(self, package: str) -> str:
        """Return the name and version of the package as a `User-Agent`."""
        version = re.sub(r"[^!#$%&'*+.^_`|~0-9A-Za-z-]+", "-", self.info["version"]).strip("-")
        return f"{kebab_case(package)}/{version or 0}"

    @property
    def base_url(self) -> str:
        """The URL of the spec's first server, with the defaults of its variables; empty if there is none."""
        return _url_of(self._document.get("servers", []))

    @cached_property
    def security(self) -> Security:
        """The credentials that operations need."""
        return Security(self._document, self._operations.values())

    @property
    def credentials(self) -> Scheme:
        """How a client's only key is sent: by the first scheme that operations need, preferably in a header."""
        location = "header" if self.security.is_asked else ""
        return next(iter(self.security.schemes), Scheme("", "bearer", location, "Authorization", "Bearer", ""))

    def server(self, operation: dict[str, Any]) -> str:
        """Return an operation's own server; empty if it is the spec's server.

        If the spec's server names no host, clients must be given a base URL, which then applies to all operations.
        """
        url = _url_of(operation["servers"])
        if not url or not urlsplit(self.base_url).netloc:
            return ""
        found = urljoin(f"{self.base_url.rstrip('/')}/", url).rstrip("/")
        return "" if found == self.base_url.rstrip("/") else found

    def hint(self, status: int) -> str:
        """Return the hint that the spec adds to errors of a status, or an empty str."""
        return self.extension.hints.get(str(status), "")


def _url_of(servers: list[dict[str, Any]]) -> str:
    if not servers:
        return ""
    url: str = servers[0]["url"]
    for name, variable in servers[0].get("variables", {}).items():
        url = url.replace(f"{{{name}}}", variable.get("default", ""))
    return f"https:{url}" if url.startswith("//") else url
