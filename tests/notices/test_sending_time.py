"""What can wait is sent after the quiet hours; what happens this minute is sent in them too."""

from datetime import datetime, timedelta

import pytest

from gotovo.notices.rules import RULES, ChannelName, Purpose, Urgency
from gotovo.notices.sending_time import sending_time

NIGHT = datetime.fromisoformat("2026-11-22T23:30+03:00")
MORNING = datetime.fromisoformat("2026-11-23T09:00+03:00")
DAY = datetime.fromisoformat("2026-11-22T14:05+03:00")

THIS_MINUTE = {Purpose.BEING_ISSUED, Purpose.NEW_CODE, Purpose.COURIER_LEFT}
ABOUT_ACCOUNT = {Purpose.NEW_DEVICE, Purpose.PHONE_CHANGED}


@pytest.mark.parametrize("purpose", list(Purpose))
def test_every_message_waits_but_those_for_this_minute(purpose: Purpose) -> None:
    """Rule 4.10."""
    expected = NIGHT if purpose in THIS_MINUTE | ABOUT_ACCOUNT else MORNING
    assert sending_time(purpose, NIGHT, "Europe/Moscow") == expected
    assert sending_time(purpose, DAY, "Europe/Moscow") == DAY


def test_the_quiet_hours_are_those_of_the_place() -> None:
    zones = ("Asia/Vladivostok", "Europe/Kaliningrad")
    times = [sending_time(Purpose.READY, DAY, zone) for zone in zones]
    assert [at > DAY for at in times] == [True, False]


@pytest.mark.parametrize(
    ("night", "zone", "morning"),
    [
        # Clocks go forward an hour in this night, and back an hour in that one.
        ("2026-03-28T23:30+01:00", "Europe/Berlin", "2026-03-29T09:00+02:00"),
        ("2026-10-24T23:30+02:00", "Europe/Berlin", "2026-10-25T09:00+01:00"),
        ("2026-11-22T21:00+05:45", "Asia/Kathmandu", "2026-11-23T09:00+05:45"),
        ("2026-11-22T08:59+13:00", "Pacific/Tongatapu", "2026-11-22T09:00+13:00"),
        ("2026-11-22T22:00+00:00", "UTC", "2026-11-23T09:00+00:00"),
    ],
)
def test_the_quiet_hours_end_at_nine_by_the_clock_of_that_day(
    night: str, zone: str, morning: str
) -> None:
    """Rule 4.15."""
    at = datetime.fromisoformat(night)
    assert sending_time(Purpose.READY, at, zone) == datetime.fromisoformat(morning)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_what_happens_this_minute_is_urgent_and_tried_within_minutes(purpose: Purpose) -> None:
    rule = RULES[purpose]
    is_now = purpose in THIS_MINUTE
    is_high = is_now or purpose in ABOUT_ACCOUNT
    assert (rule.urgency is Urgency.HIGH, rule.waits) == (is_high, not is_high)
    assert (rule.patience < timedelta(minutes=1)) is is_now
    assert (rule.arrives_within < timedelta(minutes=5)) is is_now
    assert (ChannelName.MAIL in rule.channels) is not is_now
    assert (ChannelName.SMS in rule.channels) is not rule.if_reached
