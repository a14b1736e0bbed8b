"""The lease: one process sends for a webhook at a time, and a dead one does not keep it."""

from datetime import timedelta

import pytest

from gotovo.store.tables.webhooks.deliveries import LeaseLost, RoundResults
from gotovo.webhooks.lease import WebhookLease
from tests.support.webhooks.shop import WebhookShop, utc_now


async def test_of_two_processes_one_has_it_until_it_ends(webhook_shop: WebhookShop) -> None:
    webhook = (await webhook_shop.add("https://shop.example/")).id
    now = utc_now() + timedelta(minutes=1)

    def lease(holder: str, seconds: float = 0.0) -> WebhookLease:
        at = now + timedelta(seconds=seconds)
        return WebhookLease(webhook_shop.store, webhook, holder, lambda: at, 30)

    first, second = lease("first"), lease("second", 29)
    assert await first.take()
    assert await first.take(), "who has it may renew it"
    assert not await second.take()
    with pytest.raises(LeaseLost):
        await second.cover(15)
    assert await lease("third", 30).take(), "who has not renewed it is dead"
    with pytest.raises(LeaseLost):
        await lease("first", 31).cover(15)


async def test_who_has_lost_it_stores_nothing(webhook_shop: WebhookShop) -> None:
    webhook = (await webhook_shop.add("https://shop.example/")).id
    now = utc_now() + timedelta(minutes=1)
    assert await webhook_shop.store.take_lease(webhook, "a", now + timedelta(seconds=30), now)
    results = RoundResults(rows=[], failing_since=None, cursor=(0, 7))

    with pytest.raises(LeaseLost):
        await webhook_shop.deliveries.store(webhook, "b", now, results)
    with pytest.raises(LeaseLost):
        await webhook_shop.deliveries.store(webhook, "a", now + timedelta(seconds=30), results)
    assert (await webhook_shop.store.cursors([webhook]))[webhook].get(0, 0) == 0
    await webhook_shop.deliveries.store(webhook, "a", now, results)
    assert (await webhook_shop.store.cursors([webhook]))[webhook][0] == 7


async def test_an_ended_lease_is_free_at_once(webhook_shop: WebhookShop) -> None:
    webhook = (await webhook_shop.add("https://shop.example/")).id
    first = WebhookLease(webhook_shop.store, webhook, "first", utc_now, 30)
    second = WebhookLease(webhook_shop.store, webhook, "second", utc_now, 30)
    assert await first.take()
    await first.end()
    assert await second.take()
