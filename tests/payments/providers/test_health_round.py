"""A provider that can't be reached is warned of until it can be."""

from collections.abc import AsyncIterator

import pytest

from gotovo.payments.providers.health_round import ProviderHealthRound
from gotovo.payments.providers.port import ProviderUnavailable
from gotovo.payments.providers.provider_watch import FAILURES_MIN, ProviderCall, ProviderWatch
from tests.support.payments.yookassa import YooKassaStage, yookassa_stage


@pytest.fixture
async def stage() -> AsyncIterator[YooKassaStage]:
    """Give a server and the adapter that asks it."""
    async with yookassa_stage() as opened:
        yield opened


async def test_a_provider_that_is_away_is_named_with_its_reason_and_since_when(
    stage: YooKassaStage,
) -> None:
    health = ProviderHealthRound({"yookassa": stage.provider}, (), stage.clock)
    assert (health.warnings, dict(health.reachable)) == ((), {})
    await health.run()
    assert (health.warnings, dict(health.reachable)) == ((), {"yookassa": True})
    stage.server.fault("error", "GET /me", times=2)
    for _ in range(2):
        await health.run()
        assert health.warnings == (
            "yookassa can't be reached since 2026-11-30 09:00Z, 127.0.0.1: HTTP 500; "
            "see docs/guides/payments.md",
        )
        assert dict(health.reachable) == {"yookassa": False}
        stage.clock.pass_(minutes=5)
    await health.run()
    assert health.warnings == ()


async def test_requests_that_fail_one_after_another_are_warned_of_at_once(
    stage: YooKassaStage,
) -> None:
    watch = ProviderWatch("yookassa", stage.clock)
    health = ProviderHealthRound({}, (watch,), stage.clock)
    for _ in range(FAILURES_MIN):
        assert health.warnings == ()
        watch.failed(ProviderCall.REFUND, 1, ProviderUnavailable("api.test: HTTP 500"))
    assert health.warnings == (
        "yookassa: 3 requests in a row were not answered since 2026-11-30 09:00Z, "
        "api.test: HTTP 500; see docs/guides/payments.md",
    )
