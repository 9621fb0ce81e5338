"""Find all problems of a document, each reported on a line that begins with its place.

Where `accept` in generator-config.yml names a problem, the value there is replaced, and the problem is not reported.
"""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import urlsplit

from .extensions import EXTENSIONS as CHECKED, PREFIX, mistakes
from .files import BrokenReferenceError, Files, Spot
from .openapi import (
    FIELDS,
    METHODS,
    REQUIRED,
    SHELVES,
    Entries,
    Items,
    Kind,
    Object,
    Scalar,
    Word,
    is_read,
)
from .places import DocumentError, Pointer
from .problems import ABSENT, KEPT, Problem
from .schemas import mistakes_of
from .unused import without_unused
from .wording import NEAR, instead, nearest, shown

_STATUS = re.compile(r"default|[1-5](XX|\d\d)")
_TEMPLATE = re.compile(r"\{([^{}]*)\}")
_HTTP_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_WITH_SCHEMA: Final = ("Parameter", "Header", "Response", "MediaType")
# Fields that must not be null, because nothing can be generated without them.
_NEVER_NULL: Final = frozenset({"openapi", "name", "in", "propertyName", "url"})
# The words that openapi-python-client's parser reads as true or false.
_TRUE: Final = frozenset({"true", "1", "1.0", "t", "y", "yes", "on"})
_FALSE: Final = frozenset({"false", "0", "0.0", "f", "n", "no", "off"})
# The end of the message about a null, by object and field: the meaning of the field's absence.
_NULL_MEANS: Final = {
    ("Operation", "security"): ": the document's own `security` counts",
    ("Schema", "type"): ": any value is allowed; write 'null' in quotes where the type null is meant",
    ("SecurityScheme", "name"): ": without it no client can send the key",
}


def problems(files: Files) -> list[Problem]:
    """Return the problems of a document and the files that it refers to, in the order of the document."""
    document = files.document
    value = document.value
    if not isinstance(value, dict):
        message = "not an OpenAPI document, which is a mapping with `openapi`, `info` and `paths`"
        raise DocumentError(f"{document.name}: {message}")
    version = value.get("openapi")
    if version is None and "swagger" in value:
        raise DocumentError(f"{document.name}: is Swagger {value['swagger']}: convert it to OpenAPI 3 first")
    if version is None:
        raise DocumentError(f"{document.name}: not an OpenAPI document: it has no `openapi`, such as 3.1.0")
    if not re.fullmatch(r"3\.\d+(\.\d+)?(-.*)?", str(version)):
        raise DocumentError(f"{document.place(('openapi',))}: not OpenAPI 3: `openapi` is {shown(version)}")
    checker = _Checker(files)
    checker.visit(Object("OpenAPI"), value, ())
    checker.repeated_operations()
    found = [
        Problem(checked, pointer, f"the key `{pointer[-1]}` appears twice; the last one counts", pointer, KEPT)
        for checked in checker.documents
        for pointer in checked.repeated
    ]
    found += checker.found
    return without_unused(found, files)


def _is_absent_if_null(name: str, key: str, kind: Kind | None) -> bool:
    """Return whether a null field is read as absent; a null `paths` is not, because then nothing could be called."""
    if key in REQUIRED.get(name, {}) or key == "paths" or kind == Object("Schema"):
        return False
    return isinstance(kind, Word | Items | Entries | Object) or (name, key) in _NULL_MEANS


class _Checker:
    """Walks over a document's files once, and collects problems."""

    def __init__(self, files: Files) -> None:
        self.found: list[Problem] = []
        self.documents = [files.document]
        self._files = files
        self._document = files.document
        self._seen = set[tuple[int, Pointer]]()
        self._operations: dict[str, list[Spot]] = {}

    def visit(self, kind: Kind, value: Any, pointer: Pointer, by: Any = ABSENT) -> None:
        """Check a value; `by` replaces a value of another kind, if that is accepted."""
        match kind:
            case Object(name="Schema"):
                self._schema(value, pointer)
            case Object(name=name):
                self._object(name, value, pointer, by)
            case Items(of=Scalar()) if value is None:  # the scopes of a security scheme
                self._note(pointer, "expected a list, not null: read as []", by=[])
            case Items(of=of):
                if not isinstance(value, list):
                    self._wrong(value, pointer, "a list")
                    return
                for index, item in enumerate(value):
                    self.visit(of, item, (*pointer, str(index)))
            case Entries(of=of):
                if not isinstance(value, dict):
                    self._wrong(value, pointer, "a mapping")
                    return
                for key, item in value.items():
                    if not key.startswith("x-") or of == Object("Schema"):
                        self.visit(of, item, (*pointer, key))
            case Scalar(types=types):
                if not isinstance(value, types) or (isinstance(value, bool) and bool not in types and int not in types):
                    self._scalar(value, pointer, kind, by)
            case Word(choices=choices, otherwise=otherwise):
                if value not in choices:
                    message = f"{shown(value)} is not one of {', '.join(choices)}{instead(value, choices)}"
                    if otherwise:
                        self._note(pointer, f"{message}: {otherwise}", by=ABSENT if pointer[-1] == "style" else KEPT)
                    else:
                        self._problem(pointer, message, by=by)
            case _:
                pass

    def _scalar(self, value: Any, pointer: Pointer, kind: Scalar, by: Any) -> None:
        """Report a value of another type; a null, a word that means true or false, and a limit are only notes."""
        expected = f"expected {kind.name}, not {shown(value)}"
        if value is None and pointer[-1] not in _NEVER_NULL:
            self._note(pointer, f"{expected}, which is not read", by=by)
        elif kind.types == (bool,) and (flag := _flag(value)) is not None:
            self._note(pointer, f"{expected}: read as {str(flag).lower()}", by=flag)
        elif int in kind.types:
            self._note(pointer, f"{expected}, which is not read", by=by)
        else:
            self._wrong(value, pointer, kind.name, by)

    def repeated_operations(self) -> None:
        """Report each operationId that more than one operation has."""
        for name, spots in self._operations.items():
            for spot in spots[1:]:
                first = spots[0].document.place(spots[0].pointer)
                message = f"operationId {shown(name)} is also that of {first}: the later one has a number"
                self._note((*spot.pointer, "operationId"), message)

    def _object(self, name: str, value: Any, pointer: Pointer, by: Any) -> None:
        if not isinstance(value, dict):
            self._wrong(value, pointer, "a mapping", by)
            return
        if "$ref" in value:
            self._reference(name, value["$ref"], pointer)
            if name != "PathItem":
                return
        self._fields(name, value, pointer)
        match name:
            case "OpenAPI":
                self._security(value, pointer)
                if "paths" not in value and "components" not in value and "webhooks" not in value:
                    self._problem(
                        pointer, "it has no `paths`: nothing can be called", target=(*pointer, "paths"), by={}
                    )
                for path in value["paths"] if isinstance(value.get("paths"), dict) else ():
                    if not path.startswith(("/", "x-")):
                        self._note((*pointer, "paths", path), "a path begins with `/`, and is read as if it did")
            case "PathItem":
                self._path_parameters(value, pointer)
            case "Operation":
                self._operation(value, pointer)
            case "Parameter":
                self._http_name(value, pointer)
                if "schema" in value and "content" in value:
                    self._note((*pointer, "content"), "a parameter has a `schema` or a `content`: the `content` counts")
            case "SecurityScheme" if value.get("type") == "apiKey":
                self._http_name(value, pointer)
            case "Server":
                self._server(value, pointer)
            case _:
                pass

    def _fields(self, name: str, value: dict[str, Any], pointer: Pointer) -> None:
        fields = FIELDS[name]
        for key, item in value.items():
            kind = fields.get(key)
            if key in SHELVES:
                continue
            if item is None and _is_absent_if_null(name, key, kind):
                self._note((*pointer, key), f"null is not read here{_NULL_MEANS.get((name, key), '')}", by=ABSENT)
            elif kind is not None:
                self.visit(kind, item, (*pointer, key), REQUIRED.get(name, {}).get(key, ABSENT))
            elif key.startswith("x-"):
                self._extension(key, item, (*pointer, key))
            elif name == "PathItem" and isinstance(item, dict) and "responses" in item:
                meant = instead(key.lower(), METHODS) or f": one of {', '.join(METHODS)}"
                self._problem((*pointer, key), f"unknown method `{key}`{meant}")
            elif near := nearest(key.lower(), tuple(field for field in fields if field not in value), NEAR - 0.1):
                self._note((*pointer, key), f"unknown key `{key}`: did you mean `{near}`?")
            elif name in _WITH_SCHEMA and (key in FIELDS["Schema"] or key == "schema"):
                where = "in a `schema`" if key != "schema" else "below `content` and a media type"
                self._note((*pointer, key), f"nothing reads `{key}` here: it belongs {where}")
        for key, default in REQUIRED.get(name, {}).items():
            if key not in value:
                self._problem(pointer, f"`{key}` is missing", target=(*pointer, key), by=default)

    def _extension(self, key: str, value: Any, pointer: Pointer) -> None:
        """Report extensions that have the name of ours but another form, since they may be another tool's."""
        if key in CHECKED and value is not None:
            found = next(mistakes(key, value), None)
            if found is not None:
                at = (*pointer, *found[0])
                self._note(at, f"`{key}` is not read: {found[1]}", target=pointer, by=ABSENT)
        elif key.startswith(PREFIX) and key not in CHECKED:
            self._note(pointer, f"unknown extension `{key}`{instead(key, CHECKED) or ': nothing reads it'}")
        elif (own := f"{PREFIX}{key[2:]}") in CHECKED:
            self._note(pointer, f"`{key}` may be anybody's, and is not read: ours is `{own}`")

    def _http_name(self, value: dict[str, Any], pointer: Pointer) -> None:
        """Report names of headers and cookies that HTTP does not allow; in a cookie, they could add another cookie."""
        name, location = value.get("name"), value.get("in")
        if location not in ("header", "cookie") or not isinstance(name, str) or _HTTP_NAME.fullmatch(name):
            return
        at, message = (*pointer, "name"), f"{shown(name)} is no name of a {location}: HTTP allows no such character"
        if location == "cookie":
            self._problem(at, message, target=pointer)
        else:
            self._note(at, f"{message}, and a request with it cannot be sent")

    def _server(self, value: dict[str, Any], pointer: Pointer) -> None:
        """Report a server that, with the defaults of its variables, is not a URL."""
        url, variables = value.get("url"), value.get("variables")
        if not isinstance(url, str):
            return
        for name, variable in variables.items() if isinstance(variables, dict) else ():
            if isinstance(variable, dict):
                url = url.replace(f"{{{name}}}", str(variable.get("default", "")))
        try:
            _ = urlsplit(_TEMPLATE.sub("1", url)).port
        except ValueError as error:
            self._note((*pointer, "url"), f"{shown(url)} is not a URL: {error}: it is not read", by="/")

    def _operation(self, value: dict[str, Any], pointer: Pointer) -> None:
        name = value.get("operationId")
        if isinstance(name, str) and name:
            self._operations.setdefault(name, []).append(Spot(self._document, pointer))
        self._security(value, pointer)
        responses = value.get("responses")
        for status in responses if isinstance(responses, dict) else ():
            if not status.startswith("x-") and not _STATUS.fullmatch(status):
                at = (*pointer, "responses", status)
                if _STATUS.fullmatch(status.upper()) or status.lower() == "default":
                    self._note(at, f"{shown(status)} is read as `{known_status(status)}`")
                else:
                    message = f"{shown(status)} is not a status, such as 200, 4XX or default, and is not read"
                    self._note(at, message, by=ABSENT)

    def _security(self, value: dict[str, Any], pointer: Pointer) -> None:
        """Report security schemes that the document does not declare."""
        components = self._files.document.value.get("components")
        declared = components.get("securitySchemes") if isinstance(components, dict) else None
        asked = value.get("security")
        for index, alternative in enumerate(asked if isinstance(asked, list) else ()):
            for name in alternative if isinstance(alternative, dict) else ():
                if not isinstance(declared, dict) or name not in declared:
                    message = f"{shown(name)} is not one of the document's securitySchemes"
                    self._note((*pointer, "security", str(index), name), message)

    def _path_parameters(self, item: dict[str, Any], pointer: Pointer) -> None:
        """Compare the parameters in a path with the parameters that its operations declare."""
        if pointer[:1] != ("paths",) or len(pointer) != 2:
            return
        templated = _TEMPLATE.findall(pointer[1])
        shared = self._parameters(item, pointer)
        for method in METHODS:
            operation = item.get(method)
            if not isinstance(operation, dict):
                continue
            own = self._parameters(operation, (*pointer, method))
            declared = {name for location, name in (*own, *shared) if location == "path"}
            for name in dict.fromkeys(templated):
                if name not in declared:
                    self._note((*pointer, method), f"no parameter is declared for {{{name}}} of the path: a str")
            self._surplus_parameters(own, templated)
        self._surplus_parameters(shared, templated)

    def _surplus_parameters(self, declared: dict[tuple[str, str], Pointer], templated: list[str]) -> None:
        for (location, name), at in declared.items():
            if location == "path" and name not in templated:
                self._note(at, f"the path has no {{{name}}}{instead(name, templated)}: the parameter is not read")

    def _parameters(self, value: dict[str, Any], pointer: Pointer) -> dict[tuple[str, str], Pointer]:
        found: dict[tuple[str, str], Pointer] = {}
        declared = value.get("parameters")
        for index, parameter in enumerate(declared if isinstance(declared, list) else ()):
            at = (*pointer, "parameters", str(index))
            for _ in range(20):
                if not isinstance(parameter, dict) or not isinstance(parameter.get("$ref"), str):
                    break
                try:
                    parameter = self._files.resolve(parameter["$ref"], self._document).value
                except BrokenReferenceError:
                    break
            if not isinstance(parameter, dict) or not isinstance(parameter.get("name"), str):
                continue
            key = str(parameter.get("in")), parameter["name"]
            if key in found:
                self._note(at, f"the {key[0]} parameter {shown(key[1])} is declared twice: the first one counts")
            found.setdefault(key, at)
        return found

    def _schema(self, value: Any, pointer: Pointer) -> None:
        if isinstance(value, bool):
            return
        if value is None:
            self._note(pointer, "expected a schema, not null: read as {}, any value", by={})
            return
        if not isinstance(value, dict):
            flag = _flag(value) if isinstance(value, str | int | float) else None
            if flag is None:
                self._wrong(value, pointer, "a schema", by={})
            else:
                self._note(pointer, f"expected a schema, not {shown(value)}: read as {str(flag).lower()}", by=flag)
            return
        if "$ref" in value:
            self._reference("Schema", value["$ref"], pointer)
        self._fields("Schema", value, pointer)
        for at, message, is_fatal in mistakes_of(value, pointer):
            (self._problem if is_fatal else self._note)(at, message)

    def _reference(self, name: str, reference: Any, pointer: Pointer) -> None:
        at = (*pointer, "$ref")
        if not isinstance(reference, str):
            self._wrong(reference, at, "a string")
            return
        document, first = self._document, reference
        trail = [(id(document), pointer)]
        spot = Spot(document, pointer)
        while True:
            try:
                spot = self._files.resolve(reference, spot.document)
            except BrokenReferenceError as error:
                if spot.document is document and len(trail) == 1:
                    self._problem(at, str(error))
                return
            step = (id(spot.document), spot.pointer)
            if step in trail:
                if step == trail[0]:
                    self._problem(at, f"`$ref: {first}` refers to itself, and so to nothing")
                return
            trail.append(step)
            value = spot.value
            if not isinstance(value, dict) or not isinstance(value.get("$ref"), str):
                break
            reference = value["$ref"]
        if spot.pointer == () and name == "Schema" and "openapi" in value:
            self._problem(at, f"`$ref: {first}` points to the whole document, not to a schema", target=pointer, by={})
            return
        if not isinstance(value, dict) and not (name == "Schema" and isinstance(value, bool)):
            self._problem(at, f"`$ref: {first}` points to {shown(value)}, not to a mapping")
            return
        elsewhere = spot.document is not self._files.document or not is_read(spot.pointer)
        if elsewhere and step not in self._seen:
            self._seen.add(step)
            if spot.document not in self.documents:
                self.documents.append(spot.document)
            self._document = spot.document
            self.visit(Object(name), spot.value, spot.pointer)
            self._document = document

    def _wrong(self, value: Any, pointer: Pointer, wanted: str, by: Any = ABSENT) -> None:
        quoted = wanted == "a string" and isinstance(value, bool | int | float)
        by = str(value) if quoted else by
        self._problem(pointer, f"expected {wanted}, not {shown(value)}{': quote it' * quoted}", by=by)

    def _problem(self, pointer: Pointer, message: str, *, target: Pointer | None = None, by: Any = ABSENT) -> None:
        """Add a problem that prevents generating; `by` replaces the value if the problem is accepted."""
        self.found.append(Problem(self._document, pointer, message, pointer if target is None else target, by))

    def _note(self, pointer: Pointer, message: str, *, target: Pointer | None = None, by: Any = KEPT) -> None:
        """Add a note about something harmless that was probably not meant; `by` replaces the value."""
        target = pointer if target is None else target
        self.found.append(Problem(self._document, pointer, message, target, by, is_fatal=False))


def known_status(status: str) -> str:
    """Return a status as OpenAPI spells it: `2xx` is `2XX`, `Default` is `default`."""
    return status.lower() if status.lower() == "default" else status.upper()


def _flag(value: object) -> bool | None:
    """Return the bool that a word means, or None."""
    word = str(value).lower()
    return True if word in _TRUE else False if word in _FALSE else None
