"""What goes wrong with Stripe is refused for good or for now, and never says a secret."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from gotovo.order.values.money import Money
from gotovo.outbound.exchange import open_client
from gotovo.payments.providers.port import (
    ProviderError,
    ProviderRefused,
    ProviderUnavailable,
    RefundRequest,
    UnreadableEntry,
)
from gotovo.payments.providers.provider_http import BYTES_MAX
from gotovo.payments.providers.stripe import (
    STRIPE_VERSION,
    Stripe,
    StripeAccount,
    _wire_key,
)
from tests.payments.providers.test_stripe_messages import INTENT, REFUND, SESSION
from tests.support.notices.http_peer import (
    HttpPeer,
    PeerRequest,
    http_peer,
    json_response,
    response,
)
from tests.support.payments.requests import BASKET
from tests.support.payments.yookassa import all_of

SECRET = "sk_live_that_is_in_no_log"
WEBHOOK_SECRET = b"whsec_that_is_in_no_log"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
async def peer() -> AsyncIterator[HttpPeer]:
    """Give a server that answers as a test says."""

    def nothing(_request: PeerRequest) -> bytes:
        return response(200)

    async with http_peer(nothing) as running:
        yield running


@pytest.fixture
async def stripe(peer: HttpPeer) -> AsyncIterator[Stripe]:
    """Give the adapter for it."""
    async with open_client() as client:
        account = StripeAccount(SECRET, (WEBHOOK_SECRET,), peer.url)
        yield Stripe(account, client, seconds_max=5)


def answers(peer: HttpPeer, *each: bytes) -> None:
    """Let the server answer this, one after another, the last one for ever."""
    left = list(each)

    def answer(_request: PeerRequest) -> bytes:
        return left.pop(0) if len(left) > 1 else left[0]

    peer.answer = answer


def error(status: int, told: dict[str, str], **headers: str) -> bytes:
    """Return an error as Stripe writes one."""
    return json_response(status, {"error": {"message": "No such thing", **told}}, **headers)


async def test_each_request_names_the_version_and_the_key(stripe: Stripe, peer: HttpPeer) -> None:
    answers(peer, json_response(200, SESSION))
    await stripe.create(BASKET)
    asked = peer.requests[0]
    assert (asked.method, asked.target) == ("POST", "/v1/checkout/sessions")
    assert asked.headers["stripe-version"] == STRIPE_VERSION
    assert asked.headers["idempotency-key"] == BASKET.attempt.key
    assert asked.headers["authorization"] == f"Bearer {SECRET}"
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert asked.fields["line_items[0][price_data][unit_amount]"] == "123450"


@pytest.mark.parametrize(
    ("status", "told", "code"),
    [
        (400, {"type": "invalid_request_error", "code": "amount_too_small"}, "amount_too_small"),
        (400, {"type": "invalid_request_error"}, "invalid_request_error"),
        (400, {"type": "idempotency_error"}, "idempotency_error"),
        (402, {"type": "card_error", "code": "card_declined"}, "card_declined"),
        (
            402,
            {"type": "card_error", "code": "card_declined", "decline_code": "lost_card"},
            "lost_card",
        ),
        (404, {"type": "invalid_request_error", "code": "resource_missing"}, "resource_missing"),
        (404, {}, "404"),
        (400, {"code": "<script>"}, "400"),
    ],
)
async def test_some_errors_are_for_good(
    stripe: Stripe, peer: HttpPeer, status: int, told: dict[str, str], code: str
) -> None:
    answers(peer, error(status, told))
    with pytest.raises(ProviderRefused) as refused:
        await stripe.create(BASKET)
    assert refused.value.code == code
    assert "No such thing" not in str(refused.value)


@pytest.mark.parametrize("told", [{"code": "resource_missing"}, {}])
@pytest.mark.parametrize("reference", ["cs_1", "pi_1", "re_1"])
async def test_what_stripe_does_not_have_is_not_found(
    stripe: Stripe, peer: HttpPeer, reference: str, told: dict[str, str]
) -> None:
    """Whoever looks things up tells that there is none from every other refusal."""
    answers(peer, error(404, told))
    look_up = stripe.refund_of if reference == "re_1" else stripe.payment
    with pytest.raises(ProviderRefused) as refused:
        await look_up(reference)
    assert refused.value.code == "not_found"


@pytest.mark.parametrize(
    ("answer", "wait"),
    [
        (error(409, {"code": "lock_timeout"}, retry_after="7"), 7.0),
        (error(409, {"code": "idempotency_key_in_use"}), None),
        (error(429, {"code": "rate_limit"}, retry_after="2"), 2.0),
        (error(401, {"type": "invalid_request_error", "code": "api_key_expired"}), None),
        (error(403, {}), None),
        (error(424, {}), None),
        (error(500, {"type": "api_error"}), None),
        (response(502, b"<html>"), None),
        (response(503, b"", retry_after="60"), 60.0),
        (response(302, location="http://127.0.0.1:1/"), None),
        (response(204), None),
        (response(200, b""), None),
        (response(200, b"{"), None),
        (response(200, b"[" * 100_000), None),
        (response(200, b"\xff\xfe"), None),
        (json_response(200, {"id": "cs_1"}), None),
        (json_response(200, SESSION | {"url": None}), None),
        (response(200, b" " * (BYTES_MAX + 1)), None),
        (response(200, b"{}", content_encoding="gzip"), None),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf", None),
        (b"SSH-2.0-OpenSSH\r\n", None),
        (b"", None),
    ],
)
async def test_other_errors_are_for_now(
    stripe: Stripe, peer: HttpPeer, answer: bytes, wait: float | None
) -> None:
    answers(peer, answer)
    with pytest.raises(ProviderUnavailable) as unavailable:
        await stripe.create(BASKET)
    assert unavailable.value.retry_after == wait


async def test_a_server_that_never_answers_is_left(peer: HttpPeer) -> None:
    silence = asyncio.Event()

    async def never(_request: PeerRequest) -> bytes:
        await silence.wait()
        return b""

    peer.answer = never
    async with open_client() as client:
        stripe = Stripe(StripeAccount(SECRET, (), peer.url), client, seconds_max=0.05)
        with pytest.raises(ProviderUnavailable):
            await stripe.payment("cs_1")
    silence.set()


async def test_nobody_there_is_for_now() -> None:
    async with open_client() as client:
        stripe = Stripe(StripeAccount(SECRET, (), "http://127.0.0.1:1"), client)
        with pytest.raises(ProviderUnavailable):
            await stripe.payment("cs_1")
        health = await stripe.health()
    assert not health.reachable
    assert health.reason


@pytest.mark.parametrize(
    ("reference", "answer"),
    [
        ("cs_live_a2", SESSION),
        ("pi_other", INTENT),
        ("pi_3OzA", INTENT | {"amount_received": 0}),
    ],
)
async def test_an_answer_about_something_else_is_not_believed(
    stripe: Stripe, peer: HttpPeer, reference: str, answer: dict[str, Any]
) -> None:
    answers(peer, json_response(200, answer))
    with pytest.raises(ProviderUnavailable):
        await stripe.payment(reference)


async def test_a_refund_of_another_payment_with_the_same_key_is_not_taken_for_ours(
    stripe: Stripe, peer: HttpPeer
) -> None:
    other = REFUND | {"payment_intent": "pi_other"}
    answers(peer, _page([other]), json_response(200, REFUND))
    await stripe.refund(_request("k-1"))
    assert [each.method for each in peer.requests] == ["GET", "POST"]


async def test_a_refund_is_looked_for_on_every_page(stripe: Stripe, peer: HttpPeer) -> None:
    others = [REFUND | {"id": f"re_{n}", "metadata": {}} for n in range(3)]
    answers(peer, _page(others, has_more=True), _page([REFUND]))
    found = await stripe.refund(_request("k-1"))
    assert found.refund_id == REFUND["id"]
    assert peer.requests[1].fields["starting_after"] == "re_2"
    assert {each.method for each in peer.requests} == {"GET"}


@pytest.mark.parametrize("data", [[], [REFUND]])
async def test_a_list_without_an_end_is_left(
    stripe: Stripe, peer: HttpPeer, data: Sequence[dict[str, Any]]
) -> None:
    answers(peer, _page(data, has_more=True))
    with pytest.raises(ProviderUnavailable):
        async for _ in stripe.refunds(NOON, NOON + timedelta(days=1)):
            pass
    assert len(peer.requests) <= 2


async def test_a_period_is_asked_for_in_whole_seconds_and_kept_to(
    stripe: Stripe, peer: HttpPeer
) -> None:
    begin = datetime.fromtimestamp(1_795_345_600, UTC)
    made = [REFUND | {"id": f"re_{n}", "created": 1_795_345_600 + n} for n in range(3)]
    answers(peer, _page([*made, made[0]]))
    half = timedelta(seconds=0.5)
    found = await all_of(stripe.refunds(begin - half, begin + 3 * half))
    assert [each.refund_id for each in found] == ["re_0", "re_1"]
    fields = peer.requests[0].fields
    assert fields["created[gte]"] == "1795345599"
    assert fields["created[lt]"] == "1795345602"


async def test_a_secret_is_in_no_log_and_in_no_error(
    stripe: Stripe, peer: HttpPeer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    told: list[str] = [repr(stripe._account), str(stripe._account)]
    with capture_logs() as events:
        for answer in (
            error(401, {"message": f"Invalid API Key provided: {SECRET}"}),
            response(500),
            b"",
            response(302),
        ):
            answers(peer, answer)
            for asking in (stripe.create(BASKET), stripe.refund(_request("k")), stripe.health()):
                try:
                    told.append(repr(await asking))
                except ProviderError as failed:
                    told.append(f"{failed!r} {failed.__cause__!r}")
    told += [caplog.text, repr(events)]
    assert SECRET not in "".join(told)
    assert WEBHOOK_SECRET.decode() not in "".join(told)


@pytest.mark.parametrize("key", ["k" * 256, "ключ", "a\nb"])
def test_a_key_that_a_header_cannot_have_becomes_its_digest(key: str) -> None:
    assert len(_wire_key(key)) == 64
    assert _wire_key(key) != _wire_key(f"{key}2")


def _page(data: Sequence[dict[str, Any]], *, has_more: bool = False) -> bytes:
    return json_response(200, {"object": "list", "data": list(data), "has_more": has_more})


def _request(key: str) -> RefundRequest:
    return RefundRequest(
        key=key, payment_id="pi_3OzA", amount=Money(500, "EUR"), description="Возврат"
    )


async def test_an_entry_that_can_not_be_read_spoils_no_list(stripe: Stripe, peer: HttpPeer) -> None:
    made = [REFUND | {"id": f"re_{n}", "created": 1_795_345_600 + n} for n in range(3)]
    made[1] |= {"currency": "zzz"}
    made.append({"object": "refund"})
    answers(peer, _page(made))
    begin = datetime.fromtimestamp(1_795_345_600, UTC)
    found = [each async for each in stripe.refunds(begin, begin + timedelta(hours=1))]
    unreadable = [each for each in found if isinstance(each, UnreadableEntry)]
    assert len(found) == 4
    assert [each.id for each in unreadable] == ["re_1", ""]
    assert all(each.reason for each in unreadable)
