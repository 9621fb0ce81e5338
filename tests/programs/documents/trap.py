"""A small document with a trap, and a program that checks the client that is generated from it.

`use` runs with what `tests/generator/test_traps.py` has for it; `<ok>` is a response whose body is any JSON.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from ruamel.yaml import YAML

HEAD: Final = 'openapi: 3.1.0\ninfo: {title: Traps, version: "1"}\n'
_OK: Final = "responses: {'200': {description: x, content: {application/json: {schema: {}}}}}"


class Trap(NamedTuple):
    """A document without its head, and a program."""

    text: str
    use: str

    @property
    def document(self) -> str:
        """Return the whole document."""
        return HEAD + self.text.replace("<ok>", _OK)

    @property
    def value(self) -> dict[str, Any]:
        """Return the document's value."""
        found: dict[str, Any] = YAML(typ="safe").load(self.document)
        return found


def answer(name: str, schema: str, use: str, components: str = "{}") -> Trap:
    """Return a trap with an operation `name` that answers with a schema."""
    content = f"{{application/json: {{schema: {schema}}}}}"
    return Trap(
        f"paths:\n  /{name}:\n    get: {{operationId: {name}, tags: [answers], "
        f"responses: {{'200': {{description: x, content: {content}}}}}}}\n"
        f"components: {{schemas: {components}}}\n",
        use,
    )


def query(name: str, parameters: str, use: str, components: str = "{}") -> Trap:
    """Return a trap with an operation `name` that has parameters."""
    return Trap(
        f"paths:\n  /{name}:\n    get: {{operationId: {name}, tags: [parameters], parameters: {parameters}, <ok>}}\n"
        f"components: {{schemas: {components}}}\n",
        use,
    )


def body(name: str, media_type: str, schema: str, use: str, encoding: str = "{}", components: str = "{}") -> Trap:
    """Return a trap with an operation `name` that has a body."""
    content = f"{{{media_type}: {{schema: {schema}, encoding: {encoding}}}}}"
    return Trap(
        f"paths:\n  /{name}:\n    post: {{operationId: {name}, tags: [bodies], "
        f"requestBody: {{required: true, content: {content}}}, <ok>}}\n"
        f"components: {{schemas: {components}}}\n",
        use,
    )
