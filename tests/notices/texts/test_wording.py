"""The two kinds of code never look alike, and each message says what its code is for."""

import re
from datetime import date, time

import pytest
from msgspec.structs import replace

from gotovo.keyring.keyring import one_key
from gotovo.notices.policy import Notice
from gotovo.notices.rules import Purpose
from gotovo.notices.texts.account_texts import sign_in_text
from gotovo.notices.texts.text_values import MessageContext
from gotovo.notices.texts.wording import notice_text
from gotovo.order.values.money import Money
from gotovo.order.values.payments.refund import Refund
from gotovo.points.timetable import every_day
from gotovo.store.journal.journal import PostgresJournal
from gotovo.web.site.dependencies import WebDependencies
from gotovo.words.formats.codes import format_order_number
from gotovo.words.language import LANGUAGES, Language
from tests.support.order import stories
from tests.support.order.cast import Play
from tests.support.web.cast import ALINA, NOW, SECRET, Cast
from tests.support.web.network import KAZAN, POINT
from tests.support.web.sample_orders.open_orders import ready
from tests.support.web.teller import Teller

FEED_MAX = 1000
IN_ONE_PIECE = re.compile(r"(?<!\d)\d{6}(?!\d)")
IN_TWO_GROUPS = re.compile(r"(?<!\d)(?<!\d\s)\d{3}\s\d{3}(?!\s?\d)")


@pytest.mark.parametrize(
    ("language", "purpose"),
    [("en", "is your sign-in code for Gotovo"), ("ru", "код для входа на сайт Gotovo")],
)
def test_a_sign_in_code_is_one_piece_and_says_that_it_is_for_the_site(
    language: Language, purpose: str
) -> None:
    text = sign_in_text("123456", language, "")
    assert purpose in text.replace("\xa0", " ")
    assert IN_ONE_PIECE.findall(text) == ["123456"]
    assert IN_TWO_GROUPS.findall(text) == []


async def test_a_pick_up_code_is_two_groups_and_says_what_it_is(
    cast: Cast,
    journal: PostgresJournal,
    dispatcher: Teller,
    dependencies: WebDependencies,
) -> None:
    """Rule 4.10."""
    await ready(cast)
    await dispatcher(await journal.feed(0, 0, FEED_MAX))
    assert dependencies.phone is not None
    (message,) = await dependencies.phone.latest(ALINA, FEED_MAX)
    assert "Покажите код получения:" in message.text.replace("\xa0", " ")
    assert len(IN_TWO_GROUPS.findall(message.text)) == 1
    assert IN_ONE_PIECE.findall(message.text) == []


@pytest.mark.parametrize(
    ("opens", "closes", "russian", "english"),
    [
        (time(22), time(2), "Сегодня 22:00–02:00.", "Today: 22:00–02:00."),
        (time(), time(), "Сегодня круглосуточно.", "Today: open 24 hours."),
    ],
)
def test_the_ready_message_writes_hours_over_midnight_as_one_opening(
    opens: time, closes: time, russian: str, english: str
) -> None:
    """Rule 4.2."""
    point = replace(POINT, timetable=every_day(KAZAN, opens, closes))
    notice = Notice(Purpose.READY, stories.shelved().order)
    texts = [
        notice_text(notice, MessageContext(point, language, one_key(SECRET), NOW, KAZAN))
        for language in LANGUAGES
    ]
    assert any(russian in text.replace("\xa0", " ") for text in texts)
    assert any(english in text.replace("\xa0", " ") for text in texts)
    assert not any("00:00–00:00" in text for text in texts)


def test_the_last_line_binds_a_sign_in_code_to_the_site() -> None:
    assert sign_in_text("123456", "ru", "my.shop.ru").splitlines()[-1] == "@my.shop.ru #123456"


def test_without_a_public_host_nothing_is_bound() -> None:
    assert "@" not in sign_in_text("123456", "ru", "")


@pytest.mark.parametrize(
    ("reason", "russian"),
    [
        ("surplus", "За заказ {} оплачено больше, чем он стоит."),
        ("already_paid", "За заказ {} оплачено больше, чем он стоит."),
        ("cancelled", "Платёж за заказ {} дошёл до нас, когда заказ уже был закрыт."),
        ("held_money", "Разобрались с платежом по заказу {}: возвращаем его."),
        ("refused_at_desk", "Вы взяли не всё из заказа {}."),
        ("returned", "Проверили то, что вы вернули из заказа {}."),
    ],
)
def test_a_message_about_a_refund_begins_with_its_reason(reason: str, russian: str) -> None:
    order = stories.issued().order
    refund = Refund("1", 50_000, reason, NOW, date(2026, 12, 2))
    notice = Notice(Purpose.REFUND_STARTED, order, refund)
    text = notice_text(notice, MessageContext(POINT, "ru", one_key(SECRET), NOW, KAZAN))
    number = format_order_number(order.number)
    first, second = text.replace("\xa0", " ").split("\n")
    assert first == russian.format(number.replace("\xa0", " "))
    assert second.startswith("Вернём 500 ₽ тем же способом, каким вы платили, до 2 декабря")


@pytest.mark.parametrize(
    ("play", "is_told"), [(stories.placed(), True), (stories.paid(), False)], ids=["due", "paid"]
)
def test_a_payment_that_is_looked_into_reserves_nothing(play: Play, *, is_told: bool) -> None:
    """Rule 4.8."""
    notice = Notice(Purpose.PAYMENT_CHECKED, play.order, payment=Money(29_99, "USD"))
    text = notice_text(notice, MessageContext(POINT, "ru", one_key(SECRET), NOW, KAZAN))
    said = "Заказ пока не оплачен, поэтому товары не закреплены."
    assert (said in text.replace("\xa0", " ")) is is_told
