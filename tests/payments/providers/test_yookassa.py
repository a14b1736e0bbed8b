"""Payments through YooKassa, over HTTP, with a server that keeps to its documentation."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from gotovo.order.values.money import Money
from gotovo.payments.providers.port import (
    AttemptName,
    NotificationRefused,
    NotificationRequest,
    NotifiedOf,
    PaymentMethod,
    ProviderNotification,
    ProviderPaymentState,
    ProviderRefundState,
    ProviderRefused,
    RefusedBecause,
)
from gotovo.payments.providers.yookassa import KEY_MAX, PAGE_MAX
from tests.support.payments.yookassa import (
    ASKED,
    NOW,
    NUMBER,
    YooKassaStage,
    all_of,
    asked,
    refund_asked,
    yookassa_stage,
)
from tests.support.payments.yookassa_ledger import SHOP, Json

HOUR = timedelta(hours=1)
LONG = timedelta(days=400)


@pytest.fixture
async def stage() -> AsyncIterator[YooKassaStage]:
    """Give a server and the adapter that asks it."""
    async with yookassa_stage() as opened:
        yield opened


async def test_a_payment_waits_on_yookassas_page_with_the_order_in_its_metadata(
    stage: YooKassaStage,
) -> None:
    payment = await stage.provider.create(ASKED)
    assert payment.state is ProviderPaymentState.PENDING
    assert payment.amount == ASKED.amount
    assert payment.attempt == ASKED.attempt
    assert payment.account == SHOP == stage.provider.account
    assert (payment.reference, payment.refunded) == (payment.payment_id, 0)
    assert payment.is_test
    assert payment.url == f"{stage.ledger.page_url}/pay/{payment.reference}"
    stored = stage.ledger.payments[payment.reference]
    assert stored["_capture"], "the money is captured at once"
    assert stored["amount"] == {"value": "1234.50", "currency": "RUB"}
    assert stored["payment_method"]["type"] == "bank_card"
    assert stored["confirmation"]["return_url"] == ASKED.return_url
    assert stored["metadata"] == {
        "gotovo_order": NUMBER,
        "gotovo_attempt": "1",
        "gotovo_shop": "main",
    }


async def test_roubles_are_paid_by_sbp_or_card_and_other_currencies_elsewhere(
    stage: YooKassaStage,
) -> None:
    assert stage.provider.methods("RUB") == (PaymentMethod.SBP, PaymentMethod.CARD)
    assert stage.provider.methods("KZT") == ()
    payment = await stage.provider.create(asked(method=PaymentMethod.SBP))
    assert payment.method == "sbp"


async def test_a_long_description_is_cut_to_what_yookassa_takes(stage: YooKassaStage) -> None:
    payment = await stage.provider.create(asked(description="щ" * 500))
    assert len(stage.ledger.payments[payment.reference]["description"]) == 128


async def test_a_payment_is_looked_up_as_its_buyer_left_it(stage: YooKassaStage) -> None:
    paid = await stage.paid()
    assert paid.state is ProviderPaymentState.SUCCEEDED
    assert (paid.captured_at, paid.url, paid.reason) == (NOW, "", "")
    declined = await stage.provider.create(asked(attempt=AttemptName(NUMBER, 2)))
    stage.ledger.decline(declined.reference)
    found = await stage.provider.payment(declined.reference)
    assert (found.state, found.reason) == (ProviderPaymentState.CANCELLED, "insufficient_funds")


async def test_a_payment_that_nobody_confirms_expires(stage: YooKassaStage) -> None:
    payment = await stage.provider.create(ASKED)
    stage.clock.pass_(minutes=59)
    assert (await stage.provider.payment(payment.reference)).state is ProviderPaymentState.PENDING
    stage.clock.pass_(minutes=2)
    found = await stage.provider.payment(payment.reference)
    assert found.state is ProviderPaymentState.CANCELLED
    assert found.reason == "expired_on_confirmation"


@pytest.mark.parametrize(("value", "currency"), [("1.00", "RUB"), ("1234.50", "USD")])
async def test_another_sum_is_reported_as_it_is(
    stage: YooKassaStage, value: str, currency: str
) -> None:
    payment = await stage.provider.create(ASKED)
    stage.ledger.pay(payment.reference, value, currency)
    found = await stage.provider.payment(payment.reference)
    assert found.amount == Money(int(value.replace(".", "")), currency)


async def test_attempts_are_payments_of_their_own(stage: YooKassaStage) -> None:
    await stage.provider.create(ASKED)
    await stage.provider.create(asked(attempt=AttemptName(NUMBER, 2)))
    assert len(stage.ledger.payments) == 2


async def test_what_waits_for_its_buyer_is_not_called_off_and_what_is_held_is(
    stage: YooKassaStage,
) -> None:
    payment = await stage.provider.create(ASKED)
    assert (await stage.provider.cancel(payment.reference)).state is ProviderPaymentState.PENDING
    stage.ledger.payments[payment.reference]["_capture"] = False
    stage.ledger.pay(payment.reference)
    held = await stage.provider.payment(payment.reference)
    assert held.state is ProviderPaymentState.PENDING
    for _ in range(2):
        found = await stage.provider.cancel(payment.reference)
        assert found.state is ProviderPaymentState.CANCELLED
        assert found.reason == "canceled_by_merchant"


async def test_parts_of_a_payment_go_back_until_nothing_is_left(stage: YooKassaStage) -> None:
    paid = await stage.paid()
    first = await stage.provider.refund(refund_asked(paid.payment_id, 1_000_00, "one"))
    assert first.state is ProviderRefundState.SUCCEEDED
    assert (first.amount, first.key) == (Money(1_000_00, "RUB"), "one")
    assert (await stage.provider.payment(paid.reference)).refunded == 1_000_00
    with pytest.raises(ProviderRefused) as refused:
        await stage.provider.refund(refund_asked(paid.payment_id, 234_51, "two"))
    assert refused.value.code == "invalid_request"
    await stage.provider.refund(refund_asked(paid.payment_id, 234_50, "three"))
    assert (await stage.provider.payment(paid.reference)).refunded == 1_234_50
    assert await stage.provider.refund_of(first.refund_id) == first


async def test_a_payment_that_was_not_made_is_not_given_back(stage: YooKassaStage) -> None:
    payment = await stage.provider.create(ASKED)
    with pytest.raises(ProviderRefused):
        await stage.provider.refund(refund_asked(payment.payment_id, 100))
    with pytest.raises(ProviderRefused):
        await stage.provider.refund(refund_asked("0-0-0", 100))
    assert stage.ledger.refunds == {}


async def test_a_refund_takes_its_time_and_may_fail_for_good(stage: YooKassaStage) -> None:
    paid = await stage.paid()
    stage.ledger.refund_outcomes["*"] = ("pending", "")
    refund = await stage.provider.refund(refund_asked(paid.payment_id, 100, "one"))
    assert refund.state is ProviderRefundState.PENDING
    stage.ledger.settle_refund(refund.refund_id, "canceled", "rejected_by_payee")
    failed = await stage.provider.refund_of(refund.refund_id)
    assert (failed.state, failed.reason) == (ProviderRefundState.FAILED, "rejected_by_payee")
    assert (await stage.provider.payment(paid.reference)).refunded == 0
    assert await stage.provider.refund(refund_asked(paid.payment_id, 100, "one")) == failed
    other = await stage.provider.refund(refund_asked(paid.payment_id, 100, "two"))
    assert other.refund_id != refund.refund_id, "another way has another key"


async def test_a_refund_is_found_among_many_of_its_payment(stage: YooKassaStage) -> None:
    paid = await stage.paid()
    first = await stage.provider.refund(refund_asked(paid.payment_id, 1, "first"))
    for number in range(PAGE_MAX + 5):
        stage.clock.pass_(seconds=1)
        body: Json = {"payment_id": paid.payment_id, "amount": {"value": "0.01"}}
        body["amount"]["currency"] = "RUB"
        stage.ledger.create_refund(body | {"metadata": {"other": str(number)}})
    stage.clock.pass_(days=3)
    assert await stage.provider.refund(refund_asked(paid.payment_id, 1, "first")) == first


async def test_a_long_key_is_sent_as_its_digest_and_comes_back_whole(stage: YooKassaStage) -> None:
    paid = await stage.paid()
    key = "gotovo-" + "x" * KEY_MAX
    refund = await stage.provider.refund(refund_asked(paid.payment_id, 1, key))
    assert refund.key == key
    assert all(len(each) <= KEY_MAX for each in stage.ledger.keys)


async def test_a_list_has_every_payment_of_its_period_once(stage: YooKassaStage) -> None:
    made: list[str] = []
    for number in range(PAGE_MAX * 2 + 7):
        stage.clock.now = NOW + timedelta(seconds=number)
        payment = await stage.provider.create(asked(attempt=AttemptName(NUMBER, number + 1)))
        made.append(payment.reference)
    stage.server.calls.clear()
    found = await all_of(stage.provider.payments(NOW, NOW + LONG))
    assert [each.reference for each in found] == made[::-1]
    assert stage.server.calls == ["GET /payments"] * 3
    part = stage.provider.payments(NOW + timedelta(seconds=5), NOW + timedelta(seconds=8))
    assert [each.reference for each in await all_of(part)] == made[5:8][::-1]


async def test_a_list_of_refunds_knows_ours_by_their_keys(stage: YooKassaStage) -> None:
    paid = await stage.paid()
    ours = await stage.provider.refund(refund_asked(paid.payment_id, 100, "ours"))
    amount = {"value": "2.00", "currency": "RUB"}
    stage.ledger.create_refund({"payment_id": paid.payment_id, "amount": amount})
    found = await all_of(stage.provider.refunds(NOW - HOUR, NOW + HOUR))
    assert {(each.key, each.amount.amount) for each in found} == {("ours", 100), ("", 200)}
    assert ours in found
    assert await all_of(stage.provider.refunds(NOW + HOUR, NOW + LONG)) == []


async def test_payments_of_other_sites_at_the_same_account_name_no_attempt(
    stage: YooKassaStage,
) -> None:
    payment = await stage.provider.create(ASKED)
    strange = (
        {"gotovo_order": "123456789012", "gotovo_attempt": "1"},
        {"gotovo_order": NUMBER, "gotovo_attempt": "0"},
        {"gotovo_order": NUMBER, "gotovo_attempt": "9" * 40},
        {"gotovo_order": NUMBER, "gotovo_attempt": 1},
        {"order": NUMBER},
        [NUMBER],
        "gotovo",
        None,
    )
    for metadata in strange:
        stage.ledger.payments[payment.reference]["metadata"] = metadata
        assert (await stage.provider.payment(payment.reference)).attempt is None, metadata


async def test_currencies_have_their_own_digits() -> None:
    async with yookassa_stage(currencies="JPY KWD") as stage:
        sums = {"JPY": (1_500, "1500"), "KWD": (1_234, "1.234")}
        for number, (currency, (minor, written)) in enumerate(sums.items(), 1):
            amount = Money(minor, currency)
            payment = await stage.provider.create(
                asked(amount=amount, attempt=AttemptName(NUMBER, number))
            )
            stored = stage.ledger.payments[payment.reference]["amount"]
            assert (stored["value"], payment.amount) == (written, amount)


async def test_health_is_that_of_our_shop(stage: YooKassaStage) -> None:
    assert (await stage.provider.health()).reachable
    for body, reason in (
        ({"account_id": "1", "status": "enabled"}, "another shop"),
        ({"account_id": SHOP, "status": "disabled"}, "disabled"),
        ({}, "can't be read"),
    ):
        stage.server.fault("answer", "GET /me", body=json.dumps(body))
        health = await stage.provider.health()
        assert not health.reachable
        assert reason in health.reason
    assert stage.ledger.payments == {}


async def test_a_notification_is_a_hint_and_its_repetition_has_the_same_id(
    stage: YooKassaStage,
) -> None:
    paid = await stage.paid()
    await stage.provider.refund(refund_asked(paid.payment_id, 1))
    told = [notified(stage, event) for event in stage.ledger.events]
    assert [each.about for each in told] == [NotifiedOf.PAYMENT, NotifiedOf.REFUND]
    assert [each.kind for each in told] == ["payment.succeeded", "refund.succeeded"]
    assert told[0].reference == paid.reference
    assert told == [notified(stage, event) for event in stage.ledger.events]
    assert len({each.id for each in told}) == 2
    deal = {"type": "notification", "event": "deal.closed", "object": {"id": "d"}}
    assert notified(stage, deal).about is NotifiedOf.OTHER


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        b'{"type": "notification", "event": "payment.succeeded"}',
        b'{"type": "notification", "event": "payment.succeeded", "object": {"id": "../me"}}',
        b'{"type": "notification", "event": "payment.succeeded", "object": {"id": 1}}',
        b'{"type": "other", "event": "payment.succeeded", "object": {"id": "a"}}',
        b'{"type": "notification", "event": "Payment", "object": {"id": "a"}}',
    ],
)
async def test_a_notification_that_can_not_be_read_is_refused(
    stage: YooKassaStage, body: bytes
) -> None:
    with pytest.raises(NotificationRefused) as refused:
        stage.provider.notification(NotificationRequest({}, body), NOW)
    assert refused.value.because is RefusedBecause.MALFORMED


def notified(stage: YooKassaStage, event: Json) -> ProviderNotification:
    """Return what the adapter reads of an event."""
    body = json.dumps(event).encode()
    return stage.provider.notification(NotificationRequest({}, body), NOW)
