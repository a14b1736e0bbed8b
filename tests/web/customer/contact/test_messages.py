"""The messages of an order: each under a heading that says what it is about."""

import pytest

from gotovo.notices.rules import Purpose
from gotovo.store.journal.journal import PostgresJournal
from gotovo.web.customer.contact.messages import PURPOSES
from tests.support.web.buyer import Buyer, text_of
from tests.support.web.cast import ALINA, Cast
from tests.support.web.sample_orders.moved_dates import kept_longer, promised_later
from tests.support.web.teller import Teller

FEED_MAX = 1000


@pytest.mark.parametrize("purpose", Purpose)
def test_every_message_has_a_heading_of_its_own(purpose: Purpose) -> None:
    assert PURPOSES[purpose]
    assert list(PURPOSES.values()).count(PURPOSES[purpose]) == 1


async def test_a_moved_date_is_headed_by_what_moved_and_told_with_its_reason(
    buyer: Buyer, cast: Cast, journal: PostgresJournal, dispatcher: Teller
) -> None:
    """Rules 4.1 and 4.2."""
    kept, promised = await kept_longer(cast), await promised_later(cast)
    await dispatcher(await journal.feed(0, 0, FEED_MAX))
    await buyer.signs_in(ALINA)
    await buyer.opens("/?lang=ru")
    text = text_of((await buyer.opens(f"/orders/{kept.number}/messages")).text)
    assert "Хранится дольше SMS · 22 ноября, 12:05" in text
    assert "добавились нерабочие дни. Хранится до 14:35 в пятницу, 27 ноября." in text
    text = text_of((await buyer.opens(f"/orders/{promised.number}/messages")).text)
    assert "Новый срок доставки SMS · 22 ноября, 12:05" in text
    assert "добавились нерабочие дни. Привезём до 21:00 во вторник, 24 ноября." in text
