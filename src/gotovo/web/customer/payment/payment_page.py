"""The view of a payment: what the bank has said, or that it is being asked."""

from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from gotovo.order.values.payments.captured import amount_due
from gotovo.payments.checkout import PaymentOffer
from gotovo.payments.intake.judgement import LEFT_TO_PERSON
from gotovo.store.tables.payments.payment_attempts import AttemptState, PaymentAttempt
from gotovo.web.customer.payment.payment_place import PaymentPlace

SOON: Final = timedelta(minutes=5)
"""How long a bank is asked every few seconds; after that it takes its time."""

_ASK_SECONDS: Final = 5
_ASK_SECONDS_LATER: Final = 30


class PaymentPage(Struct, frozen=True):
    """The newest attempt to pay an order, as its page shows it; templates name it `page`.

    `ended` is a sentence: why there was no money; it is shown with an attempt that has ended.
    """

    place: PaymentPlace
    offer: PaymentOffer
    attempt: PaymentAttempt
    zone: str
    now: datetime
    ended: str

    @property
    def cursor(self) -> str | None:
        """Return after what live updates begin."""
        return self.place.cursor

    @property
    def due(self) -> int:
        """Return what is left to pay, in minor units: another attempt asks for that."""
        return amount_due(self.place.order)

    @property
    def is_asked(self) -> bool:
        """Tell whether the bank has not said yet what becomes of the payment."""
        return self.attempt.state is AttemptState.PENDING

    @property
    def is_lost(self) -> bool:
        """Tell whether the bank gave no answer when the payment was begun."""
        return self.attempt.state is AttemptState.CREATING

    @property
    def is_looked_into(self) -> bool:
        """Tell whether money was captured that a person has to decide on."""
        return self.attempt.reason in LEFT_TO_PERSON

    @property
    def is_slow(self) -> bool:
        """Tell whether the buyer had better not wait for the answer."""
        return self.now >= self.attempt.created_at + SOON

    @property
    def ask_seconds(self) -> int:
        """Return how long until the page asks again, 0 for never."""
        if not self.is_asked:
            return 0
        return _ASK_SECONDS_LATER if self.is_slow else _ASK_SECONDS

    @property
    def can_continue(self) -> bool:
        """Tell whether the bank's page can still be opened."""
        return self.is_asked and bool(self.attempt.url) and self.now < self.attempt.expires_at
