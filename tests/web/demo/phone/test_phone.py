"""The demo phone shows messages as a phone does: newest last, one number at a time if wished."""

from gotovo.store.journal.journal import PostgresJournal
from tests.support.web.buyer import Buyer, text_of
from tests.support.web.cast import ALINA, BORIS, DAY, HOUR, NOW, Cast
from tests.support.web.goods import MUG
from tests.support.web.sample_orders.open_orders import ready
from tests.support.web.teller import Teller

FEED_MAX = 1000


async def test_the_newest_message_stands_last_and_can_be_linked_to(
    buyer: Buyer, cast: Cast, journal: PostgresJournal, dispatcher: Teller
) -> None:
    await ready(cast)
    await dispatcher(await journal.feed(0, 0, FEED_MAX))
    await buyer.sends(await buyer.opens("/"), "/sign-in-code", phone=ALINA)
    page = await buyer.opens("/phone?lang=en")
    text = text_of(page.text)
    assert text.index("Покажите код получения") < text.index("is your sign-in code")
    assert page.text.count('id="latest"') == 1


async def test_one_phone_can_be_looked_at_alone_even_with_a_bare_plus(buyer: Buyer) -> None:
    for phone in (ALINA, BORIS):
        await buyer.sends(await buyer.opens("/"), "/sign-in-code", phone=phone)
    for path in (
        f"/phone?phone={ALINA}",
        "/phone?phone=%2B79001234567",
        "/phone?phone=89001234567",
    ):
        text = text_of((await buyer.opens(path)).text)
        assert text.count("is your sign-in code") == 1, path


async def test_an_empty_phone_says_so(buyer: Buyer) -> None:
    assert "No messages yet" in text_of((await buyer.opens("/phone")).text)


async def test_who_is_signed_in_sees_their_own_messages_first(
    buyer: Buyer, cast: Cast, journal: PostgresJournal, dispatcher: Teller
) -> None:
    """Also those of a phone or a mailbox that is only in the orders."""
    order = await ready(cast)
    await dispatcher(await journal.feed(0, 0, FEED_MAX))
    await buyer.signs_in(ALINA)
    other = await cast.place(BORIS, NOW - 2 * DAY, MUG)
    other = await cast.shelve(await cast.send(other, NOW - DAY), NOW - HOUR)
    await dispatcher(await journal.feed(0, 0, FEED_MAX))
    own = text_of((await buyer.opens("/phone?lang=en")).text)
    assert _spaced(order.number) in own
    assert "is your sign-in code" in own
    assert _spaced(other.number) not in own
    everybody = text_of((await buyer.opens("/phone?all=yes")).text)
    assert _spaced(other.number) in everybody


async def test_a_message_shows_its_time_its_channel_and_its_state(buyer: Buyer) -> None:
    await buyer.sends(await buyer.opens("/"), "/sign-in-code", phone=ALINA)
    text = text_of((await buyer.opens("/phone?lang=en")).text)
    assert "22 November, 14:05 · SMS · delivered" in text


def _spaced(number: str) -> str:
    return f"{number[:4]} {number[4:8]} {number[8:]}"
