"""The program's own texts: all there, without a code on locked screens, and short as SMS."""

from datetime import UTC, datetime, timedelta

import pytest

from gotovo.notices.channels.sms.segments import segments_of
from gotovo.notices.channels.sms.transliteration import sent_text
from gotovo.notices.rules import ChannelName, Purpose
from gotovo.notices.texts.default_texts import TEXTS
from gotovo.notices.texts.example_texts import example_text, example_values
from gotovo.notices.texts.message_texts import default_texts, kinds
from gotovo.notices.texts.text_fields import CODE, EACH, KINDS, TOGETHER, uses_of
from gotovo.points.point import Point
from gotovo.town.dataset.places import TIME_ZONE, points
from gotovo.words.formats.dates import format_short_deadline
from gotovo.words.formats.opening_hours import format_short_hours
from gotovo.words.language import LANGUAGES, Language

LONGEST_DATE = datetime(2026, 9, 17, 18, tzinfo=UTC)
"""`17 сентября, 21:00`: no date is longer in Russian."""


def ready_sms(language: Language, point: Point, kind: str, orders: int = 1) -> str:
    """Return the SMS that paid orders are ready at a point of the demo town, as it is sent."""
    now = LONGEST_DATE - timedelta(days=7)
    values = {
        **example_values(language),
        "to_pay": "",
        "short_address": point.address.partition(", ")[2],
        "short_hours": format_short_hours(point.timetable, now, language),
        "short_deadline": format_short_deadline(LONGEST_DATE, TIME_ZONE, language, now),
    }
    line = default_texts().of(language, EACH, ChannelName.SMS).filled(values)
    values["orders"] = "\n".join([line] * orders)
    text = default_texts().of(language, kind, ChannelName.SMS).filled(values)
    return sent_text(text, transliterated=False)


def test_every_purpose_has_texts() -> None:
    orders = set(Purpose) - {Purpose.NEW_DEVICE, Purpose.PHONE_CHANGED}
    assert orders | {TOGETHER, EACH} == set(KINDS) == set(TEXTS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", kinds())
def test_every_kind_has_a_text_for_every_channel(kind: str, language: Language) -> None:
    texts = default_texts()
    shown = [example_text(kind, language, use, texts) for use in uses_of(kind)]
    assert all(shown)
    assert not [text for text in shown if "{" in text or "\n\n" in text]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_ready_sms_has_all_that_is_needed_and_says_what_the_code_is_for(
    language: Language,
) -> None:
    values = example_values(language)
    lines = example_text(Purpose.READY, language, ChannelName.SMS, default_texts()).split("\n")
    needed = ("number", CODE, "to_pay", "short_address", "short_hours", "short_deadline")
    assert len(lines) == len(needed)
    assert all(values[name] in line for name, line in zip(needed, lines, strict=True))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("code", "segments"), [("KZN-1", 2), ("KZN-2", 3), ("ZDL-1", 2)])
def test_the_ready_sms_of_the_demo_towns_points_is_short(
    code: str, segments: int, language: Language
) -> None:
    """Each segment is paid for. Of KZN-2, the address and the hours alone have 56 letters."""
    point = next(each for each in points(LONGEST_DATE.date()) if each.code == code)
    text = ready_sms(language, point, Purpose.READY)
    assert segments_of(text).count <= segments
    assert segments_of(sent_text(text, transliterated=True)).count <= segments - 1


@pytest.mark.parametrize(("orders", "segments"), [(2, 3), (3, 4), (5, 6)])
def test_orders_told_together_take_a_segment_each(orders: int, segments: int) -> None:
    """Told one by one they would take two each."""
    (point, *_) = points(LONGEST_DATE.date())
    assert segments_of(ready_sms("ru", point, TOGETHER, orders)).count <= segments


@pytest.mark.parametrize(
    ("kind", "segments"),
    [
        (Purpose.PART_PAID, 3),
        (Purpose.PAYMENT_CHECKED, 3),
        (Purpose.PAID, 2),
        (Purpose.REVIVED, 2),
        (Purpose.NEW_CODE, 2),
        (Purpose.BEING_ISSUED, 1),
        (Purpose.EXPIRING, 2),
        (Purpose.STORAGE_MOVED, 2),
        (Purpose.PROMISE_MOVED, 2),
        (Purpose.CANCELLED, 2),
        (Purpose.REFUND_STARTED, 2),
        (Purpose.REFUNDED, 1),
        (Purpose.ANSWERED, 2),
    ],
)
def test_other_sms_are_short_too(kind: Purpose, segments: int) -> None:
    text = example_text(kind, "ru", ChannelName.SMS, default_texts())
    assert segments_of(text).count <= segments
