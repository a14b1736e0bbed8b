"""Deliveries: signed, in order, each once, and none lost."""

import asyncio
from datetime import timedelta

import pytest
from standardwebhooks import Webhook

from gotovo.webhooks.registration import change_webhook, switched
from gotovo.webhooks.retry import RetryTerms
from tests.support.webhooks.receiver import (
    Receiver,
    always,
    assert_in_order,
    failing,
    refusing,
)
from tests.support.webhooks.shop import OWNER, WebhookShop, utc_now


async def test_an_event_arrives_signed_as_the_feed_shows_it(
    webhook_shop: WebhookShop, receiver: Receiver
) -> None:
    made = await webhook_shop.add(receiver.url)
    (buyer,) = await webhook_shop.orders(1, steps=2)

    webhook_shop.start()
    await webhook_shop.until(lambda: len(receiver.received) >= 2)

    library = Webhook(webhook_shop.secrets[made.id])
    for each in receiver.received:
        payload = library.verify(each.body, dict(each.headers))
        assert payload["data"]["number"] == buyer.number
        assert payload["type"] == payload["data"]["type"]
        assert each.headers["content-type"] == "application/json"
    versions = [each.event["version"] for each in receiver.received]
    assert versions == sorted(versions)
    assert receiver.ids == [f"evt_{x.event['hash'][:32]}" for x in receiver.received]


async def test_only_what_is_committed_after_its_creation_is_sent(
    webhook_shop: WebhookShop, receiver: Receiver
) -> None:
    await webhook_shop.orders(3, steps=1)
    await webhook_shop.add(receiver.url)
    later = await webhook_shop.orders(2, steps=1)

    webhook_shop.start()
    await webhook_shop.until(lambda: len(receiver.received) >= 2)
    await asyncio.sleep(0.2)

    assert {x.event["number"] for x in receiver.received} == {x.number for x in later}


async def test_only_the_types_that_it_wants_are_sent(
    webhook_shop: WebhookShop, receiver: Receiver
) -> None:
    made = await webhook_shop.add(receiver.url, types=["order.paid"])
    await webhook_shop.orders(3, steps=2)

    webhook_shop.start()
    await webhook_shop.until(lambda: len(receiver.received) >= 3)
    await asyncio.sleep(0.2)

    assert {x.event["type"] for x in receiver.received} == {"order.paid"}
    assert [each.state for each in await webhook_shop.log(made.id)] == ["delivered"] * 3


async def test_a_webhook_gets_nothing_of_another_shop(
    webhook_shop: WebhookShop, receiver: Receiver
) -> None:
    await webhook_shop.add(receiver.url, shop="bookshop")
    await webhook_shop.orders(3, steps=1)

    webhook_shop.start()
    await asyncio.sleep(0.5)

    assert receiver.requests == 0


async def test_while_an_event_waits_the_later_ones_of_its_order_do_and_others_go_on(
    webhook_shop: WebhookShop, receiver: Receiver
) -> None:
    made = await webhook_shop.add(receiver.url)
    bad, *_ = buyers = await webhook_shop.orders(5, steps=3)
    receiver.answer = refusing(bad.number)

    terms = RetryTerms((timedelta(hours=1),) * 3)
    webhook_shop.start(terms=terms)
    first = {x.number for x in buyers} - {bad.number}
    await webhook_shop.until(
        lambda: (
            {x.event["number"] for x in receiver.received} == first
            and len(receiver.received) >= 4 * 3
        )
    )
    await asyncio.sleep(0.3)

    states = [x.state for x in await webhook_shop.log(made.id) if x.number == bad.number]
    assert states[0] == "waiting"
    assert set(states[1:]) == {"behind"}
    tried = receiver.requests - len(receiver.received)
    assert tried == 1, "what waits behind is not tried"


async def test_what_waited_arrives_in_order_once_the_receiver_takes_it(
    webhook_shop: WebhookShop, receiver: Receiver
) -> None:
    await webhook_shop.add(receiver.url)
    receiver.answer = failing(0.5)
    buyers = await webhook_shop.orders(10, steps=6)

    webhook_shop.start()
    await webhook_shop.arrived(receiver)

    assert {x.event["number"] for x in receiver.received} == {x.number for x in buyers}
    assert_in_order(receiver)


async def test_two_processes_send_no_message_twice(
    webhook_shop: WebhookShop, receiver: Receiver
) -> None:
    for _ in range(3):
        await webhook_shop.add(receiver.url)
    for seed in (1, 2):
        webhook_shop.start(seed=seed, timeout_seconds=20, lease_seconds=60)
    for _ in range(10):
        await webhook_shop.orders(10, steps=2)
    count = await webhook_shop.events()

    await webhook_shop.until(lambda: len(receiver.received) >= 3 * count)
    await asyncio.sleep(0.3)

    assert receiver.requests == 3 * count
    assert all(receiver.ids.count(each) == 3 for each in set(receiver.ids))


async def test_410_switches_off_and_tells_the_owner(
    webhook_shop: WebhookShop, receiver: Receiver
) -> None:
    made = await webhook_shop.add(receiver.url)
    receiver.answer = always(410)
    await webhook_shop.orders(20, steps=1)

    webhook_shop.start()

    async def is_off() -> bool:
        found = await webhook_shop.store.find(made.id)
        return found is not None and not found.is_on

    await webhook_shop.until_async(is_off)
    found = await webhook_shop.store.find(made.id)
    assert found is not None
    assert found.off_reason == "gone"
    requests = receiver.requests
    await asyncio.sleep(0.3)
    assert receiver.requests == requests <= 8, "nothing more is sent"
    entry = await webhook_shop.pool.fetchrow(
        "select shop, subject, outcome from security_log where kind = 'webhook.switched_off'"
    )
    assert entry is not None
    assert tuple(entry) == (made.shop, f"webhook:{made.id}", "gone")


async def test_a_message_that_never_arrives_switches_off_and_is_not_lost(
    webhook_shop: WebhookShop, receiver: Receiver
) -> None:
    made = await webhook_shop.add(receiver.url)
    bad, good = await webhook_shop.orders(2, steps=1)
    receiver.answer = refusing(bad.number)

    webhook_shop.start(terms=RetryTerms((timedelta(seconds=0.02),) * 3))

    async def is_off() -> bool:
        found = await webhook_shop.store.find(made.id)
        return found is not None and found.off_reason == "failing"

    await webhook_shop.until_async(is_off)
    assert {x.event["number"] for x in receiver.received} == {good.number}
    (waiting,) = [x for x in await webhook_shop.log(made.id) if x.number == bad.number]
    assert (waiting.state, waiting.attempts, waiting.status) == ("waiting", 4, 500)


async def test_while_a_receiver_is_down_its_events_stay_in_the_journal(
    webhook_shop: WebhookShop, receiver: Receiver
) -> None:
    made = await webhook_shop.add(receiver.url)
    receiver.answer = always(503)
    await webhook_shop.orders(200, steps=1)

    webhook_shop.start(terms=RetryTerms((timedelta(seconds=0.3),) * 100))
    await webhook_shop.until(lambda: receiver.requests >= 60)
    assert len(await webhook_shop.log(made.id)) < 20
    receiver.answer = always(204)

    count = await webhook_shop.events()
    await webhook_shop.until(lambda: len(set(receiver.ids)) >= count)  # One may come twice.
    assert len(set(receiver.ids)) == count


async def test_a_receiver_that_takes_nothing_for_three_days_is_switched_off(
    webhook_shop: WebhookShop, receiver: Receiver
) -> None:
    made = await webhook_shop.add(receiver.url)
    receiver.answer = always(500)
    await webhook_shop.orders(3, steps=1)
    now = utc_now()  # It stands still: a busy machine takes longer than the first retry waits.

    async def were_tried(times: int) -> bool:
        return [x.attempts for x in await webhook_shop.log(made.id)] == [times] * 3

    webhook_shop.start(terms=RetryTerms(), clock=lambda: now)
    await webhook_shop.until_async(lambda: were_tried(1))
    now += timedelta(days=2)
    await webhook_shop.until_async(lambda: were_tried(2))
    now += timedelta(days=1.5)

    async def is_off() -> bool:
        found = await webhook_shop.store.find(made.id)
        return found is not None and found.off_reason == "failing"

    await webhook_shop.until_async(is_off)


async def test_switched_on_again_it_sends_everything_that_has_happened_meanwhile(
    webhook_shop: WebhookShop, receiver: Receiver
) -> None:
    made = await webhook_shop.add(receiver.url)
    receiver.answer = always(410)
    await webhook_shop.orders(5, steps=2)
    webhook_shop.start(terms=RetryTerms((timedelta(hours=1),) * 3))

    async def is_on(wanted: bool) -> bool:  # noqa: FBT001
        found = await webhook_shop.store.find(made.id)
        return found is not None and found.is_on is wanted

    await webhook_shop.until_async(lambda: is_on(wanted=False))
    await webhook_shop.orders(5, steps=2)
    receiver.answer = always(204)
    found = await webhook_shop.store.find(made.id)
    assert found is not None
    again, now = switched(found, utc_now(), is_on=True), utc_now()
    assert await change_webhook(webhook_shop.store, webhook_shop.deliveries, again, now, OWNER)

    await webhook_shop.arrived(receiver)
    assert_in_order(receiver)
    assert len(receiver.received) == await webhook_shop.events()


async def test_a_message_is_sent_again_with_its_old_id(
    webhook_shop: WebhookShop, receiver: Receiver
) -> None:
    made = await webhook_shop.add(receiver.url)
    await webhook_shop.orders(1, steps=2)
    webhook_shop.start()
    await webhook_shop.arrived(receiver)
    first, *_ = receiver.received

    async def is_delivered() -> bool:
        return {x.state for x in await webhook_shop.log(made.id)} == {"delivered"}

    await webhook_shop.until_async(is_delivered)
    receiver.answer = failing(0.5)
    assert await webhook_shop.deliveries.resend(made.id, first.id, utc_now())
    await webhook_shop.until(lambda: receiver.ids.count(first.id) == 2)

    assert receiver.received[-1].event == first.event
    await webhook_shop.until_async(is_delivered)


async def test_no_line_of_the_log_holds_a_secret_or_an_address(
    webhook_shop: WebhookShop, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    made = await webhook_shop.add(f"{receiver.url}?token=hidden-word")
    receiver.answer = failing(0.5)
    await webhook_shop.orders(20, steps=2)
    webhook_shop.start()
    await webhook_shop.arrived(receiver)
    receiver.answer = always(410)
    await webhook_shop.orders(1, steps=1)

    async def is_off() -> bool:
        found = await webhook_shop.store.find(made.id)
        return found is not None and not found.is_on

    await webhook_shop.until_async(is_off)
    written = "".join(capsys.readouterr())
    assert "webhook switched off" in written
    for hidden in ("whsec_", webhook_shop.secrets[made.id][6:], "hidden-word", "v1,"):
        assert hidden not in written
