"""One message to one browser: how it is sent, and what each answer of a push service means."""

from typing import Any
from uuid import UUID

import pytest
from msgspec import structs

from gotovo.notices.channels.port import (
    ChannelUnavailable,
    DeliveryState,
    MessageRefused,
    ReceiptRefused,
    ReceiptRequest,
)
from gotovo.notices.channels.push.push_channel import (
    TTL_MAX,
    BrowserGone,
    PushChannel,
    PushMessage,
)
from gotovo.notices.channels.push.shown_tokens import PUSH_RECEIPTS_PATH
from gotovo.outbound.guarded_sender import GuardedSender
from tests.support.notices.push_service import SubscribedBrowser, read_vapid
from tests.support.notices.push_stage import CONTACT, TO_A_BROWSER, PushStage
from tests.support.web.cast import KEYRING, NOW


def message(push: PushStage, name: str, status: int = 201, retry_after: str = "") -> PushMessage:
    """Return a message to a browser whose push service answers so."""
    browser = push.browsers[name] = SubscribedBrowser()
    endpoint = push.service.endpoint(name, status, retry_after)
    return structs.replace(TO_A_BROWSER, browser=browser.subscription(endpoint))


async def test_it_is_encrypted_signed_and_says_how_long_it_is_of_use(push: PushStage) -> None:
    sent = await push.channel.send(message(push, "phone"))
    assert sent.provider_id == TO_A_BROWSER.key
    (seen,) = push.service.messages("phone")
    assert seen.method == "POST"
    assert (seen.headers["ttl"], seen.headers["urgency"]) == ("600", "high")
    assert seen.headers["content-encoding"] == "aes128gcm"
    assert seen.headers["host"] == push.service.origin.removeprefix("https://")
    vapid = read_vapid(seen.headers["authorization"])
    vapid.check(push.service.origin, NOW)
    assert vapid.claims["sub"] == CONTACT
    (said,) = push.shown("phone")
    token = said.pop("shown")
    assert said == {
        "title": TO_A_BROWSER.title,
        "body": TO_A_BROWSER.body,
        "path": TO_A_BROWSER.path,
        "tag": TO_A_BROWSER.about,
        "language": "ru",
    }
    assert len(token) == 54


async def test_the_service_sees_which_messages_replace_each_other_and_no_order(
    push: PushStage,
) -> None:
    first = message(push, "phone")
    other = structs.replace(first, about="999999999999", ttl=TTL_MAX * 2)
    for each in (first, structs.replace(first, key=str(UUID(int=8))), other):
        await push.channel.send(each)
    topics = [each.headers["topic"] for each in push.service.messages("phone")]
    assert topics[0] == topics[1] != topics[2]
    assert all(len(topic) == 32 and TO_A_BROWSER.about not in topic for topic in topics)
    assert push.service.messages("phone")[2].headers["ttl"] == str(28 * 24 * 3_600)


@pytest.mark.parametrize("status", [200, 201, 202])
async def test_every_success_is_taken(push: PushStage, status: int) -> None:
    await push.channel.send(message(push, "phone", status))


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (404, BrowserGone),
        (410, BrowserGone),
        (400, MessageRefused),
        (403, MessageRefused),
        (413, MessageRefused),
        (307, MessageRefused),
        (429, ChannelUnavailable),
        (500, ChannelUnavailable),
        (503, ChannelUnavailable),
    ],
)
async def test_every_other_answer_has_its_meaning_and_names_no_browser(
    push: PushStage, status: int, error: type[Exception]
) -> None:
    with pytest.raises(error) as raised:
        await push.channel.send(message(push, "phone", status))
    assert type(raised.value) is error
    assert str(raised.value).startswith("127.0.0.1: ")
    assert "send/phone" not in str(raised.value)


async def test_a_service_that_asks_for_a_wait_gets_it_up_to_an_hour(push: PushStage) -> None:
    for name, asked, given in (("a", "120", 120.0), ("b", "999999", 3_600.0)):
        with pytest.raises(ChannelUnavailable) as raised:
            await push.channel.send(message(push, name, 429, retry_after=asked))
        assert raised.value.retry_after == given


async def test_an_endpoint_inside_our_network_is_connected_to_by_nobody(push: PushStage) -> None:
    """The same guard as for webhooks: a browser names the address, and may lie."""
    closed = PushChannel(
        GuardedSender(timeout_seconds=2),
        CONTACT,
        secret=lambda: KEYRING.push.key,
        keys=lambda: KEYRING.tokens.newest_first,
        clock=lambda: NOW,
    )
    with pytest.raises(MessageRefused, match="address"):
        await closed.send(message(push, "phone"))
    assert push.service.requests == []
    await closed.close()


async def test_a_certificate_that_nobody_trusts_is_not_sent_to(push: PushStage) -> None:
    other = structs.replace(message(push, "phone"), key=str(UUID(int=9)))
    endpoint = other.browser.endpoint.replace("127.0.0.1", "localhost")
    elsewhere = structs.replace(other, browser=structs.replace(other.browser, endpoint=endpoint))
    with pytest.raises(ChannelUnavailable):
        await push.channel.send(elsewhere)
    assert push.service.requests == []


def receipt(body: str, **changed: Any) -> ReceiptRequest:
    request = ReceiptRequest(method="POST", path=PUSH_RECEIPTS_PATH, body=body.encode())
    return structs.replace(request, **changed)


async def test_what_a_worker_sends_back_is_a_receipt_of_that_message(push: PushStage) -> None:
    await push.channel.send(message(push, "phone"))
    token = push.shown("phone")[0]["shown"]
    (told,) = push.channel.receipts(receipt(token))
    assert (told.provider_id, told.state) == (TO_A_BROWSER.key, DeliveryState.DELIVERED)
    for forged in (
        receipt(f"{token}x"),
        receipt(""),
        receipt(token.swapcase()),
        receipt(token, method="GET"),
        receipt(token, path=f"{PUSH_RECEIPTS_PATH}/{token}"),
    ):
        with pytest.raises(ReceiptRefused):
            push.channel.receipts(forged)


async def test_its_health_is_not_known_without_sending(push: PushStage) -> None:
    assert (await push.channel.health()).reachable is None
