"""The real orders of Olist: all 5,007 of them, whatever they contradict themselves in."""

import asyncio
from collections import Counter
from csv import DictReader
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from gotovo.order.replay import replay
from gotovo.order.values.invariants import broken
from gotovo.order.values.order import Attention, Order, Outcome, Stage, total
from gotovo.order.values.status import status_of
from tests.support.exchange.importing import Importing, real_file

ROWS = 5_007

STAGE_OF = {
    "paid_at": "approved_at",
    "dispatched_at": "handed_to_carrier_at",
    "issued_at": "delivered_at",
}


@pytest.fixture(scope="module")
def file() -> Path:
    found = real_file()
    if found is None:
        pytest.skip("olist-orders.csv is not at hand: set GOTOVO_TEST_DATA to its folder")
    return found


@pytest.fixture(scope="module")
def importing(file: Path) -> Importing:
    """Carry the file over once; the tests only look."""
    importing = Importing()
    asyncio.run(importing.carry(file.read_bytes()))
    return importing


def instant(text: str) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


def times_of(importing: Importing, order: Order) -> dict[str, datetime]:
    """Return when the order was placed, paid, dispatched and issued, as its timeline shows."""
    spans = [s for status in importing.story(order).statuses for s in status.stages]
    names = {
        Stage.PLACED: "purchased_at",
        Stage.PAID: "approved_at",
        Stage.WITH_COURIER: "handed_to_carrier_at",
        Stage.ISSUED: "delivered_at",
    }
    return {names[span.stage]: span.began_at for span in spans if span.stage in names}


def test_every_row_becomes_a_life_that_shows_exactly_its_times(
    importing: Importing, file: Path
) -> None:
    orders = {order.external_id: order for order in importing.orders()}
    assert len(orders) == ROWS
    with file.open(encoding="utf-8") as rows:
        for row in DictReader(rows):
            order = orders[row["order_id"]]
            shown = times_of(importing, order)
            for column in ("purchased_at", *STAGE_OF.values()):
                if row[column]:
                    assert shown[column] == instant(row[column]), (row["order_id"], column)
            assert order.promise is not None
            assert str(order.promise.promised_for) == row["estimated_delivery_date"]


def test_every_contradiction_of_the_file_is_flagged_and_nothing_else(
    importing: Importing, file: Path
) -> None:
    expected: set[str] = set()
    with file.open(encoding="utf-8") as rows:
        for row in DictReader(rows):
            times = [instant(row[c]) for c in ("purchased_at", *STAGE_OF.values()) if row[c]]
            unsorted = times != sorted(t for t in times if t)
            undelivered = (row["status"] == "delivered") is not bool(row["delivered_at"])
            if unsorted or undelivered:
                expected.add(row["order_id"])
    flagged = {x.external_id for x in importing.orders() if Attention.CONTRADICTION in x.attention}
    assert flagged == expected


def test_the_statuses_of_the_file_become_the_four_statuses(importing: Importing) -> None:
    statuses = Counter(
        (status_of(order), order.outcome and str(order.outcome)) for order in importing.orders()
    )
    assert statuses == {
        ("closed", Outcome.ISSUED): 4_868,
        ("closed", Outcome.CANCELLED): 63,
        ("processing", None): 75,
        ("awaiting_payment", None): 1,
    }


def test_freight_is_a_delivery_fee_and_every_order_costs_what_was_paid(
    importing: Importing, file: Path
) -> None:
    orders = {order.external_id: order for order in importing.orders()}
    kinds: Counter[str] = Counter()
    with file.open(encoding="utf-8") as rows:
        for row in DictReader(rows):
            order = orders[row["order_id"]]
            told = row["paid_brl"] or row["items_value_brl"] or "0"
            assert total(order) == int(Decimal(told) * 100)
            assert [line.sku for line in order.lines] == ["goods"]
            kinds.update(str(charge.kind) for charge in order.charges)
    assert kinds == {"delivery_fee": 47, "discount": 1}


def test_money_and_goods_of_every_life_are_sound(importing: Importing) -> None:
    for order in importing.orders():
        assert broken(order) == ()
        assert replay(importing.runtime.journal._histories[order.number]) == order
