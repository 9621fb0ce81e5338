"""The rules of the review, with their severity in each direction and the reason for it.

The direction `request` is for data that callers send: parameters, request bodies, and responses to webhooks. The
direction `response` is for data that callers read.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal, TypeAlias

Part: TypeAlias = Literal["contract", "python", "fixtures", "upstream"]
Severity: TypeAlias = Literal["breaking", "additive", "docs"]
Direction: TypeAlias = Literal["request", "response"]

PARTS: Final[tuple[Part, ...]] = ("contract", "python", "fixtures", "upstream")
SEVERITIES: Final[tuple[Severity, ...]] = ("breaking", "additive", "docs")


@dataclass(frozen=True, eq=False)
class Judgement:
    """The severities of a rule, and the reason for them.

    Attributes:
        request: The severity in requests; None if the rule cannot apply there.
        response: The severity in responses; None if the rule cannot apply there.
        is_directed: Whether ids begin with the direction.
    """

    part: Part
    request: Severity | None
    response: Severity | None
    reason: str
    is_directed: bool = False


def _schema(request: Severity | None, response: Severity | None, reason: str) -> Judgement:
    return Judgement("contract", request, response, reason, is_directed=True)


def _wire(request: Severity, reason: str, response: Severity | None = None) -> Judgement:
    return Judgement("contract", request, response or request, reason)


def _python(severity: Severity, reason: str) -> Judgement:
    return Judgement("python", severity, severity, reason)


def _fixtures(severity: Severity, reason: str) -> Judgement:
    return Judgement("fixtures", severity, severity, reason)


class Rule(Enum):
    """A rule. Its id is its name in lower case with hyphens, after the direction if the rule is directed."""

    # Schemas.
    TYPE_CHANGED = _schema("breaking", "breaking", "No value of the old type is one of the new type.")
    TYPE_WIDENED = _schema("additive", "breaking", "Values of more types are allowed: readers meet unknown ones.")
    TYPE_NARROWED = _schema("breaking", "additive", "Values of fewer types are allowed: some are refused.")
    TYPE_UNKNOWN = _schema("breaking", "breaking", "JSON Schema has no such type: what is allowed is unknown.")
    BECAME_NULLABLE = _schema("additive", "breaking", "Null is allowed now: readers must expect it.")
    BECAME_NOT_NULLABLE = _schema("breaking", "additive", "Null is not allowed any more: who sends it is refused.")
    ENUM_VALUE_ADDED = _schema("additive", "breaking", "A closed enum grew: readers meet a value they do not know.")
    ENUM_VALUE_REMOVED = _schema("breaking", "additive", "A closed enum shrank: a value that callers send is refused.")
    ENUM_ADDED = _schema("breaking", "additive", "Only the listed values are allowed now.")
    VALUES_LISTED = _schema("additive", "additive", "The list was empty before, so that no caller knew a value.")
    ENUM_REMOVED = _schema("additive", "breaking", "Any value is allowed now, not only the listed ones.")
    OPEN_ENUM_VALUE_ADDED = _schema("additive", "additive", "An open enum says that other values may come.")
    OPEN_ENUM_VALUE_REMOVED = _schema("additive", "additive", "An open enum still allows the value.")
    EXTENSIBLE_ENUM_VALUE_REMOVED = _schema(
        "breaking",
        "additive",
        "x-extensible-enum lists what the server understands: it may refuse a value that left the list.",
    )
    PROPERTY_ADDED = _schema("additive", "additive", "Callers need not send it, and readers may ignore it.")
    REQUIRED_PROPERTY_ADDED = _schema("breaking", "additive", "Callers who do not know it are refused.")
    PROPERTY_REMOVED = _schema("additive", "breaking", "Readers relied on it; what is still sent of it is ignored.")
    PROPERTY_REFUSED = _schema("breaking", None, "The object is closed: who still sends the property is refused.")
    PROPERTY_RENAMED = _schema("breaking", "breaking", "The old name is neither understood nor sent any more.")
    PROPERTY_BECAME_REQUIRED = _schema("breaking", "additive", "Callers who leave it out are refused.")
    PROPERTY_BECAME_OPTIONAL = _schema("additive", "breaking", "Readers must expect that it is absent.")
    UNION_VARIANT_ADDED = _schema("additive", "breaking", "Readers meet a variant they do not know.")
    UNION_VARIANT_REMOVED = _schema("breaking", "additive", "Callers who send the variant are refused.")
    UNION_VARIANT_OVERLAPS = _schema("breaking", None, "What is sent today may fit two variants, which oneOf refuses.")
    UNION_VARIANT_COVERED = _schema("additive", None, "Callers may go on: what fits the variant fits another one.")
    UNION_VARIANT_NARROWER = _schema(None, "docs", "Readers met such values before, as ones of another variant.")
    UNION_BECAME_ONE_OF = _schema("breaking", "additive", "A value that fits two variants was allowed and is refused.")
    UNION_BECAME_ANY_OF = _schema("additive", "breaking", "A reader may meet a value that fits two variants.")
    DISCRIMINATOR_ADDED = _schema("additive", "additive", "The same values are allowed; a variant is easier to choose.")
    DISCRIMINATOR_REMOVED = _schema("additive", "additive", "The same values are allowed.")
    DISCRIMINATOR_PROPERTY_CHANGED = _schema("breaking", "breaking", "Both sides choose the variant by that property.")
    DISCRIMINATOR_MAPPING_ADDED = _schema("additive", "breaking", "Readers meet a tag that they do not know.")
    DISCRIMINATOR_MAPPING_REMOVED = _schema("breaking", "additive", "The server no longer knows a tag that is sent.")
    DISCRIMINATOR_TAG_RENAMED = _schema("breaking", "breaking", "The old tag is not understood, nor the new one known.")
    DISCRIMINATOR_MAPPING_CHANGED = _schema("breaking", "breaking", "The same tag now names another schema.")
    LIMIT_TIGHTENED = _schema("breaking", "additive", "Values that were accepted are refused.")
    LIMIT_LOOSENED = _schema("additive", "breaking", "Readers meet values beyond the old limit.")
    FORMAT_ADDED = _schema("breaking", "additive", "Values without the format were accepted and are refused.")
    FORMAT_REMOVED = _schema("additive", "breaking", "Readers relied on the format.")
    FORMAT_CHANGED = _schema("breaking", "breaking", "A value in the old format is not one in the new format.")
    FORMAT_TIGHTENED = _schema("breaking", "additive", "The new format has fewer values, as int32 beside int64.")
    FORMAT_LOOSENED = _schema("additive", "breaking", "The new format has more values, as int64 beside int32.")
    PATTERN_ADDED = _schema("breaking", "additive", "Text that does not match was accepted and is refused.")
    PATTERN_REMOVED = _schema("additive", "breaking", "Readers relied on the pattern.")
    PATTERN_CHANGED = _schema("breaking", "breaking", "Which of two patterns allows more cannot be computed.")
    CONSTRAINT_ADDED = _schema("breaking", "additive", "A value that was not checked before is checked now.")
    CONSTRAINT_REMOVED = _schema("additive", "breaking", "Readers relied on the check.")
    CONSTRAINT_CHANGED = _schema("breaking", "breaking", "Some values are refused that were allowed, and the reverse.")
    CONSTRAINT_TIGHTENED = _schema("breaking", "additive", "Fewer values are allowed.")
    CONSTRAINT_LOOSENED = _schema("additive", "breaking", "More values are allowed.")
    DEFAULT_CHANGED = _schema("breaking", "additive", "A caller who leaves the value out gets another behaviour.")
    DEFAULT_ADDED = _schema(
        "breaking",
        "additive",
        "The default may have been in effect before; if not, a caller who leaves it out gets another behaviour.",
    )
    DEFAULT_OF_REQUIRED_CHANGED = _schema("docs", None, "A value that must be sent is never replaced by its default.")
    DEFAULT_MEANS_NOTHING = _schema("docs", "docs", "It is never used: an item is present, or one value is possible.")
    DEPRECATED = _schema("additive", "additive", "Nothing breaks yet, but readers must hear of it.")
    NO_LONGER_DEPRECATED = _schema("docs", "docs", "Nothing changes for callers.")
    DESCRIPTION_CHANGED = _schema("docs", "docs", "Words are not on the wire.")
    EXAMPLE_CHANGED = _schema("docs", "docs", "Examples are not on the wire.")
    ANNOTATION_CHANGED = _schema("docs", "docs", "Extensions and notes say nothing about what is allowed.")
    SCHEMA_NOT_JUDGED = _schema("breaking", "breaking", "Too many alternatives to compare: a person must look.")
    SCHEMA_RENAMED = _wire("docs", "Names of schemas are not on the wire; the Python part reports the class.")
    SCHEMA_REPLACED = _wire("docs", "The other schema allows the same, or other rules report the differences.")

    # Operations and their parts.
    PATH_REMOVED = _wire("breaking", "Requests to it fail.", "additive")
    PATH_ADDED = _wire("additive", "No caller uses it yet; of a webhook: receivers do not expect it yet.")
    OPERATION_REMOVED = _wire("breaking", "Requests to it fail; of a webhook: receivers wait for it in vain.")
    OPERATION_REMOVED_AFTER_SUNSET = _wire("additive", "It was deprecated, and the day that was announced has come.")
    UNSTABLE_OPERATION_REMOVED = _wire("additive", "It was a draft or alpha, which may go any day.")
    OPERATION_ADDED = _wire("additive", "No caller uses it yet.")
    OPERATION_ID_CHANGED = _wire("docs", "It is not on the wire; the Python part reports the renamed method.")
    OPERATION_TAGS_CHANGED = _wire("docs", "Tags are not on the wire; the Python part reports a moved module.")
    OPERATION_DEPRECATED = _wire("additive", "Nothing breaks yet, but callers must hear of it.")
    OPERATION_NO_LONGER_DEPRECATED = _wire("docs", "Nothing changes for callers.")
    OPERATION_DESCRIBED = _wire("docs", "Words are not on the wire.")
    SUNSET_SET = _wire("additive", "Nothing breaks before that day, but callers must hear of it.")
    SUNSET_MOVED_EARLIER = _wire("breaking", "Callers planned with the later day.")
    SUNSET_REMOVED = _wire("additive", "It no longer ends on a given day.")
    SUNSET_IS_NO_DATE = _wire("additive", "When it ends is unknown: write a date as 2026-01-31.")
    STABILITY_LOWERED = _wire("breaking", "What callers could rely on may change any day.")
    STABILITY_RAISED = _wire("additive", "It changes less easily than before.")
    STABILITY_IS_UNKNOWN = _wire("additive", "What callers may rely on is unknown: write draft, alpha, beta or stable.")
    PATH_PREFIX_MOVED = _wire("docs", "The addresses are the same: a prefix moved between server and path.")
    PARAMETER_ADDED = _wire("additive", "Callers may leave it out.")
    PARAMETER_ADDED_REQUIRED = _wire("breaking", "Requests without it fail.", "additive")
    PARAMETER_REMOVED = _wire("breaking", "What callers ask for with it is ignored or refused.")
    PARAMETER_RENAMED = _wire("breaking", "The old name is ignored or refused.")
    PARAMETER_MOVED = _wire("breaking", "It is looked for at another place of the request.")
    PARAMETER_BECAME_REQUIRED = _wire("breaking", "Requests without it fail.", "additive")
    PARAMETER_BECAME_OPTIONAL = _wire("additive", "Callers may leave it out.", "breaking")
    PARAMETER_SERIALIZATION_CHANGED = _wire("breaking", "The same value is written in another way.")
    PARAMETER_RESERVED_ALLOWED = _wire("additive", "Reserved characters may be written out or encoded.", "breaking")
    PARAMETER_EMPTY_VALUE_ALLOWED = _wire("additive", "The server accepts more than before.", "breaking")
    PARAMETER_EMPTY_VALUE_REFUSED = _wire("breaking", "Empty values were accepted.", "additive")
    PARAMETER_DEPRECATED = _wire("additive", "Nothing breaks yet, but callers must hear of it.")
    PARAMETER_NO_LONGER_DEPRECATED = _wire("docs", "Nothing changes for callers.")
    PARAMETER_DESCRIBED = _wire("docs", "Words are not on the wire.")
    PATH_PARAMETER_RENAMED = _wire("docs", "Its name is not on the wire; the Python part reports a renamed argument.")
    PATH_PARAMETER_SWAPPED = _wire("breaking", "Callers put each value in its old place, which means another one now.")
    REQUEST_BODY_ADDED = _wire("additive", "Callers may leave it out.")
    REQUEST_BODY_ADDED_REQUIRED = _wire("breaking", "Requests without a body worked before.", "additive")
    REQUEST_BODY_REMOVED = _wire("breaking", "What callers send in it is ignored or refused.")
    REQUEST_BODY_BECAME_REQUIRED = _wire("breaking", "Requests without a body worked before.", "additive")
    REQUEST_BODY_BECAME_OPTIONAL = _wire("additive", "Callers may leave it out.", "breaking")
    REQUEST_BODY_DESCRIBED = _wire("docs", "Words are not on the wire.")
    REQUEST_MEDIA_TYPE_ADDED = _wire("additive", "Callers may go on as before.", "breaking")
    REQUEST_MEDIA_TYPE_REMOVED = _wire("breaking", "Callers who send it are refused.", "additive")
    RESPONSE_MEDIA_TYPE_ADDED = _wire("additive", "Callers who ask for the old one still get it.")
    RESPONSE_MEDIA_TYPE_REMOVED = _wire("breaking", "Readers relied on it.")
    MEDIA_TYPE_NARROWED = _wire("additive", "A range of media types became one of them.")
    ENCODING_TIGHTENED = _wire("breaking", "A part of a form is accepted in fewer content types.", "additive")
    ENCODING_LOOSENED = _wire("additive", "A part of a form may be written in more ways.", "breaking")
    ENCODING_CHANGED = _wire("breaking", "The same part of a form is written in another way.")
    RESPONSE_ADDED = _wire("additive", "Clients handle an unknown status by its class, such as 4XX.")
    RESPONSE_REMOVED = _wire("breaking", "Callers expect this response, and get another one.")
    RESPONSE_REMOVED_BUT_COVERED = _wire("additive", "A status range or `default` still describes that response.")
    RESPONSE_ERROR_REMOVED = _wire("additive", "Fewer things go wrong: every response that comes was described before.")
    RESPONSE_DESCRIBED = _wire("docs", "Words are not on the wire.")
    RESPONSE_HEADER_ADDED = _wire("additive", "Readers may ignore it.")
    RESPONSE_HEADER_REMOVED = _wire("additive", "Readers relied on it.", "breaking")
    RESPONSE_HEADER_BECAME_REQUIRED = _wire("breaking", "It must always be sent now.", "additive")
    RESPONSE_HEADER_BECAME_OPTIONAL = _wire("additive", "Readers must expect that it is absent.", "breaking")
    RESPONSE_HEADER_DESCRIBED = _wire("docs", "Words are not on the wire.")
    LINK_ADDED = _wire("additive", "Readers may ignore it.")
    LINK_REMOVED = _wire("breaking", "Clients that follow the link have nothing to follow.")
    LINK_CHANGED = _wire("breaking", "Clients that follow the link end somewhere else, or send something else.")
    LINK_DESCRIBED = _wire("docs", "Words are not on the wire.")
    SECURITY_TIGHTENED = _wire("breaking", "What sufficed to authenticate is refused.", "additive")
    SECURITY_LOOSENED = _wire("additive", "What sufficed to authenticate still does.")
    SECURITY_SCHEME_CHANGED = _wire("breaking", "Credentials are sent or obtained in another way.")
    SECURITY_SCHEME_LOOSENED = _wire("additive", "There is one more way to obtain credentials.")
    SECURITY_SCHEME_DESCRIBED = _wire("docs", "Words and hints (bearerFormat) are not on the wire.")
    SERVER_ADDED = _wire("additive", "The old ones are still there.")
    SERVER_REMOVED = _wire("breaking", "Clients that call it get no answer.")
    SERVER_FIRST_CHANGED = _wire("breaking", "Clients take the first server, and call another one now.")
    SERVER_VARIABLE_DEFAULT_CHANGED = _wire("breaking", "A client that leaves the variable alone calls another server.")
    SERVER_VARIABLE_VALUE_REMOVED = _wire("breaking", "A client may have chosen that value.")
    SERVER_VARIABLE_VALUE_ADDED = _wire("additive", "There is one more to choose from.")
    SERVER_DESCRIBED = _wire("docs", "Words are not on the wire.")
    DOCUMENT_DESCRIBED = _wire("docs", "What stands outside of the operations is not on the wire.")
    UNUSED_COMPONENT_CHANGED = _wire("docs", "No operation uses it; other users, such as a WebSocket, must check it.")
    UNUSED_COMPONENT_DESCRIBED = _wire("docs", "No operation uses it, and only words changed.")

    # The client's configuration: `x-generator-client` of `info`.
    CLIENT_ENVIRONMENT_CHANGED = _wire("breaking", "What people have set in the environment is no longer found.")
    CLIENT_HEADER_CHANGED = _wire("breaking", "The client sends it, or the key, in another way than before.")
    CLIENT_ADDRESS_CHANGED = _wire("breaking", "The client calls another address.")
    CLIENT_DEFAULT_CHANGED = _wire("breaking", "A program that leaves it out does something else.")
    CLIENT_CHANGED = _wire("breaking", "Programs that say its name, or leave it out, no longer run.")
    CLIENT_ADDED = _wire("additive", "No program uses it yet.")
    CLIENT_DESCRIBED = _wire("docs", "Words and telemetry change nothing that a program does.")

    # The generated package.
    NAME_ADDED = _python("additive", "No program uses it yet.")
    NAME_REMOVED = _python("breaking", "Importing or reading it fails.")
    NAME_RENAMED = _python("breaking", "The old name is gone.")
    NAME_CALLS_ANOTHER = _python("breaking", "Programs that call it do something else, and nothing fails.")
    NAME_KIND_CHANGED = _python("breaking", "The name means another kind of thing.")
    MODULE_REMOVED = _python("breaking", "Importing it fails.")
    BASE_CLASS_REMOVED = _python("breaking", "What it inherited is gone, and isinstance is false.")
    CLASS_BECAME_FINAL = _python("breaking", "Code that inherits from it, or overrides it, no longer type-checks.")
    TUPLE_FIELD_ADDED = _python("breaking", "Unpacking the tuple raises ValueError.")
    ATTRIBUTE_TYPE_CHANGED = _python("breaking", "Code that reads, sets or constructs with it no longer type-checks.")
    ATTRIBUTE_READ_ONLY = _python("breaking", "Assigning it raises AttributeError.")
    RESULT_TYPE_CHANGED = _python("breaking", "Code that uses the result no longer type-checks.")
    PARAMETER_TYPE_CHANGED = _python("breaking", "Code that passes it no longer type-checks.")
    ARGUMENT_ADDED = _python("additive", "Callers may leave it out.")
    ARGUMENT_ADDED_REQUIRED = _python("breaking", "Calls without it raise TypeError.")
    ARGUMENT_BECAME_REQUIRED = _python("breaking", "Calls without it raise TypeError.")
    ARGUMENT_REMOVED = _python("breaking", "Calls with it raise TypeError.")
    ARGUMENT_KIND_CHANGED = _python("breaking", "Calls that pass it by position or by name raise TypeError.")
    ARGUMENT_DEFAULT_CHANGED = _python("breaking", "A call that leaves it out does something else.")
    ARGUMENTS_REORDERED = _python("breaking", "Calls by position put values where others belong, and nothing fails.")
    ENUM_VALUE_GAINED = _python("additive", "The enum is open, or nothing that is read uses it.")
    ENUM_VALUE_GAINED_WHERE_READ = _python("breaking", "Code that matches all values no longer type-checks.")
    ENUM_VALUE_LOST = _python("breaking", "Code that passes the value, or constructs with it, no longer type-checks.")
    USE_NO_LONGER_CHECKS = _python("breaking", "Code that uses it so no longer type-checks.")
    PACKAGE_RENAMED = _python("breaking", "Importing it by its old name fails.")
    CONFIGURATION_CHANGED = _python("docs", "Other rules report its effect on names, signatures and types.")
    GENERATED_CODE_CHANGED = _python("docs", "Names, signatures and types are the same; behaviour was not compared.")

    # Recorded bodies.
    FIXTURE_FAILS = _fixtures("breaking", "What a server sent cannot be decoded any more.")
    FIXTURE_NO_LONGER_FAILS = _fixtures("additive", "What a server sent can be decoded now.")
    FIXTURE_NOT_EQUAL = _fixtures("breaking", "Something of what a server sent is lost.")
    FIXTURE_EQUAL = _fixtures("additive", "Nothing of what a server sent is lost any more.")
    FIXTURE_UNTYPED = _fixtures("breaking", "What was a typed attribute is raw JSON now.")
    FIXTURE_TYPED = _fixtures("additive", "What was raw JSON is a typed attribute now.")
    FIXTURE_DIFFERS = _fixtures("breaking", "The attribute's value is of another type.")
    FIXTURE_NO_LONGER_FITS = _fixtures("breaking", "No class of the package fits the body any more.")
    FIXTURE_FITS = _fixtures("additive", "A class of the package fits the body now.")

    STALE_DIFFERENCE = Judgement("upstream", "docs", "docs", "A reason is given for a difference that does not exist.")

    def id(self, direction: Direction | None) -> str:
        """Return the rule's id, such as `response-property-removed`."""
        name = self.name.lower().replace("_", "-")
        return f"{direction}-{name}" if self.value.is_directed and direction else name

    def severity(self, direction: Direction | None) -> Severity:
        """Return the rule's severity in a direction; rules without directions have the direction None."""
        judgement: Judgement = self.value
        found = judgement.response if direction == "response" else judgement.request
        assert found is not None, f"{self.name} is not judged for a {direction}"
        return found


def table() -> list[tuple[str, Part, Severity, Direction | Literal["both"], str]]:
    """Return the id, part, severity, direction and reason of each rule, with a line for each direction that differs."""
    lines: list[tuple[str, Part, Severity, Direction | Literal["both"], str]] = []
    for rule in Rule:
        value: Judgement = rule.value
        if value.request is not None and value.request == value.response and not value.is_directed:
            lines.append((rule.id(None), value.part, value.request, "both", value.reason))
            continue
        if value.request is not None:
            lines.append((rule.id("request"), value.part, value.request, "request", value.reason))
        if value.response is not None:
            lines.append((rule.id("response"), value.part, value.response, "response", value.reason))
    return lines
