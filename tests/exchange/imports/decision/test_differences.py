"""Only what an order has already done is compared, and the field that differs is named."""

from datetime import timedelta

import pytest
from msgspec import structs

from gotovo.exchange.imports.decision.differences import (
    FIELD_OF_STEP,
    Difference,
    field_of,
    first_difference,
)
from gotovo.exchange.imports.order_steps import ImportStep, OrderIdentity, steps_of
from gotovo.exchange.imports.preflight import PreflightContext, TakenStep, importer_of, preflight
from gotovo.exchange.imports.record import AMOUNTS, ImportedOrder, Status
from gotovo.order.steps.placement import NewLine, OrderPlaced
from gotovo.town.dataset.places import WAREHOUSE
from tests.support.exchange.importing import NOW, SECRET

PLACED = NOW - timedelta(days=9)
ORDER = ImportedOrder(
    "o-1",
    "c-1",
    PLACED,
    timedelta(hours=3),
    status=Status.DELIVERED,
    status_word="delivered",
    paid_at=PLACED + timedelta(hours=1),
    dispatched_at=PLACED + timedelta(days=1),
    issued_at=PLACED + timedelta(days=2),
    promised_for=(PLACED + timedelta(days=3)).date(),
    items=2,
    value=10_000,
    paid=12_000,
)
HOUR = timedelta(hours=1)
GOODS = NewLine("goods", "Goods, 2 items", 1, 0)
EVERY = (*FIELD_OF_STEP.values(), "items", "customer", "currency", *AMOUNTS)


def steps(order: ImportedOrder, customer: str = "c") -> dict[str, ImportStep]:
    identity = OrderIdentity("100000000008", customer, "import", WAREHOUSE.code)
    return {step.name: step for step in steps_of(order, identity)}


def taken(order: ImportedOrder) -> dict[str, TakenStep]:
    context = PreflightContext({}, {WAREHOUSE.code: WAREHOUSE}, SECRET, NOW)
    end = preflight("100000000008", None, steps(order), importer_of(""), context)
    assert isinstance(end, tuple)
    return dict(end[1])


def difference(now: ImportedOrder, customer: str = "c") -> Difference | None:
    before = taken(ORDER)
    pairs = [(step, before[name]) for name, step in steps(now, customer).items() if name in before]
    return first_difference(pairs, EVERY)


def test_the_same_row_differs_in_nothing() -> None:
    assert difference(ORDER) is None


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"placed_at": PLACED - HOUR}, "placed_at"),
        ({"paid_at": PLACED + 2 * HOUR}, "paid_at"),
        ({"dispatched_at": PLACED + 2 * HOUR}, "dispatched_at"),
        ({"issued_at": PLACED + timedelta(days=4)}, "issued_at"),
        ({"utc_offset": timedelta(hours=5)}, "promised_for"),
        ({"paid": 13_000}, "paid"),
        ({"value": 9_000}, "value"),
        ({"items": 3}, "items"),
        ({"currency": "USD"}, "currency"),
        ({"paid": 11_500, "discount": -500}, "paid"),
        ({"coupon": -500}, "delivery_fee"),
        ({"value": 11_000, "delivery_fee": 1_000}, "value"),
    ],
)
def test_what_differs_is_named(changes: dict[str, object], name: str) -> None:
    found = difference(structs.replace(ORDER, **changes))
    assert found is not None
    assert found.name == name
    assert found.before


@pytest.mark.parametrize(
    ("paid", "lines"),
    [
        (
            12_000,
            (NewLine("goods", "Goods, 2 items", 1, 10_000), NewLine("f", "Freight", 1, 2_000)),
        ),
        (9_000, (NewLine("goods", "Goods, 2 items", 1, 9_000),)),
    ],
)
def test_an_order_of_the_first_version_differs_in_nothing_but_how_charges_are_written(
    paid: int, lines: tuple[NewLine, ...]
) -> None:
    row = structs.replace(ORDER, paid=paid)
    before = taken(row)["placement"]
    assert isinstance(before.event, OrderPlaced)
    first = structs.replace(before, event=structs.replace(before.event, lines=lines, charges=()))
    assert first_difference([(steps(row)["placement"], first)], EVERY) is None
    dearer = steps(structs.replace(row, paid=paid + 1, value=paid + 1))["placement"]
    found = first_difference([(dearer, first)], EVERY)
    assert found == Difference("paid", f"{paid // 100}.00 RUB")


def test_another_customer_is_named_without_saying_who() -> None:
    assert difference(ORDER, "d") == Difference("customer", "")


def test_a_further_promise_is_a_further_step_and_no_difference() -> None:
    assert ORDER.promised_for is not None
    later = structs.replace(ORDER, promised_for=ORDER.promised_for + timedelta(days=1))
    assert difference(later) is None


def test_every_step_of_a_row_has_the_field_it_is_made_from() -> None:
    names = [field_of(step) for step in steps(ORDER).values()]
    assert names == ["placed_at", "promised_for", "paid_at", "dispatched_at", "issued_at"]
