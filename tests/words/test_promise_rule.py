"""A promise explains itself in one sentence."""

from datetime import UTC, date, datetime, time

from msgspec.structs import replace

from gotovo.order.values.promise import promise
from gotovo.points.hours import Hours
from gotovo.points.point import Point
from gotovo.points.timetable import ExceptionalDay, Timetable, every_day
from gotovo.points.warehouse import Warehouse
from gotovo.words.promise_rule import promise_rule_sentence

DAILY = every_day("Europe/Moscow", time(10), time(20))
KAZAN = Point(
    code="KZN-1",
    title="Кремлёвская",
    address="Казань, Кремлёвская, 1",
    timetable=DAILY,
    warehouse="KZN",
)
NINE_TO_SIX = (Hours(time(9), time(18)),)
OFFICE_WEEK = (NINE_TO_SIX, NINE_TO_SIX, NINE_TO_SIX, NINE_TO_SIX, NINE_TO_SIX, (), ())
WAREHOUSE = Warehouse(
    "KZN",
    "Казань",
    Timetable("Europe/Moscow", OFFICE_WEEK, country="RU", closed_on_holidays=True),
)
NEVER = Timetable("Europe/Moscow", ((), (), (), (), (), (), ()))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def test_the_sentence_says_how_the_promise_came_about() -> None:
    promised = promise(at("2025-11-22T14:05+03:00"), KAZAN)
    assert promise_rule_sentence(promised, "ru") == (
        "оплата в 14:05 22.11, до 20:00; отправка 22.11; 1 день в пути; поэтому до 20:00 23.11"
    )
    assert promise_rule_sentence(promised, "en") == (
        "paid at 14:05 on 22 November, before the cut-off at 20:00; dispatched on 22 November; "
        "1 day in transit; so by 20:00 on 23 November"
    )


def test_a_payment_at_the_very_cut_off_is_after_it() -> None:
    promised = promise(at("2025-11-22T20:00+03:00"), KAZAN)
    assert "20:00 22.11, после 20:00; отправка 23.11" in promise_rule_sentence(promised, "ru")
    assert "after the cut-off at 20:00; dispatched on 23 November" in promise_rule_sentence(
        promised, "en"
    )


def test_every_closed_day_is_named() -> None:
    closed = {date(2025, 11, 26): ExceptionalDay((), "repairs")}
    point = replace(KAZAN, timetable=replace(DAILY, exceptions=closed), transit_days=2)
    promised = promise(at("2025-11-22T20:05+03:00"), point, WAREHOUSE)
    assert promise_rule_sentence(promised, "ru") == (
        "оплата в 20:05 22.11, после 20:00; склад закрыт 23.11; отправка 24.11; "
        "2 дня в пути; закрыто 26.11; поэтому до 20:00 27.11"
    )
    assert promise_rule_sentence(promised, "en") == (
        "paid at 20:05 on 22 November, after the cut-off at 20:00; "
        "the warehouse is closed on 23 November; dispatched on 24 November; "
        "2 days in transit; closed on 26 November; so by 20:00 on 27 November"
    )


def test_a_place_that_never_opens_again_is_promised_no_hour() -> None:
    promised = promise(at("2025-11-22T14:05+03:00"), replace(KAZAN, timetable=NEVER))
    assert promise_rule_sentence(promised, "ru").endswith("когда откроется, пока неизвестно")
    assert promise_rule_sentence(promised, "en").endswith("when it opens again is not known yet")
