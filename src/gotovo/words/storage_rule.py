"""The storage rule as one sentence, from which a buyer can recompute the deadline.

The Russian sentence is the product's own: "7 суток с 14:05 22.11; точка закрыта 29.11, поэтому
до 20:00 30.11".
"""

from collections.abc import Sequence
from datetime import date

from gotovo.points.local_time import local_date
from gotovo.points.storage_term import StorageRule
from gotovo.words.formats.short_dates import (
    format_short_dates,
    format_short_deadline,
    format_short_moment,
)
from gotovo.words.language import Language
from gotovo.words.translations import Translator


def storage_rule_sentence(rule: StorageRule, language: Language) -> str:
    """Return the sentence, without a full stop; times are local at the point."""
    translator = Translator(language)
    clauses = [_term(rule, translator)]
    if rule.undelivered_days:
        clauses.append(
            translator.gettext(
                "no message could be delivered, which adds {days}",
                days=_full_days(translator, rule.undelivered_days),
            )
        )
    if rule.closed_dates:
        clauses.append(
            translator.gettext(
                "the point is closed on {dates}, which adds {days}",
                dates=_dates(rule, rule.closed_dates, language),
                days=_full_days(translator, len(rule.closed_dates)),
            )
        )
    return "; ".join([*clauses, _end(rule, translator)])


def _term(rule: StorageRule, translator: Translator) -> str:
    days = _full_days(translator, rule.days)
    moment = _beginning(rule, translator)
    if not rule.extended_days:
        return translator.gettext("{days} from {moment}", days=days, moment=moment)
    return translator.gettext(
        "{days} from {moment}, extended by {extension}",
        days=days,
        moment=moment,
        extension=translator.ngettext("{number} day", "{number} days", rule.extended_days),
    )


def _beginning(rule: StorageRule, translator: Translator) -> str:
    moment = format_short_moment(
        rule.started_at, rule.time_zone, translator.language, _reference(rule)
    )
    match rule.begins_because:
        case "message_delivered":
            return translator.gettext("{moment} (when the message arrived)", moment=moment)
        case "message_unconfirmed":
            return translator.gettext(
                "{moment} (until then it was not known whether the message had arrived)",
                moment=moment,
            )
        case None:
            return moment


def _end(rule: StorageRule, translator: Translator) -> str:
    language, reference = translator.language, _reference(rule)
    deadline = format_short_deadline(rule.deadline, rule.time_zone, language, reference)
    if not rule.opens_again:
        return translator.gettext(
            "until {deadline}, but the point has no date yet to open again: support will decide",
            deadline=deadline,
        )
    if rule.moved_because is None:
        return translator.gettext("until {deadline}", deadline=deadline)
    if rule.moved_because == "unextended":
        return translator.gettext(
            "but no earlier than without the extension, so until {deadline}", deadline=deadline
        )
    dates = _dates(rule, rule.closed_dates_passed, language)
    if rule.moved_because == "closed":
        return translator.gettext(
            "the point is closed on {dates}, so until {deadline}", dates=dates, deadline=deadline
        )
    moment = format_short_moment(rule.term_ends_at, rule.time_zone, language, reference)
    if not rule.closed_dates_passed:
        return translator.gettext(
            "{moment} is outside opening hours, so until {deadline}",
            moment=moment,
            deadline=deadline,
        )
    return translator.gettext(
        "{moment} is outside opening hours and the point is closed on {dates}, so until {deadline}",
        moment=moment,
        dates=dates,
        deadline=deadline,
    )


def _full_days(translator: Translator, days: int) -> str:
    """Return days of 24 hours: «7 суток»."""
    return translator.npgettext("24 hours", "{number} day", "{number} days", days)


def _dates(rule: StorageRule, dates: Sequence[date], language: Language) -> str:
    return format_short_dates(dates, language, _reference(rule))


def _reference(rule: StorageRule) -> date:
    return local_date(rule.started_at, rule.time_zone)
