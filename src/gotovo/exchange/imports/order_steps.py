"""From what a row tells to the steps of a life, at exactly the times it tells.

A step is taken when its time is told, or when the status cannot be true without it; then it
stands at the last time known by that step, and a note says so. Nothing is reordered: where times
contradict each other the core flags it, and where times contradict the status a note is added.
"""

from datetime import UTC, datetime

from msgspec import Struct

from gotovo.exchange.imports.record import Status, Told, end_of_day
from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.payment import Pay
from gotovo.order.steps.placement import NewLine, Place
from gotovo.order.steps.promise import ChangePromise
from gotovo.order.values.order import Attention, Courier, Reason

_ENDED = frozenset({Status.CANCELLED, Status.UNAVAILABLE})

_IMPLIED = {
    None: (),
    Status.CREATED: (),
    Status.PROCESSING: ("paid_at",),
    Status.SHIPPED: ("paid_at", "dispatched_at"),
    Status.DELIVERED: ("paid_at", "dispatched_at", "issued_at"),
    Status.CANCELLED: (),
    Status.UNAVAILABLE: (),
}
"""The steps without which a status cannot be true, by the time each is told with."""

_CONCEIVABLE = {
    **_IMPLIED,
    None: ("paid_at", "dispatched_at", "issued_at"),
    Status.CANCELLED: ("paid_at", "dispatched_at"),
    Status.UNAVAILABLE: ("paid_at", "dispatched_at"),
}
"""The steps whose times do not contradict a status."""

_WAY = ("paid_at", "dispatched_at", "issued_at")

_REASON = {
    Status.CANCELLED: Reason.CUSTOMER_REQUEST,
    Status.UNAVAILABLE: Reason.OUT_OF_STOCK,
}


class Named(Struct, frozen=True):
    """What an order is called here: its number, its customer, and where it comes from."""

    number: str
    customer: str
    origin: str
    warehouse: str
    currency: str


class Step(Struct, frozen=True):
    """One command and when it happened; `name` is the same whenever the row is read again."""

    name: str
    command: Struct
    at: datetime


def life_of(told: Told, named: Named) -> tuple[Step, ...]:
    """Return the steps of a life in the order in which a life is led."""
    lines = _lines(told)
    total = sum(line.price * line.quantity for line in lines)
    steps = [Step("placement", _placement(told, named, lines), told.placed_at)]
    if told.promised_for is not None:
        until = end_of_day(told.promised_for, told.utc_offset)
        promise = ChangePromise(told.promised_for, until, "carried over")
        steps.append(Step(f"promise:{told.promised_for}", promise, told.placed_at))
    commands: dict[str, tuple[str, Struct]] = {
        "paid_at": ("payment", Pay(total, named.currency, f"{named.origin}-{told.external_id}")),
        "dispatched_at": ("dispatch", Dispatch()),
        "issued_at": ("handover", HandOver()),
    }
    notes: list[str] = []
    latest = told.placed_at
    for name in _taken(told):
        at = getattr(told, name)
        if at is None:
            notes.append(f"{name} is not told although {_why(told)}; it stands at {_text(latest)}")
        at = at or latest
        latest = max(latest, at)
        steps.append(Step(*commands[name], at))
    notes += [
        f"{name} {_text(getattr(told, name))} is told although the status is {told.status_word}"
        for name in _WAY
        if getattr(told, name) is not None and name not in _CONCEIVABLE[told.status]
    ]
    if told.status in _ENDED and told.issued_at is None:
        steps.append(_cancellation(told, latest))
    steps += [
        Step(f"contradiction:{note}", RaiseAttention(Attention.CONTRADICTION, note), latest)
        for note in notes
    ]
    return tuple(steps)


def _taken(told: Told) -> tuple[str, ...]:
    """Return the steps on the way to the buyer that were taken, by the name of their time."""
    reached = {name for name in _WAY if getattr(told, name) is not None}
    reached |= set(_IMPLIED[told.status])
    last = max((_WAY.index(name) for name in reached), default=-1)
    return _WAY[: last + 1]


def _why(told: Told) -> str:
    if told.status_word:
        return f"the status is {told.status_word}"
    return "a later step is told"


def _cancellation(told: Told, at: datetime) -> Step:
    assert told.status is not None
    note = f"status {told.status_word} without a time or a reason; {_text(at)} is the last known"
    return Step("cancellation", Cancel(_REASON[told.status], note), at)


def _placement(told: Told, named: Named, lines: tuple[NewLine, ...]) -> Place:
    # Nothing is known of how to reach the buyer: there is no contact, and so no digest of one.
    return Place(
        number=named.number,
        customer=named.customer,
        contact_digest="",
        delivery=Courier(),
        lines=lines,
        currency=named.currency,
        warehouse=named.warehouse,
        origin=named.origin,
        external_id=told.external_id,
        carried_over=True,
    )


def _lines(told: Told) -> tuple[NewLine, ...]:
    """Return lines that cost together what was paid, or what the goods are worth if that is
    all that is known; what was paid beyond the goods is freight.
    """
    items = f", {told.items} items" if told.items and told.items > 1 else ""
    if told.value is None and told.paid is None:
        return (NewLine("goods", f"Goods{items}, price not told", 1, 0),)
    if told.paid is None or told.value is None or told.paid <= told.value:
        price = told.value if told.paid is None else told.paid
        assert price is not None
        return (NewLine("goods", f"Goods{items}", 1, price),)
    return (
        NewLine("goods", f"Goods{items}", 1, told.value),
        NewLine("freight", "Freight", 1, told.paid - told.value),
    )


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
