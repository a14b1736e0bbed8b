"""What machines ask about the process."""

import asyncio
from collections.abc import Sequence
from typing import Any, cast

import msgspec
import pytest
from httpx import ASGITransport, AsyncClient

from gotovo.api import health
from gotovo.api.application import api_app
from gotovo.api.dispatch.dependencies import Readiness
from gotovo.api.metrics import MetricReading
from gotovo.api.scrape import Scrape
from tests.support.api.network import Api


async def test_a_living_process_says_so_without_a_key(api: Api) -> None:
    alive = await api.client.get("/healthz")
    ready = await api.client.get("/readyz")

    assert (alive.status_code, alive.json()) == (200, {"status": "alive"})
    expected = {"faults": [], "lag": {}, "unsafe": False, "warnings": []}
    assert (ready.status_code, ready.json()) == (200, expected)


async def test_a_process_that_cannot_serve_names_what_is_missing(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unready() -> Readiness:
        return Readiness(("schema 3 of 4",), {"notices": 7})

    async def unreachable() -> Readiness:
        raise ConnectionRefusedError

    async def broken() -> Readiness:
        raise ZeroDivisionError

    async def hung() -> Readiness:
        await asyncio.sleep(60)
        return Readiness()

    monkeypatch.setattr(health, "READY_SECONDS_MAX", 0.1)
    for ready, reason in (
        (unready, "schema 3 of 4"),
        (unreachable, "the database can't be reached"),
        (hung, "the database can't be reached"),
        (broken, "readiness can't be told: ZeroDivisionError"),
    ):
        app = api_app(msgspec.structs.replace(api.network.dependencies, ready=ready))
        async with AsyncClient(transport=ASGITransport(app=app), base_url="http://x") as client:
            answer = await client.get("/readyz")
        assert (answer.status_code, answer.json()["faults"]) == (503, [reason])


async def test_the_counters_tell_requests_and_refused_commands(api: Api) -> None:
    number = (await api.place())["number"]
    await api.post(f"/orders/{number}/handover", {}, "point")

    text = (await api.client.get("/metrics")).text

    assert 'gotovo_api_requests_total{endpoint="placeOrder",status="201",worker="1"} 1.0' in text
    assert 'gotovo_commands_total{outcome="unpaid",step="handover",worker="1"} 1.0' in text
    assert 'gotovo_open_orders{status="awaiting_payment"} 1.0' in text
    assert 'gotovo_engine_commands_total{worker="1"} 2.0' in text
    assert 'gotovo_engine_queue{worker="1"} 0.0' in text


async def test_batches_and_followers_behind_are_told(api: Api) -> None:
    async def behind() -> Readiness:
        return Readiness((), {"notices": 7})

    app = api_app(msgspec.structs.replace(api.network.dependencies, ready=behind))
    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://x") as client:
        text = (await client.get("/metrics")).text

    assert 'gotovo_follower_lag_events{follower="notices"} 7.0' in text
    assert "gotovo_engine_batches_total" in text


@pytest.mark.parametrize("source", ["open_orders", "readiness", "readings"])
@pytest.mark.parametrize("error", [ZeroDivisionError(), ConnectionResetError()])
async def test_what_fails_is_named_and_the_other_metrics_are_told(
    api: Api, monkeypatch: pytest.MonkeyPatch, source: str, error: Exception
) -> None:
    async def fail(*_arguments: object) -> Any:
        raise error

    dependencies = api.network.dependencies
    if source == "open_orders":
        monkeypatch.setattr(type(dependencies.reads), "open_orders", fail)
    else:
        changed = {"readiness": "ready", "readings": "readings"}[source]
        dependencies = msgspec.structs.replace(dependencies, **{changed: fail})
    await api.place()
    app = api_app(dependencies)
    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://x") as client:
        answer = await client.get("/metrics")
    lines = answer.text.splitlines()
    assert answer.status_code == 200
    failed = {line for line in lines if line.startswith("gotovo_metrics_failed{")}
    assert {line for line in failed if line.endswith(" 1.0")} == {
        f'gotovo_metrics_failed{{source="{source}"}} 1.0'
    }
    assert 'gotovo_metrics_failed{source="counters"} 0.0' in failed
    assert 'gotovo_engine_commands_total{worker="1"} 1.0' in lines


@pytest.mark.parametrize(("of_worker", "source"), [(True, "gauges"), (False, "shared")])
async def test_a_gauge_that_cannot_be_written_leaves_the_counters(
    api: Api, source: str, *, of_worker: bool
) -> None:
    odd = {"": cast("float", "odd")}

    async def unwritable(_scrape: Scrape) -> Sequence[MetricReading]:
        return [MetricReading("gotovo_odd", "Not a number.", odd, of_worker=of_worker)]

    app = api_app(msgspec.structs.replace(api.network.dependencies, readings=unwritable))
    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://x") as client:
        answer = await client.get("/metrics")
    assert answer.status_code == 200
    assert f'gotovo_metrics_failed{{source="{source}"}} 1.0' in answer.text
    assert "gotovo_api_requests" in answer.text


async def test_plain_addresses_take_no_other_method(api: Api) -> None:
    answer = await api.client.post("/healthz")

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
