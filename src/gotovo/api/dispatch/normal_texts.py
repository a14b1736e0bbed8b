"""The texts of a body in one form: composed, trimmed, without what shows nothing (see `text`).

It holds for every text of every body, names of maps included. A field of several lines says so in
its type: `Meta(extra={MULTILINE: True})`. A text from a closed list or with a pattern has to be
written as it is: `RUB` with a line break is no currency.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, Final, cast

from msgspec import inspect

from gotovo.api.dispatch.errors import ApiError
from gotovo.text import UnfitText, is_plain, several_lines, single_line
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode

MULTILINE: Final = "multiline"
"""The name in a type's `Meta.extra` that keeps the line breaks of a field."""

# ASCII, and the letters that UTF-8 writes with these three bytes before the second one: most of
# Cyrillic. Removing them all tells at once that a body has nothing else.
_LETTERS: Final = bytes(range(0x20, 0x7F)) + b"\xd0\xd1\xd3" + bytes(range(0x80, 0xC0))


def texts_are_plain(compact: bytes) -> bool:
    """Tell quickly whether no text of an encoded value, without white space, needs a change."""
    if b"\\" in compact or b'" ' in compact or b' "' in compact or b"  " in compact:
        return False
    return not compact.translate(None, _LETTERS) or is_plain(compact.decode())


def normal_texts(value: Any, kind: Any) -> Any:
    """Return the value of a body of this type with every text in one form, or raise its error."""
    return _normal(value, "", _named_fields(kind))


class _Fields(Value, frozen=True):
    """Names of fields: those of several lines, and those that are not changed at all."""

    multiline: frozenset[str]
    exact: frozenset[str]


def _normal(value: Any, path: str, fields: _Fields) -> Any:
    if isinstance(value, str):
        return _text(value, path, several=False)
    if isinstance(value, list):
        items = enumerate(cast("list[Any]", value))
        return [_normal(each, f"{path}[{index}]", fields) for index, each in items]
    if not isinstance(value, dict):
        return value
    changed: dict[str, Any] = {}
    for given, each in cast("dict[str, Any]", value).items():
        name = _text(given, path, several=False)
        inner = f"{path}.{name}" if path else name
        if name in changed:
            raise ApiError(RequestErrorCode.DUPLICATE_NAME, inner, expected="once")
        if not isinstance(each, str):
            changed[name] = _normal(each, inner, fields)
        elif name in fields.exact:
            changed[name] = each
        else:
            changed[name] = _text(each, inner, several=name in fields.multiline)
    return changed


def _text(text: str, path: str, *, several: bool) -> str:
    try:
        return several_lines(text) if several else single_line(text)
    except UnfitText as error:
        raise ApiError(RequestErrorCode.UNFIT_TEXT, path, text, error.expected) from error


@cache
def _named_fields(kind: Any) -> _Fields:
    """Return which fields of a type are not those of one line; a name may stand in several."""
    types: dict[str, list[inspect.Type]] = {}
    for field in _struct_fields(inspect.type_info(kind)):
        types.setdefault(field.encode_name, []).append(field.type)
    return _Fields(
        frozenset(name for name, found in types.items() if any(map(_is_multiline, found))),
        frozenset(name for name, found in types.items() if all(map(_is_exact, found))),
    )


def _is_multiline(kind: inspect.Type) -> bool:
    return isinstance(kind, inspect.Metadata) and MULTILINE in (kind.extra or {})


def _is_exact(kind: inspect.Type) -> bool:
    """Tell whether each text of a type is one of a list or fits a pattern."""
    if isinstance(kind, inspect.Metadata):
        return _is_exact(kind.type)
    if isinstance(kind, inspect.StrType):
        return kind.pattern is not None
    return isinstance(kind, inspect.LiteralType | inspect.EnumType)


def _struct_fields(kind: inspect.Type) -> Iterator[inspect.Field]:
    if isinstance(kind, inspect.StructType):
        yield from kind.fields
    for inner in _inner(kind):
        yield from _struct_fields(inner)


def _inner(kind: inspect.Type) -> Iterator[inspect.Type]:
    """Yield the types that a type is made of."""
    match kind:
        case inspect.StructType():
            yield from (field.type for field in kind.fields)
        case inspect.Metadata():
            yield kind.type
        case inspect.UnionType():
            yield from kind.types
        case inspect.TupleType():
            yield from kind.item_types
        case inspect.ListType() | inspect.VarTupleType():
            yield kind.item_type
        case inspect.DictType():
            yield kind.value_type
        case _:
            pass
