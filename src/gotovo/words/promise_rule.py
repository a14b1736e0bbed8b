"""How a delivery promise came about, as one sentence from which it can be recomputed."""

from gotovo.order.values.promise import Promise
from gotovo.points.local_time import local_date
from gotovo.words.formats.short_dates import (
    counted,
    day_in_words,
    days_in_words,
    limit_in_words,
    moment_in_words,
    time_in_words,
)
from gotovo.words.language import Language


def promise_rule_sentence(promised: Promise, language: Language) -> str:
    """Return the promise's rule as one sentence, without a full stop."""
    sentence = _in_russian if language == "ru" else _in_english
    return "; ".join(sentence(promised))


def _in_russian(promised: Promise) -> list[str]:
    rule = promised.rule
    paid_on = local_date(rule.paid_at, rule.time_zone)
    side = "до" if rule.paid_at < rule.cut_off_at else "после"
    paid = moment_in_words(rule.paid_at, rule.time_zone, "ru", paid_on)
    said = [f"оплата в {paid}, {side} {time_in_words(rule.cut_off_at, rule.time_zone)}"]
    if rule.dispatch_closed:
        said.append(f"склад закрыт {days_in_words(rule.dispatch_closed, 'ru', paid_on)}")
    said.append(f"отправка {day_in_words(rule.dispatched_on, 'ru', paid_on)}")
    if rule.transit_days:
        said.append(f"{counted(rule.transit_days, 'день', 'дня', 'дней')} в пути")
    if rule.delivery_closed:
        said.append(f"закрыто {days_in_words(rule.delivery_closed, 'ru', paid_on)}")
    if promised.promised_until is None:
        return [*said, "когда откроется, пока неизвестно"]
    until = limit_in_words(promised.promised_until, rule.time_zone, "ru", paid_on)
    return [*said, f"поэтому до {until}"]


def _in_english(promised: Promise) -> list[str]:
    rule = promised.rule
    paid_on = local_date(rule.paid_at, rule.time_zone)
    side = "before" if rule.paid_at < rule.cut_off_at else "after"
    paid = moment_in_words(rule.paid_at, rule.time_zone, "en", paid_on)
    said = [f"paid at {paid}, {side} {time_in_words(rule.cut_off_at, rule.time_zone)}"]
    if rule.dispatch_closed:
        closed = days_in_words(rule.dispatch_closed, "en", paid_on)
        said.append(f"the warehouse is closed on {closed}")
    said.append(f"sent on {day_in_words(rule.dispatched_on, 'en', paid_on)}")
    if rule.transit_days:
        noun = "day" if rule.transit_days == 1 else "days"
        said.append(f"{rule.transit_days} {noun} on the way")
    if rule.delivery_closed:
        closed = days_in_words(rule.delivery_closed, "en", paid_on)
        said.append(f"closed on {closed}")
    if promised.promised_until is None:
        return [*said, "when it opens is not known yet"]
    until = limit_in_words(promised.promised_until, rule.time_zone, "en", paid_on)
    return [*said, f"so by {until}"]
