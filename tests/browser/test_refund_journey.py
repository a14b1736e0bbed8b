"""What was paid at a bank comes back by itself: all of it, or what was refused, and is told.

The refund is sent to the bank that the money came by; the page says "refunded" only when the bank
does.
"""

from datetime import timedelta
from typing import Final

from msgspec import Struct
from playwright.async_api import Page

from gotovo.order.steps.arrival import Arrive
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.packing import Pack
from gotovo.order.steps.picking import StartPicking
from gotovo.order.steps.shelving import Shelve
from gotovo.order.steps.storage_expiry import ExpireStorage
from gotovo.order.values.actor import Role
from gotovo.order.values.order import Order, Outcome, Units
from gotovo.payments.refunds.refund_planner import HOLD
from gotovo.store.journal.journal import PostgresJournal
from gotovo.web.site.dependencies import WebDependencies
from tests.support.browser.paying_shop import (
    LIVE_MS,
    PayingShop,
    pays_at_bank,
    sees_status,
)
from tests.support.web.buyer import text_of
from tests.support.web.cast import ALINA, DAY, HOUR, NOW, Cast, Clock, code_of
from tests.support.web.goods import KETTLE, MUG
from tests.support.web.teller import Teller

SECOND: Final = timedelta(seconds=1)


async def takes(
    cast: Cast, clock: Clock, order: Order, command: Struct, after: timedelta = HOUR
) -> Order:
    """Take a step some time later; the clock goes on from there."""
    at = clock.now + after
    role = Role.SYSTEM if isinstance(command, ExpireStorage) else Role.ADMIN
    order = await cast.step(order, command, at, role)
    clock.now = at + SECOND
    return order


async def shelved(cast: Cast, clock: Clock, order: Order) -> Order:
    """Bring a paid order to its shelf."""
    clock.now += SECOND
    steps = (StartPicking(), Pack(), Dispatch(manifest="R-1"), Arrive(), Shelve(cell="A-12"))
    for step in steps:
        order = await takes(cast, clock, order, step, SECOND)
    return order


async def refuses_the_mugs(cast: Cast, clock: Clock, order: Order) -> None:
    """Hand an order over whose second line is refused at the desk."""
    await takes(cast, clock, order, HandOver(code_of(order), refused=(Units(2, 1),)))


async def told(dispatcher: Teller, journal: PostgresJournal, dependencies: WebDependencies) -> str:
    """Send the messages that are due, and return what the phone has received."""
    await dispatcher(await journal.feed(0, 0, 1_000))
    assert dependencies.phone is not None
    messages = await dependencies.phone.latest(ALINA, 50)
    return "\n".join(text_of(each.text) for each in messages)


async def sees_money(page: Page, what: str, amount: str) -> None:
    """Wait until the payment card of the page has a line with a sum."""
    line = page.locator(".money li", has_text=what).filter(has_text=amount)
    await line.first.wait_for(timeout=LIVE_MS)


async def test_an_order_that_nobody_collects_is_paid_back(
    window: Page,
    shop: PayingShop,
    cast: Cast,
    clock: Clock,
    dispatcher: Teller,
    journal: PostgresJournal,
    dependencies: WebDependencies,
) -> None:
    order = await cast.place(ALINA, NOW, KETTLE)
    await pays_at_bank(window, shop, order)
    order = await shelved(cast, clock, order)
    await sees_status(window, "ready_for_pickup")
    assert "готов Покажите код" in await told(dispatcher, journal, dependencies)
    await takes(cast, clock, order, ExpireStorage(), 8 * DAY)
    await sees_status(window, "closed", Outcome.CANCELLED)
    await sees_money(window, "Refund on its way", "1,899")
    assert "отменён" in await told(dispatcher, journal, dependencies)
    clock.now += HOLD + timedelta(minutes=1)  # until then the order can be reinstated
    await shop.refunds.send_due()
    (refund,) = shop.bank.ledger.refunds.values()
    assert refund["payment_id"] == shop.payment["id"]
    assert refund["amount"] == {"value": "1899.00", "currency": "RUB"}
    await sees_money(window, "Refunded", "1,899")
    assert "Вернули" in await told(dispatcher, journal, dependencies)


async def test_a_line_that_is_refused_is_paid_back_and_the_rest_is_not(
    window: Page,
    shop: PayingShop,
    cast: Cast,
    clock: Clock,
    dispatcher: Teller,
    journal: PostgresJournal,
    dependencies: WebDependencies,
) -> None:
    order = await cast.place(ALINA, NOW, KETTLE, MUG)
    await pays_at_bank(window, shop, order)
    order = await shelved(cast, clock, order)
    await sees_status(window, "ready_for_pickup")
    await refuses_the_mugs(cast, clock, order)
    await sees_status(window, "closed", Outcome.ISSUED)
    await sees_money(window, "Refund on its way", "450.50")
    assert "Вы взяли не всё" in await told(dispatcher, journal, dependencies)
    await shop.refunds.send_due()
    (refund,) = shop.bank.ledger.refunds.values()
    assert refund["amount"] == {"value": "450.50", "currency": "RUB"}
    await sees_money(window, "Refunded", "450.50")
    assert "Вернули" in await told(dispatcher, journal, dependencies)


async def test_a_refund_that_the_bank_has_not_made_is_not_called_refunded(
    window: Page, shop: PayingShop, cast: Cast, clock: Clock
) -> None:
    order = await cast.place(ALINA, NOW, KETTLE, MUG)
    await pays_at_bank(window, shop, order)
    shop.bank.ledger.refund_outcomes["*"] = ("pending", "")
    order = await shelved(cast, clock, order)
    await refuses_the_mugs(cast, clock, order)
    await shop.refunds.send_due()
    await sees_money(window, "Refund on its way", "450.50")
    assert await window.locator(".money li", has_text="Refunded").count() == 0
    (refund,) = shop.bank.ledger.refunds.values()
    shop.bank.ledger.settle_refund(refund["id"], "succeeded")
    clock.now += timedelta(hours=1)
    await shop.refunds.send_due()
    await sees_money(window, "Refunded", "450.50")
