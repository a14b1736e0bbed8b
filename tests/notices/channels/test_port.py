"""The port: which states are the last, and the demo, which sends nothing and has no receipts."""

import asyncpg
import pytest

from gotovo.notices.channels.demo_phone import DemoMailChannel, DemoPhoneChannel
from gotovo.notices.channels.port import (
    ChannelError,
    ChannelUnavailable,
    DeliveryState,
    MessageRefused,
    ReceiptRefused,
    ReceiptRequest,
)
from gotovo.store.tables.messages.phone_messages import PhoneMessageStore
from tests.support.notices.sms import READY


def test_a_phone_that_may_still_be_reached_is_not_given_up() -> None:
    final = {state for state in DeliveryState if state.is_final}
    assert final == {"delivered", "undelivered", "expired"}


def test_a_refusal_is_for_good_or_for_now() -> None:
    refused = MessageRefused("no such number", code="7", words="invalid")
    later = ChannelUnavailable("busy", retry_after=7.0)
    assert (str(refused), refused.code, refused.words) == ("no such number", "7", "invalid")
    assert (str(later), later.retry_after, later.code) == ("busy", 7.0, "")
    assert isinstance(refused, ChannelError)
    assert isinstance(later, ChannelError)


async def test_the_demo_takes_every_message_and_has_no_receipts(pool: asyncpg.Pool) -> None:
    store = PhoneMessageStore(pool)
    for channel in (DemoPhoneChannel(store), DemoMailChannel(store)):
        assert (await channel.health()).reachable
        with pytest.raises(ReceiptRefused, match="the demo has no receipts"):
            channel.receipts(ReceiptRequest("POST", "/receipts/sms/1"))
    sent = await DemoPhoneChannel(store).send(READY)
    assert (sent.provider_id, sent.segments, sent.cost) == (READY.key, 0, None)
    assert [each.key for each in await store.latest(READY.phone, 9)] == [READY.key]
