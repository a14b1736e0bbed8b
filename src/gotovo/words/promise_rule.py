"""How a delivery promise came about, as one sentence from which it can be recomputed."""

from collections.abc import Sequence
from datetime import date

from gotovo.order.values.promise import Promise
from gotovo.points.local_time import local_date
from gotovo.words.formats.dates import format_time
from gotovo.words.formats.short_dates import (
    format_short_date,
    format_short_dates,
    format_short_deadline,
    format_short_moment,
)
from gotovo.words.language import Language
from gotovo.words.translations import Translator


def promise_rule_sentence(
    promise: Promise, language: Language, *, pays_at_point: bool = False
) -> str:
    """Return the promise's rule as one sentence, without a full stop.

    What is paid at its point counts from when it was placed or redirected.
    """
    rule, translator = promise.rule, Translator(language)
    paid_on = local_date(rule.paid_at, rule.time_zone)

    def dates(days: Sequence[date]) -> str:
        return format_short_dates(days, language, paid_on)

    begins = _beginning if pays_at_point else _payment
    clauses = [begins(promise, translator, paid_on)]
    if rule.dispatch_closed:
        clauses.append(
            translator.gettext(
                "the warehouse is closed on {dates}", dates=dates(rule.dispatch_closed)
            )
        )
    dispatched = format_short_date(rule.dispatched_on, language, paid_on)
    clauses.append(translator.gettext("dispatched on {date}", date=dispatched))
    if rule.transit_days:
        clauses.append(
            translator.ngettext(
                "{number} day in transit", "{number} days in transit", rule.transit_days
            )
        )
    if rule.delivery_closed:
        clauses.append(translator.gettext("closed on {dates}", dates=dates(rule.delivery_closed)))
    return "; ".join([*clauses, _end(promise, translator, paid_on)])


def _payment(promise: Promise, translator: Translator, paid_on: date) -> str:
    rule = promise.rule
    moment = format_short_moment(rule.paid_at, rule.time_zone, translator.language, paid_on)
    cut_off = format_time(rule.cut_off_at, rule.time_zone)
    if rule.reported_late:
        return translator.gettext(
            "the payment was reported at {moment}, the cut-off was at {cut_off}",
            moment=moment,
            cut_off=cut_off,
        )
    if rule.paid_at < rule.cut_off_at:
        return translator.gettext(
            "paid at {moment}, before the cut-off at {cut_off}", moment=moment, cut_off=cut_off
        )
    return translator.gettext(
        "paid at {moment}, after the cut-off at {cut_off}", moment=moment, cut_off=cut_off
    )


def _beginning(promise: Promise, translator: Translator, began_on: date) -> str:
    rule = promise.rule
    moment = format_short_moment(rule.paid_at, rule.time_zone, translator.language, began_on)
    cut_off = format_time(rule.cut_off_at, rule.time_zone)
    if rule.paid_at < rule.cut_off_at:
        return translator.gettext(
            "counted from {moment}, before the cut-off at {cut_off}", moment=moment, cut_off=cut_off
        )
    return translator.gettext(
        "counted from {moment}, after the cut-off at {cut_off}", moment=moment, cut_off=cut_off
    )


def _end(promise: Promise, translator: Translator, paid_on: date) -> str:
    if promise.promised_until is None:
        return translator.gettext("when it opens again is not known yet")
    deadline = format_short_deadline(
        promise.promised_until, promise.rule.time_zone, translator.language, paid_on
    )
    return translator.gettext("so by {deadline}", deadline=deadline)
