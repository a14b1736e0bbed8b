"""What msgspec says about a wrong value, said the way a problem says it: field, value, expected."""

import re
from typing import Any

import msgspec
from msgspec import inspect

from gotovo.api.dispatch.errors import ApiError
from gotovo.words.request_errors import RequestErrorCode

_AT = re.compile(r"^(?P<said>.*?)(?: - at `(?P<path>[^`]*)`)?$", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(?P<field>.*)`")
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<field>.*)`", re.DOTALL)
_EXPECTED = re.compile(r"Expected (?P<expected>.*?)(?:, got `(?P<got>.*)`)?$", re.DOTALL)
_PART = re.compile(r"\.(?P<name>[^.\[]+)|\[(?P<index>\d+)\]")
_OTHERWISE = {
    "Invalid RFC3339 encoded datetime": "RFC 3339 with an offset, like 2025-11-22T14:05:00Z",
    "Invalid RFC3339 encoded date": "RFC 3339, like 2025-11-22",
    "Invalid RFC3339 encoded time": "RFC 3339, like 20:00:00",
    "Number out of range": "-2^63..2^63-1",
}


def body_error(error: msgspec.ValidationError, body: bytes, wanted: Any) -> ApiError:
    """Return the fault of a body whose JSON is sound but whose value does not fit `wanted`."""
    field, expected = explained(str(error), wanted)
    return ApiError(RequestErrorCode.INVALID_BODY, field, _said(_value_at(body, field)), expected)


def query_error(
    error: msgspec.ValidationError, parameters: dict[str, str], wanted: Any
) -> ApiError:
    """Return the fault of a query whose parameter does not fit `wanted`."""
    field, expected = explained(str(error), wanted)
    return ApiError(RequestErrorCode.INVALID_QUERY, field, parameters.get(field, ""), expected)


def explained(message: str, wanted: Any) -> tuple[str, str]:
    """Return the path of the field at fault and what was expected of it."""
    found = _AT.match(message)
    said = found["said"] if found else message
    path = ((found["path"] if found else None) or "$").removeprefix("$").removeprefix(".")
    missing = _MISSING.fullmatch(said)
    if missing:
        return _joined(path, missing["field"]), "present"
    unknown = _UNKNOWN.fullmatch(said)
    if unknown:
        known = ", ".join(f.encode_name for f in _fields_at(wanted, path))
        return _joined(path, unknown["field"]), known or "absent"
    if said.startswith("Invalid "):
        choices = ", ".join(_choices_at(wanted, path))
        if choices:
            return path, choices
    expected = _EXPECTED.fullmatch(said)
    if expected:
        return path, expected["expected"].replace("`", "")
    return path, _OTHERWISE.get(said, said)


def _joined(path: str, field: str) -> str:
    return f"{path}.{field}" if path else field


def _value_at(body: bytes, path: str) -> Any:
    """Return the value at a path, None where there is none."""
    value = msgspec.json.decode(body)
    for part in _PART.finditer(f".{path}" if path else ""):
        if part["index"] is not None:
            index = int(part["index"])
            value = value[index] if isinstance(value, list) and index < len(value) else None
        else:
            value = value.get(part["name"]) if isinstance(value, dict) else None
    return value


def _said(value: Any) -> str:
    if value is None or isinstance(value, dict | list):
        return ""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _fields_at(wanted: Any, path: str) -> tuple[inspect.Field, ...]:
    kinds = _kinds_at(wanted, path)
    return tuple(f for k in kinds if isinstance(k, inspect.StructType) for f in k.fields)


def _choices_at(wanted: Any, path: str) -> list[str]:
    """Return the values that a closed list at a path allows, a union's tags included."""
    choices: list[str] = []
    for kind in _kinds_at(wanted, path):
        if isinstance(kind, inspect.EnumType):
            choices += [str(member.value) for member in kind.cls]
        elif isinstance(kind, inspect.LiteralType):
            choices += [str(value) for value in kind.values]
    parent, _, last = path.rpartition(".")
    for kind in _kinds_at(wanted, parent):
        if isinstance(kind, inspect.StructType) and kind.tag_field == last:
            choices.append(str(kind.tag))
    return choices


def _kinds_at(wanted: Any, path: str) -> list[inspect.Type]:
    kinds = _alternatives(inspect.type_info(wanted))
    for part in _PART.finditer(f".{path}" if path else ""):
        below: list[inspect.Type] = []
        for kind in kinds:
            if part["index"] is not None:
                item = getattr(kind, "item_type", None)
                below += _alternatives(item) if item is not None else []
            elif isinstance(kind, inspect.StructType):
                below += [
                    each
                    for f in kind.fields
                    if f.encode_name == part["name"]
                    for each in _alternatives(f.type)
                ]
        kinds = below
    return kinds


def _alternatives(kind: inspect.Type) -> list[inspect.Type]:
    if isinstance(kind, inspect.UnionType):
        return [each for sub in kind.types for each in _alternatives(sub)]
    if isinstance(kind, inspect.Metadata):
        return _alternatives(kind.type)
    return [kind]
