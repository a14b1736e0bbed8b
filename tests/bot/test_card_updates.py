"""Cards: the message that shows an order edits itself when the order changes."""

from datetime import timedelta

import asyncpg

from gotovo.bot.card_updates import EDIT_INTERVAL, FOLLOWER
from gotovo.order.steps.arrival import Arrive
from gotovo.store.journal.journal import PostgresJournal
from tests.bot.conversation.test_order_text import opened, plain
from tests.support.bot.bot_desk import BotDesk
from tests.support.bot.person import ALINAS_CHAT, Person
from tests.support.web.cast import ALINA, HOUR, NOW, Cast
from tests.support.web.goods import CATALOGUE

LATER = EDIT_INTERVAL + timedelta(seconds=1)


async def edited(bot: BotDesk) -> int:
    """Let some seconds pass, read the journal, and edit what is due; return the calls it took."""
    calls = bot.api.count("editMessageText")
    await bot.follows()
    bot.passes(LATER)
    await bot.cards.edit_due()
    return bot.api.count("editMessageText") - calls


async def test_a_card_follows_its_order(bot: BotDesk, alina: Person, cast: Cast) -> None:
    order = await cast.place(ALINA, NOW - 6 * HOUR, CATALOGUE[0])
    await opened(bot, alina, order)
    card = alina.sees
    order = await cast.send(order, NOW - 5 * HOUR)
    assert await edited(bot) == 1, "one edit, whatever has happened meanwhile"
    assert alina.sees is card
    assert "On its way." in plain(card.text)
    await cast.shelve(order, NOW - HOUR)
    assert await edited(bot) == 1
    assert "Ready for pick-up" in plain(card.text)
    assert "Pick-up code of order" in plain(card.text)
    assert await edited(bot) == 0


async def test_edits_of_a_chat_are_some_seconds_apart(
    bot: BotDesk, alina: Person, cast: Cast
) -> None:
    orders = [await cast.place(ALINA, NOW - 6 * HOUR, CATALOGUE[x]) for x in range(3)]
    for order in orders:
        await opened(bot, alina, order)
        await cast.pay(order, NOW - HOUR)
    assert await edited(bot) == 1
    calls = bot.api.count("editMessageText")
    await bot.cards.edit_due()
    assert bot.api.count("editMessageText") == calls
    assert [await edited(bot), await edited(bot), await edited(bot)] == [1, 1, 0]


async def test_a_change_during_an_edit_is_not_lost(bot: BotDesk, alina: Person, cast: Cast) -> None:
    order = await cast.place(ALINA, NOW - 6 * HOUR, CATALOGUE[0])
    await opened(bot, alina, order)
    await cast.pay(order, NOW - 5 * HOUR)
    await bot.follows()
    bot.passes(LATER)
    cards, now = bot.dependencies.cards, bot.clock()
    until = now + timedelta(seconds=60)
    [taken] = await cards.take(now, until, 10)
    await cards.mark([order.number], bot.clock())
    await cards.finish(taken, bytes(32), bot.clock(), until)
    assert await edited(bot) == 1


async def test_a_card_that_shows_it_already_is_fine(
    bot: BotDesk, alina: Person, cast: Cast
) -> None:
    order = await cast.place(ALINA, NOW - 6 * HOUR, CATALOGUE[0])
    await opened(bot, alina, order)
    await cast.pay(order, NOW - 5 * HOUR)
    bot.api.fail("editMessageText", 400, "Bad Request: message is not modified: specified new")
    assert await edited(bot) == 1
    assert await edited(bot) == 0


async def test_a_message_that_is_gone_or_too_old_is_forgotten(
    bot: BotDesk, alina: Person, cast: Cast, pool: asyncpg.Pool
) -> None:
    for words in ("message to edit not found", "message can't be edited"):
        order = await cast.place(ALINA, NOW - 6 * HOUR, CATALOGUE[0])
        await opened(bot, alina, order)
        await cast.pay(order, NOW - 5 * HOUR)
        bot.api.fail("editMessageText", 400, f"Bad Request: {words}")
        assert await edited(bot) == 1
        assert await pool.fetchval("select count(*) from telegram_card") == 0
    await opened(bot, alina, order)
    assert await pool.fetchval("select count(*) from telegram_card") == 1


async def test_a_busy_telegram_is_waited_for(bot: BotDesk, alina: Person, cast: Cast) -> None:
    order = await cast.place(ALINA, NOW - 6 * HOUR, CATALOGUE[0])
    await opened(bot, alina, order)
    await cast.pay(order, NOW - 5 * HOUR)
    bot.api.fail("editMessageText", 429, "Too Many Requests: retry after 30", retry_after=30)
    assert await edited(bot) == 1
    assert await edited(bot) == 0
    bot.passes(timedelta(seconds=30))
    bot.waits.now += 31
    assert await edited(bot) == 1
    assert "In processing" in plain(alina.sees.text)


async def test_a_blocked_bot_edits_nothing_more(
    bot: BotDesk, alina: Person, cast: Cast, pool: asyncpg.Pool
) -> None:
    order = await cast.place(ALINA, NOW - 6 * HOUR, CATALOGUE[0])
    await opened(bot, alina, order)
    await cast.pay(order, NOW - 5 * HOUR)
    bot.api.blocked.add(alina.chat)
    assert await edited(bot) == 1
    chat = await bot.dependencies.chats.chat(ALINAS_CHAT)
    assert chat is not None
    assert chat.blocked_at is not None
    assert await pool.fetchval("select count(*) from telegram_card") == 0


async def test_a_chat_that_was_unlinked_shows_nothing_new(
    bot: BotDesk, alina: Person, cast: Cast
) -> None:
    order = await cast.place(ALINA, NOW - 6 * HOUR, CATALOGUE[0])
    await opened(bot, alina, order)
    await bot.dependencies.chats.unlink_customer(order.customer)  # on the site
    await cast.pay(order, NOW - 5 * HOUR)
    assert await edited(bot) == 0


async def test_a_list_in_place_of_a_card_stays_a_list(
    bot: BotDesk, alina: Person, cast: Cast
) -> None:
    order = await cast.place(ALINA, NOW - 6 * HOUR, CATALOGUE[0])
    await opened(bot, alina, order)
    await bot.takes(alina.presses("My orders"))
    await cast.pay(order, NOW - 5 * HOUR)
    assert await edited(bot) == 0
    assert alina.sees.text == "<b>My orders</b>"


async def test_a_new_follower_begins_at_the_end_of_the_journal(
    bot: BotDesk, cast: Cast, journal: PostgresJournal
) -> None:
    order = await cast.place(ALINA, NOW - 6 * HOUR, CATALOGUE[0])
    await bot.dependencies.cards.begin_following(FOLLOWER)
    assert sum(x.head - x.after for x in await journal.backlogs(FOLLOWER, 1)) == 0
    order = await cast.send(order, NOW - 5 * HOUR)
    await cast.step(order, Arrive(), NOW - HOUR)
    await bot.dependencies.cards.begin_following(FOLLOWER)
    assert sum(x.head - x.after for x in await journal.backlogs(FOLLOWER, 1)) > 0
