"""The cash register of the settings, open as long as a process runs."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gotovo.config import Settings
from gotovo.payments.receipts.port import CashRegister
from gotovo.secret_files import read_password
from gotovo.setting_checks import SettingError

if TYPE_CHECKING:
    import httpx

Clock = Callable[[], datetime]


@asynccontextmanager
async def open_register(settings: Settings, clock: Clock) -> AsyncGenerator[CashRegister | None]:
    """Open the register of the settings, None where receipts are off; raise SettingError.

    The demo tells no tax office anything, whatever is set.
    """
    if settings.demo or settings.receipts == "off":
        yield None
        return
    # The client takes 0.1 s to import, which a start without receipts does not pay.
    from gotovo.outbound.exchange import open_client  # noqa: PLC0415

    async with open_client() as client:
        yield register_of(settings, client, clock)


def check_register(settings: Settings) -> None:
    """Raise SettingError for settings of which no register can be made; nothing is opened."""
    if not settings.demo and settings.receipts == "atol":
        _atol_secret(settings)
    elif not settings.demo and settings.receipts == "yookassa":
        from gotovo.assembly.payments.provider_accounts import yookassa_account  # noqa: PLC0415

        yookassa_account(settings)


def register_of(settings: Settings, client: "httpx.AsyncClient", clock: Clock) -> CashRegister:
    """Return the register; the client is the caller's, who closes it."""
    if settings.receipts == "atol":
        from gotovo.payments.receipts.atol_register import (  # noqa: PLC0415
            AtolAccount,
            AtolRegister,
        )

        secret = _atol_secret(settings)
        account = AtolAccount(settings.atol_group, settings.atol_login, secret)
        return AtolRegister(client, settings.atol_url, account, clock)
    from gotovo.assembly.payments.provider_accounts import yookassa_account  # noqa: PLC0415
    from gotovo.payments.receipts.yookassa_register import YooKassaRegister  # noqa: PLC0415

    shop = yookassa_account(settings)
    return YooKassaRegister(client, shop.url, shop.shop, shop.secret)


def _atol_secret(settings: Settings) -> str:
    """Return the password of the group; raise SettingError for what is missing."""
    required = {
        "atol_group": (settings.atol_group, "the code of the group of registers"),
        "atol_login": (settings.atol_login, "the login of the group"),
        "atol_password_file": (settings.atol_password_file, "the file with its password"),
    }
    for name, (value, expected) in required.items():
        if not value:
            message = f"{name}: '': Expected {expected}"
            raise SettingError(message)
    return read_password(Path(settings.atol_password_file), "atol_password_file")
