"""What can wait is sent after the quiet hours; what happens this minute is sent in them too."""

from datetime import datetime

import pytest

from gotovo.notices.rules import Purpose
from gotovo.notices.sending_time import sending_time

NIGHT = datetime.fromisoformat("2026-11-22T23:30+03:00")
MORNING = datetime.fromisoformat("2026-11-23T09:00+03:00")
DAY = datetime.fromisoformat("2026-11-22T14:05+03:00")


@pytest.mark.parametrize("purpose", list(Purpose))
def test_every_message_waits_but_those_for_this_minute(purpose: Purpose) -> None:
    """Rule 4.10."""
    expected = NIGHT if purpose in {"being_issued", "new_code"} else MORNING
    assert sending_time(purpose, NIGHT, "Europe/Moscow") == expected
    assert sending_time(purpose, DAY, "Europe/Moscow") == DAY


def test_the_quiet_hours_are_those_of_the_place() -> None:
    zones = ("Asia/Vladivostok", "Europe/Kaliningrad")
    times = [sending_time(Purpose.READY, DAY, zone) for zone in zones]
    assert [at > DAY for at in times] == [True, False]
