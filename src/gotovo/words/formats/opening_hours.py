"""Opening hours of one day."""

from collections.abc import Iterable

from gotovo.points.timetable import Hours
from gotovo.words.formats.dates import format_clock, format_end


def format_opening_hours(hours: Iterable[Hours]) -> str:
    """Return `10:00–13:00, 14:00–24:00`; empty when closed."""
    return ", ".join(f"{format_clock(x.opens)}–{format_end(x.closes)}" for x in hours)
