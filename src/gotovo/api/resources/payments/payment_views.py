"""The JSON of how an order is paid: the link for its buyer, and what was tried."""

from datetime import datetime

from gotovo.order.values.money import Money
from gotovo.store.tables.payments.payment_attempts import PaymentAttempt
from gotovo.value import Value


class PaymentLinkView(Value, frozen=True):
    """Where the buyer pays what is due, without signing in.

    `url` is null where nothing can be paid: nothing is due, the time to pay is over, or this
    installation takes no payments in the order's currency. `expires_at` is when the link ends, null
    without a limit.
    """

    number: str
    url: str | None
    due: Money
    expires_at: datetime | None


class PaymentAttemptView(Value, frozen=True):
    """One attempt to pay; attempts of an order are counted from 1.

    `state` is `creating`, `pending`, `succeeded`, `cancelled`, or `failed` when the provider
    refused to begin. `reason` is the provider's word for why there was no money. The bank's page
    can be used until `expires_at`, and `settled_at` is when the end became known.
    """

    attempt: int
    provider: str
    method: str
    amount: Money
    state: str
    reason: str | None
    payment_id: str | None
    created_at: datetime
    expires_at: datetime
    settled_at: datetime | None


class PaymentAttemptsView(Value, frozen=True):
    """The attempts to pay an order, the newest first."""

    items: tuple[PaymentAttemptView, ...]


def attempt_view(attempt: PaymentAttempt) -> PaymentAttemptView:
    """Return an attempt as programs see it: without the page, which is the buyer's."""
    return PaymentAttemptView(
        attempt=attempt.attempt,
        provider=attempt.provider,
        method=attempt.method,
        amount=attempt.amount,
        state=attempt.state,
        reason=attempt.reason or None,
        payment_id=attempt.payment_id or None,
        created_at=attempt.created_at,
        expires_at=attempt.expires_at,
        settled_at=attempt.settled_at,
    )
