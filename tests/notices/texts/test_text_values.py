"""What is told of an order on its way: late, on another day, elsewhere, at the door."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec import structs

from gotovo.keyring.keyring import one_key
from gotovo.notices.policy import notice_of
from gotovo.notices.texts.text_values import MessageContext
from gotovo.notices.texts.wording import notice_text
from gotovo.order.steps.attempt import AttemptReason, RecordAttempt
from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.steps.lateness import MarkLate
from gotovo.order.steps.payment import Pay
from gotovo.order.steps.promise import ChangePromise
from gotovo.order.steps.redirection import Redirect
from gotovo.order.values.money import Money
from gotovo.order.values.order import Attention, Courier, Pickup
from gotovo.words.formats.codes import format_order_number, format_pickup_code
from gotovo.words.language import LANGUAGES, Language
from tests.support.order import stories
from tests.support.order.cast import AT_HOME, LAKE, SECRET, SONYA, Play

KAZAN = "Europe/Moscow"


def told(play: Play, language: Language) -> str:
    """Return the message of the last event that has one, as it is read at once."""
    notices = [notice_of(play.history, event.version) for event in play.history]
    notice = [x for x in notices if x is not None][-1]
    delivery = play.order.delivery
    point = play.world.points[delivery.point] if isinstance(delivery, Pickup) else None
    context = MessageContext(point, language, one_key(SECRET), play.now, KAZAN)
    number = format_order_number(play.order.number)
    return notice_text(notice, context).replace(number, "N").replace("\xa0", " ")


def late() -> Play:
    return stories.dispatched().wait(days=2).do(MarkLate())


def late_with_courier() -> Play:
    return stories.with_courier().wait(days=2).do(MarkLate())


def late_soon() -> Play:
    return stories.dispatched().do(RaiseAttention(Attention.LATE), SONYA)


def another_day() -> Play:
    play = stories.paid()
    return play.do(ChangePromise(play.now.date() + timedelta(days=3), None, "a strike"), SONYA)


def another_point() -> Play:
    return stories.paid().do(Redirect(Pickup(LAKE.code)), SONYA)


def by_courier() -> Play:
    return stories.paid().do(Redirect(Courier()), SONYA, address="Казань, Лесная, 7")


def nobody_there() -> Play:
    return stories.out_for_delivery().do(RecordAttempt(AttemptReason.ABSENT))


@pytest.mark.parametrize(
    ("story", "russian", "english"),
    [
        (
            late,
            [
                "Заказ N задерживается: обещали до 20:00 вчера, 24 ноября.",
                "Извините. Делать ничего не нужно: сообщим, когда заказ будет готов.",
            ],
            [
                "Order N is late: we promised it by 20:00 yesterday, 24 November.",
                "We are sorry. You do not need to do anything: we will tell you when it is ready.",
            ],
        ),
        (
            late_with_courier,
            [
                "Заказ N задерживается: обещали до 20:00 вчера, 24 ноября.",
                "Извините. Делать ничего не нужно: курьер вам позвонит.",
            ],
            [
                "Order N is late: we promised it by 20:00 yesterday, 24 November.",
                "We are sorry. You do not need to do anything: the courier will call you.",
            ],
        ),
        (
            late_soon,
            [
                "Заказ N задержится.",
                "Извините. Делать ничего не нужно: сообщим, когда заказ будет готов.",
            ],
            [
                "Order N will be late.",
                "We are sorry. You do not need to do anything: we will tell you when it is ready.",
            ],
        ),
        (
            another_day,
            [
                "У заказа N новая дата доставки.",
                "Обещаем на 26 ноября.",
            ],
            [
                "Order N has a new delivery date.",
                "Promised for 26 November.",
            ],
        ),
        (
            another_point,
            [
                "Заказ N придёт в другой пункт выдачи: Кабан, Казань, Марджани, 2.",
                "Привезём до 20:00 завтра, 24 ноября.",
            ],
            [
                "Order N will come to another pick-up point: Кабан, Казань, Марджани, 2.",
                "It will be there by 20:00 tomorrow, 24 November.",
            ],
        ),
        (
            by_courier,
            [
                "Заказ N привезёт курьер. Сначала он позвонит и договорится с вами о времени.",
                "Привезём до 20:00 завтра, 24 ноября.",
            ],
            [
                (
                    "A courier will bring you order N. The courier will call first and agree a "
                    "time with you."
                ),
                "It will be there by 20:00 tomorrow, 24 November.",
            ],
        ),
        (
            nobody_there,
            [
                "Заказ N не доставлен.",
                "Курьер приезжал, но никого не застал.",
                "Курьер позвонит вам, чтобы договориться о другом времени.",
            ],
            [
                "Order N was not delivered.",
                "The courier came, but nobody was there.",
                "The courier will call you to agree another time.",
            ],
        ),
    ],
)
def test_each_says_what_happened_and_what_comes_next(
    story: Callable[[], Play], russian: list[str], english: list[str]
) -> None:
    """Rule 4.10."""
    assert told(story(), "ru").split("\n") == russian
    assert told(story(), "en").split("\n") == english


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_courier_on_the_way_brings_the_time_and_the_code_with_what_it_is_for(
    language: Language,
) -> None:
    """Rules 4.5 and 4.10."""
    play = stories.out_for_delivery()
    text = told(play, language)
    assert play.order.delivery == AT_HOME
    assert format_pickup_code(play.code()).replace("\xa0", " ") in text
    said = {
        "ru": ("Курьер приедет сегодня, 23 ноября, с 13:00 до 15:00.", "только курьеру"),
        "en": ("The courier will come today, 23 November, from 13:00 to 15:00.", "courier only"),
    }
    assert all(each in text for each in said[language])


@pytest.mark.parametrize("reason", sorted(set(AttemptReason) - {AttemptReason.REFUSED}))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_of_a_failed_attempt_has_words(
    reason: AttemptReason, language: Language
) -> None:
    text = told(stories.out_for_delivery().do(RecordAttempt(reason)), language)
    assert len(text.split("\n")) == 3
    assert str(reason) not in text


def test_a_part_of_the_sum_leads_to_the_payment_of_the_rest() -> None:
    play = stories.placed().do(Pay(Money(10_00, "RUB"), "demo", "part"))
    notice = notice_of(play.history, len(play.history))
    assert notice is not None
    link = "https://orders.example.ru/pay/x"
    context = MessageContext(None, "en", one_key(SECRET), play.now, KAZAN, pay_link=link)
    assert notice_text(notice, context).endswith(f"\nPay the rest here: {link}")
    assert link not in notice_text(notice, structs.replace(context, pay_link=""))
