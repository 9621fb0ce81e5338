"""Write an operation in Python: the arguments of its functions, its request, its responses and its docstrings."""

from __future__ import annotations

import re
from functools import cached_property
from typing import cast

from openapi_python_client.parser.bodies import Body, BodyType
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties import ModelProperty, Property

from .arguments import Argument, names_of, required_first
from .context import Context, Page
from .imports import plain
from .responses import Branch, Responses
from .schemas import Schemas
from .texts import first_sentence, text_of

# The error classes of single statuses.
_ERRORS = {
    "400": "BadRequestError",
    "401": "AuthenticationError",
    "403": "PermissionDeniedError",
    "404": "NotFoundError",
    "409": "ConflictError",
    "422": "UnprocessableEntityError",
    "429": "RateLimitError",
    "500": "InternalServerError",
}


class Operation:
    """An operation of the spec.

    Attributes:
        name: The name of the operation's module.
        page: The paging of the operation; None for no pages.
        has_id: Whether the path has a parameter.
        has_body: Whether the operation takes a body.
        has_json_body: Whether the operation takes a JSON body.
        accept: The value of the `Accept` header.
        server: The operation's own server; empty if it is the spec's server.
        security: The credentials that the operation needs, as code; empty if all need the client's only key.
        is_deprecated: Whether the operation is deprecated.
    """

    def __init__(self, endpoint: Endpoint, context: Context, schemas: Schemas) -> None:
        self._endpoint, self._context, self._schemas = endpoint, context, schemas
        self.name = str(endpoint.name)
        self.page: Page | None = context.page(endpoint)
        self.has_id, self.has_body = bool(endpoint.path_parameters), bool(endpoint.bodies)
        self.has_json_body = any(body.body_type == BodyType.JSON for body in endpoint.bodies)
        self.accept, self.server = context.accept(endpoint), context.server(endpoint)
        self.security, self.is_deprecated = context.asked_credentials(endpoint), context.is_deprecated(endpoint)
        self._responses = Responses(endpoint, context, schemas, self.page)
        parameters = [part for _, part in endpoint.iter_all_parameters()]
        self._parameter_names = dict(zip(map(id, parameters), names_of(parameters), strict=True))
        self._locations = {id(part): str(location.value) for location, part in endpoint.iter_all_parameters()}

    @cached_property
    def path_arguments(self) -> list[Argument]:
        """The parameters in the path, in order."""
        return [self.argument(part) for part in self._endpoint.path_parameters]

    @cached_property
    def keyword_arguments(self) -> list[Argument]:
        """The parameters in the query, the headers and the cookies; required ones first."""
        return required_first(self.argument(part) for part in self._keywords)

    @cached_property
    def method_arguments(self) -> list[Argument]:
        """The keyword arguments of the method, including `body_arguments`; required ones first."""
        return required_first([*self.body_arguments, *self.keyword_arguments])

    @cached_property
    def body_arguments(self) -> list[Argument]:
        """The properties of a JSON body, which the method takes as arguments; none for other bodies."""
        bodies = self._endpoint.bodies
        if len(bodies) != 1 or bodies[0].body_type != BodyType.JSON or not bodies[0].prop.required:
            return []
        if not self._context.is_model(bodies[0].prop):
            return []
        model = self._context.resolve(cast(ModelProperty, bodies[0].prop))
        parts = [*(model.required_properties or []), *(model.optional_properties or [])]
        found = [self._named(part, name) for part, name in zip(parts, names_of(parts), strict=True)]
        others = {argument.name for argument in (*self.path_arguments, *self.keyword_arguments)}
        return [] if others & {argument.name for argument in found} else found

    @cached_property
    def retrieves_one(self) -> bool:
        """Whether the operation is a GET whose only required parameter is one in the path."""
        others = any(argument.required for argument in self.keyword_arguments)
        is_get = self._endpoint.method.lower() == "get"
        return is_get and len(self.path_arguments) == 1 and not (others or self.has_body or self.page)

    @cached_property
    def page_item(self) -> str:
        """The type of the items of a page."""
        assert self.page is not None
        return self._schemas.type_of(self.page.item)

    @cached_property
    def page_cursor(self) -> str:
        """The name of the argument that takes the cursor."""
        assert self.page is not None
        return self.argument(self.page.cursor).name

    @cached_property
    def body_model(self) -> str:
        """The class of the body."""
        return self._schemas.type_of(self._endpoint.bodies[0].prop)

    @cached_property
    def body_argument(self) -> Argument:
        """The argument `body` of the endpoint functions."""
        types = " | ".join(dict.fromkeys(self._schemas.type_of(body.prop) for body in self._endpoint.bodies))
        return Argument("body", types, all(body.prop.required for body in self._endpoint.bodies), "", "")

    @cached_property
    def path(self) -> str:
        """The expression of the path, which checks and quotes its parameters."""
        # The path has openapi-python-client's names of the parameters.
        arguments = {
            f"{{{part.python_name}}}": self._segment(part, argument)
            for part, argument in zip(self._endpoint.path_parameters, self.path_arguments, strict=True)
        }
        pieces = re.split(r"(\{[^{}]*\})", self._endpoint.path.get_untrusted_value())
        return " + ".join(arguments.get(piece, repr(piece)) for piece in pieces if piece)

    @cached_property
    def query(self) -> list[str]:
        """The expressions of the query, one for each parameter."""
        found = []
        for part in self._endpoint.query_parameters:
            style, explode = self._context.style(self._endpoint, part, "query")
            arguments = f"{self._wire_name(part)!r}, {self._value(part)}"
            if style == "form" and (explode or not self._is_composite(part)):
                found.append(f"_query_pairs({arguments})")
            else:
                exploded = ", explode=False" if not explode and style != "deepObject" else ""
                found.append(f"_query_pairs({arguments}, {style!r}{exploded})")
        return found

    @cached_property
    def reserved(self) -> list[str]:
        """The names of the query parameters in which reserved characters stay unescaped."""
        parts = self._endpoint.query_parameters
        return [self._wire_name(part) for part in parts if self._context.keeps_reserved(self._endpoint, part)]

    @cached_property
    def headers(self) -> str:
        """The expression of the headers; empty if the operation declares none."""
        return self._texts(self._endpoint.header_parameters, "header")

    @cached_property
    def cookies(self) -> str:
        """The expression of the cookies; empty if the operation declares none."""
        return self._texts(self._endpoint.cookie_parameters, "cookie")

    @cached_property
    def body(self) -> str:
        """The expression of the body; several media types are distinguished by the type of `body`."""
        *others, last = self._endpoint.bodies
        cases = [f"{self._body(body)} if isinstance(body, {self._schemas.classes(body.prop)}) else " for body in others]
        return "".join([*cases, self._body(last)])

    @cached_property
    def success_type(self) -> str:
        """The type of the parsed body of a 2xx response."""
        return self._responses.type_of(success=True)

    @cached_property
    def failure_type(self) -> str:
        """The type of the parsed body of any other response."""
        return self._responses.type_of(success=False)

    @cached_property
    def success(self) -> list[Branch]:
        """The branches that decode a 2xx response."""
        return self._responses.branches(success=True)

    @cached_property
    def failure(self) -> list[Branch]:
        """The branches that decode any other response."""
        return self._responses.branches(success=False)

    @cached_property
    def _keywords(self) -> list[Property]:
        endpoint = self._endpoint
        return [*endpoint.query_parameters, *endpoint.header_parameters, *endpoint.cookie_parameters]

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

    @cached_property
    def documented_arguments(self) -> list[Argument]:
        """The arguments of the endpoint functions, including the client and the body."""
        client = Argument("client", "", True, "", "The client to send through.")
        body = Argument("body", "", True, "", "The body of the request.")
        return [*self.path_arguments, client, *([body] if self.has_body else []), *self.keyword_arguments]

    def returns(self, detailed: bool) -> str:
        """Return the `Returns` section of an endpoint function.

        Args:
            detailed: Whether the function returns the whole response.
        """
        success, failure = plain(self.success_type), plain(self.failure_type)
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
        texts = self._context.failures(self._endpoint)
        if self.has_id and "404" not in texts:
            texts = {**texts, "404": self._context.hint(404) or "There is no object with this id."}
        found += [(name, texts[status] or "See `errors`.") for status, name in _ERRORS.items() if status in texts]
        return [*found, ("APIError", "The call failed in another way; see `errors`.")]

    def argument(self, part: Property) -> Argument:
        """Return the argument of a parameter."""
        return self._named(part, self._parameter_names[id(part)])

    def _named(self, part: Property, name: str) -> Argument:
        wire_name, location = self._wire_name(part), self._locations.get(id(part))
        place = f"The {location} parameter `{wire_name}`." if location else f"The property `{wire_name}` of the body."
        description = self._context.description(self._endpoint, part) or place
        return Argument(name, self._schemas.type_of(part), part.required, wire_name, description)

    @staticmethod
    def _wire_name(part: Property) -> str:
        name: str = part.name.get_untrusted_value()
        return name

    def _value(self, part: Property) -> str:
        """Return the expression of a parameter's value; a datetime given for a date becomes a date."""
        name = self.argument(part).name
        return f"_as_date({name})" if self._schemas.is_date(part) else name

    def _segment(self, part: Property, argument: Argument) -> str:
        style, explode = self._context.style(self._endpoint, part, "path")
        if style == "simple" and not self._is_composite(part):
            return f"_path_segment({argument.wire_name!r}, {self._value(part)})"
        return f"_styled_segment({argument.wire_name!r}, {self._value(part)}, {style!r}, explode={explode})"

    def _texts(self, parts: list[Property], location: str) -> str:
        if not parts:
            return ""
        pairs = ", ".join(f"{self._wire_name(part)!r}: {self._value(part)}" for part in parts)
        styles = {self._wire_name(part): self._context.style(self._endpoint, part, location) for part in parts}
        more = ""
        for key, names in (
            ("exploded", [name for name, style in styles.items() if style.explode and location == "header"]),
            ("json", [name for name, style in styles.items() if style.style == "json"]),
        ):
            more += f", {key}={names!r}" if names else ""
        return f"_header_texts({{{pairs}}}{more})"

    def _is_composite(self, part: Property) -> bool:
        """Return whether a value can be a list or an object."""
        kinds = self._schemas.kinds(part)
        return not kinds or "list" in kinds or "dict" in kinds

    def _body(self, body: Body) -> str:
        name = body.content_type.get_untrusted_value()
        encodings = self._context.encodings(self._endpoint, name)
        match body.body_type:
            case BodyType.JSON:
                return f"_json_body(body, {name!r})"
            case BodyType.DATA:
                styles = {
                    key: (
                        str(encoding.get("style", "form")),
                        bool(encoding.get("explode", encoding.get("style", "form") == "form")),
                    )
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
