"""What templates say times, sums and names with: one language, one moment of looking."""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

from markupsafe import Markup

from gotovo.access.phones import parse_phone, phone_shown
from gotovo.order.values.number import grouped
from gotovo.order.values.order import Order, Outcome, Reason, Stage
from gotovo.points.local_time import local_date
from gotovo.points.point import Point
from gotovo.points.timetable import hours_on
from gotovo.words.formats import dates
from gotovo.words.language import Language
from gotovo.words.statuses import reason_label, stage_label, status_label
from gotovo.words.steps import step_label
from gotovo.words.translations import Translator, msgid, tie_short_words

_NBSP = "\N{NO-BREAK SPACE}"
_TITLES_MAX = 4096  # What sells well is on most lists; each title costs ten searches.
_PHONES_MAX = 4096  # Phones of points: more than most networks have.
_FIGURE = re.compile(r"(\d) (?=\w{1,4}\b)")

_UNDER_A_MINUTE = msgid("under a minute")


class Formatter:
    """Turns values into words; what it returns is safe to put on a page."""

    def __init__(self, language: Language, now: datetime) -> None:
        self.language: Language = language
        self.now = now

    def today(self, time_zone: str) -> date:
        """Return the date on the wall of a place."""
        return local_date(self.now, time_zone)

    def moment(self, instant: datetime, time_zone: str) -> Markup:
        """Return `сегодня, 22 ноября, в 14:05` as a time element."""
        return _time(instant, dates.moment_said(instant, time_zone, self.language, self.now))

    def short(self, instant: datetime, time_zone: str) -> Markup:
        """Return `22 ноября, 14:05` as a time element."""
        return _time(instant, dates.moment_plain(instant, time_zone, self.language, self.now))

    def limit(self, instant: datetime, time_zone: str) -> Markup:
        """Return `14:05 завтра, 23 ноября` as a time element, to stand after «до»."""
        return _time(instant, dates.limit_said(instant, time_zone, self.language, self.now))

    def clock(self, instant: datetime, time_zone: str) -> Markup:
        """Return `14:05` as a time element."""
        return _time(instant, dates.clock_said(instant, time_zone))

    def day(self, day: date, time_zone: str) -> Markup:
        """Return `завтра, 23 ноября` as a time element, to stand after «на»."""
        return _day(day, dates.day_said(day, self.language, self.today(time_zone)))

    def on_day(self, instant: datetime, time_zone: str) -> Markup:
        """Return `в среду, 25 ноября` as a time element."""
        day = local_date(instant, time_zone)
        return _day(day, dates.on_day_said(day, self.language, self.today(time_zone)))

    def date(self, day: date, time_zone: str) -> Markup:
        """Return `2 декабря` as a time element."""
        return _day(day, dates.day_plain(day, self.language, self.today(time_zone)))

    def stretch(self, began_at: datetime, ended_at: datetime | None, time_zone: str) -> Markup:
        """Return `22 ноября, 14:05 – 15:10`, one day not said twice; an open one has no end."""
        began = self.short(began_at, time_zone)
        if ended_at is None:
            return _stretch(began, began_at, None)
        is_one_day = local_date(began_at, time_zone) == local_date(ended_at, time_zone)
        said = self.clock if is_one_day else self.short
        return _stretch(began + " – " + said(ended_at, time_zone), began_at, ended_at)

    def span(self, span: timedelta, *, accusative: bool = False) -> str:
        """Return `1 день 3 часа`; the accusative stands after «на» and «через»."""
        return dates.span_said(span, self.language, accusative=accusative)

    def lasted(self, began_at: datetime, ended_at: datetime) -> str:
        """Return how long something took, as the minutes beside it say."""
        began, ended = (x.replace(second=0, microsecond=0) for x in (began_at, ended_at))
        if ended > began:
            return self.span(ended - began)
        return str(Translator(self.language)(_UNDER_A_MINUTE))

    def until(self, instant: datetime) -> Markup:
        """Return how long it is until an instant; a script counts on from there."""
        return _counting("until", instant, self.span(instant - self.now))

    def since(self, instant: datetime) -> Markup:
        """Return how long it has been since an instant; a script counts on from there."""
        return _counting("since", instant, self.span(self.now - instant, accusative=True))

    def units(self, *, accusative: bool = False) -> str:
        """Return the words for days, hours and minutes that a script counts on with."""
        return dates.units_said(self.language, accusative=accusative)

    def machine(self, instant: datetime) -> str:
        """Return an instant as programs read it."""
        return dates.machine(instant)

    def zone(self, time_zone: str) -> str:
        """Return the name and offset of a time zone."""
        return dates.zone_said(time_zone, self.language, self.now)

    def sum(self, amount: int, currency: str) -> str:
        """Return a sum of minor units."""
        return dates.sum_said(amount, currency, self.language)

    def number(self, number: str) -> str:
        """Return an order's number in groups that stay on one line."""
        return grouped(number).replace(" ", _NBSP)

    def code(self, code: str) -> str:
        """Return a code in two groups of three."""
        return f"{code[:3]}{_NBSP}{code[3:]}"

    def status(self, status: str, outcome: Outcome | None) -> str:
        """Return one of the four statuses, the last one by its outcome."""
        return tie_short_words(status_label(status, outcome, self.language))

    def news(self, order: Order, status: str) -> str:
        """Return where an order stands in one sentence, to be read out when that has changed."""
        _ = Translator(self.language)
        number = self.number(order.number)
        if order.stage is Stage.HANDING_OVER:
            return _("Order {number} is being handed over now.", number=number)
        processing = status == "processing"
        what = self.stage(order.stage) if processing else self.status(status, order.outcome)
        return _("Order {number}: {what}.", number=number, what=what[:1].lower() + what[1:])

    def stage(self, stage: Stage) -> str:
        """Return a stage in plain words."""
        return stage_label(stage, self.language)

    def step(self, step: str) -> str:
        """Return a step as a noun."""
        return step_label(step, self.language)

    def reason(self, reason: Reason) -> str:
        """Return why an order was cancelled."""
        return tie_short_words(reason_label(reason, self.language))

    def title(self, title: str) -> str:
        """Return the title of goods; figures are tied to their units, short words to the next."""
        return _title(title)

    def phone(self, phone: str) -> str:
        """Return a phone in groups; what is no phone stays as it is."""
        return _phone(phone)

    def unusual(self, point: Point, days_ahead: int) -> str:
        """Return why the hours of a day are not the week's; empty when they are."""
        day = local_date(self.now, point.timetable.time_zone) + timedelta(days=days_ahead)
        exceptional = point.timetable.exceptions.get(day)
        return "" if exceptional is None else exceptional.reason

    def hours(self, point: Point, days_ahead: int) -> str:
        """Return the hours of today, or of a day ahead; empty when closed."""
        day = local_date(self.now, point.timetable.time_zone) + timedelta(days=days_ahead)
        return ", ".join(
            f"{each.opens:%H:%M}–{_closing(f'{each.closes:%H:%M}')}"
            for each in hours_on(point.timetable, day)
        )


def _closing(clock: str) -> str:
    return "24:00" if clock == "00:00" else clock


@lru_cache(maxsize=_TITLES_MAX)
def _title(title: str) -> str:
    return tie_short_words(_FIGURE.sub(rf"\1{_NBSP}", title))


@lru_cache(maxsize=_PHONES_MAX)
def _phone(phone: str) -> str:
    parsed = parse_phone(phone)
    return phone_shown(parsed) if parsed else phone


def _day(day: date, said: str) -> Markup:
    return Markup(f'<time datetime="{day.isoformat()}">{said}</time>')  # noqa: S704  (our words)


def _counting(kind: str, instant: datetime, said: str) -> Markup:
    machine = dates.machine(instant)
    return Markup(f'<span data-{kind}="{machine}">{said}</span>')  # noqa: S704  (our own words)


def _stretch(said: Markup, began_at: datetime, ended_at: datetime | None) -> Markup:
    ended = f' data-ended="{dates.machine(ended_at)}"' if ended_at else ""
    began = dates.machine(began_at)
    return Markup(f'<span data-began="{began}"{ended}>{said}</span>')  # noqa: S704  (our own words)


def _time(instant: datetime, said: str) -> Markup:
    machine = dates.machine(instant)
    return Markup(f'<time datetime="{machine}">{said}</time>')  # noqa: S704  (our own words)
