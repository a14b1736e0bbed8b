"""SMS over HTTP by template: each provider as documented, and every way an answer can be wrong."""

import asyncio
import gzip
import logging
from decimal import Decimal

import pytest
from msgspec import structs

from gotovo.notices.channels.port import (
    ChannelError,
    ChannelUnavailable,
    MessageCost,
    MessageRefused,
)
from gotovo.notices.channels.sms.template import recipe
from gotovo.outbound.exchange import RESPONSE_BYTES_MAX
from tests.support.notices.http_peer import PeerRequest, http_peer, json_response, response
from tests.support.notices.sms import ACCOUNT, READY, channel_to
from tests.support.notices.sms_providers import (
    FORBIDDEN_WORD,
    PASSWORD,
    UNKNOWN_PHONE,
    Smsc,
    SmsRu,
    Twilio,
)

SMSC, SMS_RU, TWILIO = recipe("smsc"), recipe("sms.ru"), recipe("twilio")
NOBODY = structs.replace(READY, key="1:1", phone=UNKNOWN_PHONE)
WRONG = structs.replace(ACCOUNT, password="guessed")


def names_nobody(error: BaseException | None) -> bool:
    """Return whether an error and its causes say neither phone nor text nor password."""
    shown = ""
    while error is not None:
        shown += repr(error)
        error = error.__cause__ or error.__context__
    return not any(
        each in shown
        for each in ("9005550", "123 456", "1945", "Баумана", PASSWORD, "hush", "guessed")
    )


async def test_smsc_takes_a_message_once_by_our_id_and_tells_its_price() -> None:
    provider = Smsc()
    async with http_peer(provider.answer) as peer, channel_to(SMSC, peer.url) as channel:
        sent = await channel.send(READY)
        assert provider.taken == {sent.provider_id: READY.text}
        assert (sent.segments, sent.cost) == (2, MessageCost(Decimal("9.60"), "RUB"))
        with pytest.raises(ChannelUnavailable) as again:
            await channel.send(READY)
        assert (again.value.code, again.value.retry_after) == ("9", 60)
    assert list(provider.taken) == [sent.provider_id]
    assert peer.requests[0].headers["content-type"] == "application/x-www-form-urlencoded"
    assert peer.requests[0].target == "/sys/send.php"
    assert "1945" not in sent.provider_id


async def test_smsc_refuses_for_good_or_for_now() -> None:
    provider = Smsc()
    async with http_peer(provider.answer) as peer:
        async with channel_to(SMSC, peer.url) as channel:
            with pytest.raises(MessageRefused) as refused:
                await channel.send(NOBODY)
            assert (refused.value.code, refused.value.words) == ("7", "invalid number (phone …)")
            with pytest.raises(MessageRefused) as forbidden:
                await channel.send(structs.replace(READY, text=f"{FORBIDDEN_WORD} 123 456"))
            assert (forbidden.value.code, forbidden.value.words) == ("6", "")
            provider.money = False
            with pytest.raises(ChannelUnavailable, match=r"code 3: no money$"):
                await channel.send(READY)
        async with channel_to(SMSC, peer.url, WRONG) as channel:
            with pytest.raises(ChannelUnavailable, match="authorise error") as wrong:
                await channel.send(READY)
    assert names_nobody(refused.value)
    assert names_nobody(wrong.value)


async def test_sms_ru_takes_a_message() -> None:
    provider = SmsRu()
    async with http_peer(provider.answer) as peer, channel_to(SMS_RU, peer.url) as channel:
        sent = await channel.send(READY)
        assert (sent.provider_id, provider.taken) == ("000000-10000001", [READY.text])
        assert (sent.segments, sent.cost) == (2, MessageCost(Decimal("9.00"), "RUB"))
        with pytest.raises(MessageRefused) as refused:
            await channel.send(NOBODY)
        assert (refused.value.code, refused.value.words) == ("207", "no messages to …")
        provider.is_busy = True
        with pytest.raises(ChannelUnavailable) as busy:
            await channel.send(READY)
        assert (busy.value.code, busy.value.retry_after) == ("220", 60)


async def test_twilio_takes_a_message_and_is_told_where_receipts_go() -> None:
    provider = Twilio()
    async with http_peer(provider.answer) as peer, channel_to(TWILIO, peer.url) as channel:
        sent = await channel.send(READY)
        assert (sent.provider_id, sent.segments) == (f"SM{1:032x}", 2)
        assert sent.cost == MessageCost(Decimal("9.00"), "RUB")
        (taken,) = provider.taken
        assert (taken["To"], taken["Body"]) == (READY.phone, READY.text)
        assert taken["StatusCallback"].startswith("https://orders.example.ru/receipts/sms/")
        with pytest.raises(MessageRefused) as refused:
            await channel.send(NOBODY)
        assert refused.value.code == "21211"
        assert names_nobody(refused.value)


@pytest.mark.parametrize(
    ("name", "provider", "balance"),
    [
        ("smsc", Smsc(), MessageCost(Decimal("123.45"), "RUB")),
        ("sms.ru", SmsRu(), MessageCost(Decimal("4122.56"), "RUB")),
        ("twilio", Twilio(), MessageCost(Decimal("-0.75"), "USD")),
    ],
)
async def test_the_health_is_the_balance_or_why_there_is_none(
    name: str, provider: Smsc | SmsRu | Twilio, balance: MessageCost
) -> None:
    async with http_peer(provider.answer) as peer:
        async with channel_to(recipe(name), peer.url) as channel:
            health = await channel.health()
            assert (health.reachable, health.balance) == (True, balance)
        async with channel_to(recipe(name), peer.url, WRONG) as channel:
            health = await channel.health()
            assert (health.reachable, health.balance) == (False, None)
            assert "code " in health.reason
    async with channel_to(recipe(name), peer.url) as channel:
        health = await channel.health()
        assert (health.reachable, health.reason) == (False, "127.0.0.1: no connection")


async def test_russian_goes_out_in_latin_letters_where_that_is_set() -> None:
    provider = SmsRu()
    account = structs.replace(ACCOUNT, transliterated=True)
    async with http_peer(provider.answer) as peer, channel_to(SMS_RU, peer.url, account) as channel:
        sent = await channel.send(READY)
    assert provider.taken[0].startswith("Zakaz 1945 6611 2558 gotov k vydache.\n")
    assert (sent.segments, sent.cost) == (1, MessageCost(Decimal("4.50"), "RUB"))


TOO_LONG = json_response(200, {"id": "1", "more": "x" * RESPONSE_BYTES_MAX})
ENDLESS = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (1 << 22)
PACKED = response(200, gzip.compress(b'{"id": "1"}'), content_encoding="gzip")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (response(503), "HTTP 503"),
        (response(500, b"<html>" + READY.phone.encode()), "HTTP 500"),
        (response(302, location="http://127.0.0.1:1/"), "redirects are not followed"),
        (response(200, b"<html>"), "HTTP 200 without the JSON that was expected"),
        (response(200, b"[1]"), "without the JSON"),
        (response(200, b"\xff\xfe"), "without the JSON"),
        (response(200, b'{"a":' * 10_000), "without the JSON"),
        (response(404, b"{}"), "HTTP 404 without a code"),
        (response(204), "without the JSON"),
        (json_response(200, {}), "the answer has no id"),
        (json_response(200, {"id": None}), "the answer has no id"),
        (json_response(200, {"id": {"a": 1}}), "the answer has no id"),
        (json_response(200, {"error_code": "999"}), "code 999"),
        (json_response(200, {"error_code": READY.phone}), "code "),
        (b"HTTP/1.1 abc\r\n\r\n", "RemoteProtocolError"),
        (b"", "RemoteProtocolError"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{}", "RemoteProtocolError"),
        (TOO_LONG, "more than 65536 bytes"),
        (ENDLESS, "more than 65536 bytes"),
        (PACKED, "packed"),
    ],
)
async def test_an_answer_that_makes_no_sense_means_later(answer: bytes, reason: str) -> None:
    async with http_peer(lambda _: answer) as peer, channel_to(SMSC, peer.url) as channel:
        with pytest.raises(ChannelUnavailable, match=reason) as unavailable:
            await channel.send(READY)
    assert names_nobody(unavailable.value)
    assert len(peer.requests) == 1, "nothing is sent twice by itself"


@pytest.mark.parametrize(
    ("answer", "maybe_taken"),
    [
        (response(429), False),
        (response(503), False),
        (response(404, b"{}"), False),
        (response(302, location="http://127.0.0.1:1/"), False),
        (json_response(200, {"error_code": "3"}), False),
        (response(504), True),
        (response(500), True),
        (response(200, b"<html>"), True),
        (json_response(200, {}), True),
        (TOO_LONG, True),
        (PACKED, True),
    ],
)
async def test_what_may_have_been_taken_is_told_from_what_was_not(
    answer: bytes, *, maybe_taken: bool
) -> None:
    """What may have been taken is paid for: each of its attempts counts in the day's limit."""
    async with http_peer(lambda _: answer) as peer, channel_to(SMSC, peer.url) as channel:
        with pytest.raises(ChannelUnavailable) as unavailable:
            await channel.send(READY)
    assert unavailable.value.maybe_taken is maybe_taken


@pytest.mark.parametrize("cost", ["1e400000", "-1e13", "1e-20000", "NaN", "Infinity", "0e-20000"])
async def test_what_can_not_be_stored_is_not_taken_over(cost: str) -> None:
    """Storing would fail after the message was sent, and it would be sent again."""
    answer = json_response(200, {"id": "a\x00b", "cost": cost, "cnt": 10**30})
    async with http_peer(lambda _: answer) as peer, channel_to(SMSC, peer.url) as channel:
        sent = await channel.send(READY)
    assert (sent.provider_id, sent.segments) == ("", 2)
    assert sent.cost is not None
    assert sent.cost.amount == 9


async def test_a_provider_that_says_nothing_is_not_waited_for() -> None:
    async def silent(_: PeerRequest) -> bytes:
        await asyncio.sleep(1)
        return b""

    async def dripping(_: PeerRequest) -> bytes:
        await asyncio.sleep(1)
        return response(200)

    for answer in (silent, dripping):
        async with (
            http_peer(answer) as peer,
            channel_to(SMSC, peer.url, seconds_max=0.2) as channel,
        ):
            with pytest.raises(ChannelUnavailable, match=r"no answer in time$"):
                await asyncio.wait_for(channel.send(READY), 3)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        ("", None),
        ("soon", None),
        ("999999", 3600.0),
        ("Sun, 29 Nov 2026 23:00:00 +99999999999999999999", None),
    ],
)
async def test_too_many_requests_say_how_long_to_wait(value: str, seconds: float | None) -> None:
    def answer(_: PeerRequest) -> bytes:
        return response(429, retry_after=value) if value else response(429)

    async with http_peer(answer) as peer, channel_to(TWILIO, peer.url) as channel:
        with pytest.raises(ChannelUnavailable, match="HTTP 429") as unavailable:
            await channel.send(READY)
    assert unavailable.value.retry_after == seconds


async def test_no_log_line_holds_what_was_sent(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    provider = Smsc()
    query = structs.replace(SMSC, send=structs.replace(SMSC.send, method="GET", body="query"))
    async with http_peer(provider.answer) as peer, channel_to(query, peer.url) as channel:
        await channel.send(READY)
        with pytest.raises(ChannelError):
            await channel.send(NOBODY)
    assert peer.requests[0].fields["mes"] == READY.text
    assert [each.getMessage() for each in caplog.records if each.name.startswith("http")] == []
