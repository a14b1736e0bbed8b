"""What waits and what was forged is seen from outside."""

from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest
from msgspec import structs

from gotovo.access.security_log import SecurityLog
from gotovo.assembly.observability.notification_readings import (
    counted_notifications,
    waiting_notifications,
)
from gotovo.assembly.payments.intake_jobs import intake_jobs
from gotovo.assembly.payments.providers import OpenProviders
from gotovo.engine.engine import Engine
from gotovo.payments.providers.port import NotificationRefused, NotificationRequest
from gotovo.payments.providers.yookassa import YooKassa, YooKassaAccount
from gotovo.store.tables.access.api_keys import ApiKeyStore
from gotovo.store.tables.security.security_log import SecurityLogStore
from tests.support.assembly.runtime import runtime_over
from tests.support.web.cast import Clock
from tests.support.web.stage import clock, engine, journal

__all__ = ["clock", "engine", "journal"]

TOLD = b'{"type":"notification","event":"payment.succeeded","object":{"id":"p-1"}}'


async def test_notifications_are_counted_logged_and_seen_to_wait(
    pool: "asyncpg.Pool[Any]",
    engine: Engine,
    clock: Clock,
) -> None:
    async with httpx.AsyncClient() as client:
        provider = YooKassa(YooKassaAccount("1", "s"), client)
        runtime = structs.replace(
            runtime_over(pool, engine, clock), providers=OpenProviders({"yookassa": provider})
        )
        log = SecurityLog(SecurityLogStore(pool), ApiKeyStore(pool), clock)
        intake = intake_jobs(runtime, log, lambda _name, _error: None)
        assert intake is not None
        for body in (TOLD, TOLD, b"rubbish"):
            request = NotificationRequest({}, body)
            try:
                await intake.desk.take("yookassa", request, "192.0.2.77")
            except NotificationRefused:
                assert body == b"rubbish"
        clock.now += timedelta(minutes=15)
        counted = counted_notifications(intake)
        assert dict(counted.values) == {"taken": 1, "replayed": 1, "malformed": 1}
        waiting, longest = await waiting_notifications(runtime)
        assert dict(waiting.values) == {"yookassa": 1}
        assert longest.values["yookassa"] == pytest.approx(900, abs=1)
        await log.write(all_minutes=True)
    entry = await pool.fetchrow("select kind, outcome, network from security_log order by seq desc")
    assert entry is not None
    assert tuple(entry) == ("notification.refused", "malformed", "192.0.2.0/24")


async def test_without_a_provider_there_is_nothing_to_see(
    pool: "asyncpg.Pool[Any]",
    engine: Engine,
    clock: Clock,
) -> None:
    waiting = await waiting_notifications(runtime_over(pool, engine, clock))
    assert [each.values for each in waiting] == [{}, {}]
    assert counted_notifications(None).values == {}
