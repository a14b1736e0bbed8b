"""Texts of messages about an account: codes, another phone, a new device, tests of the channels.

A sign-in code is six digits in one piece, so that it never looks like a pick-up code
(`wording.py`), and says where it is used.
"""

from gotovo.words.language import Language
from gotovo.words.translations import Translator


def sign_in_text(code: str, language: Language, host: str) -> str:
    """Return the message with a code for signing in.

    The last line binds the code to the site: phones then offer it there and nowhere else (WICG,
    "Origin-bound one-time codes delivered via SMS"). Without a public host there is no such line.
    """
    text = Translator(language).gettext(
        "{code} is your sign-in code for Gotovo. Never share it, not even with our staff: "
        "it is not needed to collect an order.",
        code=code,
    )
    return f"{text}\n\n@{host} #{code}" if host else text


def phone_change_code_text(code: str, language: Language, host: str) -> str:
    """Return the message with a code for moving an account to the phone that gets it."""
    text = Translator(language).gettext(
        "{code} is the code to use this number for a Gotovo account. If you did not ask for it, "
        "do nothing, and never share it.",
        code=code,
    )
    return f"{text}\n\n@{host} #{code}" if host else text


def phone_changed_text(shown_as: str, language: Language, hotline: str) -> str:
    """Return the message to the old phone that its account has moved to another one."""
    _ = Translator(language).gettext
    lines = (
        _("Your Gotovo orders have moved to the number {phone}.", phone=shown_as),
        _("If it was not you, call us: {hotline}", hotline=hotline)
        if hotline
        else _("If it was not you, tell the shop where you ordered at once."),
    )
    return "\n".join(lines)


def older_orders_mail(code: str, phone: str, minutes: int, language: Language) -> tuple[str, str]:
    """Return subject and text of the e-mail with a code that opens older orders.

    `phone` is the masked phone of whoever asked. The subject is shown on locked screens, so the
    code is not in it.
    """
    _ = Translator(language).gettext
    paragraphs = (
        _(
            "{code} is the code that opens older orders in the Gotovo account of the phone "
            "{phone}.",
            code=code,
            phone=phone,
        ),
        _(
            "Enter it on the page where you asked for it. It works once, for {minutes} minutes.",
            minutes=minutes,
        ),
        _(
            "If you did not ask for it, somebody else has this phone number now. Do nothing: "
            "without the code your orders stay closed to them. Never share it, not even with our "
            "staff: it is not needed to collect an order."
        ),
    )
    return _("Code to open older orders"), "\n\n".join(paragraphs)


def trial_mail(language: Language) -> tuple[str, str]:
    """Return subject and text of the e-mail that tries out a new mail server."""
    _ = Translator(language).gettext
    paragraphs = (
        _("This is a test message of a new Gotovo. Its e-mail arrives."),
        _("Nobody has ordered anything, and there is nothing to do."),
    )
    return _("Gotovo: test message"), "\n\n".join(paragraphs)


def trial_sms(language: Language) -> str:
    """Return the text that tries out a new SMS provider."""
    return Translator(language).gettext(
        "This is a test message from a new Gotovo. SMS arrive; you do not need to do anything."
    )


def new_device_text(device: str, moment: str, language: Language, site: str) -> str:
    """Return the message that somebody has signed in with a device not used before."""
    _ = Translator(language).gettext
    lines = (
        _(
            "Somebody signed in to your orders on a new device: {device}, {moment}.",
            device=device,
            moment=moment,
        ),
        _("If it was not you, sign it out: {page}", page=f"{site}/devices")
        if site
        else _("If it was not you, sign it out on the page of your devices."),
    )
    return "\n".join(lines)


def account_subject(language: Language) -> str:
    """Return the subject of an e-mail about the account."""
    return Translator(language).gettext("Sign-in to your orders")
