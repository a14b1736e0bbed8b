"""The SMS channel of the settings, and what is wrong with them."""

import string
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import httpx

from gotovo.assembly.setup_checks import Complaint
from gotovo.config import Settings
from gotovo.keyring.keyring import keyring_at
from gotovo.keyring.sources import SecretFileError, read_secrets
from gotovo.notices.channels.sms.account import SmsAccount
from gotovo.notices.channels.sms.callbacks import ReceiptAddress
from gotovo.notices.channels.sms.cost import SegmentPrices
from gotovo.notices.channels.sms.http_sms import HttpSmsChannel
from gotovo.notices.channels.sms.kannel import KannelChannel, KannelGateway
from gotovo.notices.channels.sms.sms_channel import SmsChannel
from gotovo.notices.channels.sms.template import (
    RECIPES,
    SmsTemplate,
    TemplateError,
    needs,
    read_template,
    recipe,
)
from gotovo.secret_files import read_password
from gotovo.setting_checks import SettingError

KANNEL: Final = "kannel"

NAME_MAX: Final = 11
"""Characters of a sender's name (3GPP TS 23.040, 9.1.2.5)."""

NUMBER_MAX: Final = 15
"""Digits of a number (E.164)."""

TEMPLATE_BYTES_MAX: Final = 65_536
"""A template has a few kilobytes."""

_SENDER_LETTERS: Final = frozenset(string.ascii_letters + string.digits + " +-._")


def sms_channel_of(
    settings: Settings, keys: Callable[[], Sequence[bytes]], client: httpx.AsyncClient
) -> SmsChannel | None:
    """Return the channel of the settings, None without a provider; raise SettingError.

    `keys` are the keys for tokens, the newest first: addresses for receipts are derived from them.
    The client is the caller's, who closes it.
    """
    provider = settings.sms_provider
    if not provider:
        return None
    template = None if provider == KANNEL else _template(provider)
    address = ReceiptAddress(_origin(settings), template.name if template else provider, keys)
    account = _account(settings, template)
    if template is not None:
        return HttpSmsChannel(template, account, address, client)
    return KannelChannel(_gateway(settings), account, address, client)


def check_sms(settings: Settings) -> None:
    """Raise SettingError for settings of which no channel can be made."""
    if not settings.sms_provider:
        return
    template = None if settings.sms_provider == KANNEL else _template(settings.sms_provider)
    _account(settings, template)
    if template is None:
        _gateway(settings)


def receipts_to_enter(settings: Settings, now: datetime) -> str:
    """Return the address for receipts that a person has to enter at the provider.

    Empty where each message tells it, where nothing could be reached, and before there is a secret.
    """
    provider = settings.sms_provider
    if not provider or provider == KANNEL or not settings.public_url:
        return ""
    try:
        template = _template(provider)
        secrets = read_secrets(settings.secret_file)
    except (SettingError, SecretFileError):
        return ""
    if secrets is None or template.receipt is None or needs(template, "callback"):
        return ""
    keys = keyring_at(secrets, now).tokens.newest_first
    return ReceiptAddress(_origin(settings), template.name, lambda: keys).url


def sms_complaints(settings: Settings) -> Iterator[Complaint]:
    """Return what is wrong with the settings of SMS, nothing where there is no provider."""
    if not settings.sms_provider:
        return
    try:
        check_sms(settings)
    except SettingError as error:
        if "run chmod" not in str(error):  # setup_checks names files that others can read
            yield Complaint(str(error), "see docs/guides/sms.md")
        return
    if not settings.sms_prices:
        yield Complaint(
            "sms_prices is empty: what messages cost is not known",
            "set GOTOVO_SMS_PRICES to the prices of your contract, like 7=4.50, *=20",
            advice=True,
        )
    if not settings.public_url and settings.sms_provider != KANNEL:
        yield Complaint(
            "sms_provider is set, and public_url is empty: no receipts can reach this program",
            "set GOTOVO_PUBLIC_URL to the address that the provider can open",
            advice=True,
        )


def _gateway(settings: Settings) -> KannelGateway:
    if not settings.sms_url:
        message = "sms_url: '': Expected the address of smsbox, like http://127.0.0.1:13013"
        raise SettingError(message)
    status_password = _password(settings.sms_status_password_file, "sms_status_password_file")
    return KannelGateway(settings.sms_url, settings.sms_status_url, status_password)


def _template(provider: str) -> SmsTemplate:
    if provider in RECIPES:
        return recipe(provider)
    file = Path(provider).expanduser()
    if "/" not in provider and file.suffix != ".toml":
        known = ", ".join((*RECIPES, KANNEL))
        message = f"sms_provider: {provider!r}: Expected {known}, or the path of a template"
        raise SettingError(message)
    try:
        text = file.read_bytes()[:TEMPLATE_BYTES_MAX].decode()
        return read_template(text)
    except OSError as error:
        message = f"sms_provider: {error}"
        raise SettingError(message) from error
    except UnicodeDecodeError as error:
        message = f"sms_provider: {provider}: Expected a text in UTF-8"
        raise SettingError(message) from error
    except TemplateError as error:
        message = f"sms_provider: {provider}: {error}"
        raise SettingError(message) from error


def _account(settings: Settings, template: SmsTemplate | None) -> SmsAccount:
    """Return the account; whatever the template asks for has to be there."""
    sender = settings.sms_sender
    digits = sender.removeprefix("+")
    longest = NUMBER_MAX if digits.isdigit() else NAME_MAX
    if len(digits) > longest or not _SENDER_LETTERS.issuperset(sender):
        message = (
            f"sms_sender: {sender!r}: Expected at most 11 Latin letters and digits, or a number"
        )
        raise SettingError(message)
    needed = {
        "user": template is None or needs(template, "user") or needs(template, "basic"),
        "password": template is None or needs(template, "password") or needs(template, "basic"),
    }
    if needed["user"] and not settings.sms_user:
        message = "sms_user: '': Expected the account at the provider"
        raise SettingError(message)
    if needed["password"] and not settings.sms_password_file:
        message = "sms_password_file: '': Expected the file with the password of the account"
        raise SettingError(message)
    return SmsAccount(
        sender=sender,
        user=settings.sms_user,
        password=_password(settings.sms_password_file, "sms_password_file"),
        prices=SegmentPrices(settings.segment_prices, settings.sms_currency),
        transliterated=settings.sms_transliteration,
        secret=_password(settings.sms_receipt_secret_file, "sms_receipt_secret_file"),
    )


def _password(file: str, name: str) -> str:
    return read_password(Path(file), name) if file else ""


def _origin(settings: Settings) -> str:
    return settings.public_url or f"http://{settings.listen}"
