"""An order as it stands: the fold of its events, and nothing else.

`Order` is one consistency boundary: lines, parcels, money, codes, deadlines. It is frozen; a
step's effect makes the next one. What can be computed from other fields is a function here and
not a field, save `stage`, which every reader needs and which `settle` keeps true.
"""

from datetime import date, datetime
from enum import StrEnum

from msgspec import field, structs

from gotovo.order.values.actor import DEFAULT_SHOP
from gotovo.order.values.handover.proofs import Proof
from gotovo.order.values.help.help_clock import HelpClock
from gotovo.order.values.payments.payment import Payment
from gotovo.order.values.payments.refund import Refund, RefundState
from gotovo.order.values.pickup_codes import CodeState
from gotovo.order.values.settlement.charge import Charge
from gotovo.order.values.texts.order_text import NO_TEXT, TextDigest
from gotovo.points.closures.closed_time import ClosedTime
from gotovo.points.reminders import Reminder
from gotovo.points.storage_term import StorageRule
from gotovo.value import Value


class Stage(StrEnum):
    """How far the order is; each belongs to one status (see `status.STATUS_OF`)."""

    PLACED = "placed"
    PAID = "paid"
    PICKING = "picking"
    PACKED = "packed"
    DISPATCHED = "dispatched"
    ARRIVED_AT_POINT = "arrived_at_point"
    SHELVED = "shelved"
    HANDING_OVER = "handing_over"
    WITH_COURIER = "with_courier"
    SLOT_AGREED = "slot_agreed"
    OUT_FOR_DELIVERY = "out_for_delivery"
    ATTEMPT_FAILED = "attempt_failed"
    ISSUED = "issued"
    CANCELLED = "cancelled"  # closed, and nothing of it is outside the warehouse
    TURNED_ROUND = "turned_round"  # closed, and its parcels still have to be turned back
    WITHDRAWN = "withdrawn"
    IN_RETURN = "in_return"
    RECEIVED_BACK = "received_back"


class Outcome(StrEnum):
    """How a closed order ended."""

    ISSUED = "issued"
    CANCELLED = "cancelled"
    RETURNED = "returned"


class Reason(StrEnum):
    """Why an order was cancelled (rule 4.6)."""

    CUSTOMER_REQUEST = "customer_request"
    PAYMENT_EXPIRED = "payment_expired"
    OUT_OF_STOCK = "out_of_stock"
    NOT_COLLECTED = "not_collected"
    REFUSED_AT_DESK = "refused_at_desk"
    LOST = "lost"
    DAMAGED = "damaged"
    POINT_CLOSED = "point_closed"
    SELLER_REQUEST = "seller_request"


class Attention(StrEnum):
    """Flags that may stand beside a status; never a status of their own."""

    LATE = "late"
    LOST = "lost"
    DAMAGED = "damaged"
    DISPUTE = "dispute"
    CONTRADICTION = "contradiction"  # the given times can't all be true
    MONEY = "money"  # a payment that a person has to look into
    UNANSWERED = "unanswered"  # a question past its clock


class Condition(StrEnum):
    """What became of goods that came back."""

    RESTOCKED = "restocked"
    DEFECTIVE = "defective"
    WRITTEN_OFF = "written_off"


class Units(Value, frozen=True):
    """A number of units of one line (lines are counted from 1)."""

    line: int
    quantity: int


class ReceivedUnits(Value, frozen=True):
    """Units of one line that are back in the warehouse, and what became of them."""

    line: int
    quantity: int
    condition: Condition


class Line(Value, frozen=True, omit_defaults=True):
    """One line of the order; two lines may share a sku. `price` is of one unit, minor units.

    `released` units never left the warehouse; `refused` and `returned` came back from the buyer.
    """

    sku: str
    title: str
    quantity: int
    price: int
    goods_class: str = ""
    released: int = 0
    issued: int = 0
    refused: int = 0
    returned: int = 0


class Parcel(Value, frozen=True, omit_defaults=True):
    """What carries units of lines; `back` marks one made for a return shipment.

    `returned` goods were issued before and are refunded when they are received. `condition` is
    set when the parcel is received back or written off as one; `received` lists what has come of
    one that arrives in parts. `at` names the point it is at. `defective`: its goods, or some of
    them, were left at the desk because of a defect.
    """

    barcode: str
    contents: tuple[Units, ...]
    stage: Stage
    at: str = ""
    cell: str = ""
    back: bool = False
    returned: bool = False
    condition: Condition | None = None
    received: tuple[ReceivedUnits, ...] = ()
    defective: bool = False


class Pickup(Value, frozen=True, tag="pickup", tag_field="method"):
    """Delivered to a point and handed over there."""

    point: str


class Courier(Value, frozen=True, tag="courier", tag_field="method"):
    """Delivered to the buyer's address, which is in the contact, not in the history."""


Delivery = Pickup | Courier

COURIER_PLACE = "courier"
"""The place of hand-over by a courier, for codes and actors; no point has such a code."""


class Promised(Value, frozen=True, omit_defaults=True):
    """The day promised, the instant when known, and whether it was kept once that is known.

    `was_flagged_late` stays true when somebody takes the flag down again. `counted_from` is what
    the calculation began with, absent for the moment of payment.
    """

    promised_for: date
    promised_until: datetime | None
    kept: bool | None = None
    was_flagged_late: bool = field(default=False, name="told_late")
    counted_from: datetime | None = None


class Storage(Value, frozen=True, omit_defaults=True):
    """The storage clock: the deadline, the rule that made it, the reminders still to send.

    `reminders` stand in order of time. `closed` is the closure of the point that the buyer was told
    of last, unless it was taken back.
    """

    deadline_at: datetime
    rule: StorageRule
    reminders: tuple[Reminder, ...] = ()
    extended: bool = False
    closed: ClosedTime | None = None


class Claim(Value, frozen=True, omit_defaults=True):
    """A return the buyer announced: which units, why, and when.

    `note` is set in a claim of the first versions; later ones have the digest of their words.
    """

    units: tuple[Units, ...]
    note: str
    claimed_at: datetime
    text_digest: TextDigest = NO_TEXT


class Order(Value, frozen=True, omit_defaults=True):
    """The state of one order after `version` events. Instants are UTC, sums minor units.

    `returnable_since` is set where the return period does not count from `closed_at`.
    `warehouse_unnamed`: the shop named none, so the warehouse follows the delivery until payment.
    `rest_expected_until` is set while the rest of a partly received parcel is waited for.
    `fee_kept` is the delivery fee that the buyer of a cancelled order did not get back. `shop` is
    the tenant that sold it.
    `courier` is the id of who carries it, or handed it over; empty while nobody is known to.
    `brought_by` is who had carried it when it was last taken in at a point or a warehouse.
    `paid` is everything captured in the order's currency. Payments recorded by the first
    versions are their ids alone: `captured.payments_of` reads both.
    `pays_at_point`: it went into processing unpaid and is paid when it is handed over, or before.
    `paid_at` is when the sum was complete: of the whole order, or of what was taken of it there.
    `handover_proof` is what the hand-over that is open was opened with, and `handover_proved_by`
    the order of the same buyer that it relies on. `issued_by` is the person who handed it over.
    """

    number: str
    version: int
    last_hash: bytes = field(name="head")
    customer: str
    delivery: Delivery
    warehouse: str
    currency: str
    lines: tuple[Line, ...]
    stage: Stage
    stage_at: datetime
    placed_at: datetime
    last_at: datetime
    last_step: str
    origin: str = ""
    external_id: str = ""
    imported: bool = field(default=False, name="carried_over")
    reserved: bool = False
    outcome: Outcome | None = None
    reason: Reason | None = None
    attention: tuple[Attention, ...] = ()
    parcels: tuple[Parcel, ...] = ()
    paid: int = 0
    payments: tuple[Payment | str, ...] = ()
    refunds: tuple[Refund, ...] = ()
    promise: Promised | None = None
    storage: Storage | None = None
    codes: CodeState = CodeState()
    claim: Claim | None = None
    called: bool = False
    slot: tuple[datetime, datetime] | None = None
    slot_by_buyer: bool = False
    attempts: int = 0
    attempt_reason: str = ""
    payment_due_at: datetime | None = None
    paid_at: datetime | None = None
    ready_at: datetime | None = None
    closed_at: datetime | None = None
    returnable_since: datetime | None = None
    handover_until: datetime | None = None
    handover_by_trusted: bool = False
    issued_version: int = 0
    erased: bool = False
    warehouse_unnamed: bool = False
    charges: tuple[Charge, ...] = ()
    fee_kept: int = 0
    rest_expected_until: datetime | None = None
    shop: str = DEFAULT_SHOP
    courier: str = ""
    brought_by: str = ""
    help: HelpClock | None = None
    pays_at_point: bool = False
    handover_proof: Proof | None = None
    handover_proved_by: str = ""
    issued_by: str = ""


def total(order: Order) -> int:
    """Return what the whole order costs: its goods and its charges (rule 4.8)."""
    goods = sum([line.price * line.quantity for line in order.lines])
    return goods + sum([charge.amount for charge in order.charges]) if order.charges else goods


def place_of(order: Order) -> str:
    """Return the place of hand-over that codes are made for: the point's code or `courier`."""
    return order.delivery.point if isinstance(order.delivery, Pickup) else COURIER_PLACE


def no_longer_late(order: Order) -> tuple[Attention, ...]:
    """Return the flags without `late`, which is set only while a promise is being missed."""
    return tuple(flag for flag in order.attention if flag is not Attention.LATE)


def refunded(order: Order) -> int:
    """Return what was refunded or is on its way to the buyer, in the order's currency."""
    if not order.refunds:
        return 0
    return sum(
        r.amount for r in order.refunds if r.state is not RefundState.CANCELLED and not r.currency
    )


def all_units(order: Order) -> tuple[Units, ...]:
    """Return everything that was ordered."""
    return tuple(Units(i, line.quantity) for i, line in enumerate(order.lines, 1))


def units_per_line(order: Order, units: tuple[Units, ...]) -> list[int]:
    """Return, line by line, how many units are named; unknown lines count nowhere."""
    counts = [0] * len(order.lines)
    for each in units:
        if 1 <= each.line <= len(order.lines):
            counts[each.line - 1] += each.quantity
    return counts


def units_away(order: Order) -> tuple[int, ...]:
    """Return, line by line, how many units have left the warehouse towards the buyer."""
    away = [0] * len(order.lines)
    for parcel in order.parcels:
        if not parcel.back and parcel.stage is not Stage.PACKED:
            for units in parcel.contents:
                away[units.line - 1] += units.quantity
    return tuple(away)


def find_parcel(order: Order, barcode: str) -> Parcel | None:
    """Return the parcel with this barcode, if the order has it."""
    return next((p for p in order.parcels if p.barcode == barcode), None)


def still_expected(parcel: Parcel) -> tuple[Units, ...]:
    """Return the contents that have not been received back, a line at most once."""
    if parcel.stage is Stage.RECEIVED_BACK:
        return ()
    left: dict[int, int] = {}
    for units in parcel.contents:
        left[units.line] = left.get(units.line, 0) + units.quantity
    for received in parcel.received:
        left[received.line] -= received.quantity
    return tuple(Units(line, quantity) for line, quantity in left.items() if quantity)


def is_partly_received(parcel: Parcel) -> bool:
    """Return whether some of a parcel has come back, and the rest has not."""
    return bool(parcel.received) and parcel.stage is not Stage.RECEIVED_BACK


def received_units(parcel: Parcel) -> tuple[ReceivedUnits, ...]:
    """Return what has been received back, whether as one or in parts."""
    if parcel.received or parcel.condition is None:
        return parcel.received
    return tuple(ReceivedUnits(u.line, u.quantity, parcel.condition) for u in parcel.contents)


def with_parcels(order: Order, barcodes: tuple[str, ...], **changes: object) -> tuple[Parcel, ...]:
    """Return the parcels, with these changes to those named."""
    return tuple(
        structs.replace(p, **changes) if p.barcode in barcodes else p for p in order.parcels
    )


_FORWARD = {
    stage: rank
    for rank, stage in enumerate(
        (Stage.PACKED, Stage.DISPATCHED, Stage.WITH_COURIER, Stage.ARRIVED_AT_POINT, Stage.SHELVED)
    )
}
_BACKWARD = {Stage.WITHDRAWN: 1, Stage.IN_RETURN: 2, Stage.RECEIVED_BACK: 3}


def slowest_forward(parcels: tuple[Parcel, ...]) -> Stage:
    """Return the stage of the slowest parcel on its way to the buyer."""
    return min((p.stage for p in parcels if not p.back), key=lambda s: _FORWARD[s])


def slowest_backward(parcels: tuple[Parcel, ...]) -> Stage:
    """Return the stage of the slowest parcel on its way back; none at all means nothing is out."""
    stages = [p.stage for p in parcels if p.stage not in {Stage.ISSUED, Stage.RECEIVED_BACK}]
    if not stages:
        back = any(p.stage is Stage.RECEIVED_BACK for p in parcels)
        return Stage.RECEIVED_BACK if back else Stage.CANCELLED
    slowest = min(stages, key=lambda s: _BACKWARD.get(s, 0))
    return slowest if slowest in _BACKWARD else Stage.TURNED_ROUND
