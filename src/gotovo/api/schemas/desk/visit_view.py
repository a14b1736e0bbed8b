"""The JSON of a visit: what is handed over now, where it lies, and what is not here yet."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import UNSET, UnsetType

from gotovo.api.dispatch.problems import Problem, refusal_problem
from gotovo.desk.handover.completion import OrderResult
from gotovo.desk.handover.visit import BuyerVisit
from gotovo.order.checks.handover.refusable import is_refusable
from gotovo.order.checks.handover.ticked_off import outgoing
from gotovo.order.refusals import Refusal
from gotovo.order.values.customer import Contact
from gotovo.order.values.money import Money
from gotovo.order.values.order import Order, Units
from gotovo.order.values.payments.captured import amount_due
from gotovo.value import Value
from gotovo.words.formats.names import mask_name
from gotovo.words.language import Language

_LAST_DIGITS = 4


class VisitBuyer(Value, frozen=True):
    """The buyer, masked: enough to greet somebody; null where the buyer was erased."""

    name_masked: str | None
    phone_last4: str | None


class VisitParcel(Value, frozen=True):
    """One parcel to bring, and the cell it lies in.

    `contents` are the units of each line in it: which parcel holds what the buyer leaves here. They
    are left out where the parcel is only named.
    """

    barcode: str
    cell: str | None
    contents: tuple[Units, ...] | UnsetType = UNSET


class VisitLine(Value, frozen=True):
    """One line, counted from 1; goods that are not `refusable` stay behind only with a defect."""

    line: int
    sku: str
    title: str
    quantity: int
    price: Money
    refusable: bool


class VisitOrder(Value, frozen=True):
    """An order of the visit.

    `until` is when its hand-over times out, null while it is not open. `due` is what the buyer
    still has to pay here. `refusal` is why it is not handed over now, null for one that is;
    `promised_for` the day on which an order that is not here yet is expected.
    """

    number: str
    stage: str
    proof: str | None
    until: datetime | None
    cells: tuple[str, ...]
    parcels: tuple[VisitParcel, ...]
    lines: tuple[VisitLine, ...]
    due: Money | None
    promised_for: date | None
    refusal: Problem | None
    version: int


class VisitView(Value, frozen=True):
    """A buyer at the desk. `orders` are first those that are handed over, then those that wait.

    `until` is when the first of them goes back to its shelf by itself.
    """

    id: UUID
    buyer: VisitBuyer
    by_trusted: bool
    until: datetime | None
    orders: tuple[VisitOrder, ...]


class VisitsView(Value, frozen=True):
    """The visits that are open at a desk, those that began first first."""

    items: list[VisitView]


class EndedOrder(Value, frozen=True):
    """What became of one order.

    `missing` are parcels that were neither ticked off nor refused. `stopped_by_buyer`: the buyer
    says that a stranger is at the desk; nothing is handed over.
    """

    number: str
    ending: str
    stage: str | None
    outcome: str | None
    problem: Problem | None
    missing: tuple[VisitParcel, ...]
    stopped_by_buyer: bool
    version: int


class EndedVisit(Value, frozen=True):
    """One outcome for each order that was named, in the same order."""

    orders: list[EndedOrder]


class VisitWords(Value, frozen=True):
    """What a view is made for: the path of the request, its language, and the point's rules."""

    path: str
    language: Language
    not_refusable: frozenset[str]


def visit_view(visit: BuyerVisit, words: VisitWords) -> VisitView:
    """Return what a clerk sees of a visit."""
    opened = tuple(_order(order, None, words) for order in visit.orders)
    waiting = tuple(_order(x.order, x.refusal, words) for x in visit.waiting)
    return VisitView(
        id=visit.id,
        buyer=_buyer(visit.contact),
        by_trusted=visit.by_trusted,
        until=visit.until,
        orders=opened + waiting,
    )


def ended_view(results: Sequence[OrderResult], words: VisitWords) -> EndedVisit:
    """Return what became of each order."""
    return EndedVisit([_ended(each, words) for each in results])


def _ended(result: OrderResult, words: VisitWords) -> EndedOrder:
    order = result.order
    problem = (
        refusal_problem(result.refusal, order, words.path, words.language)
        if result.refusal
        else None
    )
    return EndedOrder(
        number=result.number,
        ending=result.ending,
        stage=order.stage if order else None,
        outcome=order.outcome if order else None,
        problem=problem,
        missing=tuple(VisitParcel(p.barcode, p.cell or None) for p in result.missing),
        stopped_by_buyer=result.stopped_by_buyer,
        version=order.version if order else 0,
    )


def _order(order: Order, refusal: Refusal | None, words: VisitWords) -> VisitOrder:
    parcels = outgoing(order)
    due = amount_due(order) if order.pays_at_point else 0
    return VisitOrder(
        number=order.number,
        stage=order.stage,
        proof=order.handover_proof,
        until=order.handover_until,
        cells=tuple(sorted({p.cell for p in parcels if p.cell})),
        parcels=tuple(VisitParcel(p.barcode, p.cell or None, p.contents) for p in parcels),
        lines=tuple(
            VisitLine(
                line=index,
                sku=line.sku,
                title=line.title,
                quantity=line.quantity,
                price=Money(line.price, order.currency),
                refusable=is_refusable(line, words.not_refusable),
            )
            for index, line in enumerate(order.lines, 1)
        ),
        due=Money(due, order.currency) if due else None,
        promised_for=order.promise.promised_for if refusal and order.promise else None,
        refusal=refusal_problem(refusal, order, words.path, words.language) if refusal else None,
        version=order.version,
    )


def _buyer(contact: Contact | None) -> VisitBuyer:
    if contact is None:
        return VisitBuyer(None, None)
    return VisitBuyer(mask_name(contact.name) or None, contact.phone[-_LAST_DIGITS:])
