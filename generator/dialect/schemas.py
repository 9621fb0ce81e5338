"""Write a schema in Python: the type of its values, and the expression that decodes a value.

Names that the generated code imports start with an underscore, which no name of a spec does: see `imports`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from hashlib import sha256
from keyword import iskeyword
from typing import NamedTuple, cast

from openapi_python_client.parser.properties import LiteralEnumProperty, ModelProperty, Property
from openapi_python_client.parser.properties.any import AnyProperty
from openapi_python_client.parser.properties.boolean import BooleanProperty
from openapi_python_client.parser.properties.const import ConstProperty
from openapi_python_client.parser.properties.date import DateProperty
from openapi_python_client.parser.properties.datetime import DateTimeProperty
from openapi_python_client.parser.properties.file import FileProperty
from openapi_python_client.parser.properties.float import FloatProperty
from openapi_python_client.parser.properties.int import IntProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.none import NoneProperty
from openapi_python_client.parser.properties.string import StringProperty
from openapi_python_client.parser.properties.union import UnionProperty
from openapi_python_client.parser.properties.uuid import UuidProperty

from ..runtime.compat import Model
from .context import Context, declared_properties, deprecated, properties_of, wire_name
from .imports import names_in
from .texts import text_of

# The parsers of string formats, as code.
_PARSERS = {
    DateProperty: "_date.fromisoformat",
    UuidProperty: "_UUID",
}
_TYPES = {
    AnyProperty: "_JSON",
    BooleanProperty: "bool",
    DateProperty: "_date | str",
    DateTimeProperty: "_datetime | str",
    FloatProperty: "float",
    IntProperty: "int",
    NoneProperty: "None",
    StringProperty: "str",
    UuidProperty: "_UUID | str",
}
# Properties whose values need no decoding.
_UNDECODED = {*_TYPES.keys() - _PARSERS.keys() - {DateTimeProperty}, ConstProperty, FileProperty, LiteralEnumProperty}
# Names that attributes must not have: the class of a model uses them, or the constructor that attrs writes does.
_TAKEN = frozenset({"classmethod", "property", "str", *dir(Model), "self", "NOTHING", "attr_dict"})


class Attribute(NamedTuple):
    """A property as an attribute of its class.

    Attributes:
        name: The name of the attribute: the name on the wire, unless Python or the class uses that itself.
        wire_name: The name on the wire.
        annotation: The type, and the default of an optional property, as code.
        decoders: The expressions that decode its values: see `Schemas.decoders`.
        description: The description in the spec.
    """

    name: str
    wire_name: str
    annotation: str
    decoders: dict[str, str]
    description: str


class Union(NamedTuple):
    """A union of models.

    Attributes:
        name: The generated function that chooses the model of an object.
        models: The models.
    """

    name: str
    models: list[ModelProperty]


class Schemas:
    """The types and decoders of the generated code: the global `schemas` of the templates.

    Args:
        models: The prefix of the models' names: empty in their own module, `_models.` elsewhere.
        in_models: Whether the code is in the module of a model.
    """

    def __init__(self, context: Context, models: str = "", *, in_models: bool = False) -> None:
        self._context = context
        self.prefix = models
        self._in_models = in_models
        # Nothing else refers to the body that an endpoint has decoded; models get an argument that says so.
        self._owned = "owned" if in_models else "True"

    def type_of(self, part: Property) -> str:
        """Return the type of a property's values, as code."""
        if (scalar := _TYPES.get(type(part))) is not None:
            return scalar
        if isinstance(part, UnionProperty):
            return " | ".join(dict.fromkeys(self.type_of(cast(Property, inner)) for inner in part.inner_properties))
        if isinstance(part, ListProperty):
            return f"list[{self.type_of(cast(Property, part.inner_property))}]"
        if isinstance(part, FileProperty):
            return "_File" if self._in_models else "bytes"  # a file in a form, or a whole body
        if isinstance(part, ConstProperty):
            return f"_Literal[{part.value.raw_value!r}]"
        if isinstance(part, LiteralEnumProperty):
            return f"{self.prefix}{part.class_info.name}"
        model = cast(ModelProperty, part)
        if not self._context.is_mapping(model):
            return f"{self.prefix}{model.class_info.name}"
        values = self._context.resolve(model).additional_properties
        return f"dict[str, {self.type_of(values) if values else '_JSON'}]"

    def decoders(self, part: Property, name: str) -> dict[str, str]:
        """Return the expressions that decode a property's values, by their types in JSON: `dict`, `list` or `str`.

        Values of other types are kept undecoded.

        Args:
            name: The variable that holds a value.
        """
        if type(part) in _UNDECODED:
            return {}
        models, variants, lists = self._models_in(part), _alternatives(part), self._context.list_of_any(part)
        found = {"dict": self._model_decoded(models, name)} if models else {}
        for variant in [lists] if lists else variants:
            is_list = isinstance(variant, ListProperty)
            if is_list or (self._context.is_mapping(variant) and not models):
                inner = self._inner_decoded(variant, name)
                if inner != name:
                    found.setdefault("list" if is_list else "dict", inner)
        text = name
        for variant in variants:
            if isinstance(variant, DateTimeProperty):
                text = f"_parsed_datetime({text})"
            elif type(variant) in _PARSERS:
                text = f"_parsed({text}, {_PARSERS[type(variant)]})"
        return found if text == name else {**found, "str": text}

    def _inner_decoded(self, part: Property, name: str) -> str:
        """Return the expression that decodes a list or a mapping; just `name` if its values are kept undecoded."""
        item = "item" if name == "value" else f"{name}_item"
        if isinstance(part, ListProperty):
            inner_part = cast(Property, part.inner_property)
            models = self._models_in(inner_part)
            if models and self.decoders(inner_part, item).keys() == {"dict"} and not self._recurs(models):
                return f"_decode_list({self._chooser(models)}, {name}, {self._owned})"
            inner = self.decoded(inner_part, item)
            return _in_own_scope(f"[{inner} for {item} in {name}]", name) if inner != item else name
        values = self._context.resolve(cast(ModelProperty, part)).additional_properties
        inner = self.decoded(values, item) if values else item
        text = f"{{key: {inner} for key, {item} in {name}.items()}}"
        return _in_own_scope(text, name) if inner != item else name

    def decoded(self, part: Property, name: str) -> str:
        """Return the expression that decodes a value of a property by its type."""
        decoders = self.decoders(part, name).items()
        return "".join([*(f"{decoded} if isinstance({name}, {kind}) else " for kind, decoded in decoders), name])

    def classes(self, part: Property) -> str:
        """Return the classes of a property's values, for `isinstance`."""
        found = dict.fromkeys(variant.split("[")[0] for variant in _variants(self.type_of(part)))
        return " | ".join(found)

    def kinds(self, part: Property, *, nested: bool = False) -> list[str]:
        """Return the types of JSON values that a property allows, for `read_json`; none if it allows any.

        Args:
            nested: Whether to include types of items, values of enums and constants, for `decode_closest`.
        """
        if isinstance(part, UnionProperty):
            inner = [self.kinds(cast(Property, variant), nested=nested) for variant in part.inner_properties]
            return list(dict.fromkeys(kind for kinds in inner for kind in kinds)) if all(inner) else []
        if isinstance(part, ListProperty):
            items = self.kinds(cast(Property, part.inner_property), nested=True) if nested else []
            return [f"[{', '.join(items)}]"] if items else ["list"]
        if isinstance(part, ModelProperty):
            return ["dict"]
        if isinstance(part, ConstProperty):
            value = part.value.raw_value
            return [f"{{{value!r}}}" if nested and isinstance(value, str) else type(value).__name__]
        if isinstance(part, LiteralEnumProperty):
            return [f"{{{', '.join(sorted(map(repr, part.values)))}}}" if nested else part.value_type.__name__]
        if isinstance(part, BooleanProperty | IntProperty | FloatProperty | NoneProperty):
            return [_TYPES[type(part)]]
        return [] if isinstance(part, AnyProperty) else ["str"]

    def variants(self, models: Sequence[ModelProperty]) -> list[str]:
        """Return the variants of a union for `decode_closest`, with the types of distinguishing properties."""
        resolved = [self._context.resolve(model) for model in models]
        tables = [
            {wire_name(part): self.kinds(part, nested=True) for part in declared_properties(model)}
            for model in resolved
        ]
        found = []
        for model, table in zip(models, tables, strict=True):
            differing = {
                name: kinds
                for name, kinds in table.items()
                if kinds and any(other.get(name, kinds) != kinds for other in tables)
            }
            pairs = ", ".join(f"{name!r}: ({', '.join(kinds)},)" for name, kinds in differing.items())
            found.append(f"({self.prefix}{model.class_info.name}, {{{pairs}}})")
        return found

    def attributes(self, model: ModelProperty) -> list[Attribute]:
        """Return the attributes of a model's class."""
        parts = declared_properties(model)
        types = {wire_name(part): self.type_of(part) for part in parts}
        are_deprecated = deprecated(model)
        used = {name for type_ in types.values() for name in names_in(type_)}
        taken = {*_TAKEN, *used}
        found = []
        for part in parts:
            on_wire = wire_name(part)
            name = attribute_name(on_wire, str(part.python_name), taken)
            while name in types and name != on_wire:
                name += "_"
            type_ = types[on_wire]
            optional = not part.required
            if optional and type_ != "_JSON" and "None" not in _variants(type_):
                type_ += " | None"
            metadata: dict[str, object] = {"wire_name": on_wire} if name != on_wire else {}
            if on_wire in are_deprecated:
                metadata["deprecated"] = True
            if self.is_date(part):
                metadata["format"] = "date"
            default = "None" * optional
            if metadata:
                default = f"_field({'default=None, ' * optional}metadata={metadata!r})"
            annotation = f"{type_} = {default}" if default else type_
            description = text_of(part.description or "")
            found.append(Attribute(name, on_wire, annotation, self.decoders(part, "value"), description))
        return found

    def additional(self, model: ModelProperty) -> Property | None:
        """Return a model's `additionalProperties`, if their values have a type."""
        values = model.additional_properties
        return values if values is not None and self.type_of(values) != "_JSON" else None

    def is_date(self, part: Property) -> bool:
        """Return whether a property's values have dates, and no date-times."""
        kinds = {type(inner) for inner in self._context.with_inner([part])}
        return DateProperty in kinds and DateTimeProperty not in kinds

    def definitions(self, models: Iterable[ModelProperty]) -> Iterator[ModelProperty | Union]:
        """Yield models, each after the unions in its properties, and at last the unions of parameters and responses."""
        seen = set[str]()
        for parts, model in [*((properties_of(model), model) for model in models), (self._context.all_parts, None)]:
            for union in self.unions(parts):
                if union.name not in seen:
                    seen.add(union.name)
                    yield union
            if model is not None:
                yield model

    def unions(self, parts: Iterable[Property]) -> list[Union]:
        """Return the distinct unions of models in these properties, at any depth."""
        found: dict[str, Union] = {}
        for part in self._context.with_inner(parts):
            models = self._models_in(part)
            if len(models) > 1:
                found.setdefault(self._chooser_name(models), Union(self._chooser_name(models), models))
        return list(found.values())

    def _model_decoded(self, models: Sequence[ModelProperty], name: str) -> str:
        """Return the expression that decodes an object as one of these models."""
        chooser = self._chooser(models)
        return f"_decode_nested({chooser}, {name})" if self._recurs(models) else f"{chooser}({name}, {self._owned})"

    def _models_in(self, part: Property) -> list[ModelProperty]:
        """Return the models among the variants of a property."""
        return [cast(ModelProperty, variant) for variant in _alternatives(part) if self._context.is_model(variant)]

    def _recurs(self, models: Iterable[ModelProperty]) -> bool:
        """Return whether any of these models can contain itself."""
        return any(self._context.is_recursive(model) for model in models)

    def _chooser(self, models: Sequence[ModelProperty]) -> str:
        """Return the function that decodes an object as one of these models, as code."""
        if len(models) == 1:
            return f"{self.prefix}{models[0].class_info.name}._decoded"
        return f"{self.prefix}{self._chooser_name(models)}"

    def _chooser_name(self, models: Sequence[ModelProperty]) -> str:
        """Return a name for the function that chooses among these models, unique to them."""
        modules = [model.class_info.module_name for model in models]
        name = "_" + "_or_".join(modules)
        if len(name) > 80 or any("_or_" in module or self._context.shares_module_name(module) for module in modules):
            names = " ".join(model.class_info.name for model in models)
            name = f"_{modules[0]}_or_others_{sha256(names.encode()).hexdigest()[:8]}"
        return name


def _in_own_scope(comprehension: str, name: str) -> str:
    """Return a comprehension over the variable `name`; every tenth nested one is in a function of its own.

    Python 3.12 and later compile at most 20 nested comprehensions of one function, and early releases of them crash.
    """
    depth = name.count("item")
    return comprehension if depth % 10 or not depth else f"(lambda {name}: {comprehension})({name})"


def _alternatives(part: Property) -> list[Property]:
    """Return the variants of a union, or the property itself."""
    return [cast(Property, inner) for inner in getattr(part, "inner_properties", [part])]


@cache
def _variants(type_: str) -> list[str]:
    """Return the parts of a union type, in order."""
    found, rest = [], ast.parse(type_, mode="eval").body
    while isinstance(rest, ast.BinOp):
        found.append(ast.unparse(rest.right))
        rest = rest.left
    return [ast.unparse(rest), *reversed(found)]


def attribute_name(wire_name: str, otherwise: str, taken: Iterable[str]) -> str:
    """Return the name of an attribute: the name on the wire, with an underscore only if needed.

    Args:
        otherwise: openapi-python-client's name, used if the name on the wire is not an identifier.
        taken: The names that the class uses itself.
    """
    name = (
        wire_name if wire_name.isascii() and wire_name.isidentifier() and not wire_name.startswith("_") else otherwise
    )
    return f"{name}_" if iskeyword(name) or name in taken else name


def with_builtins(annotation: str, taken: Iterable[str]) -> str:
    """Return an annotation for a class whose methods hide built-in types, with `_builtins.` before hidden names."""
    found = names_in(annotation) & set(taken)
    return ast.unparse(_Builtins(found).visit(ast.parse(annotation, mode="eval"))) if found else annotation


class _Builtins(ast.NodeTransformer):
    def __init__(self, names: set[str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Attribute(ast.Name("_builtins"), node.id) if node.id in self._names else node
