"""How an operation is written in Python: the arguments of its functions, its request and its responses."""

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
from .texts import first_sentence, said

# The errors that stand for one status.
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
    """An operation of the document.

    Attributes:
        name: The name of its module.
        has_id: Whether its path has a parameter.
    """

    def __init__(self, endpoint: Endpoint, context: Context, schemas: Schemas) -> None:
        self._endpoint, self._context, self._schemas = endpoint, context, schemas
        self.name = str(endpoint.name)
        self.has_id = bool(endpoint.path_parameters)
        self.page: Page | None = context.page(endpoint)
        self._responses = Responses(endpoint, context, schemas, self.page)
        parameters = [part for _, part in endpoint.iter_all_parameters()]
        self._parameter_names = dict(zip(map(id, parameters), names_of(parameters), strict=True))
        self._locations = {id(part): str(location.value) for location, part in endpoint.iter_all_parameters()}

    @cached_property
    def path_arguments(self) -> list[Argument]:
        """The parameters in the path, in its order."""
        return [self.argument(part) for part in self._endpoint.path_parameters]

    @cached_property
    def keyword_arguments(self) -> list[Argument]:
        """The parameters in the query, the headers and the cookies; required ones first."""
        return required_first(self.argument(part) for part in self._keywords)

    @cached_property
    def method_arguments(self) -> list[Argument]:
        """The keyword arguments of the method: the properties of a JSON body among them; required ones first."""
        return required_first([*self.body_arguments, *self.keyword_arguments])

    @cached_property
    def body_arguments(self) -> list[Argument]:
        """The properties of the one JSON object that the method takes as single arguments; else none."""
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
        """Whether it only needs one id: a GET with a parameter in its path, and no other that is required."""
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
        """The argument that asks for a page."""
        assert self.page is not None
        return self.argument(self.page.cursor).name

    @cached_property
    def has_body(self) -> bool:
        """Whether the operation takes a body."""
        return bool(self._endpoint.bodies)

    @cached_property
    def has_json_body(self) -> bool:
        """Whether the operation takes a JSON body."""
        return any(body.body_type == BodyType.JSON for body in self._endpoint.bodies)

    @cached_property
    def body_model(self) -> str:
        """The class of the body that `body_arguments` are the properties of."""
        return self._schemas.type_of(self._endpoint.bodies[0].prop)

    @cached_property
    def body_argument(self) -> Argument:
        """The argument of the endpoint functions that is the whole body."""
        types = " | ".join(dict.fromkeys(self._schemas.type_of(body.prop) for body in self._endpoint.bodies))
        return Argument("body", types, all(body.prop.required for body in self._endpoint.bodies), "", "")

    @cached_property
    def path(self) -> str:
        """The expression of the path, each parameter checked and quoted where it stands."""
        # The generator put its own names of the parameters into the path.
        arguments = {
            f"{{{part.python_name}}}": self._segment(part, argument)
            for part, argument in zip(self._endpoint.path_parameters, self.path_arguments, strict=True)
        }
        pieces = re.split(r"(\{[^{}]*\})", self._endpoint.path.get_untrusted_value())
        return " + ".join(arguments.get(piece, repr(piece)) for piece in pieces if piece)

    @cached_property
    def query(self) -> list[str]:
        """The expressions that return the pairs of the query."""
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
        """The names of the query parameters whose reserved characters are sent unescaped."""
        parts = self._endpoint.query_parameters
        return [self._wire_name(part) for part in parts if self._context.keeps_reserved(self._endpoint, part)]

    @cached_property
    def server(self) -> str:
        """Where it is, if it is elsewhere than the document's other operations."""
        return self._context.server(self._endpoint)

    @cached_property
    def security(self) -> str:
        """The credentials that it asks for; empty where each operation gets the client's one key."""
        return self._context.asked_credentials(self._endpoint)

    @cached_property
    def headers(self) -> str:
        """The expression of the parameters that are headers; empty where there are none."""
        return self._texts(self._endpoint.header_parameters, "header")

    @cached_property
    def cookies(self) -> str:
        """The expression of the parameters that are cookies; empty where there are none."""
        return self._texts(self._endpoint.cookie_parameters, "cookie")

    @cached_property
    def accept(self) -> str:
        """The media types that it answers with."""
        return self._context.accept(self._endpoint)

    @cached_property
    def is_deprecated(self) -> bool:
        """Whether the document deprecates it."""
        return self._context.is_deprecated(self._endpoint)

    @cached_property
    def body(self) -> str:
        """The expression of the body, chosen by its type where there are several."""
        *others, last = self._endpoint.bodies
        cases = [f"{self._body(body)} if isinstance(body, {self._schemas.classes(body.prop)}) else " for body in others]
        return "".join([*cases, self._body(last)])

    @cached_property
    def success_type(self) -> str:
        """The type of what a 2xx response becomes."""
        return self._responses.type_of(success=True)

    @cached_property
    def failure_type(self) -> str:
        """The type of what any other response becomes."""
        return self._responses.type_of(success=False)

    @cached_property
    def success(self) -> list[Branch]:
        """The branches of the statuses that mean success."""
        return self._responses.branches(success=True)

    @cached_property
    def failure(self) -> list[Branch]:
        """The branches of all other statuses."""
        return self._responses.branches(success=False)

    @cached_property
    def _keywords(self) -> list[Property]:
        endpoint = self._endpoint
        return [*endpoint.query_parameters, *endpoint.header_parameters, *endpoint.cookie_parameters]

    @cached_property
    def summary(self) -> str:
        """What the operation does, in a sentence."""
        words = self.name.replace("_", " ").capitalize()
        summary, description = said(self._endpoint.summary or "").strip(), self._text
        # A sentence says more than the word that it begins with: `List`, `List all pets.`
        if description.lower().startswith(summary.rstrip(".").lower()) and first_sentence(description) == description:
            summary = description
        text = summary or description or words
        return f"{text}." if text[-1:].isalnum() else text

    @cached_property
    def description(self) -> str:
        """What the document says of it beside the summary."""
        return self._text if self._endpoint.summary and self._text.rstrip(".") != self.summary.rstrip(".") else ""

    @cached_property
    def _text(self) -> str:
        return said(self._endpoint.description or "").strip()

    @cached_property
    def documented_arguments(self) -> list[Argument]:
        """The arguments of the endpoint functions, the client and the body among them."""
        client = Argument("client", "", True, "", "The client to send through.")
        body = Argument("body", "", True, "", "The body of the request.")
        return [*self.path_arguments, client, *([body] if self.has_body else []), *self.keyword_arguments]

    def returns(self, detailed: bool) -> str:
        """Return what the endpoint functions return, in words.

        Args:
            detailed: Whether it is the whole response.
        """
        success, failure = plain(self.success_type), plain(self.failure_type)
        if detailed:
            failed = "" if success == failure else f", or {failure} where it failed"
            return f"The response, of any status: `parsed` is {success}{failed}."
        return "Nothing." if success == "None" else f"The body of the response: {success}."

    def raises(self, detailed: bool) -> list[tuple[str, str]]:
        """Return the errors that the endpoint functions raise, and when.

        Args:
            detailed: Whether no status raises.
        """
        found = [("ValueError", "an argument cannot be sent.")]
        if detailed:
            return [*found, ("APIConnectionError", "no response came, or none that is HTTP; see `errors`.")]
        said = self._context.failures(self._endpoint)
        if self.has_id and "404" not in said:
            said = {**said, "404": self._context.hint(404) or "there is none with this id."}
        found += [(name, said[status] or "see `errors`.") for status, name in _ERRORS.items() if status in said]
        return [*found, ("APIError", "the call failed in another way; see `errors`.")]

    def argument(self, part: Property) -> Argument:
        """Return the argument that a parameter, or a property of the body, is."""
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
        """Return the expression of a parameter's value: a datetime in a date's place becomes a date."""
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
        """Return whether a value can be a list or an object, or anything."""
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
