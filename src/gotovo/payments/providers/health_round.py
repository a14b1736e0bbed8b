"""Health of the providers: each process asks them every few minutes, and /readyz has the warnings.

The installation still serves while a provider is away: payments begin later, and refunds wait. A
process asks for itself and stores nothing, as a provider can be reached from one machine and not
from another.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from msgspec import Struct

from gotovo.payments.providers.port import PaymentProvider, ProviderHealth
from gotovo.payments.providers.provider_watch import ProviderWatch

ASKED_EVERY_SECONDS: Final = 300.0
"""Requests by themselves tell sooner; this finds a provider that nobody needed for hours."""

HEALTH_SECONDS_MAX: Final = 40.0
"""For one provider: longer than its own limits of time."""

GUIDE: Final = "docs/guides/payments.md"


class _Found(Struct, frozen=True):
    """What a provider said, and since when it fails."""

    health: ProviderHealth
    failing_since: datetime | None


class ProviderHealthRound:
    """Asks providers whether they work, and says what is wrong."""

    def __init__(
        self,
        providers: Mapping[str, PaymentProvider],
        watches: Iterable[ProviderWatch],
        clock: Callable[[], datetime],
    ) -> None:
        self._providers = providers
        self._watches = tuple(watches)
        self._clock = clock
        self._found: dict[str, _Found] = {}

    @property
    def reachable(self) -> Mapping[str, bool]:
        """Return whether each provider answered when it was last asked."""
        return {name: found.health.reachable for name, found in self._found.items()}

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return what is wrong with providers."""
        return (*self._of_health(), *self._of_watches())

    async def run(self) -> None:
        """Ask all providers, side by side."""
        answers = await asyncio.gather(*(_health(each) for each in self._providers.values()))
        for name, health in zip(self._providers, answers, strict=True):
            before = self._found.get(name)
            since = before.failing_since if before else None
            failing = None if health.reachable else since or self._clock()
            self._found[name] = _Found(health, failing)

    def _of_health(self) -> Iterator[str]:
        for name, found in self._found.items():
            if found.failing_since is not None:
                yield (
                    f"{name} can't be reached since {found.failing_since:%Y-%m-%d %H:%M}Z, "
                    f"{found.health.reason}; see {GUIDE}"
                )

    def _of_watches(self) -> Iterator[str]:
        for watch in self._watches:
            failing = watch.failing
            if failing is not None:
                yield (
                    f"{watch.provider}: {failing.count} requests in a row were not answered since "
                    f"{failing.since:%Y-%m-%d %H:%M}Z, {failing.reason}; see {GUIDE}"
                )


async def _health(provider: PaymentProvider) -> ProviderHealth:
    try:
        async with asyncio.timeout(HEALTH_SECONDS_MAX):
            return await provider.health()
    except TimeoutError:
        return ProviderHealth(reachable=False, reason="no answer in time")
