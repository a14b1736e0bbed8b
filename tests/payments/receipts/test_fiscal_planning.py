"""Which orders receipts are due for, and since when."""

from collections.abc import Sequence

import asyncpg
import pytest

from gotovo.order.ledger.fiscal_moves import moves_of
from gotovo.order.replay import Recorded
from gotovo.order.steps.arrival import Arrive
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.packing import Pack
from gotovo.order.steps.picking import StartPicking
from gotovo.order.steps.refund_completion import CompleteRefund
from gotovo.order.steps.reinstatement import Reinstate
from gotovo.order.steps.shelving import Shelve
from gotovo.order.steps.storage_expiry import ExpireStorage
from gotovo.order.values.money import Money
from gotovo.payments.receipts import fiscal_planning
from gotovo.payments.receipts.fiscal_planning import TOLD
from tests.support.order import stories
from tests.support.order.cast import CHARGED_COST, CHARGES, Play, basket
from tests.support.payments.fiscal_desk import FiscalDesk
from tests.support.payments.kept_walk import KeptWalk
from tests.support.web.cast import ALINA, BORIS, DAY, HOUR, NOW, Cast
from tests.support.web.goods import KETTLE, MUG


async def test_orders_paid_before_the_start_have_no_receipts(
    cast: Cast, desk: FiscalDesk, pool: asyncpg.Pool
) -> None:
    old = await cast.pay(await cast.place(ALINA, NOW - 9 * DAY, MUG), NOW - 9 * DAY + HOUR)
    await pool.execute("update fiscal_start set begun_at = $1", NOW - 5 * DAY)
    new = await cast.pay(await cast.place(BORIS, NOW - 4 * DAY, MUG), NOW - 4 * DAY + HOUR)
    old = await cast.step(old, Cancel(), NOW - 3 * DAY)
    old = await cast.step(old, CompleteRefund(old.refunds[-1].id, "rf"), NOW - 2 * DAY)
    await desk.plan()
    assert not await desk.states(old)
    assert [kind for kind, _, _ in await desk.states(new)] == ["prepayment"]


async def test_an_order_that_was_told_of_goes_on_after_a_pause(
    cast: Cast, desk: FiscalDesk, pool: asyncpg.Pool
) -> None:
    order = await cast.send(await cast.place(ALINA, NOW - 9 * DAY, MUG), NOW - 9 * DAY + HOUR)
    await desk.plan()
    await pool.execute("update fiscal_start set begun_at = $1", NOW - 5 * DAY)
    order = await cast.shelve(order, NOW - 3 * DAY)
    order = await cast.hand_over(order, NOW - 2 * DAY)
    await desk.plan()
    assert [kind for kind, _, _ in await desk.states(order)] == ["prepayment", "settlement"]


async def test_switching_off_and_on_begins_anew(desk: FiscalDesk) -> None:
    first = await desk.receipts.begin(NOW)
    assert await desk.receipts.begin(NOW + DAY) == first
    await desk.receipts.end()
    assert await desk.receipts.begin(NOW + 2 * DAY) == NOW + 2 * DAY


async def test_several_payments_are_several_receipts(cast: Cast, desk: FiscalDesk) -> None:
    order = await cast.place(ALINA, NOW - 4 * DAY, KETTLE)
    order = await cast.pay(order, NOW - 4 * DAY + HOUR, Money(100_000, "RUB"))
    order = await cast.pay(order, NOW - 4 * DAY + 2 * HOUR, Money(89_900, "RUB"))
    await desk.plan()
    assert await desk.states(order) == [
        ("prepayment", "waiting", 100_000),
        ("prepayment", "waiting", 89_900),
    ]


async def test_foreign_money_has_no_receipt(cast: Cast, desk: FiscalDesk) -> None:
    order = await cast.place(ALINA, NOW - 4 * DAY, KETTLE)
    order = await cast.pay(order, NOW - 4 * DAY + HOUR, Money(2_000, "USD"))
    await desk.plan()
    assert not await desk.states(order)


async def test_a_history_that_can_not_be_told_is_a_case_and_stops_no_other(
    cast: Cast, desk: FiscalDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = await cast.pay(await cast.place(ALINA, NOW - 4 * DAY, MUG), NOW - 4 * DAY + HOUR)
    good = await cast.pay(await cast.place(BORIS, NOW - 4 * DAY, MUG), NOW - 4 * DAY + HOUR)
    whole = fiscal_planning.moves_of

    def broken(history: Sequence[Recorded]) -> object:
        if history[0].number == bad.number:
            raise ZeroDivisionError
        return whole(history)

    monkeypatch.setattr(fiscal_planning, "moves_of", broken)
    await desk.plan()
    assert await desk.cases() == [f"{bad.number}:{bad.version}:unmade"]
    assert [kind for kind, _, _ in await desk.states(good)] == ["prepayment"]


def test_every_event_that_is_entered_as_told_is_followed() -> None:
    """A kind of move that the follower would not notice were a receipt that nobody makes."""
    seen: set[str] = set()
    reinstated = Play().do(basket(charges=CHARGES)).do(stories.pay(CHARGED_COST))
    reinstated.do(StartPicking()).do(Pack()).do(Dispatch(manifest="m")).do(Arrive())
    reinstated.do(Shelve(cell="A1")).wait(days=9).do(ExpireStorage()).do(Reinstate())
    seen |= {reinstated.history[x.version - 1].type for x in moves_of(reinstated.history)}
    for seed in range(16):
        walk = KeptWalk(seed)
        walk.run(400)
        for play in walk.plays:
            seen |= {play.history[move.version - 1].type for move in moves_of(play.history)}
    assert seen == TOLD
