"""Why a payment came to nothing, in words for its buyer, by the word of the provider."""

from collections.abc import Mapping
from typing import Final

from gotovo.words.language import Language
from gotovo.words.translations import Translator, msgid

_NO_MONEY: Final = msgid("There was not enough money on the card or account.")
_EXPIRED: Final = msgid("The card has expired.")
_WRONG: Final = msgid("The details of the card were wrong.")
_NOT_PROVED: Final = msgid("The bank could not make sure that it was you.")
_TIME_OVER: Final = msgid("The time on the bank's page ran out.")
_LIMIT: Final = msgid("The limit of the card or account is used up.")
_UNSURE: Final = msgid("The bank did not accept it. It can tell you why.")
_CALLED_OFF: Final = msgid("It was called off.")
_OTHER: Final = msgid("The bank did not accept it.")

_SENTENCES: Final[Mapping[str, str]] = {
    "insufficient_funds": _NO_MONEY,
    "card_expired": _EXPIRED,
    "expired_card": _EXPIRED,
    "invalid_card_number": _WRONG,
    "incorrect_number": _WRONG,
    "invalid_csc": _WRONG,
    "incorrect_cvc": _WRONG,
    "3d_secure_failed": _NOT_PROVED,
    "identification_required": _NOT_PROVED,
    "expired_on_confirmation": _TIME_OVER,
    "internal_timeout": _TIME_OVER,
    "expired": _TIME_OVER,
    "payment_method_limit_exceeded": _LIMIT,
    "call_issuer": _UNSURE,
    "general_decline": _UNSURE,
    "issuer_unavailable": _UNSURE,
    "card_declined": _UNSURE,
    "canceled_by_merchant": _CALLED_OFF,
    "called_off": _CALLED_OFF,
}
"""YooKassa's reasons of cancellation, Stripe's codes of declines, and those of the demo's bank."""


def payment_end(reason: str, language: Language) -> str:
    """Return a sentence: why there was no money. A word that is not known says that it was not."""
    return Translator(language).gettext(_SENTENCES.get(reason, _OTHER))
