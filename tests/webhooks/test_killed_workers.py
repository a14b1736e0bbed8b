"""Nothing is lost: receivers that fail, and workers that are killed while they send."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from random import Random

import pytest

from tests.support.webhooks.receiver import Receiver, assert_in_order, failing
from tests.support.webhooks.shop import WebhookShop

ROOT = Path(__file__).parents[2]
IS_FULL = os.environ.get("GOTOVO_TEST_FULL") == "1"
ORDERS, KILLS, SECONDS_MAX = (10_000, 20, 2_400.0) if IS_FULL else (400, 2, 120.0)
STEPS = 5
"""Each order has as many events, one a step."""

LEASE_SECONDS = 3.5


@pytest.mark.timeout(3 * SECONDS_MAX)
async def test_no_event_is_lost_when_receivers_fail_and_workers_are_killed(
    webhook_shop: WebhookShop, database_url: str, receiver: Receiver
) -> None:
    """Silence, 500, 429 and resets in three of ten requests; repetitions carry the same id."""
    await webhook_shop.add(receiver.url)
    receiver.answer = failing(0.3, seed=7)
    await webhook_shop.orders(ORDERS, steps=STEPS)
    count = await webhook_shop.events()
    assert count >= ORDERS * STEPS
    rng = Random(7)

    for number in range(1, KILLS + 1):
        worker = await _worker(database_url)
        wanted = count * number * rng.uniform(0.7, 0.9) / (KILLS + 1)
        await webhook_shop.until(lambda n=wanted: _arrived(receiver) >= n, SECONDS_MAX)
        worker.send_signal(signal.SIGKILL)
        await worker.wait()
    last = await _worker(database_url)
    try:
        await webhook_shop.until(lambda: _arrived(receiver) >= count, SECONDS_MAX)
    finally:
        last.kill()
        await last.wait()

    hashes = await webhook_shop.pool.fetch("select encode(hash, 'hex') as hash from event")
    assert {each.id for each in receiver.received} == {f"evt_{x['hash'][:32]}" for x in hashes}
    assert all(x.id == f"evt_{x.event['hash'][:32]}" for x in receiver.received)
    assert_in_order(receiver)


async def _worker(url: str) -> asyncio.subprocess.Process:
    command = (sys.executable, "-m", "tests.support.webhooks.worker", url, str(LEASE_SECONDS))
    return await asyncio.create_subprocess_exec(*command, cwd=ROOT)


def _arrived(receiver: Receiver) -> int:
    return len(receiver.taken)
