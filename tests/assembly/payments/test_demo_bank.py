"""The demo has a bank of its own, whatever the settings say of providers."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

from gotovo.assembly.payments.demo_bank import TOKEN_BYTES, demo_bank
from gotovo.assembly.payments.providers import open_providers
from gotovo.payments.providers.demo import DemoDecision
from gotovo.payments.providers.port import ProviderPaymentState
from gotovo.settings_sources import load_settings
from tests.support.payments.requests import BASKET

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


async def test_what_is_decided_on_the_page_is_known_to_the_provider_of_the_demo(
    pool: "asyncpg.Pool[Any]", tmp_path: Path
) -> None:
    """The page is another process's, and tells of the payment like a notification."""
    told: list[str] = []

    async def tell(reference: str) -> None:
        told.append(reference)

    given = {"HOME": str(tmp_path), "GOTOVO_DEMO": "1", "GOTOVO_PAYMENT_PROVIDERS": "stripe"}
    async with open_providers(load_settings(given), pool, lambda: NOON) as providers:
        assert list(providers.by_name) == ["demo"]
        provider = providers.for_currency("RUB")
        assert provider is not None
        begun = await provider.create(BASKET)
        page = demo_bank(pool, lambda: NOON, tell)
        shown = await page.shown(begun.reference)
        assert shown is not None
        assert await page.decide(shown, DemoDecision.PAY)
        assert told == [begun.reference]
        paid = await provider.payment(begun.reference)
        assert paid.state is ProviderPaymentState.SUCCEEDED


async def test_a_reference_can_not_be_guessed(pool: "asyncpg.Pool[Any]") -> None:
    first, second = [await demo_bank(pool, lambda: NOON).create(BASKET) for _ in range(2)]
    assert first == second
    assert len(first.reference) >= len("demo-") + TOKEN_BYTES
