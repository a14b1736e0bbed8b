"""Steps in the chat: extend, cancel, choose a slot, ask for help. Each happens once."""

from datetime import timedelta

import asyncpg
import pytest

from gotovo.access.buyer_requests.buyer_commands import buyer_submission
from gotovo.engine.submission import Submission
from gotovo.order.steps.call import LogCall
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.values.actor import Role
from gotovo.order.values.order import Courier, Order, Outcome
from gotovo.words.refusals import refusal_notice
from tests.bot.conversation.test_order_text import opened, plain, shelved
from tests.support.bot.bot_desk import BotDesk
from tests.support.bot.person import Person
from tests.support.web.cast import ALINA, DAY, HOUR, NOW, Cast
from tests.support.web.goods import CATALOGUE


async def order_of(bot: BotDesk, number: str) -> Order:
    """Return an order as it is stored."""
    linked = await bot.dependencies.chats.chat(700_001)
    assert linked is not None
    order = await bot.dependencies.orders.order(linked.customer, number)
    assert order is not None
    return order


async def with_courier(cast: Cast) -> Order:
    """Return an order that a courier has, and the buyer was called about."""
    order = await cast.place(ALINA, NOW - 6 * HOUR, CATALOGUE[0], delivery=Courier())
    order = await cast.send(order, NOW - 5 * HOUR)
    return await cast.step(order, LogCall(answered=True), NOW - HOUR, Role.COURIER)


async def test_storage_is_extended_once_after_its_new_deadline_was_shown(
    bot: BotDesk, alina: Person, cast: Cast
) -> None:
    order = await shelved(cast)
    await opened(bot, alina, order)
    card = alina.sees
    await bot.takes(alina.presses("Keep it longer"))
    assert alina.sees is card, "the question takes the place of the card"
    kept = "It will be kept until 10:35 on 2 December instead of 10:35 on 29 November."
    assert kept in plain(card.text)
    await bot.takes(alina.presses("Keep it longer"))
    assert "Ready for pick-up" in plain(card.text)
    assert "Keep it longer" not in card.buttons
    after = await order_of(bot, order.number)
    assert after.storage is not None
    assert order.storage is not None
    assert after.storage.deadline_at == order.storage.deadline_at + 3 * DAY


async def test_an_order_is_cancelled_only_after_a_confirmation(
    bot: BotDesk, alina: Person, cast: Cast
) -> None:
    order = await cast.place(ALINA, NOW - 5 * HOUR, CATALOGUE[0])
    await cast.pay(order, NOW - 4 * HOUR)
    await opened(bot, alina, order)
    await bot.takes(alina.presses("Cancel order"))
    assert "This can't be undone" in plain(alina.sees.text)
    assert "The full amount, 3,490 ₽, will be refunded" in plain(alina.sees.text)
    assert (await order_of(bot, order.number)).outcome is None
    question = alina.sees
    await bot.takes(alina.presses("Keep the order"))
    assert "In processing" in plain(alina.sees.text)
    await bot.takes(alina.presses_data(f"o:{order.number}:cancel", question))
    await bot.takes(alina.presses("Yes, cancel it"))
    assert (await order_of(bot, order.number)).outcome is Outcome.CANCELLED
    assert "Cancelled: at the buyer's request" in plain(alina.sees.text)


async def test_what_the_order_does_not_allow_is_neither_offered_nor_done(
    bot: BotDesk, alina: Person, cast: Cast
) -> None:
    """The answer is that of the order, whatever button somebody still has."""
    order = await shelved(cast)
    await opened(bot, alina, order)
    old = alina.sees
    await cast.hand_over(order, NOW - HOUR)
    for press in ("cancel", "extend", "slot", "code"):
        await bot.takes(alina.presses_data(f"o:{order.number}:{press}", old))
        assert bot.api.alerts[-1] == "This is not possible with this order any more."
    await bot.takes(alina.presses_data(f"o:{order.number}:cancelled", old))
    refused = await bot.dependencies.engine.submit(_cancel(order))
    assert refused.refusal is not None
    assert bot.api.alerts[-1] == refusal_notice(refused.refusal, "en")
    assert (await order_of(bot, order.number)).outcome is Outcome.ISSUED
    await bot.takes(alina.writes(order.number))
    assert {"Cancel order", "Keep it longer"}.isdisjoint(alina.sees.buttons)


async def test_the_couriers_time_is_chosen_and_confirmed(
    bot: BotDesk, alina: Person, cast: Cast
) -> None:
    order = await with_courier(cast)
    await opened(bot, alina, order)
    await bot.takes(alina.presses("Choose a time"))
    times = [each for each in alina.sees.buttons if "–" in each]
    assert len(times) >= 3
    await bot.takes(alina.presses(times[0]))
    after = await order_of(bot, order.number)
    assert after.slot is not None
    assert "The courier will come" in plain(alina.sees.text)
    assert bot.api.alerts[-1] == "You have confirmed this time."
    await bot.takes(alina.presses("Change the time"))
    assert "You have confirmed this time." in alina.sees.text


async def test_a_time_that_is_gone_is_refused_and_the_others_shown(
    bot: BotDesk, alina: Person, cast: Cast
) -> None:
    order = await with_courier(cast)
    await opened(bot, alina, order)
    await bot.takes(alina.presses("Choose a time"))
    first = next(each for each in alina.sees.buttons if "–" in each)
    late = alina.presses(first)
    bot.clock.now += timedelta(days=1)
    await bot.takes(late)
    assert "no longer available" in bot.api.alerts[-1]
    assert (await order_of(bot, order.number)).slot is None
    assert first not in alina.sees.buttons


@pytest.mark.parametrize("slot", ["0:99999999999999999", "-5:-1", "9:3", f"{1 << 39}:{1 << 39}"])
async def test_a_made_up_time_is_refused(
    bot: BotDesk, alina: Person, cast: Cast, slot: str
) -> None:
    order = await with_courier(cast)
    await opened(bot, alina, order)
    await bot.takes(alina.presses_data(f"s:{order.number}:{slot}", alina.sees))
    assert (await order_of(bot, order.number)).slot is None
    assert bot.api.alerts


async def test_an_update_that_comes_again_does_nothing_twice(
    bot: BotDesk, alina: Person, cast: Cast, pool: asyncpg.Pool
) -> None:
    order = await cast.place(ALINA, NOW - 5 * HOUR, CATALOGUE[0])
    await cast.pay(order, NOW - 4 * HOUR)
    await opened(bot, alina, order)
    await bot.takes(alina.presses("Cancel order"))
    press, question = alina.presses("Yes, cancel it"), alina.writes("Why?", to=alina.sees)
    await bot.takes(press)
    await bot.takes(question)
    calls, version = len(bot.api.calls), (await order_of(bot, order.number)).version
    for _ in range(3):
        await bot.takes(press, question, press)
    assert len(bot.api.calls) == calls, "nothing is answered again"
    assert (await order_of(bot, order.number)).version == version
    assert len(await bot.dependencies.help.thread(order.number)) == 1
    assert set(await bot.outcomes(pool)) == {"handled"}


async def test_an_update_that_was_half_handled_is_the_same_command_again(
    bot: BotDesk, alina: Person, cast: Cast
) -> None:
    """The step was taken, the answer was not: the next attempt answers and steps no further."""
    order = await shelved(cast)
    await opened(bot, alina, order)
    await bot.takes(alina.presses("Keep it longer"))
    bot.api.fail("editMessageText", 502, "Bad Gateway")
    await bot.takes(alina.presses("Keep it longer"))
    extended = await order_of(bot, order.number)
    bot.clock.now += timedelta(minutes=1)
    await bot.inbox.handle_waiting()
    assert "Ready for pick-up" in plain(alina.sees.text)
    assert (await order_of(bot, order.number)).version == extended.version


async def test_updates_out_of_order_are_answered_by_what_is_true_now(
    bot: BotDesk, alina: Person, cast: Cast
) -> None:
    """An older press that comes after a newer one finds the order as it is."""
    order = await shelved(cast)
    await opened(bot, alina, order)
    card = alina.sees
    extend = alina.presses_data(f"o:{order.number}:extended", card)
    cancel = alina.presses_data(f"o:{order.number}:cancelled", card)
    await bot.takes(cancel)
    await bot.takes(extend)
    after = await order_of(bot, order.number)
    assert after.outcome is Outcome.CANCELLED
    assert after.storage is None or not after.storage.extended
    assert "Cancelled" in plain(alina.sees.text)


async def test_an_update_of_one_chat_waits_for_the_one_before(
    bot: BotDesk, alina: Person, cast: Cast
) -> None:
    order = await shelved(cast)
    bot.api.fail("sendMessage", 500, "Internal Server Error")
    await bot.takes(alina.writes(order.number), alina.writes("/language"))
    assert "Language" not in alina.sees.text
    bot.clock.now += timedelta(minutes=1)
    await bot.inbox.handle_waiting()
    assert [plain(x.text).partition(":")[0] for x in bot.api.messages[alina.chat][-2:]] == [
        f"Order {' '.join((order.number[:4], order.number[4:8], order.number[8:]))}",
        "Language",
    ]


def _cancel(order: Order) -> Submission:
    return buyer_submission("test", order.customer, order.number, Cancel(), "once")
