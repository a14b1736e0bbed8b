"""When a pick-up point is closed, in one sentence: for messages, pages and desks alike."""

from datetime import datetime

from gotovo.points.closures.closed_time import ClosedTime
from gotovo.points.local_time import MIDNIGHT, local_date, zone
from gotovo.words.formats.dates import format_deadline, format_moment, format_on_day
from gotovo.words.language import Language
from gotovo.words.translations import Translator


def closed_sentence(
    closed: ClosedTime | None, time_zone: str, language: Language, now: datetime
) -> str:
    """Return when the point is closed; of one that is not, that it is open again."""
    _ = Translator(language).gettext
    if closed is None:
        return _("Your pick-up point is open again.")
    since = _since(closed.since, time_zone, language, now)
    if closed.until is None:
        if closed.since <= now:
            return _("Your pick-up point is closed until further notice.")
        return _("Your pick-up point closes {since}, until further notice.", since=since)
    if closed.since <= now:
        until = format_deadline(closed.until, time_zone, language, now)
        return _("Your pick-up point is closed until {until}.", until=until)
    return _(
        "Your pick-up point closes {since}. It opens again {until}.",
        since=since,
        until=format_moment(closed.until, time_zone, language, now),
    )


def _since(instant: datetime, time_zone: str, language: Language, now: datetime) -> str:
    """Return `on Friday, 4 December`, or with the hour; a whole day has none."""
    local = instant.astimezone(zone(time_zone))
    if local.time() != MIDNIGHT:
        return format_moment(instant, time_zone, language, now)
    return format_on_day(local.date(), language, local_date(now, time_zone))
