"""Help in the chat: a reply to a message about an order is a question in its thread."""

from uuid import UUID

from tests.bot.conversation.test_order_text import opened, plain, shelved
from tests.support.bot.bot_desk import BotDesk
from tests.support.bot.person import Person
from tests.support.web.cast import Cast


async def test_a_reply_is_a_question_in_the_orders_thread(
    bot: BotDesk, alina: Person, cast: Cast
) -> None:
    order = await shelved(cast)
    await opened(bot, alina, order)
    await bot.takes(alina.presses("Help"))
    prompt = alina.sees
    assert prompt.markup["force_reply"] is True
    assert "+7" in prompt.text
    await bot.takes(alina.writes("Is the cup <whole>?", to=prompt))
    thread = await bot.dependencies.help.thread(order.number)
    assert [(each.author, each.said) for each in thread] == [("buyer", "Is the cup <whole>?")]
    assert "Support has received it." in alina.sees.text
    await bot.dependencies.help.answer(order.number, UUID(int=900), "It is & will be.", bot.clock())
    await bot.takes(alina.presses_data(f"o:{order.number}:help", prompt))
    assert "Is the cup <whole>?" in plain(alina.sees.text)
    assert "It is & will be." in plain(alina.sees.text)
    assert not await bot.dependencies.help.has_unread(order.number)


async def test_a_question_may_be_too_long_or_no_text(
    bot: BotDesk, alina: Person, cast: Cast
) -> None:
    order = await shelved(cast)
    await opened(bot, alina, order)
    card = alina.sees
    await bot.takes(alina.writes("x" * 901, to=card))
    assert "That is too long" in alina.sees.text
    sticker = alina.writes("x", to=card)
    del sticker["message"]["text"]
    await bot.takes(sticker)
    assert "We can take only text here." in alina.sees.text
    assert await bot.dependencies.help.thread(order.number) == []
