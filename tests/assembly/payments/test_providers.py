"""Payments in the whole program: open while it runs, and what is wrong is told."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from gotovo.assembly.application import Application
from gotovo.assembly.payments.providers import OpenProviders
from gotovo.payments.providers.port import ProviderUnavailable
from gotovo.payments.providers.provider_watch import FAILURES_MIN
from gotovo.settings_sources import load_settings
from tests.support.notices.sms_site import until
from tests.support.payments.yookassa import ASKED
from tests.support.payments.yookassa_ledger import SECRET, SHOP
from tests.support.payments.yookassa_server import YooKassaServer, yookassa_server


@pytest.fixture
async def server() -> AsyncIterator[YooKassaServer]:
    """Give a server that speaks YooKassa's API."""
    async with yookassa_server() as server:
        yield server


def application(database_url: str, folder: Path, **more: str) -> Application:
    """Return the program over a test's database."""
    key = folder / "key"
    key.write_text(SECRET)
    key.chmod(0o600)
    environment = {
        "HOME": str(folder),
        "GOTOVO_DATABASE_URL": database_url,
        "GOTOVO_SECRET_FILE": str(folder / "secret"),
        "GOTOVO_PUBLIC_URL": "https://orders.example.ru",
        "GOTOVO_YOOKASSA_SHOP": SHOP,
        "GOTOVO_YOOKASSA_SECRET_FILE": str(key),
    }
    return Application(load_settings(environment | more))


async def told(app: Application, path: str) -> str:
    """Return what the program answers to an operator."""
    transport = httpx.ASGITransport(app=app, client=("127.0.0.1", 50_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        return (await client.get(path)).text


async def warnings(app: Application) -> list[str]:
    """Return what /readyz warns of about payments."""
    found: dict[str, Any] = json.loads(await told(app, "/readyz"))
    return [each for each in found["warnings"] if "payments.md" in each]


async def test_a_provider_is_open_watched_and_asked_for_its_health(
    database_url: str, tmp_path: Path, server: YooKassaServer
) -> None:
    app = application(
        database_url,
        tmp_path,
        GOTOVO_PAYMENT_PROVIDERS="yookassa",
        GOTOVO_YOOKASSA_URL=server.url,
    )
    runtime = await app.start()
    try:
        await until(lambda: "GET /me" in server.calls)
        provider = runtime.providers.by_name["yookassa"]
        assert runtime.providers.for_currency("RUB") is provider
        assert runtime.providers.for_currency("KZT") is None
        await provider.create(ASKED)
        assert await warnings(app) == []
        metrics = await told(app, "/metrics")
        answered = 'gotovo_provider_requests_answered_total{request="yookassa create",worker="1"}'
        assert f"{answered} 1.0" in metrics
        assert 'gotovo_provider_reachable{provider="yookassa",worker="1"} 1.0' in metrics
        server.fault("error", "POST /payments", times=FAILURES_MIN)
        for _ in range(FAILURES_MIN):
            with pytest.raises(ProviderUnavailable):
                await provider.create(ASKED)
        [warning] = await warnings(app)
        assert warning.startswith("yookassa: 3 requests in a row were not answered since")
        for text in (warning, metrics, await told(app, "/readyz")):
            assert SECRET not in text
    finally:
        await app.stop()


async def test_a_wrong_key_is_warned_of_while_everything_else_goes_on(
    database_url: str, tmp_path: Path, server: YooKassaServer
) -> None:
    server.secret = "test_other"
    app = application(
        database_url,
        tmp_path,
        GOTOVO_PAYMENT_PROVIDERS="yookassa",
        GOTOVO_YOOKASSA_URL=server.url,
    )
    await app.start()
    try:
        await until(lambda: "GET /me" in server.calls)
        found: list[str] = []
        for _ in range(2_000):
            found = await warnings(app)
            if found:
                break
        assert "invalid_credentials" in found[0]
        assert 'gotovo_provider_reachable{provider="yookassa",worker="1"} 0.0' in await told(
            app, "/metrics"
        )
    finally:
        await app.stop()


async def test_without_a_provider_and_in_the_demo_none_is_asked(
    database_url: str, tmp_path: Path, server: YooKassaServer
) -> None:
    app = application(database_url, tmp_path, GOTOVO_YOOKASSA_URL=server.url)
    runtime = await app.start()
    try:
        assert runtime.providers == OpenProviders()
        assert runtime.providers.for_currency("RUB") is None
        assert server.calls == []
    finally:
        await app.stop()
