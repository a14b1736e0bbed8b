"""Linking a chat: by a link that works once, or by the sender's own contact."""

from datetime import timedelta

import asyncpg
import pytest

from gotovo.access.buyer_requests import telegram_links
from gotovo.order.values.customer import customer_id
from gotovo.store.tables.access.sign_in import Session
from tests.support.bot.bot_desk import BotDesk
from tests.support.bot.person import ALINAS_CHAT, BORISS_CHAT, Person
from tests.support.web.cast import ALINA, BORIS, DAY, HOUR, NOW, SECRET, Cast
from tests.support.web.goods import CATALOGUE

ALINAS = customer_id(SECRET, ALINA)
BORISS = customer_id(SECRET, BORIS)


async def token_of(bot: BotDesk) -> str:
    """Return the token that the account page would show."""
    signed_in = Session(ALINAS, "+7 ··· 67", NOW, NOW + DAY)
    clock = bot.dependencies.clock
    counted = iter(range(256))
    return await telegram_links.invite(
        bot.dependencies.chats, signed_in, clock(), lambda n: bytes([next(counted)] * n)
    )


async def test_a_link_from_the_account_links_the_chat_once(bot: BotDesk, cast: Cast) -> None:
    order = await cast.place(ALINA, NOW - HOUR, CATALOGUE[0])
    alina, thief = Person(bot.api, ALINAS_CHAT), Person(bot.api, BORISS_CHAT)
    token = await token_of(bot)
    await bot.takes(alina.writes(f"/start {token}"))
    chat = await bot.dependencies.chats.of_customer(ALINAS)
    assert chat is not None
    assert (chat.chat, chat.way, chat.language) == (ALINAS_CHAT, "link", "en")
    assert any(order.number[:4] in label for label in alina.sees.buttons)
    await bot.takes(thief.writes(f"/start {token}"))
    assert "used already" in thief.sees.text
    assert await bot.dependencies.chats.chat(BORISS_CHAT) is None


async def test_a_link_is_over_after_ten_minutes(bot: BotDesk) -> None:
    alina = Person(bot.api, ALINAS_CHAT)
    token = await token_of(bot)
    bot.clock.now += telegram_links.LIFETIME + timedelta(seconds=1)
    await bot.takes(alina.writes(f"/start {token}"))
    assert "older than ten minutes" in alina.sees.text
    assert await bot.dependencies.chats.of_customer(ALINAS) is None


async def test_only_the_latest_link_of_a_buyer_works(bot: BotDesk) -> None:
    alina = Person(bot.api, ALINAS_CHAT)
    first = await token_of(bot)
    second = await telegram_links.invite(
        bot.dependencies.chats,
        Session(ALINAS, "", NOW, NOW + DAY),
        bot.clock(),
        lambda n: b"\xee" * n,
    )
    await bot.takes(alina.writes(f"/start {first}"))
    assert await bot.dependencies.chats.of_customer(ALINAS) is None
    await bot.takes(alina.writes(f"/start {second}"))
    assert await bot.dependencies.chats.of_customer(ALINAS) is not None


async def test_the_database_holds_no_token(bot: BotDesk, pool: asyncpg.Pool) -> None:
    token = await token_of(bot)
    rows = await pool.fetch("select digest from telegram_invitation")
    assert len(rows) == 1
    assert token.encode() not in bytes(rows[0]["digest"])


async def test_guessed_links_are_limited_and_open_nothing(bot: BotDesk) -> None:
    guesser = Person(bot.api, BORISS_CHAT)
    token = await token_of(bot)
    for _ in range(telegram_links.GUESSES_PER_CHAT.burst):
        await bot.takes(guesser.writes(f"/start {'x' * 32}"))
    await bot.takes(guesser.writes(f"/start {token}"))
    assert await bot.dependencies.chats.chat(BORISS_CHAT) is None


@pytest.mark.parametrize("phone", ["+79001234567", "79001234567"])
async def test_the_own_contact_links_the_chat(bot: BotDesk, phone: str) -> None:
    alina = Person(bot.api, ALINAS_CHAT)
    await bot.takes(alina.shares(phone))
    chat = await bot.dependencies.chats.of_customer(ALINAS)
    assert chat is not None
    assert (chat.chat, chat.way) == (ALINAS_CHAT, "contact")


async def test_somebody_elses_contact_is_refused(bot: BotDesk) -> None:
    boris = Person(bot.api, BORISS_CHAT)
    await bot.takes(boris.shares(ALINA, owner=ALINAS_CHAT))
    assert "somebody else's contact" in boris.sees.text
    assert await bot.dependencies.chats.of_customer(ALINAS) is None


async def test_a_contact_without_an_owner_is_nobodys(bot: BotDesk) -> None:
    boris = Person(bot.api, BORISS_CHAT)
    update = boris.shares(ALINA)
    del update["message"]["contact"]["user_id"]
    await bot.takes(update)
    assert await bot.dependencies.chats.of_customer(ALINAS) is None


async def test_a_phone_that_was_idle_opens_no_older_orders(bot: BotDesk, cast: Cast) -> None:
    """Operators give unused numbers to others; whoever has it now sees what is new alone."""
    old = await cast.place(ALINA, NOW - 400 * DAY, CATALOGUE[0])
    new = await cast.place(ALINA, NOW - HOUR, CATALOGUE[1])
    alina = Person(bot.api, ALINAS_CHAT)
    await bot.takes(alina.shares(ALINA))
    labels = "".join(alina.sees.buttons)
    assert new.number[:4] in labels
    await bot.takes(alina.writes(old.number))
    assert "no such order" in alina.sees.text


async def test_a_chat_has_one_buyer_and_a_buyer_one_chat(bot: BotDesk) -> None:
    family, other = Person(bot.api, ALINAS_CHAT), Person(bot.api, BORISS_CHAT)
    await bot.takes(family.shares(ALINA))
    await bot.takes(family.shares(BORIS))
    chats = bot.dependencies.chats
    assert await chats.of_customer(ALINAS) is None
    linked = await chats.of_customer(BORISS)
    assert linked is not None
    assert linked.chat == ALINAS_CHAT
    await bot.takes(other.shares(BORIS))
    linked = await chats.of_customer(BORISS)
    assert linked is not None
    assert linked.chat == BORISS_CHAT
    assert await chats.chat(ALINAS_CHAT) is None


async def test_stop_unlinks_the_chat(bot: BotDesk, alina: Person) -> None:
    await bot.takes(alina.writes("/stop"))
    assert "not linked any more" in alina.sees.text
    assert await bot.dependencies.chats.of_customer(ALINAS) is None
    await bot.takes(alina.writes("My orders"))
    assert "once this chat is linked" in alina.sees.text


async def test_who_is_not_linked_sees_nothing(bot: BotDesk, cast: Cast) -> None:
    order = await cast.place(ALINA, NOW - HOUR, CATALOGUE[0])
    stranger = Person(bot.api, BORISS_CHAT)
    for text in ("/start", "/orders", order.number, "hello"):
        await bot.takes(stranger.writes(text))
        assert "once this chat is linked" in stranger.sees.text
    keyboard = stranger.sees.markup["keyboard"]
    assert keyboard[0][0]["request_contact"] is True


async def test_linking_and_unlinking_are_in_the_security_log(
    bot: BotDesk, alina: Person, pool: asyncpg.Pool
) -> None:
    await bot.takes(alina.writes("/stop"))
    await bot.dependencies.security_log.write(all_minutes=True)
    rows = await pool.fetch("select kind, actor, outcome from security_log order by seq")
    assert [tuple(row) for row in rows] == [
        ("telegram.linked", f"buyer:{ALINAS}", ""),
        ("telegram.unlinked", f"buyer:{ALINAS}", "chat"),
    ]
