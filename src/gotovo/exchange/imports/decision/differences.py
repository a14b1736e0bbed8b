"""What a row says otherwise than the order it belongs to: history is not edited (rule 4.14).

Only steps that the order has already taken are compared; a row may add steps.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import UTC, datetime

from msgspec import Struct

from gotovo.exchange.imports.order_steps import ImportStep
from gotovo.exchange.imports.preflight import TakenStep
from gotovo.order.steps.cancellation import Cancel, OrderCancelled
from gotovo.order.steps.placement import NewLine, OrderPlaced, Place
from gotovo.order.steps.promise import ChangePromise, PromiseChanged

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
    if now.lines == before.lines and now.currency == before.currency:
        return
    if (_total(now.lines), now.currency) != (_total(before.lines), before.currency):
        yield Difference("paid", _amount(_total(before.lines), before.currency))
    if now.lines[0].price != before.lines[0].price:
        yield Difference("value", _amount(before.lines[0].price, before.currency))
    yield Difference("items", before.lines[0].title)


def _total(lines: tuple[NewLine, ...]) -> int:
    return sum(line.price * line.quantity for line in lines)


def _amount(minor_units: int, currency: str) -> str:
    return f"{minor_units // 100}.{minor_units % 100:02} {currency}"


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
