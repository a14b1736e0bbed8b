"""The storage rule as one sentence, so that a buyer can recompute the deadline.

The Russian sentence is the product's own: "7 суток с 14:05 22.11; точка закрыта 29.11, поэтому
до 20:00 30.11".
"""

from datetime import date

from gotovo.points.local_time import local_date
from gotovo.points.storage_term import StorageRule
from gotovo.words.formats.short_dates import (
    counted,
    days_in_words,
    limit_in_words,
    moment_in_words,
)
from gotovo.words.language import Language


def storage_rule_sentence(rule: StorageRule, language: Language) -> str:
    """Return the sentence, without a full stop; times are in the point's zone."""
    started_on = local_date(rule.started_at, rule.time_zone)
    term, additions, end = _RU if language == "ru" else _EN
    return "; ".join((term(rule, started_on), *additions(rule, started_on), end(rule, started_on)))


def _term_ru(rule: StorageRule, on: date) -> str:
    term = counted(rule.days, "сутки", "суток", "суток")
    begins = _moment(rule, "ru", on)
    if not rule.extended_days:
        return f"{term} с {begins}"
    extension = counted(rule.extended_days, "день", "дня", "дней")
    return f"{term} с {begins}, +{extension} продления"


def _additions_ru(rule: StorageRule, on: date) -> tuple[str, ...]:
    if not rule.closed_dates:
        return ()
    added = counted(len(rule.closed_dates), "сутки", "суток", "суток")
    return (f"точка закрыта {_days(rule, 'ru', on)}: +{added}",)


def _end_ru(rule: StorageRule, on: date) -> str:
    until = f"до {_limit(rule, 'ru', on)}"
    if not rule.opens_again:
        return f"{until}, но точка пока не открывается: срок решит поддержка"
    if rule.moved_because is None:
        return until
    if rule.moved_because == "unextended":
        return f"но не раньше срока без продления, поэтому {until}"
    closed = f"точка закрыта {_days_passed(rule, 'ru', on)}"
    if rule.moved_because == "closed":
        return f"{closed}, поэтому {until}"
    outside = f"{_term_end(rule, 'ru', on)} нерабочее время"
    if rule.closed_dates_passed:
        outside = f"{outside}, {closed}"
    return f"{outside}, поэтому {until}"


def _term_en(rule: StorageRule, on: date) -> str:
    term = f"{_days_counted_en(rule.days)} from {_moment(rule, 'en', on)}"
    if not rule.extended_days:
        return term
    return f"{term}, extended by {_days_counted_en(rule.extended_days)}"


def _additions_en(rule: StorageRule, on: date) -> tuple[str, ...]:
    if not rule.closed_dates:
        return ()
    added = _days_counted_en(len(rule.closed_dates))
    return (f"the point is closed on {_days(rule, 'en', on)}, which adds {added}",)


def _end_en(rule: StorageRule, on: date) -> str:
    until = f"until {_limit(rule, 'en', on)}"
    if not rule.opens_again:
        return f"{until}, but the point does not open again yet: support will decide"
    if rule.moved_because is None:
        return until
    if rule.moved_because == "unextended":
        return f"but no earlier than without the extension, so {until}"
    closed = f"the point is closed on {_days_passed(rule, 'en', on)}"
    if rule.moved_because == "closed":
        return f"{closed}, so {until}"
    outside = f"{_term_end(rule, 'en', on)} is outside opening hours"
    if rule.closed_dates_passed:
        outside = f"{outside} and {closed}"
    return f"{outside}, so {until}"


def _days_counted_en(days: int) -> str:
    return f"{days} day" if days == 1 else f"{days} days"


def _moment(rule: StorageRule, language: Language, on: date) -> str:
    return moment_in_words(rule.started_at, rule.time_zone, language, on)


def _term_end(rule: StorageRule, language: Language, on: date) -> str:
    return moment_in_words(rule.term_ends_at, rule.time_zone, language, on)


def _limit(rule: StorageRule, language: Language, on: date) -> str:
    return limit_in_words(rule.deadline, rule.time_zone, language, on)


def _days(rule: StorageRule, language: Language, on: date) -> str:
    return days_in_words(rule.closed_dates, language, on)


def _days_passed(rule: StorageRule, language: Language, on: date) -> str:
    return days_in_words(rule.closed_dates_passed, language, on)


_RU = (_term_ru, _additions_ru, _end_ru)
_EN = (_term_en, _additions_en, _end_en)
