"""Orders in the chat: the list, the card with its four statuses, the code, hours and map."""

import re
from html import unescape

from msgspec import structs

from gotovo.access.buyer_requests.pay_links import PayLinks
from gotovo.bot.conversation.replies import read_order
from gotovo.bot.conversation.screens import order_screen
from gotovo.order.values.order import Courier, Order
from gotovo.words.formats.codes import format_order_number, format_pickup_code
from tests.support.bot.bot_desk import BotDesk
from tests.support.bot.person import BORISS_CHAT, Person
from tests.support.web.cast import ALINA, BORIS, DAY, HOUR, NOW, SECRET, Cast, code_of
from tests.support.web.goods import CATALOGUE


def plain(text: str) -> str:
    """Return what a person reads: no tags, spaces made plain."""
    return unescape(re.sub(r"<[^>]*>", "", text)).replace("\N{NO-BREAK SPACE}", " ")


async def shelved(cast: Cast, phone: str = ALINA) -> Order:
    """Return an order that is ready for pick-up since this morning."""
    order = await cast.place(phone, NOW - 2 * DAY, CATALOGUE[0], CATALOGUE[1])
    order = await cast.send(order, NOW - 2 * DAY + HOUR)
    return await cast.shelve(order, NOW - 4 * HOUR)


async def opened(bot: BotDesk, person: Person, order: Order) -> str:
    """Open an order by its number, and return its card as it is read."""
    await bot.takes(person.writes(order.number))
    return plain(person.sees.text)


async def test_a_card_tells_the_four_statuses_with_their_exact_times(
    bot: BotDesk, alina: Person, cast: Cast
) -> None:
    order = await shelved(cast)
    card = await opened(bot, alina, order)
    number = plain(format_order_number(order.number))
    assert card.splitlines()[0] == f"Order {number}: Ready for pick-up"
    assert "✓ Awaiting payment — 20 November, 14:05 – 15:05" in card
    assert "✓ In processing — 20 November, 15:05 – 22 November, 10:35" in card
    assert "● Ready for pick-up — 22 November, 10:35" in card
    assert "○ Issued" in card
    assert "All times are local: Moscow, UTC+3." in card


async def test_a_code_is_never_shown_without_what_it_is_for(
    bot: BotDesk, alina: Person, cast: Cast
) -> None:
    order = await shelved(cast)
    card = await opened(bot, alina, order)
    code = plain(format_pickup_code(code_of(order)))
    number = plain(format_order_number(order.number))
    assert f"Pick-up code of order {number}: {code}" in card
    assert "Show it at the pick-up point; no ID needed." in card


async def test_the_point_has_its_address_its_hours_and_a_map(
    bot: BotDesk, alina: Person, cast: Cast
) -> None:
    order = await shelved(cast)
    card = await opened(bot, alina, order)
    point = bot.dependencies.places()[0]["KZN-1"]
    assert point.address in card
    assert re.search(r"Today \d\d:\d\d–\d\d:\d\d", card)
    assert alina.sees.buttons["Map"].startswith("https://www.openstreetmap.org/search?query=")


async def test_an_order_on_its_way_has_no_code(bot: BotDesk, alina: Person, cast: Cast) -> None:
    order = await cast.place(ALINA, NOW - 5 * HOUR, CATALOGUE[0])
    order = await cast.send(order, NOW - 5 * HOUR)
    card = await opened(bot, alina, order)
    assert "On its way." in card
    assert "Pick-up code" not in card
    assert "Code with QR picture" not in alina.sees.buttons


async def test_a_refund_is_shown_with_its_day(bot: BotDesk, alina: Person, cast: Cast) -> None:
    order = await cast.place(ALINA, NOW - 5 * HOUR, CATALOGUE[0])
    await cast.pay(order, NOW - 4 * HOUR)
    await opened(bot, alina, order)
    await bot.takes(alina.presses("Cancel order"))
    await bot.takes(alina.presses("Yes, cancel it"))
    assert "is on its way back to you and will arrive by 2 December." in plain(alina.sees.text)


async def test_titles_from_outside_are_text(bot: BotDesk, alina: Person, cast: Cast) -> None:
    line = structs.replace(CATALOGUE[0], title='<b>Tea</b> & "co" <script>')
    order = await cast.place(ALINA, NOW - HOUR, line)
    card = await opened(bot, alina, order)
    assert '<b>Tea</b> & "co" <script>' in card


async def test_nobody_opens_somebody_elses_order(bot: BotDesk, alina: Person, cast: Cast) -> None:
    """Neither by its number nor by a button that was made up."""
    order = await shelved(cast, BORIS)
    assert "no such order" in await opened(bot, alina, order)
    for press in ("show", "code", "cancelled", "help"):
        await bot.takes(alina.presses_data(f"o:{order.number}:{press}", alina.sees))
        assert "no such order" in bot.api.alerts[-1]
    boris = Person(bot.api, BORISS_CHAT)
    await bot.takes(boris.shares(BORIS))
    assert "Ready for pick-up" in await opened(bot, boris, order)


async def test_a_couriers_order_names_no_point(bot: BotDesk, alina: Person, cast: Cast) -> None:
    order = await cast.place(ALINA, NOW - HOUR, CATALOGUE[0], delivery=Courier())
    await opened(bot, alina, order)
    assert "Map" not in alina.sees.buttons


async def test_an_unpaid_order_has_a_button_that_opens_its_payment(
    bot: BotDesk, cast: Cast
) -> None:
    order = await cast.place(ALINA, NOW - HOUR, CATALOGUE[0])
    links = PayLinks("https://orders.example.ru", lambda: SECRET, lambda _: True)
    shown = await read_order(bot.dependencies, order.number, "en")
    assert shown is not None
    (button,) = order_screen(shown, "", links.url(order, NOW)).rows[0]
    assert plain(button.text) == "Pay 3,490 ₽"
    assert button.url == links.url(order, NOW)
    assert "Pay 3" not in str(order_screen(shown, "", "").rows)
    assert "Pay 3" not in str(order_screen(shown, "", "http://127.0.0.1/pay/x").rows)
