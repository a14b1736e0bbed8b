"""What is wrong with the settings of payments, and what the providers say when asked now."""

import asyncio
from collections.abc import Iterator
from typing import Final

from gotovo.assembly.payments.provider_accounts import (
    check_accounts,
    providers_of,
    yookassa_account,
)
from gotovo.assembly.setup_checks import Complaint
from gotovo.config import Settings
from gotovo.outbound.exchange import open_client
from gotovo.payments.providers.health_round import GUIDE
from gotovo.payments.providers.port import PaymentProvider, ProviderHealth
from gotovo.setting_checks import SettingError

ANSWER_SECONDS_MAX: Final = 3.0
"""For each provider; they are asked side by side, and a person waits."""


def payment_complaints(settings: Settings) -> Iterator[Complaint]:
    """Return what is wrong with the settings, nothing where there is no provider."""
    names = settings.provider_names
    if not names or settings.demo:
        return
    try:
        check_accounts(settings)
    except SettingError as error:
        if "run chmod" not in str(error):  # setup_checks names files that others can read
            yield Complaint(str(error), f"see {GUIDE}")
        return
    if not settings.public_url:
        yield Complaint(
            "payment_providers is set, and public_url is empty: buyers can't come back from the "
            "bank, and no notification arrives",
            "set GOTOVO_PUBLIC_URL to the address that buyers open",
        )
    elif not settings.public_url.startswith("https://"):
        yield Complaint(
            f"public_url is {settings.public_url}: providers send notifications to https alone; "
            "payments are found by asking meanwhile, some minutes later",
            "put a proxy that speaks https in front (docs/operating/proxy.md)",
            advice=True,
        )
    yield from _of_test_accounts(settings)


async def provider_complaints(settings: Settings) -> list[Complaint]:
    """Ask the providers, and return which can't be reached with their account."""
    if settings.demo or not settings.provider_names:
        return []
    try:
        async with open_client() as client:
            providers = providers_of(settings, client)
            found = await asyncio.gather(*(_health(each) for each in providers.values()))
    except SettingError:
        return []  # `payment_complaints` says so.
    return [
        Complaint(
            f"{name} can't be reached now: {health.reason}",
            f"look at the account and at {GUIDE}; payments and refunds wait meanwhile",
        )
        for name, health in zip(providers, found, strict=True)
        if not health.reachable
    ]


def _of_test_accounts(settings: Settings) -> Iterator[Complaint]:
    """Advise of an account where no money moves."""
    if "yookassa" in settings.provider_names:
        account = yookassa_account(settings)
        if account.is_test:
            yield Complaint(
                f"yookassa_secret_file has the key of a test shop, {account.shop}: no money moves",
                "put the key of the real shop there before buyers pay",
                advice=True,
            )


async def _health(provider: PaymentProvider) -> ProviderHealth:
    try:
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            return await provider.health()
    except TimeoutError:
        reason = f"no answer within {ANSWER_SECONDS_MAX:.0f} seconds"
        return ProviderHealth(reachable=False, reason=reason)
