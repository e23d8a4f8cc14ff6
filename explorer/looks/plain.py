"""Frozen values ↔ plain JSON types, by their type hints: what is shown as what a file or the clipboard can hold.

A dataclass is an object with its fields, an Enum its name in small letters (or its value, where that is a word), a
tuple or list a list, a Path its text. Numbers are finite, but for fields whose metadata has ``infinite``: those may be
"inf". Reading takes nothing for something else: what is not of the type that the field has is refused, by its place.
"""

import math
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from compute.errors import BadInputError
from compute.formats.exchange import shown

INFINITE = "infinite"  # in the metadata of a field whose number may be infinite

T = TypeVar("T")

Json = dict[str, "Json"] | list["Json"] | str | float | int | bool | None


def to_plain(value: object) -> Json:
    """A value in types that JSON has. Raises TypeError for one that is none of those named above."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else str(value)
        case Enum():
            return enum_word(value)
        case Path():
            return value.as_posix()
        case tuple() | list():
            return [to_plain(item) for item in value]
    if is_dataclass(value):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"{type(value).__name__} has no plain form")


def from_plain(kind: type[T], plain: object, place: str) -> T:
    """The value of this type that ``to_plain`` was given; fields that are missing have their defaults.

    Raises BadInputError that names the place, such as "views[0].contours.count"; ``place`` "" is the top.
    """
    return cast("T", _read(kind, plain, place, infinite=False))


def enum_word(member: Enum) -> str:
    """What an Enum's member is called in a file."""
    return member.value if isinstance(member.value, str) else member.name.lower()


def _read(hint: Any, plain: object, place: str, *, infinite: bool) -> object:
    if get_origin(hint) in (Union, UnionType):
        return _union(get_args(hint), plain, place, infinite)
    if get_origin(hint) is tuple:
        return _tuple(get_args(hint), plain, place, infinite)
    if get_origin(hint) is list:
        return list(_tuple((*get_args(hint), Ellipsis), plain, place, infinite))
    if is_dataclass(hint):
        return _object(hint, plain, place)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _member(hint, plain, place)
    return _simple(hint, plain, place, infinite)


def _simple(hint: Any, plain: object, place: str, infinite: bool) -> object:
    if hint is NoneType and plain is None:
        return None
    if hint is bool and isinstance(plain, bool):
        return plain
    if hint is int and isinstance(plain, int) and not isinstance(plain, bool):
        return plain
    if hint is float and infinite and isinstance(plain, str) and plain in ("inf", "-inf"):
        return float(plain)
    if hint is float and isinstance(plain, int | float) and not isinstance(plain, bool) and _is_finite(plain):
        return float(plain)
    if hint in (str, Path) and isinstance(plain, str):
        return hint(plain)
    raise _bad(place, f"expected {_SIMPLE[hint]}")


def _is_finite(number: float) -> bool:
    try:
        return math.isfinite(number)
    except OverflowError:  # a whole number of more than 308 digits
        return False


def _union(hints: tuple[Any, ...], plain: object, place: str, infinite: bool) -> object:
    """None where it may be; else what the first of the others makes of it that can, or the complaint of the first."""
    if plain is None and NoneType in hints:
        return None
    complaint: BadInputError | None = None
    for hint in hints:
        if hint is not NoneType:
            try:
                return _read(hint, plain, place, infinite=infinite)
            except BadInputError as error:
                complaint = complaint or error
    raise complaint or _bad(place, "expected null")


def _tuple(hints: tuple[Any, ...], plain: object, place: str, infinite: bool) -> tuple[object, ...]:
    if not isinstance(plain, list):
        raise _bad(place, "expected a list")
    if len(hints) == 2 and hints[1] is Ellipsis:
        hints = hints[:1] * len(plain)
    if len(plain) != len(hints):
        raise _bad(place, f"expected a list of {len(hints)}")
    pairs = enumerate(zip(hints, plain, strict=True))
    return tuple(_read(hint, item, f"{place}[{k}]", infinite=infinite) for k, (hint, item) in pairs)


def _object(kind: Any, plain: object, place: str) -> object:
    if not isinstance(plain, dict):
        raise _bad(place, "expected an object in braces")
    hints, known = get_type_hints(kind), {field.name: field for field in fields(kind)}
    if unknown := [name for name in plain if name not in known]:
        raise _bad(_within(place, shown(str(unknown[0]))), f"there is no such field, but {', '.join(known)}")
    if missing := [name for name, field in known.items() if name not in plain and not _has_default(field)]:
        raise _bad(_within(place, missing[0]), "is missing")
    values = {
        name: _read(hints[name], item, _within(place, name), infinite=INFINITE in known[name].metadata)
        for name, item in plain.items()
    }
    return kind(**values)


def _has_default(field: "Field[Any]") -> bool:
    return field.default is not MISSING or field.default_factory is not MISSING


def _member(kind: type[Enum], plain: object, place: str) -> Enum:
    words = {enum_word(member): member for member in kind}
    if not isinstance(plain, str) or plain not in words:
        raise _bad(place, f"expected one of {', '.join(words)}")
    return words[plain]


def _within(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _bad(place: str, what: str) -> BadInputError:
    return BadInputError(f"{place}: {what}" if place else what)


_SIMPLE = {
    NoneType: "null",
    bool: "true or false",
    int: "a whole number",
    float: "a finite number",
    str: "text in quotes",
    Path: "the name of a file, in quotes",
}
