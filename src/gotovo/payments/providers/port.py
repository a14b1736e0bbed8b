"""The provider port: how money is asked for and given back, without knowing any order's rules.

ProviderError            a provider did not do what it was asked for
├── ProviderRefused      for good: asking again changes nothing
└── ProviderUnavailable  for now: the same may be asked again, under the same key
    └── ProviderUnreadable   what it answered is of another shape, or contradicts itself
NotificationRefused      a notification is forged or stale, or can't be read

A request that may move money has an idempotency key. Repeated with the same key it moves money once
and gets the first answer, whatever was lost on the way.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from msgspec import Struct

from gotovo.order.values.money import Money


class ProviderError(Exception):
    """A provider did not do what it was asked for; the message names no person and no secret."""


class ProviderRefused(ProviderError):
    """The provider will never do it. `code` is its own: `insufficient_funds`, `not_found`."""

    def __init__(self, reason: str, *, code: str = "") -> None:
        super().__init__(reason)
        self.code = code


class ProviderUnavailable(ProviderError):
    """The provider can't be reached, or is busy; `retry_after` is the wait it asks for, in seconds.

    What was asked for may have happened all the same: ask again, with the same key.
    """

    def __init__(self, reason: str, *, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class ProviderUnreadable(ProviderUnavailable):
    """The provider answered something that can't be understood; it may be right the next time."""


class RefusedBecause(StrEnum):
    """Why a notification was refused."""

    FORGED = "forged"  # its signature is no one's, or there is none
    STALE = "stale"  # it was signed too long ago to be sent now
    MALFORMED = "malformed"  # it can't be read


class NotificationRefused(Exception):
    """A notification is not the provider's, or can't be read; the message says why."""

    def __init__(self, because: RefusedBecause, reason: str) -> None:
        super().__init__(reason)
        self.because = because


class PaymentMethod(StrEnum):
    """How a buyer pays."""

    CARD = "card"
    SBP = "sbp"  # Faster Payments System of the Bank of Russia: a QR code or the bank's app


class ProviderPaymentState(StrEnum):
    """Where a payment is at its provider."""

    PENDING = "pending"  # the buyer or the bank has not finished
    SUCCEEDED = "succeeded"  # captured: the money is ours
    CANCELLED = "cancelled"  # it never will be captured


class ProviderRefundState(StrEnum):
    """Where a refund is at its provider."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"  # for good: the card is closed


class AttemptName(Struct, frozen=True):
    """One attempt to pay an order; attempts are counted from 1.

    It travels with the payment in the provider's metadata, and so comes back in its lists.
    """

    number: str
    attempt: int

    @property
    def key(self) -> str:
        """Return the idempotency key of its creation."""
        return f"gotovo-{self.number}-{self.attempt}"


class PaymentRequest(Struct, frozen=True, kw_only=True):
    """What is asked for when a buyer begins to pay; the money is captured at once.

    The buyer's browser comes back to `return_url`, whatever becomes of the payment. `description`
    is what the bank's page shows. `shop` is the tenant, for the metadata.
    """

    attempt: AttemptName
    amount: Money
    method: PaymentMethod
    description: str
    return_url: str
    shop: str
    language: str


class ProviderPayment(Struct, frozen=True, kw_only=True):
    """A payment as its provider has it; nothing in it comes from a browser.

    `reference` is what to look it up by. `payment_id` identifies the money, and is what refunds
    name; empty until the provider has given one. `account` is the provider's account that got the
    money. `attempt` is empty for a payment that nobody here asked for. `url` is where the buyer
    pays, while it is pending. `reason` is the provider's word for why it was cancelled. `method` is
    the provider's word for how it was paid.
    """

    reference: str
    payment_id: str
    state: ProviderPaymentState
    amount: Money
    created_at: datetime
    captured_at: datetime | None = None
    account: str = ""
    attempt: AttemptName | None = None
    url: str = ""
    reason: str = ""
    method: str = ""
    refunded: int = 0
    """Minor units that have been given back."""

    is_test: bool = False


class RefundRequest(Struct, frozen=True, kw_only=True):
    """What is asked for when money goes back to the payment that it came by.

    `key` is its idempotency key, and travels in the metadata.
    """

    key: str
    payment_id: str
    amount: Money
    description: str


class ProviderRefund(Struct, frozen=True, kw_only=True):
    """A refund as its provider has it; `reason` is the provider's word for why it failed.

    `key` is empty for one that was made elsewhere, in the provider's own office for example.
    """

    refund_id: str
    payment_id: str
    state: ProviderRefundState
    amount: Money
    created_at: datetime
    key: str = ""
    reason: str = ""


class UnreadableEntry(Struct, frozen=True):
    """An entry of a provider's list that can't be read: its id, empty where not even that can be.

    The rest of the list is read all the same, and a person looks at this one.
    """

    id: str
    reason: str


class NotifiedOf(StrEnum):
    """What a notification is about."""

    PAYMENT = "payment"
    REFUND = "refund"
    OTHER = "other"  # nothing that concerns us


DISPUTES: Final = "charge.dispute."
"""How the kinds of notifications begin that tell of a payment which its buyer disputes at the bank;
such a payment is looked up, and a person is told. YooKassa tells nothing of the sort."""


class NotificationRequest(Struct, frozen=True):
    """A notification as it came; headers by lower names."""

    headers: Mapping[str, str]
    body: bytes


class ProviderNotification(Struct, frozen=True, kw_only=True):
    """A hint that something has changed: it is looked up, and nothing else of it is believed.

    `id` identifies the notification, so that a replay is recognised. `reference` is what to look
    up: a payment's reference or payment id, or a refund's id. `kind` is the provider's word.
    `is_signed`: its signature proves that the provider sent it. Anybody can send one without.
    """

    id: str
    about: NotifiedOf
    reference: str
    kind: str
    sent_at: datetime | None = None
    is_signed: bool = False


class ProviderHealth(Struct, frozen=True):
    """Whether a provider can be reached with our credentials, and why not."""

    reachable: bool
    reason: str = ""


class PaymentProvider(Protocol):
    """One account at a provider. Every call but `notification` raises ProviderError."""

    @property
    def name(self) -> str:
        """Return what it is called in payments, settings and addresses: `yookassa`."""
        ...

    @property
    def account(self) -> str:
        """Return the account whose payments are ours; empty where the provider names none."""
        ...

    def methods(self, currency: str) -> tuple[PaymentMethod, ...]:
        """Return how a sum of a currency can be paid, what is offered first before the others."""
        ...

    async def create(self, request: PaymentRequest) -> ProviderPayment:
        """Ask for money, once for each attempt."""
        ...

    async def payment(self, reference: str) -> ProviderPayment:
        """Look a payment up by its reference or its payment id."""
        ...

    async def cancel(self, reference: str) -> ProviderPayment:
        """Call off a payment that is pending, where the provider can; return how it stands."""
        ...

    async def refund(self, request: RefundRequest) -> ProviderRefund:
        """Give money back, once for each key."""
        ...

    async def refund_of(self, refund_id: str) -> ProviderRefund:
        """Look a refund up."""
        ...

    def payments(
        self, since: datetime, until: datetime
    ) -> AsyncIterator[ProviderPayment | UnreadableEntry]:
        """Yield the payments that were created in a period, each once."""
        ...

    def refunds(
        self, since: datetime, until: datetime
    ) -> AsyncIterator[ProviderRefund | UnreadableEntry]:
        """Yield the refunds that were created in a period, each once."""
        ...

    def notification(self, request: NotificationRequest, now: datetime) -> ProviderNotification:
        """Read a notification; raise NotificationRefused."""
        ...

    async def health(self) -> ProviderHealth:
        """Ask whether the provider can be reached; nothing moves, and nothing is raised."""
        ...
