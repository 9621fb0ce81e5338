# Generated from generator/runtime/model.py by `make generate`; do not edit.
"""The base of all models: attrs classes that keep every property of the JSON object they were decoded from, in order.

A model keeps its values in the `__dict__` of its instance, by their names on the wire and in the order in which they
came. An absent property is not in `__dict__`; its attribute then reads as None from the class. A property whose name
the class uses itself (`to_dict`) is kept under a tuple of its name, which no attribute look-up finds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from functools import wraps
from inspect import Parameter, Signature
from itertools import takewhile
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar, cast

import attrs
from attrs import define, field

from .decoding import loads
from .display import break_lines, model_repr, suggestion
from .tree import JSON, Node, copied, equal, flat, json_text, restored, wire_name

T = TypeVar("T")
_ADDITIONAL = "additional_properties"


class _Body(dict[Any, Any]):
    """The `__dict__` of a model that is the whole body of a response; nested models have no request id."""

    request_id: str | None = None


class _Renamed:
    """The attribute of a property whose name on the wire differs from the attribute's."""

    def __init__(self, wire_name: str) -> None:
        self._wire_name = wire_name

    def __get__(self, model: Model | None, owner: type[Model]) -> Any:
        return self if model is None else model.__dict__.get(owner._key(self._wire_name))

    def __set__(self, model: Model, value: Any) -> None:
        model[self._wire_name] = value

    def __delete__(self, model: Model) -> None:
        del model[self._wire_name]


class _EvolvedFrom(str):
    """The name of the constructor's argument in which `attrs.evolve` passes the source's undeclared properties.

    The name is not `additional_properties`, so that `evolve` passes them even when the caller gives that argument, but
    compares equal to it, because hypothesis looks fields up by the names in the signature.
    """

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        return other == _ADDITIONAL or str(self) == other


# The field of the undeclared properties.
UNDECLARED: Any = field(factory=dict, alias=_EvolvedFrom("_evolved_from"))


@define(kw_only=True, slots=False, eq=False, repr=False)
class Model(Node):
    """The base of all models.

    A model keeps the values it was decoded from: a value of an undeclared type is kept undecoded, and an undeclared
    property is kept too. An absent property reads as None; `"name" in model` tells whether a property is present, and
    assigning a property makes it present. `model["name"]` reads, writes and deletes a property by its name on the wire.

    Constructors take keywords: a property that is left out is absent, and None is null. `attrs.evolve(model, name=1)`
    changes `name` and nothing else: absent properties stay absent. `attrs.asdict` cannot tell absent from null;
    `to_dict` can.

    `from_dict` may keep parts of its argument: undeclared values, and objects that are declared without properties. The
    dict that `to_dict` returns shares nothing with the model, and neither do pickles and copies, even those of
    `copy.copy`.

    Attributes:
        additional_properties: The properties that the spec does not declare, by their names on the wire. Changes to
            this dict change the model.

    Example:
        >>> Model.from_dict({"unknown": 1}).to_dict()
        {'unknown': 1}
    """

    # The first field: `attrs.evolve` passes it after the changes and before the other fields, as `_settle` needs it.
    additional_properties: dict[str, JSON] = UNDECLARED

    # The name on the wire of each declared attribute.
    _wire_names: ClassVar[Mapping[str, str]] = {}
    # The names on the wire of the required properties, and their keys in `__dict__`.
    _required: ClassVar[Mapping[str, Any]] = {}
    # The keys of the properties that are dates: a datetime in such a property is sent as a date.
    _dates: ClassVar[frozenset[str]] = frozenset()
    _own_names: ClassVar[frozenset[str]] = frozenset()
    # Bound once, because decoding calls it for every object.
    _has_none_of: ClassVar[Callable[[Iterable[object]], bool]] = _own_names.isdisjoint

    @classmethod
    def __attrs_init_subclass__(cls) -> None:
        """Let absent attributes read as None, and let the constructor tell which arguments were left out."""
        declared = [field for field in attrs.fields(cls) if field.name != _ADDITIONAL]
        cls._wire_names = {field.name: field.metadata.get("wire_name", field.name) for field in declared}
        renamed = {name for name, on_the_wire in cls._wire_names.items() if name != on_the_wire}
        cls._own_names |= renamed
        cls._has_none_of = cls._own_names.isdisjoint
        required = [cls._wire_names[field.name] for field in declared if field.default is attrs.NOTHING]
        cls._required = {name: cls._key(name) for name in required}
        cls._dates = frozenset(
            cls._key(cls._wire_names[field.name]) for field in declared if field.metadata.get("format") == "date"
        )
        for name, on_the_wire in cls._wire_names.items():
            setattr(cls, name, _Renamed(on_the_wire) if name in renamed else None)
        # In a class with an `__init__` written by hand, attrs names its own `__attrs_init__`.
        own = "__attrs_init__" if "__attrs_init__" in cls.__dict__ else "__init__"
        setattr(cls, own, _settling(getattr(cls, own), attrs.fields(cls)))

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Decode any JSON object; `to_dict` returns an equal object, in the same order."""
        return cls._decoded(src_dict, False)

    @classmethod
    def _decoded(cls, values: Mapping[str, Any], owned: bool) -> Self:
        """Decode a JSON object without calling `__init__`.

        Args:
            owned: Whether nothing else refers to the object: the model then uses it without copying it.
        """
        return new_model(cls, values, owned)

    @classmethod
    def from_json(cls, content: bytes | str) -> Self:
        """Decode a JSON str or bytes.

        Raises:
            ValueError: `content` is not JSON, or not a JSON object.
        """
        value = loads(content)
        if not isinstance(value, dict):
            raise ValueError(f"A {cls.__name__} is a JSON object, not a JSON {type(value).__name__}.")
        return cls._decoded(value, True)

    def to_dict(self) -> dict[str, Any]:
        """Return this model as a new dict of JSON values.

        Raises:
            ValueError: A datetime has no time zone.
        """
        return cast(dict[str, Any], copied(self, plain=True))

    def to_json(self, *, indent: int | None = None) -> str:
        """Return this model as a JSON str."""
        return json_text(self.to_dict(), indent)

    @property
    def _request_id(self) -> str | None:
        """The id of the request, for the server's support, if this model is the body of a response."""
        return getattr(self.__dict__, "request_id", None)

    def _set_request_id(self, request_id: str | None) -> None:
        if request_id is not None:
            self.__dict__ = values = _Body(self.__dict__)
            values.request_id = request_id

    @property
    def additional_keys(self) -> list[str]:
        """The names of the properties that the spec does not declare."""
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

    if not TYPE_CHECKING:  # so that type checkers report undeclared attributes

        def __getattr__(self, name):
            """Raise AttributeError, and suggest a similar name."""
            known = [*self._wire_names, *(key for key in self.__dict__ if isinstance(key, str))]
            text = f"{type(self).__name__!r} object has no attribute {name!r}.{suggestion(name, known)}"
            raise AttributeError(text, name=name, obj=self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Model) or type(other) is not type(self):
            return NotImplemented
        try:
            return self.__dict__ == other.__dict__
        except RecursionError:
            return equal(self, other)

    __hash__ = None  # type: ignore[assignment]  # models are mutable

    def __copy__(self) -> Self:
        return cast(Self, copied(self, plain=False))

    def __deepcopy__(self, _: object) -> Self:
        return self.__copy__()

    def __replace__(self, **changes: Any) -> Self:
        return attrs.evolve(self, **changes)

    def __reduce__(self) -> tuple[Any, ...]:
        return restored, (flat(self),)

    def __repr__(self) -> str:
        break_lines(Model.__repr__)
        return model_repr(self)

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        names = {on_the_wire: name for name, on_the_wire in self._wire_names.items()}
        for key, value in [*self.__dict__.items()]:
            yield names.get(wire_name(key), wire_name(key)), value

    __rich_repr__ = __iter__

    @classmethod
    def _key(cls, name: str) -> Any:
        """Return the key of a property in `__dict__`."""
        return (name,) if name in cls._own_names else name

    def _settle(self, given: Mapping[str, Any], names: Mapping[str, str]) -> None:
        """Remove the attributes that the constructor set to None because they were left out, and restore the order.

        Args:
            given: The constructor's arguments. `attrs.evolve` passes the changes, then the source's
                `additional_properties`, then the other attributes, in which absent and null look alike.
            names: The names of the attributes, by the names of the constructor's arguments.
        """
        evolved = next(iter(names))
        source: Mapping[Any, Any] = {}
        changed = [*given]
        if isinstance(rest := given.get(evolved), Additional) and given.keys() >= names.keys():
            source, changed = rest.model.__dict__, [*takewhile(lambda name: name != evolved, given)]
        now, rest = self.__dict__, given.get(_ADDITIONAL, rest)
        keys = {name: self._key(on_the_wire) for name, on_the_wire in self._wire_names.items()}
        changed = [names.get(name, name) for name in changed]
        order = dict.fromkeys(source)
        for name in changed:
            order.update(dict.fromkeys(map(self._key, rest or ()) if name == _ADDITIONAL else [keys[name]]))
        left_out = {key for name, key in keys.items() if name not in changed and now.get(key) is None} - source.keys()
        values = {key: now[key] for key in {**order, **now} if key in now and key not in left_out}
        now.clear()
        now.update(values)


def _settling(init: Callable[..., None], fields: Iterable[attrs.Attribute[Any]]) -> Callable[..., None]:
    """Wrap a constructor by attrs, so that arguments which are left out stay absent."""

    @wraps(init)
    def settled(self: Model, /, *args: Any, **given: Any) -> None:
        names = {field.alias: field.name for field in attrs.fields(type(self)) if field.init}
        keywords = {**given}
        if _ADDITIONAL in given:
            keywords[next(iter(names))] = keywords.pop(_ADDITIONAL)
        init(self, *args, **keywords)
        self._settle({**dict(zip(positional, args, strict=False)), **given}, names)

    first, *rest = [field for field in fields if field.init]
    positional = [field.alias or field.name for field in rest if not field.kw_only]
    # People want to see declared properties first; attrs needs them after `additional_properties`.
    parameters = [Parameter("self", Parameter.POSITIONAL_ONLY), *map(_parameter, [*rest, first])]
    visible: Any = settled
    visible.__signature__ = Signature(parameters, return_annotation=None, __validate_parameters__=False)
    return settled


def _parameter(field: attrs.Attribute[Any]) -> Parameter:
    """Return the parameter for a field, as `inspect.signature` shows it."""
    additional = field.name == _ADDITIONAL
    return Parameter(
        _ADDITIONAL if additional else field.alias or field.name,
        Parameter.KEYWORD_ONLY if field.kw_only else Parameter.POSITIONAL_OR_KEYWORD,
        default={} if additional else Parameter.empty if field.default is attrs.NOTHING else field.default,
        annotation=field.type,
    )


class Additional(dict[str, T]):
    """The undeclared properties of a model; changes to this dict change the model."""

    def __init__(self, model: Model) -> None:
        self.model = model
        values, declared = {wire_name(key): value for key, value in model.__dict__.items()}, model._wire_names.values()
        super().__init__({name: values[name] for name in values if name not in declared})

    def __setitem__(self, name: str, value: T) -> None:
        if name in self.model._wire_names.values():
            raise KeyError(f"{name} is declared: assign the attribute.")
        self.model[name] = value
        super().__setitem__(name, value)

    def __delitem__(self, name: str) -> None:
        super().__delitem__(name)
        del self.model[name]

    def __ior__(self, other: Any) -> Self:  # type: ignore[override,misc]  # dict's overloads accept the same
        self.update(other)
        return self

    # dict's own methods would not call `__setitem__` and `__delitem__`.
    pop: Any = MutableMapping.pop
    popitem: Any = MutableMapping.popitem
    clear: Any = MutableMapping.clear
    update: Any = MutableMapping.update
    setdefault: Any = MutableMapping.setdefault

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, ({**self},)


def _set_additional(model: Model, values: Mapping[str, Any]) -> None:
    values = {**values}
    rest = Additional[Any](model)
    rest.clear()
    rest.update(values)


def reserve_names(base: type[Model]) -> None:
    """Reserve the names of a base class's methods and attributes, which properties may have too."""
    base._own_names = frozenset(dir(base))
    base._has_none_of = base._own_names.isdisjoint


# attrs leaves no class attribute for a field, so that a property can take its place.
setattr(Model, _ADDITIONAL, property(Additional, _set_additional, doc="The undeclared properties, by wire name."))
Model.__attrs_init_subclass__()
reserve_names(Model)

M = TypeVar("M", bound=Model)
_new = object.__new__


def new_model(model: type[M], values: Mapping[str, Any], owned: bool = False) -> M:
    """Return a model of a JSON object whose values stay undecoded; `owned` as in `Model._decoded`."""
    self = _new(model)
    if not model._has_none_of(values):
        self.__dict__ = {model._key(name): value for name, value in values.items()}
    elif owned:
        self.__dict__ = values  # type: ignore[assignment]  # an owned object is a dict
    elif len(values) < 5:
        # Set one by one, instances share the table of their names: half the memory for thousands of small models.
        for name, value in values.items():
            setattr(self, name, value)
    else:
        self.__dict__ = {**values}
    return self


def decode(model: type[M], values: dict[str, Any]) -> M:
    """Decode a JSON object that nothing else refers to."""
    return model._decoded(values, True)


def missing_names(model: Model) -> tuple[list[str], bool]:
    """Return the names of a model's missing required properties, and whether all are missing."""
    missing = [name for name, key in model._required.items() if key not in model.__dict__]
    return missing, bool(missing) and len(missing) == len(model._required)
