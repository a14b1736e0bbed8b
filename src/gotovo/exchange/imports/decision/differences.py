"""What a row says otherwise than the order it belongs to: history is not edited (rule 4.14).

Only steps that the order has already taken are compared; a row may add steps.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import UTC, datetime

from msgspec import Struct

from gotovo.exchange.imports.order_steps import ImportStep
from gotovo.exchange.imports.preflight import TakenStep
from gotovo.order.steps.cancellation import Cancel, OrderCancelled
from gotovo.order.steps.placement import OrderPlaced, Place
from gotovo.order.steps.promise import ChangePromise, PromiseChanged
from gotovo.order.values.settlement.charge import ChargeKind
from gotovo.order.values.settlement.currency import plain_amount

FIELD_OF_STEP: Mapping[str, str] = {
    "placement": "placed_at",
    "promise": "promised_for",
    "payment": "paid_at",
    "dispatch": "dispatched_at",
    "handover": "issued_at",
    "cancellation": "status",
}
"""The field that a step is made from, by the step's name up to a colon."""


class Difference(Struct, frozen=True):
    """A field of ours, and what the order has there: empty for a customer, who is a pseudonym."""

    name: str
    before: str


def field_of(step: ImportStep) -> str:
    """Return the field that a step is made from; a contradiction belongs to the status."""
    return FIELD_OF_STEP.get(step.name.partition(":")[0], "status")


def first_difference(
    pairs: Iterable[tuple[ImportStep, TakenStep]], columns: Container[str]
) -> Difference | None:
    """Return the first thing that a row says otherwise; each step comes with how it was taken.

    A field with a column of its own goes before one that follows from others.
    """
    every = [each for step, before in pairs for each in _differences(step, before)]
    return next((each for each in every if each.name in columns), next(iter(every), None))


def _differences(step: ImportStep, before: TakenStep) -> Iterator[Difference]:
    match step.command, before.event:
        case Place() as place, OrderPlaced() as placed:
            yield from _differences_of_placements(place, placed)
        case ChangePromise() as now, PromiseChanged() as promised:
            if now.promised_until != promised.promised_until and promised.promised_until:
                yield Difference("promised_for", _instant(promised.promised_until))
        case Cancel() as cancel, OrderCancelled() as cancelled:
            if cancel.reason is not cancelled.reason:
                yield Difference("status", str(cancelled.reason))
        case _:
            pass
    if step.name in FIELD_OF_STEP and step.at != before.at:
        yield Difference(field_of(step), _instant(before.at))


def _differences_of_placements(now: Place, before: OrderPlaced) -> Iterator[Difference]:
    if now.customer != before.customer:
        yield Difference("customer", "")
    if now.currency != before.currency:
        yield Difference("currency", before.currency)
    sums, sums_before = _sums(now), _sums(before)
    if _had_discount_in_price(before, sums, sums_before):
        sums_before = sums
    for name, amount in sums_before.items():
        if sums[name] != amount:
            yield Difference(name, f"{plain_amount(amount, before.currency)} {before.currency}")
    if now.lines[0].title != before.lines[0].title:
        yield Difference("items", before.lines[0].title)


def _had_discount_in_price(
    before: OrderPlaced, sums: Mapping[str, int], sums_before: Mapping[str, int]
) -> bool:
    """Return whether the first version imported the goods at what was paid for them."""
    is_less = sums["value"] > sums_before["value"] == sums["paid"]
    return is_less and not before.charges and sums["paid"] == sums_before["paid"]


def _sums(placement: Place | OrderPlaced) -> Mapping[str, int]:
    """Return the total, the price of the goods and the charges, by the field that tells of them.

    The first version had freight as a line.
    """
    sums = dict.fromkeys(("paid", "value", *map(str, ChargeKind)), 0)
    sums["value"] = placement.lines[0].price
    for line in placement.lines[1:]:
        sums[ChargeKind.DELIVERY_FEE] += line.price * line.quantity
    for charge in placement.charges:
        sums[charge.kind] += charge.amount
    sums["paid"] = sum(sums.values())
    return sums


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
