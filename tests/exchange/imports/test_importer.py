"""Carrying over: every row is imported or rejected with a reason, and repeating it is harmless."""

from datetime import UTC, datetime

import pytest

from gotovo.exchange.imports.checkpoints import Checkpoint
from gotovo.exchange.imports.importer import ROWS_AT_ONCE
from gotovo.order.replay import replay
from gotovo.order.values.invariants import broken
from gotovo.order.values.order import Attention, Outcome, Stage
from gotovo.order.values.order import total as total_of
from tests.support.exchange.importing import DELIVERED, Importing, olist, source

SHIPPED_BEFORE_PAID = DELIVERED.replace("o-1", "o-2").replace("07-26T03:24", "07-27T03:24")


def numbered(count: int) -> list[str]:
    return [DELIVERED.replace("o-1", f"o-{n}").replace("c-1", f"c-{n}") for n in range(count)]


async def test_an_imported_order_shows_exactly_the_times_of_the_file() -> None:
    importing = Importing()
    count = await importing.carry(olist(DELIVERED))
    order = importing.only()
    assert (count.imported, count.rejected) == (1, 0)
    assert (order.stage, order.outcome) == (Stage.ISSUED, Outcome.ISSUED)
    began = {
        span.stage: span.began_at
        for status in importing.story(order).statuses
        for span in status.stages
    }
    assert began[Stage.PLACED] == datetime(2018, 7, 24, 23, 41, tzinfo=UTC)
    assert began[Stage.PAID] == datetime(2018, 7, 26, 6, 24, tzinfo=UTC)
    assert began[Stage.WITH_COURIER] == datetime(2018, 7, 26, 17, 31, tzinfo=UTC)
    assert began[Stage.ISSUED] == datetime(2018, 8, 7, 18, 27, tzinfo=UTC)


async def test_an_imported_order_knows_whether_its_promise_was_kept() -> None:
    importing = Importing()
    await importing.carry(olist(DELIVERED))
    promise = importing.only().promise
    assert promise is not None
    assert promise.kept is True


async def test_nothing_personal_and_no_id_of_the_customer_is_kept() -> None:
    importing = Importing()
    await importing.carry(olist(DELIVERED.replace("c-1", "somebody-known")))
    order = importing.only()
    history = importing.runtime.journal._histories[order.number]
    assert all(b"somebody-known" not in event.body for event in history)


async def test_one_customer_of_the_file_is_one_customer_here() -> None:
    importing = Importing()
    await importing.carry(olist(DELIVERED, SHIPPED_BEFORE_PAID))
    assert len({order.customer for order in importing.orders()}) == 1


async def test_carrying_the_same_file_again_changes_nothing() -> None:
    importing = Importing()
    await importing.carry(olist(*numbered(3)))
    heads = {order.number: order.last_hash for order in importing.orders()}
    count = await importing.carry(olist(*numbered(3)))
    assert (count.imported, count.present) == (0, 3)
    assert {order.number: order.last_hash for order in importing.orders()} == heads


async def test_a_file_that_has_grown_older_orders_brings_only_what_is_new() -> None:
    importing = Importing()
    underway = DELIVERED.replace("delivered", "shipped").replace("2018-08-07T15:27:00-03:00", "")
    await importing.carry(olist(underway))
    count = await importing.carry(olist(DELIVERED))
    assert count.imported == 1
    assert importing.only().stage is Stage.ISSUED


async def test_a_row_that_tells_something_else_than_before_is_rejected() -> None:
    importing = Importing()
    await importing.carry(olist(DELIVERED))
    before = importing.only()
    count = await importing.carry(olist(DELIVERED.replace("141.46", "999.99")))
    assert count.rejected == 1
    assert importing.only() == before


async def test_a_bad_row_stops_nothing_and_leaves_nothing_behind() -> None:
    importing = Importing()
    bad = DELIVERED.replace("o-1", "o-2").replace("2018-07-26T03:24:00-03:00", "soon")
    future = DELIVERED.replace("o-1", "o-3").replace("2018-08-07", "2118-08-07")
    count = await importing.carry(olist(bad, future, DELIVERED))
    assert (count.imported, count.rejected) == (1, 2)
    assert importing.only().external_id == "o-1"
    reasons = [row.rejection for row in importing.rejects.rows]
    assert [reason.column for reason in reasons if reason] == ["approved_at", "delivered_at"]


async def test_times_out_of_order_are_kept_and_flagged_with_what_they_contradict() -> None:
    importing = Importing()
    count = await importing.carry(olist(SHIPPED_BEFORE_PAID))
    order = importing.only()
    assert count.contradictions == 1
    assert order.attention == (Attention.CONTRADICTION,)
    (note,) = importing.story(order).notes
    assert (note.step, note.earlier_step) == ("dispatch", "payment")


async def test_the_histories_of_imported_orders_make_their_states() -> None:
    importing = Importing()
    await importing.carry(olist(DELIVERED, SHIPPED_BEFORE_PAID))
    for order in importing.orders():
        assert replay(importing.runtime.journal._histories[order.number]) == order


async def test_a_dry_run_counts_the_same_and_writes_nothing() -> None:
    importing = Importing()
    bad = DELIVERED.replace("o-1", "o-2").replace("delivered", "gone")
    count = await importing.carry(olist(bad, DELIVERED), dry=True)
    assert (count.imported, count.rejected) == (1, 1)
    assert importing.orders() == []


async def test_an_import_goes_on_behind_its_checkpoint() -> None:
    importing = Importing()
    rows = numbered(ROWS_AT_ONCE + 5)
    await importing.carry(olist(*rows))
    middle = importing.checkpoints.puts[0]
    name = importing.checkpoints.name
    again = Importing()
    again.checkpoints.kept[name] = middle
    count = await again.carry(olist(*rows))
    assert len(again.orders()) == 5
    assert count.rows == ROWS_AT_ONCE + 5
    assert again.checkpoints.kept == {}


async def test_json_lines_with_our_own_names_are_carried_over_too() -> None:
    importing = Importing()
    row = (
        '{"external_id": "j-1", "placed_at": "2024-01-05T10:00:00+03:00", "paid": 150.5, '
        '"paid_at": "2024-01-05T10:05:00+03:00", "status": "paid"}\n'
    )
    await importing.carry(row)
    order = importing.only()
    assert (order.stage, order.paid, order.origin) == (Stage.PAID, 15_050, "import")


CHARGED = (
    "external_id,placed_at,paid_at,status,currency,value,delivery_fee,discount,coupon,rounding,paid"
)
TOLD = "2024-01-05T10:00:00+03:00,2024-01-05T11:00:00+03:00"


@pytest.mark.parametrize(
    ("sums", "total"),
    [
        ("RUB,1000.00,199.00,-100.00,50.5,-0.50,1048.00", 104_800),
        ("JPY,1000,199,100,-50,,1049", 1_049),
        ("KWD,1.0,0.199,0.1,,0.001,", 1_100),
    ],
)
@pytest.mark.parametrize("status", ["created", "paid", "delivered", "cancelled"])
async def test_charges_are_signed_lines_and_the_total_is_goods_and_charges(
    sums: str, total: int, status: str
) -> None:
    """Rule 4.8."""
    text = f"{CHARGED}\nc-1,{TOLD},{status},{sums}\n"
    importing = Importing()
    promised = await importing.carry(text, dry=True)
    count = await importing.carry(text)
    assert (promised.imported, count.imported) == (1, 1)
    order = importing.only()
    assert (total_of(order), order.paid) == (total, total)
    assert len(order.lines) == 1
    assert [charge.kind for charge in order.charges][:2] == ["delivery_fee", "discount"]
    assert broken(order) == ()


async def test_sums_of_a_row_that_contradict_each_other_are_rejected_in_a_dry_run_too() -> None:
    text = f"{CHARGED}\nc-1,{TOLD},paid,RUB,1000,199,,,,1200\n"
    importing = Importing()
    for dry in (True, False):
        assert (await importing.carry(text, dry=dry)).rejected == 1
    assert importing.orders() == []
    assert {x.rejection.column for x in importing.rejects.rows if x.rejection} == {"paid"}


async def test_columns_of_any_name_are_mapped_by_hand() -> None:
    importing = Importing()
    text = "Заказ;Создан\nЗ-1;2024-01-05T10:00:00+03:00\n"
    await importing.carry(text, pairs=["external_id=Заказ", "placed_at=Создан"])
    assert importing.only().external_id == "З-1"


async def test_a_checkpoint_tells_lines_bytes_and_counts() -> None:
    importing = Importing()
    text = olist(DELIVERED)
    await importing.carry(text)
    assert importing.checkpoints.puts == [Checkpoint(line=3, offset=len(text.encode()), imported=1)]


async def test_the_same_id_in_two_shops_is_two_orders_of_two_buyers() -> None:
    """Rule 4.18."""
    importing = Importing()
    for shop in ("", "books"):
        count = await importing.carry(olist(DELIVERED), shop=shop)
        assert (count.imported, count.rejected) == (1, 0)
        again = await importing.carry(olist(DELIVERED), shop=shop)
        assert (again.imported, again.present) == (0, 1)
    first, second = sorted(importing.orders(), key=lambda order: order.shop)
    assert (first.shop, second.shop) == ("", "books")
    assert first.external_id == second.external_id == "o-1"
    assert first.number != second.number
    assert first.customer != second.customer
    assert [first.paid, second.paid] == [14_146, 14_146]
    assert [first.attention, second.attention] == [(), ()]


def test_an_import_of_another_shop_goes_on_by_itself() -> None:
    names = {source(olist(DELIVERED), shop=shop).name for shop in ("", "books", "toys")}
    assert len(names) == 3
