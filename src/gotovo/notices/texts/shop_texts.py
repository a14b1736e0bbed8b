"""Texts of e-mails to shops: what their programs need somebody for."""

from collections.abc import Mapping
from typing import Final

from gotovo.words.language import Language
from gotovo.words.translations import Translator, msgid

_WHY: Final[Mapping[str, str]] = {
    "gone": msgid("The receiver answered 410: it wants no more messages."),
    "failing": msgid(
        "The receiver took nothing for three days, or one message not in ten attempts."
    ),
    "secret": msgid("Its signing secret can't be read any more: roll it."),
}
"""By the reason for which a webhook was switched off."""


def webhook_off_mail(
    webhook: str, shown_as: str, reason: str, moment: str, language: Language
) -> tuple[str, str]:
    """Return subject and text of the e-mail that a webhook was switched off.

    `shown_as` is its title or where it sends, without what may be secret in an address.
    """
    _ = Translator(language).gettext
    paragraphs = (
        _(
            "The webhook {webhook} ({shown_as}) was switched off on {moment}.",
            webhook=webhook,
            shown_as=shown_as,
            moment=moment,
        ),
        _(_WHY[reason]) if reason in _WHY else "",
        _(
            "Nothing is lost: once the receiver works and the webhook is switched on again, "
            "everything that has happened meanwhile is sent."
        ),
    )
    return _("Gotovo: a webhook is off"), "\n\n".join(each for each in paragraphs if each)
