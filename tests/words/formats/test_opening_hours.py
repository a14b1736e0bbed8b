"""Opening hours of one day."""

from datetime import time

from gotovo.points.timetable import Hours
from gotovo.words.formats.opening_hours import format_opening_hours


def test_hours_stand_in_order_and_end_at_24_00() -> None:
    hours = (Hours(time(10), time(13)), Hours(time(14), time()))
    assert format_opening_hours(hours) == "10:00–13:00, 14:00–24:00"
    assert not format_opening_hours(())
