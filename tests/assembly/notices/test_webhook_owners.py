"""Owners of webhooks that were switched off: each is written to once, by a real mail server."""

from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest

from gotovo.assembly.notices.webhook_owners import tell_owners
from gotovo.assembly.runtime import Runtime
from gotovo.notices.channels.mail import MailChannel
from gotovo.notices.channels.port import ChannelUnavailable
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.tables.webhooks.webhooks import StoredWebhook, WebhookStore
from gotovo.webhooks.registration import switched
from tests.support.assembly.runtime import runtime_over
from tests.support.engine.cast import Shop
from tests.support.notices.mail_server import MailServer, mail_server
from tests.support.webhooks.shop import WebhookShop, utc_now


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    """Give a mail server."""
    async with mail_server("none") as running:
        yield running


@pytest.fixture
def runtime(pool: asyncpg.Pool) -> Runtime:
    """Give a runtime over the test's database."""
    return runtime_over(pool, Shop(PostgresJournal(pool)).engine(), utc_now)


async def switched_off(pool: asyncpg.Pool, reason: str, **terms: str) -> StoredWebhook:
    """Return a webhook that its receiver had switched off."""
    shop = WebhookShop(pool)
    made = await shop.add("https://shop.example/hooks?token=hidden", **terms)
    assert await shop.store.switch_off(made.id, reason, utc_now())
    return made


async def test_the_owner_is_written_to_once(
    pool: asyncpg.Pool, runtime: Runtime, server: MailServer
) -> None:
    made = await switched_off(pool, "gone", owner_email="it@shop.example")
    channel = MailChannel(server.as_user(""))
    await tell_owners(runtime, channel)
    await tell_owners(runtime, channel)
    (received,) = server.received
    assert received.recipients == ["it@shop.example"]
    text = received.part("plain")
    assert made.id in text
    assert "Получатель ответил 410" in text
    assert "shop.example" in text
    assert "hidden" not in text


async def test_a_mail_server_that_is_away_is_tried_again(
    pool: asyncpg.Pool, runtime: Runtime, server: MailServer
) -> None:
    await switched_off(pool, "failing", owner_email="it@shop.example")
    channel = MailChannel(server.as_user(""))
    server.refusal = "451 later"
    with pytest.raises(ChannelUnavailable):
        await tell_owners(runtime, channel)
    server.refusal = ""
    await tell_owners(runtime, channel)
    assert len(server.received) == 1


async def test_an_address_that_is_put_off_for_ever_holds_up_nobody(
    pool: asyncpg.Pool, runtime: Runtime, server: MailServer
) -> None:
    """As where one mailbox is full: the server takes every other e-mail."""
    await switched_off(pool, "gone", owner_email="full@shop.example")
    await switched_off(pool, "gone", owner_email="it@shop.example")
    channel = MailChannel(server.as_user(""))
    server.refusal, server.refused = "452 full", "full@shop.example"
    with pytest.raises(ChannelUnavailable):
        await tell_owners(runtime, channel)
    assert [each.recipients for each in server.received] == [["it@shop.example"]]


async def test_after_a_week_an_address_is_given_up(
    pool: asyncpg.Pool, runtime: Runtime, server: MailServer
) -> None:
    await switched_off(pool, "gone", owner_email="full@shop.example")
    await pool.execute("update webhook set off_at = off_at - interval '8 days'")
    channel = MailChannel(server.as_user(""))
    server.refusal = "452 full"
    with pytest.raises(ChannelUnavailable):
        await tell_owners(runtime, channel)
    await tell_owners(runtime, channel)


async def test_a_refused_address_is_given_up(
    pool: asyncpg.Pool, runtime: Runtime, server: MailServer
) -> None:
    await switched_off(pool, "failing", owner_email="it@shop.example")
    channel = MailChannel(server.as_user(""))
    server.refusal = "550 nobody"
    await tell_owners(runtime, channel)
    server.refusal = ""
    await tell_owners(runtime, channel)
    assert server.received == []


async def test_neither_those_without_an_address_nor_their_own_doing_is_told(
    pool: asyncpg.Pool, runtime: Runtime, server: MailServer
) -> None:
    await switched_off(pool, "gone")
    shop, store = WebhookShop(pool), WebhookStore(pool)
    own = await shop.add("https://shop.example/hooks", owner_email="it@shop.example")
    assert await store.change(switched(own, utc_now(), is_on=False), utc_now())
    await tell_owners(runtime, MailChannel(server.as_user("")))
    assert server.received == []


async def test_what_is_switched_off_again_is_told_again(
    pool: asyncpg.Pool, runtime: Runtime, server: MailServer
) -> None:
    made = await switched_off(pool, "gone", owner_email="it@shop.example")
    channel, store = MailChannel(server.as_user("")), WebhookStore(pool)
    await tell_owners(runtime, channel)
    found = await store.find(made.id)
    assert found is not None
    assert await store.change(switched(found, utc_now(), is_on=True), utc_now())
    await tell_owners(runtime, channel)
    assert await store.switch_off(made.id, "failing", utc_now() + timedelta(seconds=1))
    await tell_owners(runtime, channel)
    first, second = (each.mail["Message-ID"] for each in server.received)
    assert first != second
