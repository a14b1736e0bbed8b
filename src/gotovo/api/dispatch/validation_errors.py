"""Which field of a body or a query is wrong, its value, and what was expected of it.

msgspec says all of it in a sentence, and sentences are no interface. So once it has refused a
value, the value and its type are walked side by side, in msgspec's order, to the first mismatch.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime, time
from itertools import repeat
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import inspect

from gotovo.api.dispatch.errors import ApiError
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode

PRESENT: Final = "present"
"""Expected of a field that is missing."""

EXPECTED: Final = "expected"
"""The name under which a type's `Meta.extra` says what is expected, where a list or a pattern would
say it badly."""

# The names of JSON types and of formats of text, in the order in which alternatives are listed.
_NAMES: Final[dict[type[inspect.Type], str]] = {
    inspect.BoolType: "bool",
    inspect.IntType: "int",
    inspect.FloatType: "float",
    inspect.StrType: "str",
    inspect.EnumType: "str",
    inspect.LiteralType: "str",
    inspect.DateTimeType: "datetime",
    inspect.DateType: "date",
    inspect.TimeType: "time",
    inspect.UUIDType: "uuid",
    inspect.ListType: "array",
    inspect.VarTupleType: "array",
    inspect.TupleType: "array",
    inspect.StructType: "object",
    inspect.DictType: "object",
    inspect.NoneType: "null",
}
_ACCEPTED: Final[dict[type, frozenset[str]]] = {
    bool: frozenset({"bool"}),
    int: frozenset({"int", "float"}),
    float: frozenset({"float"}),
    str: frozenset({"str", "datetime", "date", "time", "uuid"}),
    list: frozenset({"array"}),
    dict: frozenset({"object"}),
    type(None): frozenset({"null"}),
}
_FORMATS: Final[dict[type[inspect.Type], tuple[type, str]]] = {
    inspect.DateTimeType: (datetime, "RFC 3339 with an offset, like 2025-11-22T14:05:00Z"),
    inspect.DateType: (date, "RFC 3339, like 2025-11-22"),
    inspect.TimeType: (time, "RFC 3339, like 20:00:00"),
    inspect.UUIDType: (UUID, "UUID, like 5d8a7a9e-3b1f-4c55-9d0e-2f6b8c1d4e7a"),
}


class Mismatch(Value, frozen=True):
    """The first value that does not fit its type."""

    field: str
    value: Any
    expected: str


def body_error(value: Any, kind: Any) -> ApiError:
    """Return the error of a body's value that does not fit its type."""
    found = first_mismatch(value, kind)
    return ApiError(
        RequestErrorCode.INVALID_BODY, found.field, _text_of(found.value), found.expected
    )


def query_error(parameters: dict[str, str], kind: type[msgspec.Struct]) -> ApiError:
    """Return the error of a query with a parameter that does not fit its type."""
    found = first_mismatch(_with_numbers(parameters, kind), kind)
    value = parameters.get(found.field, "")
    return ApiError(RequestErrorCode.INVALID_QUERY, found.field, value, found.expected)


def first_mismatch(value: Any, kind: Any) -> Mismatch:
    """Return where a value that msgspec refused does not fit."""
    info = inspect.type_info(kind)
    found = next(_mismatches(value, info, ""), None)
    return found or Mismatch("", None, _name_of(_alternatives(info)))


def _mismatches(value: Any, kind: inspect.Type, path: str) -> Iterator[Mismatch]:
    """Yield mismatches in the order in which the decoder meets them.

    The recursion is as deep as the type, and time is linear in the value's size.
    """
    if isinstance(kind, inspect.Metadata) and kind.extra and EXPECTED in kind.extra:
        for found in _mismatches(value, kind.type, path):
            yield Mismatch(found.field, found.value, kind.extra[EXPECTED])
        return
    kinds = _alternatives(kind)
    fitting = [each for each in kinds if _NAMES[type(each)] in _ACCEPTED[type(value)]]
    if not fitting:
        yield Mismatch(path, value, _name_of(kinds))
    elif isinstance(value, dict):
        yield from _in_object(value, fitting, path)
    elif isinstance(value, list):
        yield from _in_array(value, fitting[0], path)
    else:
        expected = _expected_of(value, fitting)
        if expected:
            yield Mismatch(path, value, expected)


def _in_object(value: dict[str, Any], kinds: list[inspect.Type], path: str) -> Iterator[Mismatch]:
    if isinstance(kinds[0], inspect.DictType):
        for key, each in value.items():
            yield from _mismatches(key, kinds[0].key_type, path)
            yield from _mismatches(each, kinds[0].value_type, _joined(path, key))
        return
    structs = [each for each in kinds if isinstance(each, inspect.StructType)]
    tag = structs[0].tag_field
    struct = structs[0]
    if tag is not None:
        yield from _in_tag(value, structs, tag, path)
        struct = next((each for each in structs if each.tag == value.get(tag)), struct)
    fields = {each.encode_name: each for each in struct.fields}
    for name, each in value.items():
        if name in fields:
            yield from _mismatches(each, fields[name].type, _joined(path, name))
        elif struct.forbid_unknown_fields and name != tag:
            yield Mismatch(_joined(path, name), each, _field_names(structs) or "absent")
    for name, field in fields.items():
        if field.required and name not in value:
            yield Mismatch(_joined(path, name), None, PRESENT)


def _in_tag(
    value: dict[str, Any], structs: list[inspect.StructType], tag: str, path: str
) -> Iterator[Mismatch]:
    """Yield the mismatch of the field that says which struct an object is."""
    tags = [each.tag for each in structs]
    if tag not in value:
        if len(structs) > 1:
            yield Mismatch(_joined(path, tag), None, PRESENT)
    elif not isinstance(value[tag], str):
        yield Mismatch(_joined(path, tag), value[tag], "str")
    elif value[tag] not in tags:
        yield Mismatch(_joined(path, tag), value[tag], ", ".join(map(str, tags)))


def _in_array(value: list[Any], kind: inspect.Type, path: str) -> Iterator[Mismatch]:
    items: Iterable[inspect.Type]
    if isinstance(kind, inspect.TupleType):
        items = kind.item_types
        length_min = length_max = len(kind.item_types)
    else:
        assert isinstance(kind, inspect.ListType | inspect.VarTupleType), kind
        length_min = kind.min_length or 0
        length_max = len(value) if kind.max_length is None else kind.max_length
        items = repeat(kind.item_type, length_max)
    for index, (each, item) in enumerate(zip(value, items, strict=False)):
        yield from _mismatches(each, item, f"{path}[{index}]")
    if not length_min <= len(value) <= length_max:
        too_long = len(value) > length_max
        bound = f"<= {length_max}" if too_long else f">= {length_min}"
        length = str(length_min) if length_min == length_max else bound
        yield Mismatch(path, value, f"array of length {length}")


def _alternatives(kind: inspect.Type) -> list[inspect.Type]:
    if isinstance(kind, inspect.UnionType):
        return [each for alternative in kind.types for each in _alternatives(alternative)]
    if isinstance(kind, inspect.Metadata):
        return _alternatives(kind.type)
    return [kind]


def _name_of(kinds: list[inspect.Type]) -> str:
    names = {_NAMES[type(each)] for each in kinds}
    return " | ".join(name for name in dict.fromkeys(_NAMES.values()) if name in names)


def _expected_of(value: Any, kinds: list[inspect.Type]) -> str:
    """Return what was expected instead of a single value, nothing when it fits."""
    if isinstance(value, str):
        return _expected_text(value, kinds)
    kind = kinds[0]
    if isinstance(kind, inspect.IntType):
        if kind.ge is not None and value < kind.ge:
            return f"int >= {kind.ge}"
        if kind.le is not None and value > kind.le:
            return f"int <= {kind.le}"
    return ""


def _expected_text(value: str, kinds: list[inspect.Type]) -> str:
    """Return what was expected instead of a text, nothing when it fits."""
    choices: list[str] = []
    for kind in kinds:
        if isinstance(kind, inspect.EnumType):
            choices += [str(member.value) for member in kind.cls]
        elif isinstance(kind, inspect.LiteralType):
            choices += [str(each) for each in kind.values]
    if choices:
        return "" if value in choices else ", ".join(choices)
    kind = kinds[0]
    if isinstance(kind, inspect.StrType):
        if len(value) < (kind.min_length or 0):
            return f"str of length >= {kind.min_length}"
        if kind.max_length is not None and len(value) > kind.max_length:
            return f"str of length <= {kind.max_length}"
        fits = kind.pattern is None or re.search(kind.pattern, value)
        return "" if fits else f"str matching regex {kind.pattern!r}"
    return _expected_format(value, kind)


def _expected_format(value: str, kind: inspect.Type) -> str:
    parsed_type, expected = _FORMATS[type(kind)]
    try:
        parsed: Any = msgspec.convert(value, parsed_type)
    except msgspec.ValidationError:
        return expected
    needs_zone = isinstance(kind, inspect.DateTimeType) and kind.tz
    return "datetime with a timezone component" if needs_zone and parsed.tzinfo is None else ""


def _field_names(structs: list[inspect.StructType]) -> str:
    return ", ".join(field.encode_name for each in structs for field in each.fields)


def _joined(path: str, field: str) -> str:
    return f"{path}.{field}" if path else field


def _with_numbers(parameters: dict[str, str], kind: type[msgspec.Struct]) -> dict[str, str | int]:
    """Return the parameters with numbers where their text stands for one."""
    values: dict[str, str | int] = dict(parameters)
    for field in msgspec.structs.fields(kind):
        text = parameters.get(field.encode_name, "")
        kinds = _alternatives(inspect.type_info(field.type))
        if any(isinstance(each, inspect.IntType) for each in kinds):
            with suppress(msgspec.ValidationError):
                values[field.encode_name] = msgspec.convert(text, int, strict=False)
    return values


def _text_of(value: Any) -> str:
    if value is None or isinstance(value, dict | list):
        return ""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
