"""A refund: money on its way back to the buyer, as an object with states of its own (rule 4.7).

    started ──► sent ──► completed
       │         │           │
       │         └──► failed ◄┘ ──► rerouted ──► sent or completed
       └──► cancelled

`started` is owed, and can still be called off. From `sent` on the provider has been asked, so it
can't. `failed` waits for a person to name another way, and `rerouted` is on that way. A bank may
send back what was paid out: a completed refund can fail, too.
"""

from datetime import date, datetime
from enum import StrEnum

from gotovo.order.values.payments.payment import RefundSource
from gotovo.value import Value


class RefundState(StrEnum):
    """Where a refund is; `cancelled` only when its order was reinstated before it was sent."""

    STARTED = "started"
    SENT = "sent"
    FAILED = "failed"
    REROUTED = "rerouted"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


OPEN_STATES = frozenset(
    {RefundState.STARTED, RefundState.SENT, RefundState.FAILED, RefundState.REROUTED}
)
"""States of a refund that has not reached the buyer, and is to."""


class RefundRoute(StrEnum):
    """Which way the money goes back."""

    ORIGINAL = "original"  # the way it was paid: sent again
    AT_POINT = "at_point"  # by the terminal or till of the point that took it
    BANK_TRANSFER = "bank_transfer"  # to an account that the buyer names
    ANOTHER_CARD = "another_card"  # to a card that the buyer names
    CASH_AT_POINT = "cash_at_point"  # in cash, at a pick-up point


class RefundFailureReason(StrEnum):
    """Why a refund did not reach the buyer, as far as the provider says."""

    CARD_CLOSED = "card_closed"  # the card or the account is closed, lost or blocked
    EXPIRED = "expired"  # the payment is too old to be refunded
    DECLINED = "declined"  # the buyer's bank would not take it
    NO_FUNDS = "no_funds"  # the shop's account at the provider has too little
    SENT_BACK = "sent_back"  # it was paid out, and the bank sent it back
    UNKNOWN = "unknown"


class Refund(Value, frozen=True, omit_defaults=True):
    """Money on its way to the buyer, in minor units; `provider_id` is known once it is paid.

    `currency` is set where it is not the order's. `sources` are the payments it goes back to; one
    that was started by the first versions names none. `sent_at` is when the provider was asked,
    first or again. `failure` is why it failed the last time, and `paid_back` the part that had
    reached the buyer by then. `reroutes` counts the other ways that were named. `raised_flag`:
    the order's flag `money` went up for its failure.
    """

    id: str
    amount: int
    reason: str
    started_at: datetime
    promised_for: date
    route: str = RefundRoute.ORIGINAL.value
    state: RefundState = RefundState.STARTED
    completed_at: datetime | None = None
    provider_id: str = ""
    currency: str = ""
    sources: tuple[RefundSource, ...] = ()
    sent_at: datetime | None = None
    failed_at: datetime | None = None
    failure: RefundFailureReason | None = None
    paid_back: int = 0
    reroutes: int = 0
    raised_flag: bool = False

    @property
    def is_open(self) -> bool:
        """Return whether the buyer does not have the money, and is to get it."""
        return self.state in OPEN_STATES

    @property
    def to_come(self) -> int:
        """Return what of it the buyer waits for; all of it once that is paid, for what is told."""
        return self.amount - self.paid_back if self.is_open else self.amount
