"""A chat visit: whose chat it is, and the language that is spoken there."""

import pytest

from tests.support.bot.bot_desk import BotDesk
from tests.support.bot.person import ALINAS_CHAT, Person
from tests.support.web.cast import ALINA


@pytest.mark.parametrize(
    ("spoken", "says"), [("ru", "привязан"), ("de", "linked"), ("en-GB", "linked")]
)
async def test_the_bot_speaks_the_language_of_the_app(bot: BotDesk, spoken: str, says: str) -> None:
    person = Person(bot.api, ALINAS_CHAT, spoken)
    await bot.takes(person.shares(ALINA))
    texts = [each.text for each in bot.api.messages[ALINAS_CHAT]]
    assert any(says in text for text in texts), texts


async def test_another_language_is_chosen_in_the_chat(bot: BotDesk, alina: Person) -> None:
    await bot.takes(alina.writes("/language"))
    await bot.takes(alina.presses("Рус"))
    await bot.takes(alina.writes("Мои заказы"))
    assert "заказ" in alina.sees.text
