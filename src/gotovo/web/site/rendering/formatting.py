"""Formats what templates show: one language, one instant of reading."""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

from markupsafe import Markup

from gotovo.access.phones import parse_phone
from gotovo.order.values.order import Order, Outcome, Reason, Stage
from gotovo.points.local_time import local_date
from gotovo.points.point import Point
from gotovo.words.formats import codes, dates, durations, money
from gotovo.words.formats.opening_hours import format_opening_hours, format_todays_hours
from gotovo.words.formats.phones import format_phone
from gotovo.words.language import Language
from gotovo.words.markup import safe_markup
from gotovo.words.recalculation import recalculation_reason
from gotovo.words.statuses import reason_label, stage_label, status_label
from gotovo.words.steps import step_label
from gotovo.words.translations import PageTranslator, Translator, tie_short_words

_NBSP = "\N{NO-BREAK SPACE}"
_WORD_JOINER = "\N{WORD JOINER}"
_TITLES_MAX = 4096  # What sells well is on most lists; each title costs ten searches.
_PHONES_MAX = 4096  # Phones of points: more than most networks have.
_FIGURE = re.compile(r"(\d) (?=\w{1,4}\b)")


class Formatter:
    """Turns values into text; what it returns is safe to put on a page."""

    def __init__(self, language: Language, now: datetime) -> None:
        self.language: Language = language
        self.now = now

    def today(self, time_zone: str) -> date:
        """Return the local date of a place."""
        return local_date(self.now, time_zone)

    def moment(self, instant: datetime, time_zone: str) -> Markup:
        """Return `сегодня, 22 ноября, в 14:05` as a time element."""
        return _time(instant, dates.format_moment(instant, time_zone, self.language, self.now))

    def date_time(self, instant: datetime, time_zone: str) -> Markup:
        """Return `22 ноября, 14:05` as a time element."""
        return _time(instant, dates.format_date_time(instant, time_zone, self.language, self.now))

    def recalculation_reason(self, reason: str | None) -> str:
        """Return why a deadline or a promise was computed again."""
        return recalculation_reason(reason, self.language)

    def deadline(self, instant: datetime, time_zone: str) -> Markup:
        """Return `14:05 завтра, 23 ноября` as a time element, to stand after «до»."""
        return _time(instant, dates.format_deadline(instant, time_zone, self.language, self.now))

    def time(self, instant: datetime, time_zone: str) -> Markup:
        """Return `14:05` as a time element."""
        return _time(instant, dates.format_time(instant, time_zone))

    def day(self, day: date, time_zone: str) -> Markup:
        """Return `завтра, 23 ноября` as a time element, to stand after «на»."""
        return _day(day, dates.format_day(day, self.language, self.today(time_zone)))

    def on_day(self, instant: datetime, time_zone: str) -> Markup:
        """Return `в среду, 25 ноября` as a time element."""
        day = local_date(instant, time_zone)
        return _day(day, dates.format_on_day(day, self.language, self.today(time_zone)))

    def date(self, day: date, time_zone: str) -> Markup:
        """Return `2 декабря` as a time element."""
        return _day(day, dates.format_date(day, self.language, self.today(time_zone)))

    def period(self, began_at: datetime, ended_at: datetime | None, time_zone: str) -> Markup:
        """Return `22 ноября, 14:05 – 15:10`, one day written once; an open one has no end."""
        began = self.date_time(began_at, time_zone)
        if ended_at is None:
            return _period(began, began_at, None)
        is_one_day = local_date(began_at, time_zone) == local_date(ended_at, time_zone)
        end = self.time if is_one_day else self.date_time
        text = safe_markup(f"{began} – {end(ended_at, time_zone)}")
        return _period(text, began_at, ended_at)

    def duration(self, span: timedelta, *, accusative: bool = False) -> str:
        """Return `1 день 3 часа`; the accusative stands after «на» and «через»."""
        return durations.format_duration(span, self.language, accusative=accusative)

    def elapsed(self, began_at: datetime, ended_at: datetime) -> str:
        """Return how long something took, by the minutes shown beside it."""
        began, ended = (x.replace(second=0, microsecond=0) for x in (began_at, ended_at))
        if ended > began:
            return self.duration(ended - began)
        return Translator(self.language).gettext("less than a minute")

    def time_left(self, instant: datetime) -> Markup:
        """Return how long it is until an instant; a script counts on from there."""
        return _counting("until", instant, self.duration(instant - self.now))

    def time_since(self, instant: datetime) -> Markup:
        """Return how long it has been since an instant; a script counts on from there."""
        return _counting("since", instant, self.duration(self.now - instant, accusative=True))

    def duration_units(self, *, accusative: bool = False) -> str:
        """Return the words for days, hours and minutes that a script counts on with."""
        return durations.duration_units(self.language, accusative=accusative)

    def rfc3339(self, instant: datetime) -> str:
        return dates.format_rfc3339(instant)

    def time_zone(self, time_zone: str) -> str:
        """Return the name and offset of a time zone."""
        return dates.format_time_zone(time_zone, self.language, self.now)

    def money(self, amount: int, currency: str) -> str:
        """Return a sum of minor units."""
        return money.format_money(amount, currency, self.language)

    def order_number(self, number: str) -> str:
        return codes.format_order_number(number)

    def pickup_code(self, code: str) -> str:
        return codes.format_pickup_code(code)

    def status(self, status: str, outcome: Outcome | None) -> str:
        """Return one of the four statuses, the last one by its outcome."""
        return tie_short_words(status_label(status, outcome, self.language))

    def announcement(self, order: Order, status: str) -> str:
        """Return where an order stands in one sentence, to be read out when that has changed."""
        _ = PageTranslator(self.language)
        number = self.order_number(order.number)
        if order.stage is Stage.HANDING_OVER:
            return _("Order {number} is being handed over now.", number=number)
        processing = status == "processing"
        what = self.stage_of(order) if processing else self.status(status, order.outcome)
        return _("Order {number}: {what}.", number=number, what=what[:1].lower() + what[1:])

    def stage_of(self, order: Order) -> str:
        """Return the stage that an order is at."""
        return self.stage(order.stage, pays_at_point=order.pays_at_point)

    def stage(self, stage: Stage, *, pays_at_point: bool) -> str:
        return tie_short_words(stage_label(stage, self.language, pays_at_point=pays_at_point))

    def step(self, step: str) -> str:
        """Return the step as a noun."""
        return tie_short_words(step_label(step, self.language))

    def reason(self, reason: Reason) -> str:
        """Return why an order was cancelled."""
        return tie_short_words(reason_label(reason, self.language))

    def message(self, text: str) -> str:
        """Return the text of a message, broken across lines as pages are."""
        return tie_short_words(text.replace("–", f"{_WORD_JOINER}–{_WORD_JOINER}"))

    def title(self, title: str) -> str:
        """Return the title of goods; figures are tied to their units, short words to the next."""
        return _title(title)

    def phone(self, phone: str) -> str:
        """Return a phone in groups; what is no phone stays as it is."""
        return _phone(phone)

    def hours_note(self, point: Point, days_ahead: int) -> str:
        """Return why the hours of a day are not the week's; empty when they are."""
        day = local_date(self.now, point.timetable.time_zone) + timedelta(days=days_ahead)
        exceptional = point.timetable.exceptions.get(day)
        return "" if exceptional is None else exceptional.reason

    def opening_hours(self, point: Point, days_ahead: int) -> str:
        """Return the hours of today, or of a day ahead; empty when closed."""
        if not days_ahead:
            return format_todays_hours(point.timetable, self.now, self.language)
        day = local_date(self.now, point.timetable.time_zone) + timedelta(days=days_ahead)
        return format_opening_hours(point.timetable, day, self.language)


@lru_cache(maxsize=_TITLES_MAX)
def _title(title: str) -> str:
    return tie_short_words(_FIGURE.sub(rf"\1{_NBSP}", title))


@lru_cache(maxsize=_PHONES_MAX)
def _phone(phone: str) -> str:
    parsed = parse_phone(phone)
    return format_phone(parsed) if parsed else phone


def _day(day: date, text: str) -> Markup:
    return safe_markup(f'<time datetime="{day.isoformat()}">{text}</time>')


def _counting(kind: str, instant: datetime, text: str) -> Markup:
    at = dates.format_rfc3339(instant)
    return safe_markup(f'<span data-{kind}="{at}">{text}</span>')


def _period(text: Markup, began_at: datetime, ended_at: datetime | None) -> Markup:
    ended = f' data-ended="{dates.format_rfc3339(ended_at)}"' if ended_at else ""
    began = dates.format_rfc3339(began_at)
    return safe_markup(f'<span data-began="{began}"{ended}>{text}</span>')


def _time(instant: datetime, text: str) -> Markup:
    at = dates.format_rfc3339(instant)
    return safe_markup(f'<time datetime="{at}">{text}</time>')
