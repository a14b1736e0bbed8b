"""Sample orders whose money is on its way back: sent, not possible, another way, paid."""

from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.refund_completion import CompleteRefund
from gotovo.order.steps.refund_failure import FailRefund
from gotovo.order.steps.refund_reroute import RerouteRefund
from gotovo.order.steps.refund_sending import SendRefund
from gotovo.order.values.actor import Role
from gotovo.order.values.money import Money
from gotovo.order.values.order import Order, total
from gotovo.order.values.payments.refund import RefundFailureReason, RefundRoute
from tests.support.web.cast import ALINA, DAY, HOUR, NOW, Cast
from tests.support.web.goods import KETTLE, LAMP

BANK_ID = "2d9f0e8c-000f-5000-8000-18db351245c7"
"""What a provider calls a refund."""


async def refund_sent(cast: Cast) -> Order:
    """Cancelled by the buyer; the provider is at it."""
    order = await cast.pay(await cast.place(ALINA, NOW - 5 * HOUR, KETTLE), NOW - 4 * HOUR)
    order = await cast.step(order, Cancel(), NOW - 3 * HOUR, Role.BUYER)
    return await cast.step(order, SendRefund(_id(order)), NOW - 2 * HOUR, Role.SYSTEM)


async def refund_failed(cast: Cast) -> Order:
    """Paid with two cards, one of which was closed before the refund."""
    order = await cast.place(ALINA, NOW - 6 * DAY, KETTLE)
    part = total(order) // 3
    order = await cast.pay(order, NOW - 6 * DAY + HOUR, Money(part, order.currency))
    rest = Money(total(order) - part, order.currency)
    order = await cast.pay(order, NOW - 6 * DAY + 2 * HOUR, rest)
    order = await cast.step(order, Cancel(), NOW - DAY, Role.BUYER)
    order = await cast.step(order, SendRefund(_id(order)), NOW - DAY, Role.SYSTEM)
    failure = FailRefund(_id(order), RefundFailureReason.CARD_CLOSED, part)
    return await cast.step(order, failure, NOW - HOUR, Role.SYSTEM)


async def refund_rerouted(cast: Cast) -> Order:
    """The card was closed, so the money comes by bank transfer."""
    order = await refund_failed(cast)
    return await cast.step(order, RerouteRefund(_id(order), RefundRoute.BANK_TRANSFER), NOW)


async def refund_paid(cast: Cast) -> Order:
    """Paid back, under the name that the provider has for it."""
    order = await cast.pay(await cast.place(ALINA, NOW - 9 * DAY, LAMP), NOW - 9 * DAY + HOUR)
    order = await cast.step(order, Cancel(), NOW - 8 * DAY, Role.BUYER)
    order = await cast.step(order, SendRefund(_id(order)), NOW - 8 * DAY, Role.SYSTEM)
    return await cast.step(order, CompleteRefund(_id(order), BANK_ID), NOW - 7 * DAY)


def _id(order: Order) -> str:
    return order.refunds[-1].id
