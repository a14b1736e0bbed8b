"""The bodies of steps, made from the lifecycle table: a command's fields, bounded, and `at`.

The table stays the only description of a step. Added here is what untrusted input needs: a limit
for every text and list, something in every text that is required, and times that can be stored.
"""

from datetime import UTC, date, datetime
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec
from msgspec import Meta, Struct, structs

from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.normal_texts import MULTILINE
from gotovo.api.schemas.delivery import (
    DeliveryBody,
    PickupBody,
    RedirectedCourierBody,
    address_of,
    delivery_of,
    postcode_of,
)
from gotovo.api.schemas.desk.goods_bodies import (
    DeclinedUnitsBody,
    RefusedUnitsBody,
    declined_units,
    refused_units,
)
from gotovo.api.schemas.placement import Currency
from gotovo.order.lifecycle import TABLE, Row
from gotovo.order.steps.payment import PAYMENT_MAX
from gotovo.order.steps.placement import Place
from gotovo.order.values.actor import Role
from gotovo.order.values.money import Money
from gotovo.order.values.texts.order_text import is_free_text
from gotovo.points.validation import YEAR_MAX, YEAR_MIN
from gotovo.value import Value
from gotovo.words.language import Language
from gotovo.words.request_errors import RequestErrorCode

NOTE_CHARACTERS_MAX = 1_000
"""A clerk's note is a few sentences."""

TEXT_CHARACTERS_MAX = 200
"""Any other text is a name: a cell, a code, a provider's id."""

_NOTE = Annotated[str, Meta(max_length=NOTE_CHARACTERS_MAX, extra={MULTILINE: True})]
_TEXT = Annotated[str, Meta(max_length=TEXT_CHARACTERS_MAX)]
_INTEGER = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]

LIST_ITEMS_MAX = 200
"""The maximum number of an order's lines, which is more than its parcels."""

WITH_WORDS = frozenset({"help-question", "help-answer", "help-settlement"})
"""Steps with an endpoint of their own: their text is stored beside the order, and without it a
buyer would be notified of an answer that is not there, or a clock run for no question."""

SERVER_ONLY = {
    "handover": frozenset({"fact", "every_parcel", "without_code", "note"}),
    "handover-opening": frozenset({"same_buyer", "without_code", "note"}),
    "correction": frozenset({"approved_by"}),
    "cancellation": frozenset({"approved_by"}),
    "return": frozenset({"approved_by"}),
}
"""Fields that no request may set. A hand-over that is a fact is accepted only from a desk that
worked offline from a list we signed, and an API key is no such list. What another order of the
buyer proves, and what a second person agreed to, the desk finds out by itself (`desk/handover`)."""


class CapturedBody(Value, frozen=True, forbid_unknown_fields=True):
    """A captured sum in minor units, with its currency; none only for an order of nothing."""

    amount: Annotated[int, Meta(ge=0, le=PAYMENT_MAX)]
    currency: Currency


def _list_of(item: type[Struct]) -> Any:
    return Annotated[tuple[item, ...], Meta(max_length=LIST_ITEMS_MAX)]


BODY_TYPES: dict[tuple[str, str], Any] = {
    ("payment", "amount"): CapturedBody,
    ("point-payment", "amount"): CapturedBody,
    ("handover", "refused"): _list_of(RefusedUnitsBody),
    ("return", "units"): _list_of(RefusedUnitsBody),
    ("return-refusal", "units"): _list_of(DeclinedUnitsBody),
    ("redirection", "delivery"): PickupBody | RedirectedCourierBody,
}
"""Fields with another type in requests: an address is sent, but never stored in an event."""

AT_ANY_TIME = frozenset({"payment"})
"""Steps recorded whatever clock told their time: a captured payment is a fact (rule 4.8)."""

_FIRST = datetime(1, 1, 2, tzinfo=UTC)
_LAST = datetime(9999, 12, 30, tzinfo=UTC)
"""The times that have a name in every time zone."""

Instant = Annotated[datetime, Meta(tz=True)]


_MAY_BE_EMPTY = frozenset({("correction", "note")})
"""Words that have to be sent and may say nothing: of an erased buyer nothing is written."""


class StepBody(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields of every step's body: `at` is when it happened, if that was not now."""

    at: Instant | None = None


def offered(row: Row) -> bool:
    """Tell whether the step has an endpoint that is made from its row alone."""
    if row.command is Place or row.step in WITH_WORDS:
        return False
    return bool(row.who - {Role.SYSTEM, Role.BUYER})


def body_struct(row: Row) -> type[StepBody]:
    """Return the struct of the step's body."""
    fields: list[Any] = []
    for field in structs.fields(row.command):
        if field.name in SERVER_ONLY.get(row.step, ()):
            continue
        kind = BODY_TYPES.get((row.step, field.name)) or (
            _NOTE if field.name == "note" else bounded(field.type)
        )
        is_text = field.type is str or is_free_text(field.type)
        if field.required and is_text and (row.step, field.name) not in _MAY_BE_EMPTY:
            kind = Annotated[kind, Meta(min_length=1)]
        definition = (field.encode_name, kind)
        fields.append(definition if field.required else (*definition, field.default))
    made = msgspec.defstruct(
        f"{row.command.__name__}Body",
        fields,
        bases=(StepBody,),
        namespace={"__doc__": row.command.__doc__},
        frozen=True,
        kw_only=True,
        forbid_unknown_fields=True,
    )
    assert issubclass(made, StepBody)
    return made


def bounded(kind: Any) -> Any:
    """Return the type with a limit on every text, integer, instant and list in it."""
    if kind is str or is_free_text(kind):
        return _TEXT
    if kind is int:
        return _INTEGER
    if kind is datetime:
        return Instant
    if get_origin(kind) is tuple:
        item = bounded(get_args(kind)[0])
        return Annotated[tuple[item, ...], Meta(max_length=LIST_ITEMS_MAX)]
    if isinstance(kind, UnionType) or get_origin(kind) is Union:
        return Union[tuple(bounded(each) for each in get_args(kind))]  # noqa: UP007
    return kind


def command_of(step: str, body: StepBody, prefix: str = "") -> Struct:
    """Return the command of a body, with its times checked."""
    check_times(body, _TIMES[step], prefix)
    told = {name: _value(getattr(body, name)) for name in _FIELDS[step]}
    return STEP_ROWS[step].command(**told, **_ALWAYS.get(step, {}))


def address_line(body: Struct, language: Language) -> str | None:
    """Return the address in a body, which is no part of its command; None where there is none."""
    delivery = getattr(body, "delivery", None)
    if not isinstance(delivery, RedirectedCourierBody) or delivery.address is None:
        return None
    return address_of(delivery, language)


def address_postcode(body: Struct) -> str:
    """Return the postal code of the address in a body; empty where there is none."""
    delivery = getattr(body, "delivery", None)
    return postcode_of(delivery) if isinstance(delivery, RedirectedCourierBody) else ""


def happened_at(step: str, body: StepBody) -> datetime | None:
    """Return when a step is said to have happened, None for now."""
    if body.at is None or step not in AT_ANY_TIME:
        return body.at
    return min(max(body.at, _FIRST), _LAST)


def check_times(body: Struct, names: tuple[str, ...], prefix: str = "") -> None:
    """Raise the error of a time outside the years that can be stored."""
    for name in names:
        value: date | None = getattr(body, name)
        if value is not None and not YEAR_MIN <= value.year <= YEAR_MAX:
            raise ApiError(
                RequestErrorCode.INVALID_BODY,
                prefix + name,
                value.isoformat(),
                f"{YEAR_MIN}..{YEAR_MAX}",
            )


def _value(field: Any) -> Any:
    if isinstance(field, CapturedBody):
        return Money(field.amount, field.currency)
    if isinstance(field, datetime):
        return field.astimezone(UTC)
    if isinstance(field, tuple):
        return tuple(map(_value, field))
    if isinstance(field, RefusedUnitsBody):
        return refused_units(field)
    if isinstance(field, DeclinedUnitsBody):
        return declined_units(field)
    return delivery_of(field) if isinstance(field, DeliveryBody) else field


def _is_time(kind: Any) -> bool:
    plain = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    if isinstance(plain, UnionType) or get_origin(plain) is Union:
        return any(_is_time(each) for each in get_args(plain) if each is not NoneType)
    return isinstance(plain, type) and issubclass(plain, date)


STEP_BODIES: dict[str, type[StepBody]] = {
    row.step: body_struct(row) for row in TABLE if offered(row)
}
"""The body of each step that programs can take."""

STEP_ROWS: dict[str, Row] = {row.step: row for row in TABLE if offered(row)}

_ALWAYS: dict[str, dict[str, Any]] = {"handover": {"every_parcel": True}}
"""What no request says and all of them mean: half an order does not leave by a forgotten scan."""

_FIELDS = {
    step: tuple(
        name
        for name in STEP_ROWS[step].command.__struct_fields__
        if name not in SERVER_ONLY.get(step, ())
    )
    for step in STEP_BODIES
}
_TIMES = {
    step: tuple(
        field.name
        for field in structs.fields(body)
        if _is_time(field.type) and not (field.name == "at" and step in AT_ANY_TIME)
    )
    for step, body in STEP_BODIES.items()
}
