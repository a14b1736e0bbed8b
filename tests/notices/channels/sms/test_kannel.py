"""Kannel's answers and call-backs as its user guide and its source have them."""

from decimal import Decimal
from functools import cache

import httpx
import pytest
from msgspec import structs

from gotovo.notices.channels.port import (
    ChannelUnavailable,
    DeliveryState,
    MessageCost,
    MessageRefused,
    Receipt,
    ReceiptRefused,
    ReceiptRequest,
)
from gotovo.notices.channels.sms.callbacks import RECEIPTS_PATH, ReceiptAddress, wire_id
from gotovo.notices.channels.sms.kannel import KannelChannel, KannelGateway
from gotovo.outbound.exchange import open_client
from tests.support.notices.http_peer import http_peer, response
from tests.support.notices.sms import ACCOUNT, KEY, ORIGIN, READY
from tests.support.notices.sms_providers import PASSWORD, USER

ADDRESS = ReceiptAddress(ORIGIN, "kannel", lambda: [KEY])
PATH = RECEIPTS_PATH + ADDRESS.token


def channel_to(client: httpx.AsyncClient, url: str, status_url: str = "") -> KannelChannel:
    return KannelChannel(KannelGateway(url, status_url, "st&us"), ACCOUNT, ADDRESS, client)


@cache
def idle_client() -> httpx.AsyncClient:
    """Return a client that connects to nothing; each one reads all authorities of the system."""
    return httpx.AsyncClient()


@pytest.mark.parametrize("body", [b"0: Accepted for delivery", b"3: Queued for later delivery"])
async def test_a_message_is_taken_with_our_id_in_the_address_of_its_receipts(body: bytes) -> None:
    async with http_peer(lambda _: response(202, body)) as peer, open_client() as client:
        sent = await channel_to(client, peer.url).send(READY)
    assert sent.provider_id == wire_id(READY.key)
    assert (sent.segments, sent.cost) == (2, MessageCost(Decimal("9.00"), "RUB"))
    (request,) = peer.requests
    assert (request.method, request.path) == ("GET", "/cgi-bin/sendsms")
    assert request.fields == {
        "username": USER,
        "password": PASSWORD,
        "from": "Shop",
        "to": READY.phone,
        "text": READY.text,
        "charset": "utf-8",
        "coding": "2",
        "dlr-mask": "31",
        "dlr-url": f"{ADDRESS.url}?id={sent.provider_id}&state=%d",
    }


async def test_a_text_in_the_default_alphabet_is_sent_in_it() -> None:
    account = structs.replace(ACCOUNT, transliterated=True)
    async with (
        http_peer(lambda _: response(202, b"0: Accepted for delivery")) as peer,
        open_client() as client,
    ):
        channel = KannelChannel(KannelGateway(peer.url), account, ADDRESS, client)
        assert (await channel.send(READY)).segments == 1
    assert peer.requests[0].fields["coding"] == "0"


@pytest.mark.parametrize(
    ("status", "body", "is_final"),
    [
        (400, b"Empty receiver number not allowed, rejected", True),
        (400, b"Number(s) has/have been denied by white- and/or black-lists.", True),
        (403, b"Not routable. Do not try again.", True),
        (400, b"Sender missing and no global set, rejected", False),
        (403, b"Authorization failed for sendsms", False),
        (404, b"Error 404, not found", False),
        (500, b"Sending failed.", False),
        (503, b"Temporal failure, try again later.", False),
        (202, b"Sent. Denied receivers are: +79005550123", False),
        (200, b"0: Accepted for delivery", False),
        (202, b"", False),
    ],
)
async def test_a_refusal_is_for_good_only_where_the_phone_is_the_reason(
    status: int, body: bytes, *, is_final: bool
) -> None:
    kind = MessageRefused if is_final else ChannelUnavailable
    async with http_peer(lambda _: response(status, body)) as peer, open_client() as client:
        with pytest.raises(kind, match=f"HTTP {status}") as refused:
            await channel_to(client, peer.url).send(READY)
    assert "9005550" not in str(refused.value)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("1", "delivered"), ("2", "undelivered"), ("4", "sent"), ("8", "sent"),
        ("16", "undelivered"), ("34", "expired"), ("66", "unknown"), ("99", "unknown"),
    ],
)  # fmt: skip
def test_a_call_back_tells_the_state_of_our_id(state: str, expected: str) -> None:
    message_id = wire_id(READY.key)
    request = ReceiptRequest("GET", PATH, f"id={message_id}&state={state}")
    told = channel_to(idle_client(), "http://127.0.0.1:1").receipts(request)
    assert told == [Receipt(message_id, DeliveryState(expected), state)]


@pytest.mark.parametrize(
    ("path", "query", "reason"),
    [
        ("/receipts/sms/guessed", f"id={wire_id('1')}&state=1", "a wrong token"),
        (PATH, "", "missing"),
        (PATH, f"id={wire_id('1')}", "missing"),
        (PATH, f"id={wire_id('1')}&state=%25d", "missing"),
        (PATH, "id=1&state=1", "missing"),
        (PATH, "id=%FF&state=1", "can't be read"),
        (PATH, "a=1&" * 30, "can't be read"),
    ],
)
def test_a_call_back_that_is_forged_or_unreadable_is_refused(
    path: str, query: str, reason: str
) -> None:
    channel = channel_to(idle_client(), "http://127.0.0.1:1")
    with pytest.raises(ReceiptRefused, match=reason):
        channel.receipts(ReceiptRequest("GET", path, query))


def status_page(
    status: str = "running, uptime 0d 0h", box: str = "smsbox", smsc: str = "online 4s"
) -> bytes:
    return (
        f"<?xml version='1.0'?><gateway><status>{status}</status><boxes><box><type>{box}</type>"
        f"</box></boxes><smscs><smsc><status>{smsc}</status></smsc></smscs></gateway>"
    ).encode()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (status_page(), ""),
        (status_page(status="suspended, uptime 0d"), "bearerbox is suspended"),
        (status_page(box="wapbox"), "no smsbox is connected"),
        (status_page(smsc="connecting"), "no operator is online"),
        (b"<?xml version='1.0'?>\n<gateway>\nDenied</gateway>\n", "the status password is wrong"),
        (b"<gateway/>", "the status is not that of Kannel"),
        (b"<html>", "the status is not that of Kannel"),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><gateway>&a;</gateway>", "the status is not that"),
    ],
)
async def test_the_health_is_that_of_bearerbox_and_an_operator(body: bytes, reason: str) -> None:
    async with http_peer(lambda _: response(200, body)) as peer, open_client() as client:
        health = await channel_to(client, "http://127.0.0.1:1", peer.url).health()
    assert health.reachable == (not reason)
    assert health.reason.startswith(reason)
    assert peer.requests[0].fields == {"password": "st&us"}


async def test_without_a_status_address_the_health_is_that_smsbox_answers() -> None:
    async with open_client() as client:
        async with http_peer(lambda _: response(404)) as peer:
            assert (await channel_to(client, peer.url).health()).reachable
        away = await channel_to(client, peer.url).health()
    assert (away.reachable, away.reason) == (False, "127.0.0.1: no connection")
