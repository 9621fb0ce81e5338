"""Add pydantic's method names to models, for programs that were written for pydantic models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Literal, Self, TypedDict, Unpack

from attrs import define

from . import model
from .fork_lock import fork_lock
from .tree import copied, json_text, plain_values


@define(kw_only=True, slots=False, eq=False, repr=False)
class Model(model.Model):
    """The base of all models, with pydantic's method names too."""

    @classmethod
    def model_validate(cls, obj: Any) -> Self:
        """Decode a JSON object as `from_dict` does, or return an instance of this class unchanged.

        Raises:
            TypeError: `obj` is neither.
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
        """Decode a JSON object whose properties are given as arguments."""
        return cls.from_dict(values)

    def model_dump(self, **options: Unpack[DumpOptions]) -> dict[str, Any]:
        """Return this model as a dict, with None for absent properties unless `exclude_unset` is set."""
        return dumped(self, options)

    def model_dump_json(self, *, indent: int | None = None, **options: Unpack[DumpOptions]) -> str:
        """Return the dict of `model_dump` as a JSON str."""
        options["mode"] = "json"
        return json_text(self.model_dump(**options), indent)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy with other values for some attributes. Every copy is `deep`: it shares nothing."""
        copy = self.__copy__()
        for name, value in (update or {}).items():
            setattr(copy, name, value)
        return copy

    @property
    def model_extra(self) -> dict[str, Any]:
        """The properties that the spec does not declare, by their names on the wire."""
        return dict(self.additional_properties)

    @property
    def model_fields_set(self) -> set[str]:
        """The names of the declared attributes that are present."""
        return {name for name, on_the_wire in self._wire_names.items() if on_the_wire in self}

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> Any:
        """Let pydantic models have fields of this class."""
        with fork_lock:
            from .pydantic_schema import validation_schema  # noqa: PLC0415 - it needs pydantic

        return validation_schema(cls)

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: Any, _handler: Any) -> dict[str, Any]:
        """Return the JSON schema of the declared properties, for pydantic and FastAPI."""
        with fork_lock:
            from .pydantic_schema import json_schema  # noqa: PLC0415 - it needs pydantic

        return json_schema(cls)


model.reserve_names(Model)


class DumpOptions(TypedDict, total=False):
    """The options of `model_dump`.

    Attributes:
        mode: With `json`, dates, times and UUIDs become strings.
        include: The only attributes to dump.
        exclude: The attributes to leave out.
        by_alias: Whether keys are the names on the wire (the default), or those of the attributes.
        exclude_unset: Whether to leave out absent properties, which are None otherwise.
        exclude_none: Whether to leave out properties that are None.
    """

    mode: Literal["json", "python"]
    include: Iterable[str]
    exclude: Iterable[str]
    by_alias: bool
    exclude_unset: bool
    exclude_none: bool


def dumped(root: Any, options: DumpOptions) -> dict[str, Any]:
    """Dump a model to new dicts and lists."""
    if unknown := options.keys() - DumpOptions.__annotations__.keys():
        raise TypeError(f"model_dump takes no argument {min(unknown)!r}.")
    for name in ("include", "exclude"):
        if isinstance(options.get(name), Mapping):
            raise TypeError(
                f"model_dump takes the names of attributes as {name}, not a mapping: dump the parts instead."
            )
    included, excluded = options.get("include"), {*options.get("exclude", ())}
    is_json = options.get("mode", "python") == "json"
    values: dict[str, Any] = copied(root, plain=True, written=partial(_written, options), spelled=is_json)
    names = {
        name: on_the_wire if options.get("by_alias", True) else name for name, on_the_wire in root._wire_names.items()
    }
    for name, written_name in {**names, **{name: name for name in root.additional_keys}}.items():
        if name in excluded or (included is not None and name not in included):
            values.pop(written_name, None)
    return values


def _written(options: DumpOptions, model: Any) -> dict[str, Any]:
    """Dump a model to a dict of its values, in which nested models stay models."""
    names = {} if options.get("by_alias", True) else {wire: name for name, wire in model._wire_names.items()}
    values = plain_values(model)
    if not options.get("exclude_unset", False):
        values = {**dict.fromkeys(model._wire_names.values()), **values}
    without_none = options.get("exclude_none", False)
    return {names.get(name, name): value for name, value in values.items() if not (without_none and value is None)}
