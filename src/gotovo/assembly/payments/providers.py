"""The payment providers that the settings open, for a process as long as it runs."""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import asyncpg
from msgspec import Struct

from gotovo.config import Settings
from gotovo.payments.providers.port import PaymentProvider
from gotovo.payments.providers.provider_watch import ProviderWatch
from gotovo.payments.providers.watched_provider import WatchedProvider


class OpenProviders(Struct, frozen=True):
    """The providers of a process by name; new payments go to the first that takes the currency.

    `watches` tell what became of requests, by provider.
    """

    by_name: Mapping[str, PaymentProvider] = {}
    watches: Mapping[str, ProviderWatch] = {}

    def for_currency(self, currency: str) -> PaymentProvider | None:
        """Return the provider that new payments in a currency go to."""
        takers = (each for each in self.by_name.values() if each.methods(currency))
        return next(takers, None)


@asynccontextmanager
async def open_providers(
    settings: Settings, _pool: "asyncpg.Pool[Any]", clock: Callable[[], datetime]
) -> AsyncGenerator[OpenProviders]:
    """Open the providers of the settings; raise SettingError for settings of none.

    The demo asks no real provider, whatever is set.
    """
    if settings.demo or not settings.provider_names:
        yield OpenProviders()
        return
    # The client takes 0.1 s to import, which a start without payments does not pay.
    from gotovo.assembly.payments.provider_accounts import providers_of  # noqa: PLC0415
    from gotovo.outbound.exchange import open_client  # noqa: PLC0415

    async with open_client() as client:
        yield watched(providers_of(settings, client), clock)


def watched(
    providers: Mapping[str, PaymentProvider], clock: Callable[[], datetime]
) -> OpenProviders:
    """Return providers whose requests are counted."""
    watches = {name: ProviderWatch(name, clock) for name in providers}
    by_name = {name: WatchedProvider(each, watches[name]) for name, each in providers.items()}
    return OpenProviders(by_name, watches)


def check_providers(settings: Settings) -> None:
    """Raise SettingError for settings of which a provider can't be made; nothing is opened."""
    if settings.provider_names and not settings.demo:
        from gotovo.assembly.payments.provider_accounts import check_accounts  # noqa: PLC0415

        check_accounts(settings)
