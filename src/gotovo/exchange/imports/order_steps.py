"""From an imported order to its steps, at exactly the times the row has.

A step is taken if the row has its time, or if the status requires it; then it gets the last known
time before it, and a note says so. Nothing is reordered: the core flags times that contradict each
other, and a note is added where times contradict the status.
"""

from datetime import UTC, datetime

from msgspec import Struct

from gotovo.exchange.imports.columns import namespace_of
from gotovo.exchange.imports.record import ImportedOrder, Status, end_of_day
from gotovo.exchange.imports.sums import Cost, cost_of
from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.payment import Pay
from gotovo.order.steps.placement import NewLine, Place
from gotovo.order.steps.promise import ChangePromise
from gotovo.order.values.actor import DEFAULT_SHOP
from gotovo.order.values.money import Money
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
"""The steps that a status requires, by the field of their time."""

_CONCEIVABLE = {
    **_IMPLIED,
    None: ("paid_at", "dispatched_at", "issued_at"),
    Status.CANCELLED: ("paid_at", "dispatched_at"),
    Status.UNAVAILABLE: ("paid_at", "dispatched_at"),
}
"""The steps that are consistent with a status."""

_WAY = ("paid_at", "dispatched_at", "issued_at")

_REASON = {
    Status.CANCELLED: Reason.CUSTOMER_REQUEST,
    Status.UNAVAILABLE: Reason.OUT_OF_STOCK,
}


class OrderIdentity(Struct, frozen=True):
    """The identifiers of an order here: its number, customer, origin and shop."""

    number: str
    customer: str
    origin: str
    warehouse: str
    shop: str = DEFAULT_SHOP


class ImportStep(Struct, frozen=True):
    """A command and its time; `name` is the same whenever the row is read again."""

    name: str
    command: Struct
    at: datetime


def steps_of(imported: ImportedOrder, identity: OrderIdentity) -> tuple[ImportStep, ...]:
    """Return the steps in the order of the lifecycle; raise UnfitSums."""
    taken = _taken(imported)
    cost = cost_of(imported, is_paid=bool(taken))
    steps = [ImportStep("placement", _placement(imported, identity, cost), imported.placed_at)]
    if imported.promised_for is not None:
        until = end_of_day(imported.promised_for, imported.utc_offset)
        promise = ChangePromise(imported.promised_for, until, "")
        steps.append(ImportStep(f"promise:{imported.promised_for}", promise, imported.placed_at))
    commands: dict[str, tuple[str, Struct]] = {
        "paid_at": (
            "payment",
            Pay(
                Money(cost.total, imported.currency),
                namespace_of(identity.shop, identity.origin),
                imported.external_id,
            ),
        ),
        "dispatched_at": ("dispatch", Dispatch()),
        "issued_at": ("handover", HandOver()),
    }
    notes: list[str] = []
    latest = imported.placed_at
    for name in taken:
        at = getattr(imported, name)
        if at is None:
            notes.append(
                f"{name} is not told although {_why(imported)}; it stands at {_text(latest)}"
            )
        at = at or latest
        latest = max(latest, at)
        steps.append(ImportStep(*commands[name], at))
    notes += [
        f"{name} {_text(getattr(imported, name))} is told although "
        f"the status is {imported.status_word}"
        for name in _WAY
        if getattr(imported, name) is not None and name not in _CONCEIVABLE[imported.status]
    ]
    if imported.status in _ENDED and imported.issued_at is None:
        steps.append(_cancellation(imported, latest))
    steps += [
        ImportStep(f"contradiction:{note}", RaiseAttention(Attention.CONTRADICTION, note), latest)
        for note in notes
    ]
    return tuple(steps)


def _taken(imported: ImportedOrder) -> tuple[str, ...]:
    """Return the delivery steps that were taken, by the field of their time."""
    reached = {name for name in _WAY if getattr(imported, name) is not None}
    reached |= set(_IMPLIED[imported.status])
    last = max((_WAY.index(name) for name in reached), default=-1)
    return _WAY[: last + 1]


def _why(imported: ImportedOrder) -> str:
    if imported.status_word:
        return f"the status is {imported.status_word}"
    return "a later step is told"


def _cancellation(imported: ImportedOrder, at: datetime) -> ImportStep:
    assert imported.status is not None
    note = (
        f"status {imported.status_word} without a time or a reason; {_text(at)} is the last known"
    )
    return ImportStep("cancellation", Cancel(_REASON[imported.status], note), at)


def _placement(imported: ImportedOrder, identity: OrderIdentity, cost: Cost) -> Place:
    # Nothing is known of how to reach the buyer: there is no contact, and so no digest of one.
    return Place(
        number=identity.number,
        customer=identity.customer,
        contact_digest="",
        delivery=Courier(),
        lines=(_line(imported, cost),),
        currency=imported.currency,
        warehouse=identity.warehouse,
        origin=identity.origin,
        external_id=imported.external_id,
        imported=True,
        charges=cost.charges,
        shop=identity.shop,
    )


def _line(imported: ImportedOrder, cost: Cost) -> NewLine:
    """Return all goods as one line: a file says how many items there were, not which."""
    items = f", {imported.items} items" if imported.items and imported.items > 1 else ""
    price = "" if cost.is_known else ", price not told"
    return NewLine("goods", f"Goods{items}{price}", 1, cost.goods)


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
