"""Texts of notifications: what has happened to which order, for a screen that anybody can see.

A locked phone lies on a table. What it shows has no pick-up code, no sum and no name of goods; the
order's page, which a click opens, has all of it.
"""

from collections.abc import Mapping
from typing import Final

from gotovo.notices.routes.route import Letter
from gotovo.notices.rules import Purpose
from gotovo.words.formats.codes import format_order_number
from gotovo.words.formats.dates import format_deadline
from gotovo.words.language import Language
from gotovo.words.translations import Translator, msgid

_TITLES: Final[Mapping[Purpose, str]] = {
    Purpose.PART_PAID: msgid("Part of the payment received"),
    Purpose.PAYMENT_CHECKED: msgid("We are checking your payment"),
    Purpose.PAID: msgid("We received your payment"),
    Purpose.REVIVED: msgid("Your order is in processing after all"),
    Purpose.READY: msgid("Your order is ready for pick-up"),
    Purpose.NEW_CODE: msgid("Your order has a new pick-up code"),
    Purpose.BEING_ISSUED: msgid("Your order is being handed over now"),
    Purpose.EXPIRING: msgid("Your order is still waiting for you"),
    Purpose.STORAGE_MOVED: msgid("Your order will be kept longer"),
    Purpose.POINT_CLOSED: msgid("The hours of your pick-up point have changed"),
    Purpose.PROMISE_MOVED: msgid("Your order will come later"),
    Purpose.LATE: msgid("Your order is late"),
    Purpose.NOT_ON_SHELF: msgid("Your order is not on its shelf"),
    Purpose.FOUND_AGAIN: msgid("Your order has been found"),
    Purpose.PLACE_CHANGED: msgid("Your order is going to another place"),
    Purpose.COURIER_LEFT: msgid("The courier is on the way"),
    Purpose.NOT_DELIVERED: msgid("Your order was not delivered"),
    Purpose.CANCELLED: msgid("Your order was cancelled"),
    Purpose.REFUND_STARTED: msgid("We are refunding you"),
    Purpose.REFUNDED: msgid("Your refund is done"),
    Purpose.REFUND_FAILED: msgid("Your refund did not go through"),
    Purpose.ANSWERED: msgid("Support answered your question"),
}
_NEWS: Final = msgid("There is news about your order")

_WHAT_TO_DO: Final[Mapping[Purpose, str]] = {
    Purpose.PART_PAID: msgid("See what is left to pay."),
    Purpose.PAID: msgid("We are preparing it. Open to see when it will be there."),
    Purpose.READY: msgid("Open for the code, the address and the hours."),
    Purpose.NEW_CODE: msgid("The old one no longer works. Open to see the new one."),
    Purpose.BEING_ISSUED: msgid("If this is not you, stop it here."),
    Purpose.POINT_CLOSED: msgid("Open to see when you can collect it."),
    Purpose.PROMISE_MOVED: msgid("Open to see the new date."),
    Purpose.NOT_ON_SHELF: msgid("We are sorry. Please don't come yet: we will tell you."),
    Purpose.FOUND_AGAIN: msgid("You can pick it up."),
}
_WITH_DEADLINE: Final = frozenset({Purpose.READY, Purpose.EXPIRING, Purpose.STORAGE_MOVED})


def push_text(letter: Letter, language: Language) -> tuple[str, str]:
    """Return title and body; several orders that are ready share one notification."""
    translator = Translator(language)
    if letter.count > 1:
        ready = translator.ngettext(
            "{number} order is ready for pick-up.",
            "{number} orders are ready for pick-up.",
            letter.count,
        )
        return ready.rstrip("."), translator.gettext(_WHAT_TO_DO[Purpose.READY])
    number = format_order_number(letter.number)
    lines = [translator.gettext("Order {number}", number=number) + "."]
    if letter.purpose in _WITH_DEADLINE and letter.until is not None:
        moment = format_deadline(letter.until, letter.time_zone, language, letter.at)
        lines.append(translator.gettext("Kept until {moment}.", moment=moment))
    if letter.purpose in _WHAT_TO_DO:
        lines.append(translator.gettext(_WHAT_TO_DO[letter.purpose]))
    return translator.gettext(_TITLES.get(letter.purpose, _NEWS)), " ".join(lines)
