"""Routing: every update has an answer, in whichever language its words are."""

import pytest

from gotovo.bot.conversation.routing import COMMANDS, menu
from tests.support.bot.bot_desk import BotDesk
from tests.support.bot.person import Person


def test_the_menu_has_every_command_in_both_languages() -> None:
    english, russian = menu("en"), menu("ru")
    assert [each.command for each in english] == [each.command for each in russian]
    assert [each.command for each in english] == list(COMMANDS)
    assert all(a.description != b.description for a, b in zip(english, russian, strict=True))


@pytest.mark.parametrize("text", ["My orders", "мои заказы", " МОИ ЗАКАЗЫ ", "/orders"])
async def test_the_list_is_asked_for_in_either_language(
    bot: BotDesk, alina: Person, text: str
) -> None:
    await bot.takes(alina.writes(text))
    assert "You have no orders yet." in alina.sees.text


async def test_what_is_not_understood_says_what_can_be_written(bot: BotDesk, alina: Person) -> None:
    await bot.takes(alina.writes("How are you?"))
    assert "Press My orders" in alina.sees.text


async def test_an_unknown_button_is_answered(bot: BotDesk, alina: Person) -> None:
    for data in ("x:1", "o:123:show", "o:1:2:3:4", "", "l:many", "l:99999999999999999999"):
        await bot.takes(alina.presses_data(data or "?", alina.sees))
    assert len(bot.api.alerts) >= 5
    assert "out of date" in bot.api.alerts[0]
