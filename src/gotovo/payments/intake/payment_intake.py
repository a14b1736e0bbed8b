"""Payment intake: the one path from a provider's payment to the ledger.

The page that a buyer comes back to, notifications, the poller and the sweep all end here. A payment
is looked up at its provider, judged, and what follows is done: credited first, then the cases, and
the attempt is settled last, for an open attempt is asked about again. Each of the three may be
repeated, so a program that dies in between loses nothing and credits nothing twice.
"""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from msgspec import structs

from gotovo.cases.case import NewCase
from gotovo.cases.case_kinds import CaseKind
from gotovo.engine.ports import CommandIdReused
from gotovo.engine.submission import ResultKind, Submission, Submitter
from gotovo.order.refusals import Code
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.number import is_valid
from gotovo.order.values.order import Order
from gotovo.order.values.payments.payment import PaymentId
from gotovo.payments.intake.judgement import (
    Credit,
    Evidence,
    IntakeOutcome,
    Verdict,
    case_of,
    is_of,
    judge,
    recorded,
)
from gotovo.payments.providers.port import (
    DISPUTES,
    PaymentProvider,
    ProviderPayment,
    ProviderPaymentState,
    ProviderRefused,
    ProviderUnavailable,
)
from gotovo.store.tables.cases.cases import CaseStore
from gotovo.store.tables.payments.payment_attempts import (
    AttemptState,
    PaymentAttempt,
    PaymentAttempts,
)

NOT_FOUND: Final = "not_found"
"""The code of a provider that has no such payment."""

CHECK_AGAIN: Final = timedelta(seconds=15)
"""When an attempt is asked about again whose lost answer was found."""

_RECORDED: Final = frozenset({Code.CANCELLED, Code.ALREADY_PAID})
"""Refusals of a payment that is recorded all the same, with its refund."""


class PaymentIntake:
    """Looks payments up and does what follows."""

    def __init__(
        self,
        providers: Mapping[str, PaymentProvider],
        attempts: PaymentAttempts,
        cases: CaseStore,
        engine: Submitter,
        *,
        order: Callable[[str], Awaitable[Order | None]],
        clock: Callable[[], datetime],
    ) -> None:
        """`order` reads an order by a valid number."""
        self._providers = providers
        self._attempts = attempts
        self._cases = cases
        self._engine = engine
        self._order = order
        self._clock = clock

    async def check(self, provider_name: str, reference: str) -> IntakeOutcome:
        """Look a payment up by its reference or payment id, and do what follows.

        Raises ProviderError where it can't be looked up, EngineError and the database's errors;
        then it is checked once more later.
        """
        provider = self._providers.get(provider_name)
        if provider is None:
            raise ProviderUnavailable(f"the provider {provider_name} is not open here")
        try:
            payment = await provider.payment(reference)
        except ProviderRefused as error:
            if error.code != NOT_FOUND:
                raise
            return IntakeOutcome.UNKNOWN
        return await self.take(provider, payment)

    async def disputed(self, provider_name: str, reference: str, kind: str) -> None:
        """Open a case: the buyer disputes a payment at the bank, and the provider waits for proofs.

        One payment has one, and another when the dispute is over: what came of it is new.
        """
        attempt = await self._attempts.of_provider(provider_name, reference)
        is_over = kind == f"{DISPUTES}closed"
        await self._cases.open(
            NewCase(
                kind=CaseKind.DISPUTE,
                subject=f"{provider_name}:{reference}" + (":closed" if is_over else ""),
                opened_at=self._clock(),
                number="" if attempt is None else attempt.number,
                shop="" if attempt is None else attempt.shop,
                proofs={"reason": kind, "provider": provider_name, "payment_id": reference},
            )
        )

    async def take(self, provider: PaymentProvider, payment: ProviderPayment) -> IntakeOutcome:
        """Do what follows from a payment as its provider has just told it."""
        attempt = await self._attempt_of(provider.name, payment)
        await self._learn(provider, attempt, payment)
        known = Evidence(
            provider=provider.name,
            account=provider.account,
            payment=payment,
            attempt=attempt,
            order=await self._order_of(attempt, payment),
            now=self._clock(),
        )
        return await self._carry_out(known, judge(known))

    async def _attempt_of(self, provider: str, payment: ProviderPayment) -> PaymentAttempt | None:
        """Return the attempt that a payment was made for, or names.

        What we stored counts more than metadata: where both are known and differ, it is ours.
        """
        named = payment.attempt
        by_name = None
        if named is not None and is_valid(named.number):
            by_name = await self._attempts.attempt(named.number, named.attempt)
            if by_name is not None and is_of(by_name, provider, payment):
                return by_name
        for name in {payment.reference, payment.payment_id} - {""}:
            stored = await self._attempts.of_provider(provider, name)
            if stored is not None:
                return stored
        return by_name

    async def _order_of(
        self, attempt: PaymentAttempt | None, payment: ProviderPayment
    ) -> Order | None:
        """Return the order of an attempt or, without one, of the metadata."""
        if payment.state is not ProviderPaymentState.SUCCEEDED:
            return None
        if attempt is not None:
            return await self._order(attempt.number)
        named = payment.attempt
        if named is None or not is_valid(named.number):
            return None
        return await self._order(named.number)

    async def _learn(
        self, provider: PaymentProvider, attempt: PaymentAttempt | None, payment: ProviderPayment
    ) -> None:
        """Store what a provider calls an attempt whose creation got no answer."""
        if attempt is None or attempt.state is not AttemptState.CREATING:
            return
        if payment.state is not ProviderPaymentState.PENDING:
            return
        if is_of(attempt, provider.name, payment):
            await self._attempts.created(
                attempt,
                reference=payment.reference,
                payment_id=payment.payment_id,
                url=payment.url,
                check_at=self._clock() + CHECK_AGAIN,
            )

    async def _carry_out(self, known: Evidence, verdict: Verdict) -> IntakeOutcome:
        outcome, cases = verdict.outcome, verdict.cases
        if verdict.credit is not None:
            credited = await self._credit(known, verdict.credit)
            if isinstance(credited, NewCase):
                outcome, cases = IntakeOutcome.CONFLICT, (*cases, credited)
            elif not credited and outcome is IntakeOutcome.CREDITED:
                outcome = IntakeOutcome.NOTHING_NEW
        for case in cases:
            await self._cases.open(case)
        attempt = known.attempt
        if verdict.end is not None and attempt is not None:
            await self._attempts.settle(attempt.number, attempt.attempt, verdict.end)
        return outcome

    async def _credit(self, known: Evidence, credit: Credit) -> NewCase | bool:
        """Submit the payment; return whether it is new, or a case if it was not recorded."""
        submission = payment_submission(credit)
        try:
            result = await self._engine.submit(submission)
        except CommandIdReused:
            return case_of(known, CaseKind.PAYMENT_CONFLICT, "told_otherwise")
        if result.kind is not ResultKind.REFUSED:
            return result.kind is ResultKind.DONE and not result.repeated
        code = None if result.refusal is None else result.refusal.code
        if code in _RECORDED:
            return not result.repeated
        order = await self._order(credit.number)
        if order is not None and recorded(order, credit.pay.name) == credit.pay.amount:
            return False
        elsewhere = structs.replace(known, order=None)
        return case_of(elsewhere, CaseKind.UNMATCHED_PAYMENT, str(code))


def payment_submission(credit: Credit) -> Submission:
    """Return the command that credits a payment; one payment is one command, by its name."""
    pay = credit.pay
    return Submission(
        command_id=_command_id(pay.name),
        number=credit.number,
        command=pay,
        actor=Actor(Role.SYSTEM, pay.provider),
        fingerprint=_digest(credit.number.encode() + msgspec.json.encode(pay)),
        at=credit.at,
    )


def _command_id(name: PaymentId) -> UUID:
    return UUID(bytes=_digest(f"payment\0{name.provider}\0{name.payment_id}".encode()))


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()[:16]
