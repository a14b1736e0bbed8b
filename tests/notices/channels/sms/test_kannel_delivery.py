"""Through a real Kannel: messages arrive whole, receipts come back, and a crash loses none."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from msgspec import structs

from gotovo.notices.channels.port import (
    ChannelUnavailable,
    DeliveryState,
    Receipt,
    ReceiptRequest,
    Sent,
)
from gotovo.notices.channels.sms.callbacks import ReceiptAddress
from gotovo.notices.channels.sms.kannel import KannelChannel
from gotovo.notices.channels.sms.segments import segments_of
from gotovo.outbound.exchange import open_client
from gotovo.store.tables.messages.phone_messages import PhoneMessage
from tests.support.notices.http_peer import HttpPeer, PeerRequest, http_peer, response
from tests.support.notices.kannel_gateway import IS_INSTALLED, NO_KANNEL, LocalKannel, Segment
from tests.support.notices.sms import ACCOUNT, KEY, READY

SECONDS = 30.0

pytestmark = [
    pytest.mark.skipif(not IS_INSTALLED, reason=NO_KANNEL),
    pytest.mark.timeout(120),
]


@pytest.fixture
async def kannel(tmp_path: Path) -> AsyncIterator[LocalKannel]:
    """Give a Kannel that runs."""
    local = LocalKannel(tmp_path)
    try:
        await local.start()
        yield local
    finally:
        local.stop()


@pytest.fixture
async def receiver() -> AsyncIterator[HttpPeer]:
    """Give what Kannel calls back."""
    async with http_peer(lambda _: response(200)) as peer:
        yield peer


@pytest.fixture
async def channel(kannel: LocalKannel, receiver: HttpPeer) -> AsyncIterator[KannelChannel]:
    """Give the channel to that Kannel."""
    address = ReceiptAddress(receiver.url, "kannel", lambda: [KEY])
    async with open_client() as client:
        yield KannelChannel(kannel.gateway, ACCOUNT, address, client)


async def until(happened: Callable[[], bool]) -> None:
    """Wait for something."""
    async with asyncio.timeout(SECONDS):
        while not happened():  # noqa: ASYNC110  (other processes set no event)
            await asyncio.sleep(0.05)


async def online(channel: KannelChannel) -> None:
    """Wait until Kannel would send."""
    async with asyncio.timeout(SECONDS):
        while not (await channel.health()).reachable:  # noqa: ASYNC110  (the same)
            await asyncio.sleep(0.1)


async def offline(channel: KannelChannel) -> str:
    """Wait until Kannel would not send, and return why."""
    async with asyncio.timeout(SECONDS):
        while (await channel.health()).reachable:  # noqa: ASYNC110  (the same)
            await asyncio.sleep(0.1)
    return (await channel.health()).reason


async def again(channel: KannelChannel, message: PhoneMessage) -> tuple[Sent, int]:
    """Send a message until it is taken; return how often it was not."""
    refused = 0
    async with asyncio.timeout(SECONDS):
        while True:
            try:
                return await channel.send(message), refused
            except ChannelUnavailable:
                refused += 1
                await asyncio.sleep(0.25)


def receipts(channel: KannelChannel, requests: list[PeerRequest]) -> list[Receipt]:
    """Read the call-backs that have come."""
    parts = [(each.method, urlsplit(each.target)) for each in requests]
    told = (channel.receipts(ReceiptRequest(how, x.path, x.query)) for how, x in parts)
    return [each for some in told for each in some]


def text_of(segments: list[Segment]) -> str:
    """Join segments as a phone does."""
    assert len({each.part[0] for each in segments if each.part}) <= 1
    ordered = sorted(segments, key=lambda each: each.part or (0, 0, 0))
    return b"".join(each.data for each in ordered).decode("utf-16-be")


async def test_a_message_arrives_whole_and_its_receipt_comes_back(
    kannel: LocalKannel, channel: KannelChannel, receiver: HttpPeer
) -> None:
    await online(channel)
    sent = await channel.send(READY)
    count = segments_of(READY.text).count
    assert (sent.segments, count) == (2, 2)
    await until(lambda: len(kannel.segments()) == count)
    segments = kannel.segments()
    assert [each.part[1:] for each in segments if each.part] == [(1, 2), (2, 2)]
    assert {(each.sender, each.phone) for each in segments} == {("Shop", READY.phone)}
    assert text_of(segments) == READY.text
    await until(lambda: len(receiver.requests) >= 2)
    told = receipts(channel, receiver.requests)
    assert {each.provider_id for each in told} == {sent.provider_id}
    assert {each.state for each in told} == {DeliveryState.SENT, DeliveryState.DELIVERED}


async def test_latin_letters_go_out_as_one_segment(
    kannel: LocalKannel, channel: KannelChannel
) -> None:
    await online(channel)
    text = "Zakaz gotov: [10:00] 5€ @Kazan_" + "x" * 100
    sent = await channel.send(structs.replace(READY, text=text))
    await until(lambda: len(kannel.segments()) == 1)
    assert (sent.segments, kannel.segments()[0].part) == (1, None)


async def test_a_crash_of_bearerbox_loses_and_doubles_nothing(
    kannel: LocalKannel, channel: KannelChannel, receiver: HttpPeer
) -> None:
    await online(channel)
    first, queued, late = (structs.replace(READY, key=f"1:{n}", text=f"№ {n}") for n in (1, 2, 3))
    await channel.send(first)
    await until(lambda: len(kannel.segments()) == 1)

    kannel.kill("operator")
    assert await offline(channel) == "no operator is online"
    await channel.send(queued)  # bearerbox stores it

    kannel.kill("bearerbox")
    for _ in range(3):
        with pytest.raises(ChannelUnavailable):
            await channel.send(late)
    assert not (await channel.health()).reachable

    await kannel.start_bearerbox()
    await kannel.start_smsbox()  # its own restart would take ten seconds
    kannel.start_operator()
    sent, _ = await again(channel, late)
    await until(lambda: len(kannel.segments()) >= 3)
    await asyncio.sleep(1)  # for what might come twice
    assert sorted(text_of([each]) for each in kannel.segments()) == ["№ 1", "№ 2", "№ 3"]
    await until(lambda: DeliveryState.DELIVERED in _states(channel, receiver, sent.provider_id))


def _states(channel: KannelChannel, receiver: HttpPeer, provider_id: str) -> set[DeliveryState]:
    told = receipts(channel, receiver.requests)
    return {each.state for each in told if each.provider_id == provider_id}
