"""The accounts at payment providers, as the settings have them."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import httpx

from gotovo.assembly.payments.stripe_settings import stripe_account
from gotovo.config import Settings
from gotovo.payments.providers.port import PaymentProvider
from gotovo.payments.providers.stripe import Stripe
from gotovo.payments.providers.yookassa import YooKassa, YooKassaAccount
from gotovo.secret_files import read_password
from gotovo.setting_checks import SettingError

_SHOP: Final = re.compile(r"[0-9]{1,20}", re.ASCII)


def providers_of(settings: Settings, client: httpx.AsyncClient) -> Mapping[str, PaymentProvider]:
    """Return the providers in the order of the setting; raise SettingError.

    The client is the caller's, who closes it.
    """
    return {name: PROVIDERS[name](settings)(client) for name in settings.provider_names}


def check_accounts(settings: Settings) -> None:
    """Raise SettingError for an account that lacks something."""
    for name in settings.provider_names:
        PROVIDERS[name](settings)


def yookassa_account(settings: Settings) -> YooKassaAccount:
    """Return the shop at YooKassa; raise SettingError."""
    if not _SHOP.fullmatch(settings.yookassa_shop):
        message = f"yookassa_shop: {settings.yookassa_shop!r}: Expected the shopId, like 123456"
        raise SettingError(message)
    secret = _secret(settings.yookassa_secret_file, "yookassa_secret_file", "the secret key")
    return YooKassaAccount(settings.yookassa_shop, secret, settings.yookassa_url)


def _secret(file: str, name: str, content: str) -> str:
    """Return the secret of a file; raise SettingError without one."""
    if not file:
        message = f"{name}: '': Expected the file with {content}"
        raise SettingError(message)
    return read_password(Path(file), name, content)


Opening = Callable[[httpx.AsyncClient], PaymentProvider]


def _yookassa(settings: Settings) -> Opening:
    account = yookassa_account(settings)
    return lambda client: YooKassa(account, client)


def _stripe(settings: Settings) -> Opening:
    account = stripe_account(settings)
    return lambda client: Stripe(account, client)


PROVIDERS: Final[Mapping[str, Callable[[Settings], Opening]]] = {
    "yookassa": _yookassa,
    "stripe": _stripe,
}
"""What makes a provider of the settings, by the name in `payment_providers`."""
