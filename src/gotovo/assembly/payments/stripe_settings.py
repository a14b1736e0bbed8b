"""The account at Stripe, as the settings have it, and what the doctor says of it."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from gotovo.assembly.setup_checks import Complaint
from gotovo.config import Settings
from gotovo.payments.providers.stripe import StripeAccount
from gotovo.secret_files import read_password, read_secrets
from gotovo.setting_checks import SettingError

_KEY: Final = re.compile(r"(?:sk|rk)_(?:test|live)_[0-9A-Za-z_]{8,250}", re.ASCII)
"""A secret key, or one that is restricted; `pk_…` is public and can do nothing here."""

_SIGNING_SECRET: Final = re.compile(r"whsec_[0-9A-Za-z+/=_-]{8,250}", re.ASCII)


def stripe_account(settings: Settings) -> StripeAccount:
    """Return the account; raise SettingError, which shows no secret."""
    name, file = "stripe_secret_file", settings.stripe_secret_file
    if not file:
        message = f"{name}: '': Expected the file with the secret key"
        raise SettingError(message)
    secret = read_password(Path(file), name, "the secret key, like sk_live_…")
    if not _KEY.fullmatch(secret):
        message = f"{name}: {file}: Expected one line like sk_live_… or rk_live_…"
        raise SettingError(message)
    return StripeAccount(secret, _signing_secrets(settings), settings.stripe_url)


def stripe_complaints(settings: Settings) -> Iterator[Complaint]:
    """Advise of what works and is not as it should be; the account itself has been read."""
    if "stripe" not in settings.provider_names:
        return
    account = stripe_account(settings)
    if account.is_test:
        yield Complaint(
            "stripe_secret_file has a key of Stripe's test mode: no money moves",
            "put the key of the live mode there before buyers pay",
            advice=True,
        )
    if not account.webhook_secrets:
        yield Complaint(
            "stripe_webhook_secret_file is not set: notifications can't be verified and are "
            "refused; payments are found by asking meanwhile, some minutes later",
            "add the endpoint in Stripe's Dashboard, and put its signing secret into a file",
            advice=True,
        )


def _signing_secrets(settings: Settings) -> Sequence[bytes]:
    name, file = "stripe_webhook_secret_file", settings.stripe_webhook_secret_file
    if not file:
        return ()
    secrets = read_secrets(Path(file), name)
    if not all(_SIGNING_SECRET.fullmatch(each) for each in secrets):
        message = f"{name}: {file}: Expected lines like whsec_…"
        raise SettingError(message)
    return tuple(each.encode() for each in secrets)
