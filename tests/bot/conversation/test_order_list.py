"""My orders in the chat: a button for each, open ones first, in pages."""

from gotovo.words.formats.codes import format_order_number
from tests.bot.conversation.test_order_text import shelved
from tests.support.bot.bot_desk import BotDesk
from tests.support.bot.person import Person
from tests.support.web.cast import ALINA, BORIS, HOUR, NOW, Cast
from tests.support.web.goods import CATALOGUE


async def test_my_orders_has_a_button_for_each(bot: BotDesk, alina: Person, cast: Cast) -> None:
    ready = await shelved(cast)
    placed = await cast.place(ALINA, NOW - HOUR, CATALOGUE[2])
    await cast.place(BORIS, NOW - HOUR, CATALOGUE[0])
    await bot.takes(alina.writes("My orders"))
    assert list(alina.sees.buttons) == [
        f"{format_order_number(placed.number)} · Awaiting payment",
        f"{format_order_number(ready.number)} · Ready for pick-up",
    ]


async def test_long_lists_have_pages(bot: BotDesk, alina: Person, cast: Cast) -> None:
    for hour in range(10):
        await cast.place(ALINA, NOW - 20 * HOUR + hour * HOUR, CATALOGUE[0])
    await bot.takes(alina.writes("/orders"))
    first = list(alina.sees.buttons)
    assert len(first) == 9
    assert first[-1] == "Older"
    listed = alina.sees
    await bot.takes(alina.presses("Older"))
    assert alina.sees is listed, "the page takes the place of the one before"
    assert len(listed.buttons) == 3
    assert "Newer" in listed.buttons
    assert not set(first[:-1]) & set(listed.buttons)
