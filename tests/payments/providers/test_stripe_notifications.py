"""Stripe's notifications, signed by localstripe itself and sent over HTTP, or written here."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
import pytest

from gotovo.order.values.money import Money
from gotovo.outbound.exchange import open_client
from gotovo.payments.providers.port import (
    AttemptName,
    NotificationRefused,
    NotificationRequest,
    NotifiedOf,
    ProviderNotification,
    RefundRequest,
    RefusedBecause,
)
from gotovo.payments.providers.stripe import Stripe, StripeAccount
from gotovo.payments.providers.stripe_events import EVENT_BYTES_MAX
from tests.payments.providers.test_stripe_signature import NEW, NOW, header, signature
from tests.support.notices.http_peer import PeerRequest, http_peer, response
from tests.support.payments.localstripe import (
    DECLINED_CARD,
    WEBHOOK_SECRET,
    LocalStripe,
    running_localstripe,
)
from tests.support.payments.requests import BASKET, basket

SECONDS_MAX = 30
"""Until localstripe has sent an event; it waits a second before."""


@pytest.fixture(scope="module")
def server() -> Iterator[LocalStripe]:
    """Give a Stripe to all tests here."""
    with running_localstripe() as running:
        yield running


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """Give the client of a process."""
    async with open_client() as opened:
        yield opened


@pytest.fixture
def stripe(client: httpx.AsyncClient) -> Stripe:
    """Give the adapter of one process, for notifications that a test writes."""
    return Stripe(StripeAccount("sk_test_x", (NEW,)), client)


async def test_what_localstripe_signs_and_sends_is_looked_up(
    server: LocalStripe, client: httpx.AsyncClient
) -> None:
    """Each event of a life leads to the payment or the refund that it is about."""
    arrived: asyncio.Queue[PeerRequest] = asyncio.Queue()

    def take(request: PeerRequest) -> bytes:
        arrived.put_nowait(request)
        return response(200)

    stripe = server.provider(client)
    told: dict[str, ProviderNotification] = {}
    async with http_peer(take) as peer:
        await server.notifies(peer.url)
        begun = await stripe.create(BASKET)
        await server.pays(begun.reference, DECLINED_CARD)
        await server.pays(begun.reference)
        money = (await stripe.payment(begun.reference)).payment_id
        amount = Money(500, "RUB")
        asked = RefundRequest(key="k", payment_id=money, amount=amount, description="")
        refund = await stripe.refund(asked)
        await server.refund_fails(refund.refund_id, "lost_or_stolen_card")
        async with asyncio.timeout(SECONDS_MAX):
            while len(told) < 6:
                sent = await arrived.get()
                request = NotificationRequest(sent.headers, sent.body)
                known = stripe.notification(request, datetime.now(UTC))
                told[known.kind] = known
                changed = NotificationRequest(sent.headers, sent.body + b" ")
                assert _refused(stripe, changed, datetime.now(UTC)) is RefusedBecause.FORGED
                late = datetime.now(UTC) + timedelta(minutes=6)
                assert _refused(stripe, request, late) is RefusedBecause.STALE
    assert {kind: (each.about, each.reference) for kind, each in told.items()} == {
        "payment_intent.payment_failed": (NotifiedOf.PAYMENT, money),
        "payment_intent.succeeded": (NotifiedOf.PAYMENT, money),
        "checkout.session.completed": (NotifiedOf.PAYMENT, begun.reference),
        "charge.refunded": (NotifiedOf.PAYMENT, money),
        "refund.created": (NotifiedOf.REFUND, refund.refund_id),
        "refund.failed": (NotifiedOf.REFUND, refund.refund_id),
    }
    assert all(each.is_signed and each.sent_at for each in told.values())
    assert len({each.id for each in told.values()}) == len(told)


async def test_a_secret_that_is_replaced_counts_until_it_is_taken_out(
    server: LocalStripe, client: httpx.AsyncClient
) -> None:
    arrived: asyncio.Queue[PeerRequest] = asyncio.Queue()

    def take(request: PeerRequest) -> bytes:
        arrived.put_nowait(request)
        return response(200)

    async with http_peer(take) as peer:
        await server.notifies(peer.url, "whsec_old")
        another = basket(attempt=AttemptName(BASKET.attempt.number, 2))
        begun = await server.provider(client).create(another)
        await server.provider(client).cancel(begun.reference)
        async with asyncio.timeout(SECONDS_MAX):
            sent = await arrived.get()
    request = NotificationRequest(sent.headers, sent.body)
    during = server.provider(client, webhook_secrets=(WEBHOOK_SECRET.encode(), b"whsec_old"))
    known = during.notification(request, datetime.now(UTC))
    assert (known.kind, known.reference) == ("checkout.session.expired", begun.reference)
    afterwards = server.provider(client)
    assert _refused(afterwards, request, datetime.now(UTC)) is RefusedBecause.FORGED


@pytest.mark.parametrize(
    ("kind", "thing", "about", "reference"),
    [
        ("checkout.session.completed", {"id": "cs_1"}, NotifiedOf.PAYMENT, "cs_1"),
        ("checkout.session.async_payment_succeeded", {"id": "cs_1"}, NotifiedOf.PAYMENT, "cs_1"),
        ("checkout.session.async_payment_failed", {"id": "cs_1"}, NotifiedOf.PAYMENT, "cs_1"),
        ("checkout.session.expired", {"id": "cs_1"}, NotifiedOf.PAYMENT, "cs_1"),
        ("payment_intent.succeeded", {"id": "pi_1"}, NotifiedOf.PAYMENT, "pi_1"),
        ("payment_intent.payment_failed", {"id": "pi_1"}, NotifiedOf.PAYMENT, "pi_1"),
        ("payment_intent.canceled", {"id": "pi_1"}, NotifiedOf.PAYMENT, "pi_1"),
        (
            "charge.refunded",
            {"id": "ch_1", "payment_intent": "pi_1"},
            NotifiedOf.PAYMENT,
            "pi_1",
        ),
        ("charge.refunded", {"id": "ch_1", "payment_intent": None}, NotifiedOf.OTHER, "ch_1"),
        ("refund.created", {"id": "re_1"}, NotifiedOf.REFUND, "re_1"),
        ("refund.updated", {"id": "re_1"}, NotifiedOf.REFUND, "re_1"),
        ("refund.failed", {"id": "pyr_1"}, NotifiedOf.REFUND, "pyr_1"),
        ("charge.refund.updated", {"id": "re_1"}, NotifiedOf.REFUND, "re_1"),
        ("customer.created", {"id": "cus_1"}, NotifiedOf.OTHER, "cus_1"),
        ("balance.available", {"object": "balance"}, NotifiedOf.OTHER, ""),
        ("invoice.paid", {"id": "in-1/../x"}, NotifiedOf.OTHER, ""),
    ],
)
async def test_every_kind_says_what_to_look_up(
    stripe: Stripe, kind: str, thing: dict[str, Any], about: NotifiedOf, reference: str
) -> None:
    known = stripe.notification(_event(kind, thing), NOW)
    assert (known.id, known.kind) == ("evt_1", kind)
    assert (known.about, known.reference) == (about, reference)
    assert (known.sent_at, known.is_signed) == (NOW, True)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"id": "evt_1", "type": "refund.created"}',
        b'{"id": "evt_1", "type": "refund.created", "data": {"object": {}}}',
        b'{"id": "evt_1", "type": "refund.created", "data": {"object": {"id": "a/b"}}}',
        b'{"id": "evt_1", "type": "refund.created", "data": {"object": {"id": 5}}}',
        b'{"id": "evt_1", "type": "<b>", "data": {"object": {"id": "re_1"}}}',
        b'{"id": "", "type": "refund.created", "data": {"object": {"id": "re_1"}}}',
        b'{"id":"e","type":"charge.refunded","data":{"object":{"payment_intent":{"id":"pi_1"}}}}',
        b" " * (EVENT_BYTES_MAX + 1),
    ],
)
async def test_what_is_signed_and_cannot_be_read_is_malformed(stripe: Stripe, body: bytes) -> None:
    request = NotificationRequest({"stripe-signature": header(signature(NEW, body=body))}, body)
    assert _refused(stripe, request, NOW) is RefusedBecause.MALFORMED


async def test_without_a_signature_nothing_is_read(stripe: Stripe) -> None:
    request = NotificationRequest({}, b"{")
    assert _refused(stripe, request, NOW) is RefusedBecause.FORGED


async def test_a_refusal_says_nothing_of_what_came(stripe: Stripe) -> None:
    request = NotificationRequest({"stripe-signature": header("ab" * 32)}, b'{"secret": "body"}')
    with pytest.raises(NotificationRefused) as refused:
        stripe.notification(request, NOW)
    told = str(refused.value)
    assert "abab" not in told
    assert "body" not in told
    assert NEW.decode() not in told


def _event(kind: str, thing: dict[str, Any]) -> NotificationRequest:
    event = {"id": "evt_1", "object": "event", "type": kind, "data": {"object": thing}}
    body = msgspec.json.encode(event)
    return NotificationRequest({"stripe-signature": header(signature(NEW, body=body))}, body)


def _refused(stripe: Stripe, request: NotificationRequest, now: datetime) -> RefusedBecause:
    with pytest.raises(NotificationRefused) as refused:
        stripe.notification(request, now)
    return refused.value.because


@pytest.mark.parametrize("name", ["created", "updated", "closed", "funds_withdrawn"])
def test_a_dispute_names_the_payment_that_it_is_about(stripe: Stripe, name: str) -> None:
    thing = {"id": "du_1", "object": "dispute", "charge": "ch_1", "payment_intent": "pi_1"}
    found = stripe.notification(_event(f"charge.dispute.{name}", thing), NOW)
    assert (found.about, found.reference) == (NotifiedOf.PAYMENT, "pi_1")
    assert found.kind == f"charge.dispute.{name}"
    strange = _event(f"charge.dispute.{name}", thing | {"payment_intent": None})
    assert stripe.notification(strange, NOW).about is NotifiedOf.OTHER
