"""The words of a message: what happened, what to do, and what the code in it is for.

A sign-in code and a pick-up code never look alike: the first is six digits in one piece, the
second two groups of three, and each says where it is used.
"""

from datetime import datetime

from msgspec import Struct

from gotovo.notices.policy import Notice, Purpose
from gotovo.order.values.number import grouped
from gotovo.order.values.order import Pickup, place_of
from gotovo.order.values.pickup_codes import pickup_code
from gotovo.points.local_time import local_date
from gotovo.points.point import Point
from gotovo.points.timetable import hours_on
from gotovo.words.formats.dates import day_plain, limit_said, sum_said
from gotovo.words.language import Language
from gotovo.words.statuses import reason_label
from gotovo.words.translations import Translator

_NBSP = "\N{NO-BREAK SPACE}"


class Telling(Struct, frozen=True):
    """What the words need besides the fact: where, in which language, and when it is read.

    `site` is where the pages are, empty where that is not known.
    """

    point: Point | None
    language: Language
    secret: bytes
    now: datetime
    time_zone: str
    site: str = ""


def sign_in_text(code: str, language: Language, host: str) -> str:
    """Return the message with a code for signing in.

    The last line binds the code to the site: phones then offer it there and nowhere else (WICG,
    "Origin-bound one-time codes delivered via SMS"). Without a public host there is no such line.
    """
    said = Translator(language).plain(
        "{code} is your code for signing in to the Gotovo site. Tell it to nobody, not even to "
        "the staff: it is of no use at the desk.",
        code=code,
    )
    return f"{said}\n\n@{host} #{code}" if host else said


def notice_text(notice: Notice, telling: Telling) -> str:
    """Return the message that tells a fact."""
    sentences = {
        Purpose.READY: _ready,
        Purpose.NEW_CODE: _new_code,
        Purpose.BEING_ISSUED: _being_issued,
        Purpose.EXPIRING: _expiring,
        Purpose.CANCELLED: _cancelled,
        Purpose.REFUND_STARTED: _refund_started,
        Purpose.REFUNDED: _refunded,
        Purpose.ANSWERED: _answered,
    }
    return "\n".join(line for line in sentences[notice.purpose](notice, telling) if line)


def _ready(notice: Notice, telling: Telling) -> list[str]:
    say = Translator(telling.language).plain
    return [
        say("Order {number} is ready for pick-up.", number=_number(notice)),
        say("Pick-up code: {code}.", code=_code(notice, telling)),
        _where(telling),
        _deadline(notice, telling),
        say("Show this message at the desk; no document is needed."),
    ]


def _new_code(notice: Notice, telling: Telling) -> list[str]:
    say = Translator(telling.language).plain
    return [
        say(
            "Order {number} has a new pick-up code: {code}. The one before does not work any more.",
            number=_number(notice),
            code=_code(notice, telling),
        ),
        say("If you did not ask for it: somebody tried wrong codes and got nothing."),
    ]


def _being_issued(notice: Notice, telling: Telling) -> list[str]:
    say = Translator(telling.language).plain
    return [
        say("Order {number} is being handed over now.", number=_number(notice)),
        say("If it is not you at the desk, stop it on the order's page."),
    ]


def _expiring(notice: Notice, telling: Telling) -> list[str]:
    words = Translator(telling.language)
    left = words.count("{number} hour", "{number} hours", notice.hours)
    return [
        words.plain(
            "Order {number} is kept for another {left}.", number=_number(notice), left=left
        ),
        _deadline(notice, telling),
        words.plain("Pick-up code: {code}.", code=_code(notice, telling)),
        _where(telling),
    ]


def _cancelled(notice: Notice, telling: Telling) -> list[str]:
    say = Translator(telling.language).plain
    reason = notice.order.reason
    why = reason_label(reason, telling.language) if reason else ""
    said = say("Order {number} was cancelled: {reason}.", number=_number(notice), reason=why)
    return [said, _money_back(notice, telling)]


def _refund_started(notice: Notice, telling: Telling) -> list[str]:
    say = Translator(telling.language).plain
    about = say("About order {number}.", number=_number(notice))
    return [about, _money_back(notice, telling)]


def _refunded(notice: Notice, telling: Telling) -> list[str]:
    if notice.refund is None:
        return []
    return [
        Translator(telling.language).plain(
            "{sum} for order {number} was returned the way it was paid.",
            sum=_sum(notice, telling),
            number=_number(notice),
        )
    ]


def _answered(notice: Notice, telling: Telling) -> list[str]:
    say = Translator(telling.language).plain
    read = f"{telling.site}/orders/{notice.order.number}/help" if telling.site else ""
    return [
        say("Support answered your question about order {number}.", number=_number(notice)),
        read or say("Read it on the order's page."),
    ]


def _money_back(notice: Notice, telling: Telling) -> str:
    if notice.refund is None:
        return ""
    today = local_date(telling.now, telling.time_zone)
    return Translator(telling.language).plain(
        "{sum} goes back the way it was paid, by {day} at the latest. You need not do anything.",
        sum=_sum(notice, telling),
        day=day_plain(notice.refund.promised_for, telling.language, today),
    )


def _where(telling: Telling) -> str:
    point = telling.point
    if point is None:
        return ""
    words = Translator(telling.language)
    hours = hours_on(point.timetable, local_date(telling.now, telling.time_zone))
    said = ", ".join(f"{each.opens:%H:%M}–{each.closes:%H:%M}" for each in hours)
    today = words.plain("Today {hours}", hours=said) if said else words.plain("Closed today")
    return f"{point.title}, {point.address}. {today}."


def _deadline(notice: Notice, telling: Telling) -> str:
    storage = notice.order.storage
    if storage is None:
        return ""
    moment = limit_said(storage.deadline_at, telling.time_zone, telling.language, telling.now)
    return Translator(telling.language).plain("Kept until {moment}.", moment=moment)


def _number(notice: Notice) -> str:
    return grouped(notice.order.number).replace(" ", _NBSP)


def _code(notice: Notice, telling: Telling) -> str:
    order = notice.order
    code = pickup_code(telling.secret, order.number, place_of(order), order.codes.counter)
    return f"{code[:3]}{_NBSP}{code[3:]}"


def _sum(notice: Notice, telling: Telling) -> str:
    amount = notice.refund.amount if notice.refund else 0
    return sum_said(amount, notice.order.currency, telling.language)


def point_of(notice: Notice) -> str:
    """Return the code of the point that the message is about, empty with a courier."""
    delivery = notice.order.delivery
    return delivery.point if isinstance(delivery, Pickup) else ""
