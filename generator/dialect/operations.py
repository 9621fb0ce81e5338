"""Write an operation in Python: the arguments of its functions, its request, its responses and its docstrings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from typing import Any, NamedTuple, cast

from openapi_python_client.parser.bodies import Body, BodyType
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties import ModelProperty, Property

from ..runtime.errors import APIStatusError
from ..spec.preparing.names import wire_name_in
from .arguments import Argument, names_of, required_first
from .context import Context, Page, declared_properties, wire_name
from .imports import plain
from .responses import Outcome
from .schemas import Schemas
from .texts import first_sentence, text_of

# The error classes of single statuses; no class is only for 500.
_ERRORS = {
    **{str(status): kind.__name__ for status, kind in APIStatusError.by_status.items()},
    "500": "InternalServerError",
}


class Parameter(NamedTuple):
    """A parameter of an operation.

    Attributes:
        argument: Its argument in the generated functions.
        value: The expression of its value.
        style: How OpenAPI says that a list or an object is written; `json` for a parameter with a JSON `content`.
        explode: Whether each item of a list or object is written by itself.
        is_composite: Whether its value can be a list or an object.
        keeps_reserved: Whether reserved characters in it stay unescaped.
    """

    argument: Argument
    value: str
    style: str
    explode: bool
    is_composite: bool
    keeps_reserved: bool


class Operation:
    """An operation of the spec.

    Attributes:
        name: The name of the operation's module.
        method: The HTTP method, in capitals.
        route: The path in the spec.
        page: The paging of the operation; None for no pages.
        has_id: Whether the path has a parameter.
        has_body: Whether the operation takes a body.
        has_json_body: Whether the operation takes a JSON body.
        accept: The value of the `Accept` header: the media types of the responses, or JSON.
        server: The operation's own server; empty if it is the spec's server.
        security: The credentials that the operation needs, as code; empty if all need the client's only key.
        is_deprecated: Whether the operation is deprecated.
        success: The 2xx responses.
        failure: The other responses.
    """

    def __init__(self, endpoint: Endpoint, context: Context, schemas: Schemas) -> None:
        self._endpoint, self._context, self._schemas = endpoint, context, schemas
        self._declared = context.operation(endpoint)
        self.name = str(endpoint.name)
        self.method, self.route = endpoint.method.upper(), text_of(endpoint.path)
        self.page: Page | None = context.page(endpoint)
        self.has_id, self.has_body = bool(endpoint.path_parameters), bool(endpoint.bodies)
        self.has_json_body = any(body.body_type == BodyType.JSON for body in endpoint.bodies)
        media_types = [response.get("x-media-type") for response in self._declared["responses"].values()]
        self.accept = ", ".join(dict.fromkeys(filter(None, media_types))) or "application/json"
        self.server = context.server(self._declared)
        self.security = context.security.alternatives(self._declared)
        self.is_deprecated = self._declared.get("deprecated") is True
        self.success = Outcome(endpoint, context, schemas, self.page, success=True)
        self.failure = Outcome(endpoint, context, schemas, self.page, success=False)

    @cached_property
    def parameters(self) -> dict[str, list[Parameter]]:
        """The parameters, by their locations."""
        declared = {(node["in"], wire_name_in(node["name"])): node for node in reversed(self._declared["parameters"])}
        found: dict[str, list[Parameter]] = {"path": [], "query": [], "header": [], "cookie": []}
        parts = [*self._endpoint.iter_all_parameters()]
        for (location, part), name in zip(parts, names_of(part for _, part in parts), strict=True):
            node = declared[location, wire_name(part)]
            found[location].append(self._parameter(part, name, location, node))
        return found

    def _parameter(self, part: Property, name: str, location: str, declared: dict[str, Any]) -> Parameter:
        said = declared.get("description") or text_of(part.description or "")
        description = said or f"The {location} parameter `{wire_name(part)}`."
        if "x-content" in declared:
            style, explode = "json" if "json" in declared["x-content"] else "form", True
        else:
            style, explode = _style(declared, "form" if location in ("query", "cookie") else "simple")
        kinds = self._schemas.kinds(part)
        return Parameter(
            self._argument(part, name, description),
            f"_as_date({name})" if self._schemas.is_date(part) else name,  # a datetime given for a date becomes a date
            style,
            explode,
            is_composite=not kinds or "list" in kinds or "dict" in kinds,
            keeps_reserved=declared.get("allowReserved") is True,
        )

    def _argument(self, part: Property, name: str, description: str) -> Argument:
        return Argument(name, self._schemas.type_of(part), part.required, wire_name(part), description)

    @cached_property
    def path_arguments(self) -> list[Argument]:
        """The parameters in the path, in order."""
        return [parameter.argument for parameter in self.parameters["path"]]

    @cached_property
    def keyword_arguments(self) -> list[Argument]:
        """The keyword arguments of the endpoint functions: the body, and the other parameters, required ones first."""
        return [*self._body_argument, *self._other_arguments]

    @cached_property
    def method_arguments(self) -> list[Argument]:
        """The keyword arguments of the method, which takes the properties of a JSON body instead of the body."""
        if not self.body_arguments:
            return self.keyword_arguments
        return required_first([*self.body_arguments, *self._other_arguments])

    @cached_property
    def _other_arguments(self) -> list[Argument]:
        parameters = [*self.parameters["query"], *self.parameters["header"], *self.parameters["cookie"]]
        return required_first(parameter.argument for parameter in parameters)

    @cached_property
    def _body_argument(self) -> list[Argument]:
        bodies = self._endpoint.bodies
        types = " | ".join(dict.fromkeys(self._schemas.type_of(body.prop) for body in bodies))
        is_required = all(body.prop.required for body in bodies)
        return [Argument("body", types, is_required, "", "The body of the request.")] if bodies else []

    @cached_property
    def body_arguments(self) -> list[Argument]:
        """The properties of a JSON body, which the method takes as arguments; none for other bodies."""
        bodies = self._endpoint.bodies
        if len(bodies) != 1 or bodies[0].body_type != BodyType.JSON or not bodies[0].prop.required:
            return []
        if not self._context.is_model(bodies[0].prop):
            return []
        model = self._context.resolve(cast(ModelProperty, bodies[0].prop))
        parts = declared_properties(model)
        found = []
        for part, name in zip(parts, names_of(parts), strict=True):
            description = text_of(part.description or "") or f"The property `{wire_name(part)}` of the body."
            found.append(self._argument(part, name, description))
        others = {argument.name for argument in (*self.path_arguments, *self._other_arguments)}
        return [] if others & {argument.name for argument in found} else found

    @cached_property
    def retrieves_one(self) -> bool:
        """Whether the operation is a GET whose only required parameter is one in the path."""
        others = any(argument.required for argument in self._other_arguments)
        return self.method == "GET" and len(self.path_arguments) == 1 and not (others or self.has_body or self.page)

    @cached_property
    def page_item(self) -> str:
        """The type of the items of a page."""
        assert self.page is not None
        return self._schemas.type_of(self.page.item)

    @cached_property
    def page_cursor(self) -> str:
        """The name of the argument that takes the cursor."""
        assert self.page is not None
        cursor = wire_name(self.page.cursor)
        arguments = [parameter.argument for parameter in self.parameters["query"]]
        return next(argument.name for argument in arguments if argument.wire_name == cursor)

    @cached_property
    def method_body(self) -> str:
        """The expression of the body in the method."""
        pairs = ", ".join(f"{argument.wire_name!r}: {argument.name}" for argument in self.body_arguments)
        body_model = self._schemas.type_of(self._endpoint.bodies[0].prop) if pairs else ""
        return f"_new_model({body_model}, _present({{{pairs}}}))" if pairs else "body"

    @cached_property
    def path(self) -> str:
        """The expression of the path, which checks and quotes its parameters."""
        # The path has openapi-python-client's names of the parameters.
        segments = {
            f"{{{part.python_name}}}": _segment(parameter)
            for part, parameter in zip(self._endpoint.path_parameters, self.parameters["path"], strict=True)
        }
        pieces = re.split(r"(\{[^{}]*\})", self.route)
        return " + ".join(segments.get(piece, repr(piece)) for piece in pieces if piece)

    @cached_property
    def query(self) -> list[str]:
        """The expressions of the query, one for each parameter."""
        found = []
        for parameter in self.parameters["query"]:
            style, explode = parameter.style, parameter.explode
            arguments = f"{parameter.argument.wire_name!r}, {parameter.value}"
            if style == "form" and (explode or not parameter.is_composite):
                found.append(f"_query_pairs({arguments})")
            else:
                exploded = ", explode=False" if not explode and style != "deepObject" else ""
                found.append(f"_query_pairs({arguments}, {style!r}{exploded})")
        return found

    @cached_property
    def reserved(self) -> list[str]:
        """The names of the query parameters in which reserved characters stay unescaped."""
        parameters = self.parameters["query"]
        return [parameter.argument.wire_name for parameter in parameters if parameter.keeps_reserved]

    @cached_property
    def headers(self) -> str:
        """The expression of the headers; empty if the operation declares none."""
        parameters = self.parameters["header"]
        exploded = [parameter.argument.wire_name for parameter in parameters if parameter.explode]
        return _texts(parameters, exploded)

    @cached_property
    def cookies(self) -> str:
        """The expression of the cookies; empty if the operation declares none."""
        return _texts(self.parameters["cookie"], exploded=[])

    @cached_property
    def body(self) -> str:
        """The expression of the body; several media types are distinguished by the type of `body`."""
        *others, last = self._endpoint.bodies
        cases = [f"{self._body(body)} if isinstance(body, {self._schemas.classes(body.prop)}) else " for body in others]
        return "".join([*cases, self._body(last)])

    @cached_property
    def summary(self) -> str:
        """The summary of the operation, as a sentence."""
        words = self.name.replace("_", " ").capitalize()
        summary, description = text_of(self._endpoint.summary or "").strip(), self._text
        # The description `List all pets.` says more than the summary `List`.
        if description.lower().startswith(summary.rstrip(".").lower()) and first_sentence(description) == description:
            summary = description
        text = summary or description or words
        return f"{text}." if text[-1:].isalnum() else text

    @cached_property
    def description(self) -> str:
        """The description of the operation, unless it is the summary."""
        return self._text if self._endpoint.summary and self._text.rstrip(".") != self.summary.rstrip(".") else ""

    @cached_property
    def _text(self) -> str:
        return text_of(self._endpoint.description or "").strip()

    def returns(self, detailed: bool) -> str:
        """Return the `Returns` section of an endpoint function.

        Args:
            detailed: Whether the function returns the whole response.
        """
        success, failure = plain(self.success.type), plain(self.failure.type)
        if detailed:
            failed = "" if success == failure else f", or {failure} if the call failed"
            return f"The response, of any status; its `parsed` is {success}{failed}."
        return "Nothing." if success == "None" else f"The body of the response: {success}."

    def raises(self, detailed: bool) -> list[tuple[str, str]]:
        """Return the `Raises` section of an endpoint function: errors, and when they are raised.

        Args:
            detailed: Whether the function returns the whole response, of any status.
        """
        found = [("ValueError", "An argument cannot be sent.")]
        if detailed:
            return [*found, ("APIConnectionError", "No HTTP response came; see `errors`.")]
        responses = self._declared["responses"].items()
        texts = {str(status): str(response.get("description") or "") for status, response in responses}
        if self.has_id and "404" not in texts:
            texts = {**texts, "404": self._context.hint(404) or "There is no object with this id."}
        found += [(name, texts[status] or "See `errors`.") for status, name in _ERRORS.items() if status in texts]
        return [*found, ("APIError", "The call failed in another way; see `errors`.")]

    def _body(self, body: Body) -> str:
        name = body.content_type.get_untrusted_value()
        encodings = self._declared["requestBody"]["content"][name]["encoding"]
        match body.body_type:
            case BodyType.JSON:
                return f"_json_body(body, {name!r})"
            case BodyType.DATA:
                styles = {
                    key: _style(encoding, "form")
                    for key, encoding in encodings.items()
                    if "style" in encoding or "explode" in encoding
                }
                return f"_form_body(body, {name!r}{f', {styles!r}' if styles else ''})"
            case BodyType.FILES:
                types = {key: str(encoding.get("contentType", "")) for key, encoding in encodings.items()}
                single = {
                    key: media_type
                    for key, media_type in types.items()
                    if re.fullmatch(r"[\w.+-]+/[\w.+-]+", media_type)
                }
                return f"_multipart_body(body{f', {single!r}' if single else ''})"
            case _:
                return f"_raw_body(body, {name!r})"


def _style(declared: dict[str, Any], default: str) -> tuple[str, bool]:
    """Return the `style` and `explode` of a parameter, or of a property of a form."""
    style = str(declared.get("style") or default)
    return style, bool(declared.get("explode", style == "form"))


def _segment(parameter: Parameter) -> str:
    arguments = f"{parameter.argument.wire_name!r}, {parameter.value}"
    if parameter.style == "simple" and not parameter.is_composite:
        return f"_path_segment({arguments})"
    return f"_styled_segment({arguments}, {parameter.style!r}, explode={parameter.explode})"


def _texts(parameters: Iterable[Parameter], exploded: list[str]) -> str:
    pairs = ", ".join(f"{parameter.argument.wire_name!r}: {parameter.value}" for parameter in parameters)
    json = [parameter.argument.wire_name for parameter in parameters if parameter.style == "json"]
    named = "".join(f", {key}={names!r}" for key, names in (("exploded", exploded), ("json", json)) if names)
    return f"_header_texts({{{pairs}}}{named})" if pairs else ""
