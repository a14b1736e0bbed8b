"""A deadline that moved says from when, to when and why."""

from collections.abc import Awaitable, Callable
from datetime import date

import pytest

from gotovo.order.steps.storage_recalculation import RecalculateStorage
from gotovo.order.values.actor import Role
from gotovo.order.values.order import Order
from tests.support.web.buyer import Buyer, text_of
from tests.support.web.cast import ALINA, HOUR, NOW, Cast
from tests.support.web.network import POINT, POINTS, closed_on
from tests.support.web.sample_orders.moved_dates import told_in_vain, told_late, told_perhaps
from tests.support.web.sample_orders.open_orders import ready


async def read(buyer: Buyer, order: Order) -> str:
    """Return what its owner reads on the order's page."""
    await buyer.signs_in(ALINA)
    return text_of((await buyer.opens(f"/orders/{order.number}")).text)


async def test_a_deadline_that_moved_shows_what_it_was_and_why(
    buyer: Buyer, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule 4.2."""
    order = await ready(cast)
    monkeypatch.setitem(POINTS, POINT.code, closed_on(date(2026, 11, 25)))
    order = await cast.step(order, RecalculateStorage(), NOW - HOUR, Role.SYSTEM)
    text = await read(buyer, order)
    assert "Kept until 09:35 on 30 November" in text
    assert "the point is closed on 25 November, which adds 1 day" in text
    moved = "The deadline was moved 22 November, 13:05; before, it was 09:35 on 29 November."
    assert moved in text
    assert "Reason: closed days were added." in text


@pytest.mark.parametrize(
    ("make", "rule", "reason"),
    [
        (
            told_late,
            "7 days from 16:05 on 21 November (when the message arrived)",
            "the message about the order arrived later",
        ),
        (
            told_perhaps,
            "(until then it was not known whether the message had arrived)",
            "it is not known whether the message about the order arrived",
        ),
        (
            told_in_vain,
            "no message could be delivered, which adds 7 days",
            "the message about the order did not arrive",
        ),
    ],
)
async def test_a_deadline_that_follows_the_message_says_why(
    buyer: Buyer,
    cast: Cast,
    make: Callable[[Cast], Awaitable[Order]],
    rule: str,
    reason: str,
) -> None:
    """Rule 4.2."""
    text = await read(buyer, await make(cast))
    assert rule in text
    assert f"Reason: {reason}." in text
    assert "The time counts from when you were told" not in text
