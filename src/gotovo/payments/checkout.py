"""Checkout: a buyer begins to pay, and is sent to the page of the bank.

An attempt is stored before the provider is asked, so nothing is asked for that nobody knows of. Who
presses twice, or asks again because the answer was lost, gets the same attempt: its idempotency key
is made of the order and the number of the attempt. Another method or another sum is another
attempt, and the one before is called off at its provider where that is possible.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

import structlog
from msgspec import Struct, structs

from gotovo.access.rate_limits import RateLimit, refused_for
from gotovo.order.values.money import Money
from gotovo.order.values.order import Order, Stage
from gotovo.order.values.payments.captured import amount_due
from gotovo.payments.providers.port import (
    AttemptName,
    PaymentMethod,
    PaymentProvider,
    PaymentRequest,
    ProviderError,
    ProviderPayment,
    ProviderPaymentState,
    ProviderRefused,
    ProviderUnavailable,
)
from gotovo.store.tables.access.rate_limits import RateLimitStore
from gotovo.store.tables.payments.payment_attempts import (
    AttemptEnd,
    AttemptState,
    NewAttempt,
    PaymentAttempt,
    PaymentAttempts,
)
from gotovo.words.formats.codes import format_order_number
from gotovo.words.language import Language
from gotovo.words.translations import Translator

ATTEMPTS_PER_ORDER: Final = RateLimit("attempts to pay an order", 8, timedelta(hours=2))
"""Twenty a day: nobody tries that many cards, and a program that does is no buyer."""

LOOKUPS_PER_ORDER: Final = RateLimit("looks at a payment", 20, timedelta(seconds=5))
"""Of pages that ask the bank: as often as one page does, and some more at once."""

LIFETIME: Final = timedelta(hours=1)
"""How long a buyer can pay on the page of an attempt: banks close theirs about then."""

OFFERED_AGAIN: Final = timedelta(minutes=30)
"""How old an attempt may be that is continued: its page has to be open for some time yet."""

FIRST_CHECK: Final = timedelta(minutes=1)
"""When the provider is asked for the first time, if neither notification nor buyer came back."""

_LOOKED_UP: Final = 3
"""Open attempts that one look asks about: not every bank lets an attempt be called off, and the
buyer may have gone back to the page of an earlier one."""

_RACES_MAX: Final = 5
"""Reads before a checkout gives up: each means that another one of the same order began first."""

_log: Final = structlog.get_logger("gotovo.payments")


class ProviderChoice(Protocol):
    """The providers that are open in this installation."""

    @property
    def by_name(self) -> Mapping[str, PaymentProvider]:
        """Return all of them by name."""
        ...

    def for_currency(self, currency: str) -> PaymentProvider | None:
        """Return the provider that new payments in a currency go to."""
        ...


class PaymentLookup(Protocol):
    """What looks a payment up at its provider, and reports to the order what was captured."""

    async def check(self, provider_name: str, reference: str) -> object:
        """Look a payment up; whatever is found out is recorded."""
        ...


class CheckoutRefusal(StrEnum):
    """Why there is no page to pay on."""

    PAID = "paid"  # there is nothing left to pay
    CLOSED = "closed"  # the order is closed
    TOO_LATE = "too_late"  # the time to pay is over, the order closes at any moment
    NOT_OFFERED = "not_offered"  # not in this way, or not here at all
    TOO_MANY = "too_many"  # attempts of this order
    UNAVAILABLE = "unavailable"  # the provider can't be reached
    DECLINED = "declined"  # the provider will not take this payment


class PaymentWish(Struct, frozen=True):
    """How a buyer wants to pay, and where the bank's page leads back to.

    The same address for every attempt of an order: a request that is repeated has to be the same.
    """

    method: PaymentMethod
    return_url: str
    language: Language


class CheckoutPage(Struct, frozen=True):
    """Where the buyer pays; `url` is empty if there is no page, and the payment goes on without."""

    url: str
    attempt: int


class CheckoutRefused(Struct, frozen=True):
    """There is no page to pay on; `wait` is how long to wait before asking again, if known."""

    because: CheckoutRefusal
    wait: timedelta | None = None


class PaymentOffer(Struct, frozen=True):
    """How an order can be paid now, and the attempts to pay it, both with the first shown first."""

    methods: Sequence[PaymentMethod] = ()
    attempts: Sequence[PaymentAttempt] = ()

    @property
    def newest(self) -> PaymentAttempt | None:
        """Return the newest attempt."""
        return next(iter(self.attempts), None)

    @property
    def open(self) -> PaymentAttempt | None:
        """Return the newest attempt if it waits for the buyer or the bank."""
        newest = self.newest
        return newest if newest and newest.state is AttemptState.PENDING else None


NO_OFFER: Final = PaymentOffer()


class Checkout:
    """Begins attempts to pay, and looks at how they stand."""

    def __init__(
        self,
        providers: ProviderChoice,
        attempts: PaymentAttempts,
        *,
        lookup: PaymentLookup,
        rate_limits: RateLimitStore,
        limits_key: Callable[[], bytes],
        clock: Callable[[], datetime],
    ) -> None:
        """`lookup` is what every piece of news about a payment goes through."""
        self._providers = providers
        self.attempts = attempts
        self._lookup = lookup
        self._rate_limits = rate_limits
        self._limits_key = limits_key
        self._clock = clock

    async def offer(self, order: Order) -> PaymentOffer:
        """Return how an order can be paid now, and what was tried; nothing of one that is paid."""
        provider = self._providers.for_currency(order.currency)
        if provider is None or not _may_be_paid(order):
            return NO_OFFER
        is_due = refusal_of(order, self._clock()) is None
        return PaymentOffer(
            provider.methods(order.currency) if is_due else (),
            await self.attempts.of_order(order.number),
        )

    async def begin(self, order: Order, wish: PaymentWish) -> CheckoutPage | CheckoutRefused:
        """Return the page on which what is due of an order is paid in the way wished for."""
        refusal = refusal_of(order, self._clock())
        if refusal is not None:
            return CheckoutRefused(refusal)
        provider = self._providers.for_currency(order.currency)
        if provider is None or wish.method not in provider.methods(order.currency):
            return CheckoutRefused(CheckoutRefusal.NOT_OFFERED)
        attempt = await self._attempt(order, provider, wish.method)
        if isinstance(attempt, CheckoutRefused):
            return attempt
        if attempt.state is AttemptState.PENDING:
            return CheckoutPage(attempt.url, attempt.attempt)
        return await self._create(provider, attempt, wish)

    async def look_up(self, order: Order) -> PaymentOffer:
        """Ask the bank about attempts whose end is not known; return what stands then.

        What is asked about is our own record of it, whatever a browser says. Too often, or of a
        provider that can't be reached: nothing is asked, and it stays open.
        """
        offer = await self.offer(order)
        asked = [each for each in offer.attempts if each.state is AttemptState.PENDING]
        if not asked or await self._wait_for(LOOKUPS_PER_ORDER, order) is not None:
            return offer
        for each in asked[:_LOOKED_UP]:
            await self._check(each)
        return await self.offer(order)

    async def _attempt(
        self, order: Order, provider: PaymentProvider, method: PaymentMethod
    ) -> PaymentAttempt | CheckoutRefused:
        """Return the open attempt that is of the same, or begin one."""
        is_granted = False
        for _ in range(_RACES_MAX):
            now = self._clock()
            new = new_attempt(order, provider.name, method, now)
            known = await self.attempts.of_order(order.number)
            same = next((each for each in known if _is_continued(each, new)), None)
            if same is not None:
                return same
            if not is_granted:
                wait = await self._wait_for(ATTEMPTS_PER_ORDER, order)
                if wait is not None:
                    return CheckoutRefused(CheckoutRefusal.TOO_MANY, wait)
                is_granted = True
            if await self._is_paid_after_all(known):
                return CheckoutRefused(CheckoutRefusal.PAID)
            begun = await self.attempts.begin_next(new, known[0].attempt if known else 0)
            if begun is not None:
                return begun
        return CheckoutRefused(CheckoutRefusal.UNAVAILABLE)

    async def _create(
        self, provider: PaymentProvider, attempt: PaymentAttempt, wish: PaymentWish
    ) -> CheckoutPage | CheckoutRefused:
        """Ask the provider for the payment of an attempt; asked again, it is the same payment."""
        number = format_order_number(attempt.number)
        request = PaymentRequest(
            attempt=AttemptName(attempt.number, attempt.attempt),
            amount=attempt.amount,
            method=wish.method,
            description=Translator(wish.language).gettext("Order {number}", number=number),
            return_url=wish.return_url,
            shop=attempt.shop,
            language=wish.language,
        )
        try:
            payment = await provider.create(request)
        except ProviderUnavailable as error:
            _log.warning("a payment could not be begun", provider=provider.name, error=error)
            wait = None if error.retry_after is None else timedelta(seconds=error.retry_after)
            return CheckoutRefused(CheckoutRefusal.UNAVAILABLE, wait)
        except ProviderRefused as error:
            _log.warning("a payment was refused", provider=provider.name, code=error.code)
            end = AttemptEnd(state=AttemptState.FAILED, at=self._clock(), reason=error.code)
            await self.attempts.settle(attempt.number, attempt.attempt, end)
            return CheckoutRefused(CheckoutRefusal.DECLINED)
        return await self._created(attempt, payment)

    async def _created(
        self, attempt: PaymentAttempt, payment: ProviderPayment
    ) -> CheckoutPage | CheckoutRefused:
        """Store how the provider calls the payment; one that has ended already is looked up."""
        await self.attempts.created(
            attempt,
            reference=payment.reference,
            payment_id=payment.payment_id,
            url=payment.url,
            check_at=self._clock() + FIRST_CHECK,
        )
        if payment.state is ProviderPaymentState.PENDING:
            return CheckoutPage(payment.url, attempt.attempt)
        await self._check(structs.replace(attempt, reference=payment.reference))
        if payment.state is ProviderPaymentState.CANCELLED:
            return CheckoutRefused(CheckoutRefusal.DECLINED)
        return CheckoutPage("", attempt.attempt)

    async def _is_paid_after_all(self, known: Sequence[PaymentAttempt]) -> bool:
        """Call off what is open, so that nobody pays twice; tell whether it turns out to be paid.

        One without a reference can't be called off: polling finds out what became of it.
        """
        for each in known:
            provider = self._providers.by_name.get(each.provider)
            if each.state is not AttemptState.PENDING or provider is None:
                continue
            try:
                payment = await provider.cancel(each.reference)
            except ProviderError as error:  # it stays open, and is asked about later
                _log.warning("a payment was not called off", provider=each.provider, error=error)
                continue
            if payment.state is ProviderPaymentState.SUCCEEDED:
                await self._check(each)
                return True
            if payment.state is ProviderPaymentState.CANCELLED:
                end = AttemptEnd(
                    state=AttemptState.CANCELLED,
                    at=self._clock(),
                    reference=each.reference,
                    reason=payment.reason,
                )
                await self.attempts.settle(each.number, each.attempt, end)
        return False

    async def _wait_for(self, limit: RateLimit, order: Order) -> timedelta | None:
        """Use a limit of an order; return how long to wait where it is used up."""
        return await refused_for(
            self._rate_limits, self._limits_key(), limit, order.number, self._clock()
        )

    async def _check(self, attempt: PaymentAttempt) -> None:
        try:
            await self._lookup.check(attempt.provider, attempt.reference)
        except ProviderError as error:  # polling asks again
            _log.warning("a payment was not looked up", provider=attempt.provider, error=error)


def _may_be_paid(order: Order) -> bool:
    """Return whether an order waits for money, also one that may be paid at its point."""
    return order.stage is Stage.PLACED or amount_due(order) > 0


def refusal_of(order: Order, now: datetime) -> CheckoutRefusal | None:
    """Return why nothing can be paid for an order now, None if it can."""
    if order.outcome is not None:
        return CheckoutRefusal.CLOSED
    if amount_due(order) == 0:
        return CheckoutRefusal.PAID
    if order.payment_due_at is not None and order.payment_due_at <= now:
        return CheckoutRefusal.TOO_LATE
    return None


def new_attempt(order: Order, provider: str, method: PaymentMethod, now: datetime) -> NewAttempt:
    """Return an attempt to pay what is due; it ends no later than the order's time to pay."""
    expires_at = now + LIFETIME
    return NewAttempt(
        number=order.number,
        shop=order.shop,
        provider=provider,
        method=method,
        amount=Money(amount_due(order), order.currency),
        created_at=now,
        expires_at=min(expires_at, order.payment_due_at or expires_at),
        check_at=now + FIRST_CHECK,
    )


def _is_continued(attempt: PaymentAttempt, new: NewAttempt) -> bool:
    """Tell whether an attempt is open, of the same, and fresh enough to be gone on with."""
    now = new.created_at
    return (
        attempt.state.is_open
        and attempt.provider == new.provider
        and attempt.method == new.method
        and attempt.amount == new.amount
        and now < attempt.expires_at
        and now < attempt.created_at + OFFERED_AGAIN
    )
