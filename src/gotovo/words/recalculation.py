"""Why a deadline or a promise was computed again, in words (rules 4.1 and 4.2)."""

from gotovo.order.steps.storage_recalculation import RecalculationReason
from gotovo.words.erased_text import erased_text
from gotovo.words.language import Language
from gotovo.words.translations import Translator, pmsgid

REASONS = {
    RecalculationReason.CLOSURE: pmsgid("recalculation", "closed days were added"),
    RecalculationReason.HOURS: pmsgid("recalculation", "opening hours have changed"),
    RecalculationReason.TERM: pmsgid("recalculation", "the terms have changed"),
    RecalculationReason.OUTAGE: pmsgid("recalculation", "the pick-up point could not work"),
    RecalculationReason.MESSAGE_DELIVERED: pmsgid(
        "recalculation", "the message about the order arrived later"
    ),
    RecalculationReason.MESSAGE_UNCONFIRMED: pmsgid(
        "recalculation", "it is not known whether the message about the order arrived"
    ),
    RecalculationReason.MESSAGE_NOT_DELIVERED: pmsgid(
        "recalculation", "the message about the order did not arrive"
    ),
}


def recalculation_reason(reason: str | None, language: Language) -> str:
    """Return the reason in words; what a person wrote instead stays as it is, unless erased."""
    if reason is None:
        return erased_text(language)
    try:
        known = RecalculationReason(reason)
    except ValueError:
        return reason
    return Translator(language).pgettext("recalculation", REASONS[known])
