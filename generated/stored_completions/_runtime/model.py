# Generated from generator/runtime/model.py by `make generate`; do not edit.
"""What all models have in common: they keep whatever they were decoded from, and return it in the same order.

A model's values are its instance's own attributes, under their names on the wire and in the order they came: what is
not among them is absent, and reads as None by the default of the class. A name that the class needs itself (`to_dict`)
is kept under a tuple, where no attribute look-up finds it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Generic,
    Literal,
    Self,
    TypedDict,
    TypeVar,
    Unpack,
    cast,
    dataclass_transform,
)

from .decoding import loads
from .forks import no_fork
from .tree import Node, copied, equal, flat, json_text, restored, wire_name

if TYPE_CHECKING:
    from pprint import PrettyPrinter

T = TypeVar("T")


def renamed(wire_name: str, *, default: object = ...) -> Any:
    """Declare an attribute with another name than on the wire; `default=None` makes it optional."""
    return _Renamed(wire_name, optional=default is None)


class _Renamed:
    """An attribute under another name than on the wire."""

    def __init__(self, wire_name: str, *, optional: bool) -> None:
        self.wire_name, self.optional = wire_name, optional

    def __get__(self, model: Model | None, owner: type[Model]) -> Any:
        return self if model is None else model.__dict__.get(owner._key(self.wire_name))

    def __set__(self, model: Model, value: Any) -> None:
        model[self.wire_name] = value

    def __delete__(self, model: Model) -> None:
        del model[self.wire_name]


class DumpOptions(TypedDict, total=False):
    """How `model_dump` writes a model.

    Attributes:
        mode: `json` writes dates, times and UUIDs as strings.
        include: The only attributes to write.
        exclude: The attributes to leave out.
        by_alias: Whether properties have their names on the wire rather than those of their attributes.
        exclude_unset: Whether to leave out what is absent rather than write it as None.
        exclude_none: Whether to leave out what is None.
    """

    mode: Literal["json", "python"]
    include: Iterable[str]
    exclude: Iterable[str]
    by_alias: bool
    exclude_unset: bool
    exclude_none: bool


class _Answer(dict[Any, Any]):
    """The values of a model that is the whole body of a response: one for thousands of models in it."""

    request_id: str | None = None


class _Attribute:
    """How a class declares one of its attributes."""

    def __init__(self, wire_name: str, *, required: bool) -> None:
        self.wire_name, self.required = wire_name, required


@dataclass_transform(kw_only_default=True, eq_default=False, field_specifiers=(renamed,))
class Model(Node):
    """The base of all models.

    A model keeps whatever it was decoded from: a value of another type than declared stays as it came, and so does a
    property that is not declared. A property that is absent reads as None; `"name" in model` says whether it is
    present, and assigning it makes it so. `model["name"]` reads, writes and deletes a property by its name on the wire.

    `from_dict` may keep parts of what it is given: values that are not declared, and objects that are declared without
    properties. What `to_dict` returns shares nothing with the model, and neither do copies (not even those of
    `copy.copy`) and pickles.

    Example:
        >>> Model.from_dict({"unknown": 1}).to_dict()
        {'unknown': 1}
    """

    _declared: ClassVar[Mapping[str, _Attribute]] = {}
    # The keys that the values of the required properties are kept under.
    _required: ClassVar[frozenset[Any]] = frozenset()
    _own_names: ClassVar[frozenset[str]] = frozenset()
    # Bound once: it is asked for each object that is decoded.
    _has_none_of: ClassVar[Callable[[Iterable[object]], bool]] = _own_names.isdisjoint

    def __init_subclass__(cls) -> None:
        found = dict(cls._declared)
        for name in cls.__annotations__:
            default = cls.__dict__.get(name, ...)
            if isinstance(default, _Renamed):
                found[name] = _Attribute(default.wire_name, required=not default.optional)
            else:
                found[name] = _Attribute(name, required=default is ...)
        cls._declared = found
        if renamed := {name for name, each in found.items() if name != each.wire_name}:
            cls._own_names = Model._own_names | renamed
            cls._has_none_of = cls._own_names.isdisjoint
        cls._required = frozenset(cls._key(each.wire_name) for each in found.values() if each.required)

    def __init__(self, **values: Any) -> None:
        missing = [name for name, each in self._declared.items() if each.required and name not in values]
        if missing:
            raise TypeError(f"{type(self).__name__}() needs {', '.join(missing)}, given by keyword.")
        for name, value in values.items():
            if name not in self._declared:
                raise TypeError(f"{type(self).__name__}() has no argument {name!r}.{_suggestion(name, self._declared)}")
            setattr(self, name, value)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Decode a JSON object, whatever it holds; `to_dict` returns an equal one, in the same order."""
        return cls._decoded(src_dict, False)

    @classmethod
    def _decoded(cls, values: Mapping[str, Any], owned: bool) -> Self:
        """Decode a JSON object as `from_dict` does.

        Args:
            owned: Whether nobody else holds the object: it is then used as it is, and its parts are taken out of it.
        """
        return kept(cls, values, owned)

    @classmethod
    def from_json(cls, content: bytes | str) -> Self:
        """Decode a JSON str or bytes.

        Raises:
            ValueError: it is not JSON, or not a JSON object.
        """
        value = loads(content)
        if not isinstance(value, dict):
            raise ValueError(f"A {cls.__name__} is a JSON object, not a JSON {type(value).__name__}.")
        return cls._decoded(value, True)

    def to_dict(self) -> dict[str, Any]:
        """Return this model as a dict that can be encoded as JSON, and shares nothing with the model."""
        return cast(dict[str, Any], copied(self, plain=True))

    def to_json(self, *, indent: int | None = None) -> str:
        """Return this model as a JSON str."""
        return json_text(self.to_dict(), indent)

    @property
    def _request_id(self) -> str | None:
        """The id that the server's support finds the request by, if this model is the body of its response."""
        return getattr(self.__dict__, "request_id", None)

    def _set_request_id(self, request_id: str | None) -> None:
        if request_id is not None:
            self.__dict__ = values = _Answer(self.__dict__)
            values.request_id = request_id

    # pydantic's names for these, for programs that were written for its models.

    @classmethod
    def model_validate(cls, obj: Any) -> Self:
        """Decode a JSON object as `from_dict` does, or return a model that is one of these already.

        Raises:
            TypeError: it is neither.
        """
        if isinstance(obj, cls):
            return obj
        if not isinstance(obj, Mapping):
            raise TypeError(f"A {cls.__name__} is made of a dict, not of {type(obj).__name__}.")
        return cls.from_dict(obj)

    @classmethod
    def model_validate_json(cls, json_data: bytes | str) -> Self:
        """Decode a JSON str or bytes as `from_json` does."""
        return cls.from_json(json_data)

    @classmethod
    def model_construct(cls, **values: Any) -> Self:
        """Decode a JSON object that is given as arguments."""
        return cls.from_dict(values)

    def model_dump(self, **options: Unpack[DumpOptions]) -> dict[str, Any]:
        """Return this model as a dict, with None for whatever is absent unless `exclude_unset` is set."""
        with no_fork:
            from .dumping import dumped  # noqa: PLC0415 - few programs need it

        return dumped(self, options)

    def model_dump_json(self, *, indent: int | None = None, **options: Unpack[DumpOptions]) -> str:
        """Return what `model_dump` returns, as a JSON str."""
        options["mode"] = "json"
        return json_text(self.model_dump(**options), indent)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy with other values for some attributes; unless it is `deep`, it shares what is nested in it."""
        copy = self.__deepcopy__(None) if deep else self.__copy__()
        for name, value in (update or {}).items():
            setattr(copy, name, value)
        return copy

    @property
    def model_extra(self) -> dict[str, Any]:
        """The properties that the document does not declare, by their names on the wire."""
        return dict(self.additional_properties)

    @property
    def model_fields_set(self) -> set[str]:
        """The names of the attributes that are declared and present."""
        return {name for name, each in self._declared.items() if each.wire_name in self}

    @property
    def additional_properties(self) -> MutableMapping[str, Any]:
        """The properties that the document does not declare, by their names on the wire; a view."""
        return Additional(self)

    @property
    def additional_keys(self) -> list[str]:
        """The names of the properties that the document does not declare."""
        return list(self.additional_properties)

    def __getitem__(self, name: str) -> Any:
        try:
            return self.__dict__[self._key(name)]
        except KeyError:
            raise KeyError(name) from None

    def __setitem__(self, name: str, value: Any) -> None:
        self.__dict__[self._key(name)] = value

    def __delitem__(self, name: str) -> None:
        try:
            del self.__dict__[self._key(name)]
        except KeyError:
            raise KeyError(name) from None

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._key(name) in self.__dict__

    if not TYPE_CHECKING:  # a type checker refuses what is not declared

        def __getattr__(self, name):
            """Return None for a required property that is absent, and suggest a name for an unknown one."""
            if name not in self._declared:
                known = [*self._declared, *(key for key in self.__dict__ if isinstance(key, str))]
                text = f"{type(self).__name__!r} object has no attribute {name!r}.{_suggestion(name, known)}"
                raise AttributeError(text, name=name, obj=self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Model) or type(other) is not type(self):
            return NotImplemented
        try:
            return self.__dict__ == other.__dict__
        except RecursionError:
            return equal(self, other)

    __hash__ = None  # type: ignore[assignment]  # models are changed, so they have no hash

    def __copy__(self) -> Self:
        return cast(Self, copied(self, plain=False))

    def __deepcopy__(self, _: object) -> Self:
        return self.__copy__()

    def __reduce__(self) -> tuple[Any, ...]:
        return restored, (flat(self),)

    def __repr__(self) -> str:
        if (pprint := sys.modules.get("pprint")) is not None:
            # pprint has no hook of its own for classes that are not dataclasses; it asks for a repr first.
            pprint.PrettyPrinter._dispatch.setdefault(Model.__repr__, _pretty)
        return _shown(self, nested=False)

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        yield from _items(self)

    __rich_repr__ = __iter__

    @classmethod
    def _key(cls, name: str) -> Any:
        """Return what a property's value is kept under."""
        return (name,) if name in cls._own_names else name


Model._own_names = frozenset(dir(Model))
Model._has_none_of = Model._own_names.isdisjoint


M = TypeVar("M", bound=Model)
_new = object.__new__


def kept(model: type[M], values: Mapping[str, Any], owned: bool = False) -> M:
    """Return a model with the values of a JSON object as they are; `owned` is what `Model._decoded` says."""
    self = _new(model)
    if not model._has_none_of(values):
        self.__dict__ = {model._key(name): value for name, value in values.items()}
    elif owned:
        self.__dict__ = values  # type: ignore[assignment]  # who owns it decoded it: it is a dict
    elif len(values) < 5:
        # One by one, they share their names with other instances: half the memory, where there are thousands of them.
        for name, value in values.items():
            setattr(self, name, value)
    else:
        self.__dict__ = {**values}
    return self


def adopted(model: type[M], values: dict[str, Any]) -> M:
    """Decode a JSON object that nobody else holds."""
    return model._decoded(values, True)


def each(decode: Callable[[dict[str, Any], bool], Any], values: list[Any], owned: bool) -> list[Any]:
    """Decode the objects in a list; those of a long one that nobody else holds are freed when they were decoded.

    What is freed while as much is made gives the garbage collector no reason to look at all of it.
    """
    if owned and len(values) > 16:
        return [decode(value, False) if isinstance(value, dict) else value for value in _drained(values)]
    return [decode(value, owned) if isinstance(value, dict) else value for value in values]


def _drained(values: list[Any]) -> Iterator[Any]:
    values.reverse()
    while values:
        yield values.pop()


def nested(decode: Callable[[dict[str, Any], bool], Any], value: dict[str, Any]) -> Any:
    """Decode an object whose schema may contain itself; keep it as it is where Python cannot recurse deeper."""
    try:
        return decode(value, False)
    except RecursionError:
        return value


def closest(value: dict[str, Any], owned: bool, *models: type[Model]) -> Any:
    """Decode an object as the model that declares most of it, of those that require no more than it has, if any."""

    def declared(model: type[Model]) -> int:
        attributes = model._declared.values()
        if any(each.required and each.wire_name not in value for each in attributes):
            return -1
        return sum(each.wire_name in value for each in attributes)

    best = max(models, key=declared)
    return best._decoded(value, owned) if declared(best) >= 0 else value


class Additional(MutableMapping[str, T], Generic[T]):
    """The properties of a model that the document does not declare, as a view: changes go to the model."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._declared = {each.wire_name for each in model._declared.values()}

    def __getitem__(self, name: str) -> T:
        if name in self._declared:
            raise KeyError(name)
        return cast(T, self._model[name])

    def __setitem__(self, name: str, value: T) -> None:
        if name in self._declared:
            raise KeyError(f"{name} is declared: assign the attribute.")
        self._model[name] = value

    def __delitem__(self, name: str) -> None:
        self[name]
        del self._model[name]

    def __iter__(self) -> Iterator[str]:
        return (name for name in wire_names(self._model) if name not in self._declared)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return repr(dict(self))


def wire_names(model: Model) -> Iterator[str]:
    """Iterate over the names of the properties that a model has, in order."""
    return map(wire_name, model.__dict__)


def missing_names(model: Model) -> tuple[list[str], bool]:
    """Return the names of the required properties that a model lacks, and whether it lacks all of them."""
    if model.__dict__.keys() >= model._required:
        return [], False
    required = [each.wire_name for each in model._declared.values() if each.required]
    missing = [name for name in required if name not in model]
    return missing, missing == required


def _items(model: Model) -> Iterator[tuple[str, Any]]:
    """Iterate over the attributes that a model has and their values, in order."""
    attributes = {each.wire_name: name for name, each in model._declared.items()}
    for name, value in zip(wire_names(model), model.__dict__.values(), strict=True):
        yield attributes.get(name, name), value


_LONGEST_STR, _LONGEST_LIST, _DEEPEST = 200, 20, 20


def _shown(value: Any, *, nested: bool, depth: int = 0) -> str:
    """Return the repr of a value; long strings and lists in nested ones are cut."""
    if depth > _DEEPEST:
        return "..."
    if isinstance(value, Model):
        inside = ", ".join(f"{name}={_shown(each, nested=depth > 0, depth=depth + 1)}" for name, each in _items(value))
        return f"{type(value).__name__}({inside})"
    if type(value) is list:
        shown = [_shown(each, nested=True, depth=depth + 1) for each in value[:_LONGEST_LIST]]
        more = [f"... {len(value) - _LONGEST_LIST} more"] if len(value) > _LONGEST_LIST else []
        return f"[{', '.join(shown + more)}]"
    if type(value) is dict:
        pairs = (f"{key!r}: {_shown(each, nested=True, depth=depth + 1)}" for key, each in value.items())
        return f"{{{', '.join(pairs)}}}"
    if nested and isinstance(value, str) and len(value) > _LONGEST_STR:
        return f"{value[:_LONGEST_STR]!r}... {len(value) - _LONGEST_STR} more characters"
    return repr(value)


def _pretty(
    printer: PrettyPrinter, model: Model, stream: Any, indent: int, allowance: int, context: Any, level: int
) -> None:
    """Break a model into lines as pprint does a dataclass."""
    name = type(model).__name__
    stream.write(f"{name}(")
    format_items: Any = getattr(printer, "_format_namespace_items")  # noqa: B009 - pprint has no public name for it
    format_items([*_items(model)], stream, indent + len(name) + 1, allowance, context, level)
    stream.write(")")


def _suggestion(name: str, known: Iterator[str] | Mapping[str, Any] | list[str]) -> str:
    with no_fork:
        from difflib import get_close_matches  # noqa: PLC0415 - it is for messages of errors

    close = get_close_matches(name, list(known), n=1)
    return f" Did you mean {close[0]!r}?" if close else ""
