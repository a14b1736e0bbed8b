"""What Stripe's objects mean, by examples in the shape that its documentation has."""

from typing import Any

import msgspec
import pytest

from gotovo.order.values.money import Money
from gotovo.payments.providers.port import (
    AttemptName,
    ProviderPaymentState,
    ProviderRefundState,
    RefundRequest,
)
from gotovo.payments.providers.stripe_messages import (
    TITLE_MAX,
    StripePaymentIntent,
    StripeRefund,
    StripeSession,
    form_fields,
    payment_of_intent,
    payment_of_session,
    refund_form,
    refund_of,
    session_form,
)
from tests.support.payments.requests import BASKET, basket

METADATA = {"gotovo_order": BASKET.attempt.number, "gotovo_attempt": "1", "gotovo_shop": "main"}

CHARGE: dict[str, Any] = {
    "id": "ch_3OzA",
    "object": "charge",
    "amount": 1099,
    "amount_refunded": 0,
    "captured": True,
    "created": 1795345510,
    "payment_method_details": {"card": {"brand": "visa", "last4": "4242"}, "type": "card"},
    "refunded": False,
}
INTENT: dict[str, Any] = {
    "id": "pi_3OzA",
    "object": "payment_intent",
    "amount": 1099,
    "amount_received": 1099,
    "cancellation_reason": None,
    "capture_method": "automatic",
    "client_secret": "pi_3OzA_secret_x",
    "created": 1795345505,
    "currency": "eur",
    "last_payment_error": None,
    "latest_charge": CHARGE,
    "livemode": True,
    "metadata": METADATA,
    "status": "succeeded",
}
SESSION: dict[str, Any] = {
    "id": "cs_live_a1",
    "object": "checkout.session",
    "amount_subtotal": 1099,
    "amount_total": 1099,
    "client_reference_id": BASKET.attempt.key,
    "created": 1795345500,
    "currency": "eur",
    "expires_at": 1795431900,
    "livemode": True,
    "metadata": METADATA,
    "mode": "payment",
    "payment_intent": None,
    "payment_status": "unpaid",
    "status": "open",
    "url": "https://checkout.stripe.com/c/pay/cs_live_a1#fid",
}
REFUND: dict[str, Any] = {
    "id": "re_3OzA",
    "object": "refund",
    "amount": 500,
    "charge": "ch_3OzA",
    "created": 1795345600,
    "currency": "eur",
    "metadata": {"gotovo_key": "k-1"},
    "payment_intent": "pi_3OzA",
    "status": "succeeded",
}


def intent(**changes: Any) -> StripePaymentIntent:
    """Read a payment that differs from the example."""
    return msgspec.convert(INTENT | changes, StripePaymentIntent)


def session(**changes: Any) -> StripeSession:
    """Read a page that differs from the example."""
    return msgspec.convert(SESSION | changes, StripeSession)


def refund(**changes: Any) -> StripeRefund:
    """Read a refund that differs from the example."""
    return msgspec.convert(REFUND | changes, StripeRefund)


def test_a_page_that_is_open_waits() -> None:
    payment = payment_of_session(session())
    assert payment.state is ProviderPaymentState.PENDING
    assert payment.amount == Money(1_099, "EUR")
    assert payment.attempt == AttemptName(BASKET.attempt.number, 1)
    assert (payment.payment_id, payment.url) == ("", SESSION["url"])
    assert not payment.is_test


@pytest.mark.parametrize(
    ("page", "money", "state", "reason"),
    [
        ({"status": "complete"}, {}, ProviderPaymentState.SUCCEEDED, ""),
        ({"status": "open"}, {}, ProviderPaymentState.SUCCEEDED, ""),
        ({"status": "expired"}, {}, ProviderPaymentState.SUCCEEDED, ""),
        (
            {"status": "complete"},
            {"status": "processing", "amount_received": 0},
            ProviderPaymentState.PENDING,
            "",
        ),
        (
            {"status": "expired"},
            {"status": "processing", "amount_received": 0},
            ProviderPaymentState.PENDING,
            "expired",
        ),
        (
            {"status": "complete"},
            {
                "status": "requires_payment_method",
                "amount_received": 0,
                "last_payment_error": {"code": "card_declined", "decline_code": "lost_card"},
            },
            ProviderPaymentState.CANCELLED,
            "lost_card",
        ),
        (
            {"status": "open"},
            {
                "status": "requires_payment_method",
                "amount_received": 0,
                "last_payment_error": {"code": "expired_card"},
            },
            ProviderPaymentState.PENDING,
            "expired_card",
        ),
        (
            {"status": "open"},
            {"status": "canceled", "amount_received": 0, "cancellation_reason": "fraudulent"},
            ProviderPaymentState.CANCELLED,
            "fraudulent",
        ),
        (
            {"status": "expired"},
            {"status": "requires_action", "amount_received": 0, "latest_charge": None},
            ProviderPaymentState.CANCELLED,
            "expired",
        ),
    ],
)
def test_what_became_of_the_money_counts_more_than_the_page(
    page: dict[str, Any], money: dict[str, Any], state: ProviderPaymentState, reason: str
) -> None:
    payment = payment_of_session(session(payment_intent=INTENT | money, **page))
    assert (payment.state, payment.reason) == (state, reason)
    assert payment.payment_id == "pi_3OzA"
    is_paid = state is ProviderPaymentState.SUCCEEDED
    assert (payment.captured_at is not None) is is_paid
    assert bool(payment.url) is (page["status"] == "open" and state == "pending")


def test_what_was_taken_is_the_sum_of_a_payment() -> None:
    taken = session(status="complete", payment_intent=INTENT | {"amount_received": 1_000})
    assert payment_of_session(taken).amount == Money(1_000, "EUR")
    assert payment_of_intent(intent(amount_received=1_000)).amount == Money(1_000, "EUR")


def test_what_was_given_back_is_known_of_a_payment() -> None:
    charge = CHARGE | {"amount_refunded": 99}
    assert payment_of_intent(intent(latest_charge=charge)).refunded == 99


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        {},
        {"gotovo_order": BASKET.attempt.number},
        METADATA | {"gotovo_attempt": "0"},
        METADATA | {"gotovo_attempt": "1e3"},
        METADATA | {"gotovo_order": "123456789012"},
        METADATA | {"gotovo_order": 457896934425},
        "text",
        [],
    ],
)
def test_a_payment_that_nobody_here_asked_for_has_no_attempt(metadata: Any) -> None:
    assert payment_of_intent(intent(metadata=metadata)).attempt is None


@pytest.mark.parametrize(
    "changes",
    [
        {"payment_intent": "pi_3OzA"},
        {"payment_intent": INTENT | {"currency": "usd"}},
        {"payment_intent": INTENT | {"latest_charge": "ch_3OzA"}},
        {"payment_intent": INTENT | {"latest_charge": None}},
        {"payment_intent": INTENT | {"amount_received": 0}},
        {"url": None},
        {"url": "javascript:alert(1)"},
        {"url": "https://checkout.stripe.com/\r\nset-cookie: a=b"},
        {"currency": "xxx"},
        {"currency": "isk", "amount_total": 150},
    ],
)
def test_an_answer_that_contradicts_itself_is_not_believed(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (also of msgspec)
        payment_of_session(session(**changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"id": ""},
        {"id": "../x"},
        {"id": "a" * 256},
        {"status": "paid"},
        {"amount_total": -1},
        {"amount_total": 1.5},
        {"amount_total": "1099"},
        {"amount_total": 10**15},
        {"currency": "EUR"},
        {"created": -1},
        {"created": 10**12},
        {"livemode": None},
    ],
)
def test_an_answer_of_another_shape_is_not_believed(changes: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        session(**changes)


@pytest.mark.parametrize(
    ("changes", "state", "reason"),
    [
        ({}, ProviderRefundState.SUCCEEDED, ""),
        ({"status": "pending"}, ProviderRefundState.PENDING, ""),
        ({"status": "requires_action"}, ProviderRefundState.PENDING, ""),
        (
            {"status": "failed", "failure_reason": "expired_or_canceled_card"},
            ProviderRefundState.FAILED,
            "expired_or_canceled_card",
        ),
        ({"status": "failed"}, ProviderRefundState.FAILED, "failed"),
        ({"status": "canceled"}, ProviderRefundState.FAILED, "canceled"),
    ],
)
def test_a_refund_has_one_of_three_states(
    changes: dict[str, Any], state: ProviderRefundState, reason: str
) -> None:
    known = refund_of(refund(**changes))
    assert (known.state, known.reason) == (state, reason)
    assert (known.key, known.payment_id) == ("k-1", "pi_3OzA")


def test_a_refund_that_was_made_elsewhere_has_no_key() -> None:
    made = refund_of(refund(metadata={}, payment_intent=None))
    assert (made.key, made.payment_id) == ("", "ch_3OzA")


def test_a_page_is_asked_for_as_stripe_documents_it() -> None:
    assert form_fields(session_form(BASKET)) == {
        "mode": "payment",
        "submit_type": "pay",
        "payment_method_types[0]": "card",
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "rub",
        "line_items[0][price_data][unit_amount]": "123450",
        "line_items[0][price_data][product_data][name]": BASKET.description,
        "adaptive_pricing[enabled]": "false",
        "payment_intent_data[capture_method]": "automatic",
        "payment_intent_data[description]": BASKET.description,
        "payment_intent_data[metadata][gotovo_order]": BASKET.attempt.number,
        "payment_intent_data[metadata][gotovo_attempt]": "1",
        "payment_intent_data[metadata][gotovo_shop]": "main",
        "metadata[gotovo_order]": BASKET.attempt.number,
        "metadata[gotovo_attempt]": "1",
        "metadata[gotovo_shop]": "main",
        "client_reference_id": BASKET.attempt.key,
        "success_url": BASKET.return_url,
        "cancel_url": BASKET.return_url,
        "locale": "ru",
    }


def test_a_language_that_the_page_lacks_is_left_to_the_browser() -> None:
    assert session_form(basket(language="tt"))["locale"] == "auto"


def test_a_long_description_is_cut() -> None:
    form = form_fields(session_form(basket(description="x" * 1_000)))
    assert len(form["payment_intent_data[description]"]) == TITLE_MAX


def test_a_refund_is_asked_for_with_its_key_in_the_metadata() -> None:
    request = RefundRequest(
        key="k-1", payment_id="pi_3OzA", amount=Money(5, "ISK"), description="Возврат"
    )
    assert form_fields(refund_form(request)) == {
        "payment_intent": "pi_3OzA",
        "amount": "500",
        "metadata[gotovo_key]": "k-1",
        "metadata[description]": "Возврат",
    }
