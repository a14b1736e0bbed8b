"""Attempt poller: asks providers about open attempts, and so finds what no notification told.

An attempt is asked about until its provider says how it ended, more and more rarely. One whose
creation got no answer has no name to ask by: it is looked for in the provider's list by its
metadata. Nothing is created anew for it, for nobody would be shown where to pay.
"""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Final

from msgspec import Struct

from gotovo.payments.intake.judgement import CLOCK_SKEW, IntakeOutcome
from gotovo.payments.intake.payment_intake import PaymentIntake
from gotovo.payments.intake.retries import LookUpRetries, wait_after
from gotovo.payments.providers.port import (
    AttemptName,
    PaymentProvider,
    ProviderRefused,
    UnreadableEntry,
)
from gotovo.store.postgres.unreachable import DATABASE_UNREACHABLE
from gotovo.store.tables.payments.payment_attempts import (
    AttemptEnd,
    AttemptState,
    PaymentAttempt,
    PaymentAttempts,
)

POLL_SECONDS: Final = 5.0
"""How often attempts are looked for whose provider is to be asked."""

PAGE: Final = 64
AT_ONCE: Final = 4
"""Payments asked about at the same time: notifications have the rest of what a provider allows."""

NO_ANSWER: Final = "no_answer"
NOT_FOUND: Final = "not_found"
"""Reasons of attempts that have failed: the provider has no such payment."""


class PollTerms(Struct, frozen=True, kw_only=True):
    """How often a provider is asked about an attempt.

    A quarter of its age passes between two questions: after a minute every fifteen seconds, after a
    day every six hours. A creation without an answer is looked for until `created_within`, longer
    than any request may be under way. `margin` after an attempt has expired it is called off, where
    its provider can do that, and what the provider does not know has failed.
    """

    lease: timedelta = timedelta(minutes=1)
    shortest: timedelta = timedelta(seconds=10)
    longest: timedelta = timedelta(hours=6)
    created_within: timedelta = timedelta(minutes=10)
    margin: timedelta = timedelta(hours=1)
    retries: LookUpRetries = LookUpRetries(first=10.0)


class AttemptNotChecked(Exception):
    """A provider could not be asked about an attempt; it is asked again."""


class AttemptPoller:
    """Asks about open attempts that are due."""

    def __init__(
        self,
        providers: Mapping[str, PaymentProvider],
        attempts: PaymentAttempts,
        intake: PaymentIntake,
        clock: Callable[[], datetime],
        *,
        terms: PollTerms | None = None,
        report: Callable[[AttemptNotChecked], None] = lambda _: None,
        rng: Random | None = None,
    ) -> None:
        """Attempts of a provider that is not open here wait until it is."""
        self._providers = providers
        self._attempts = attempts
        self._intake = intake
        self._clock = clock
        self._terms = terms or PollTerms()
        self._report = report
        self._rng = rng or Random()  # noqa: S311  (spreads questions, no secrets)
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def check_due(self, is_stopping: Callable[[], bool] = lambda: False) -> int:
        """Ask about what is due; return how many attempts were taken."""
        count = 0
        while True:
            now = self._clock()
            taken = await self._attempts.take_due(now, now + self._terms.lease, PAGE)
            count += len(taken)
            known = (self._ask_about(each) for each in taken if each.reference)
            nameless = itertools.groupby(
                sorted((each for each in taken if not each.reference), key=_provider),
                key=_provider,
            )
            looked_for = (self._look_for(name, list(group)) for name, group in nameless)
            errors = await asyncio.gather(*known, *looked_for, return_exceptions=True)
            if error := next((each for each in errors if each is not None), None):
                raise error
            if len(taken) < PAGE or is_stopping():
                return count

    async def _ask_about(self, attempt: PaymentAttempt) -> None:
        """Ask about an attempt by its reference."""
        async with self._turns:
            provider = self._providers.get(attempt.provider)
            if provider is None:
                await self._again_after(attempt, self._terms.longest)
                return
            error = await self._reported(self._ask(provider, attempt), [attempt])
            await self._again(attempt, error)

    async def _look_for(self, provider_name: str, attempts: Sequence[PaymentAttempt]) -> None:
        """Look for attempts whose creation got no answer, in one reading of the list."""
        async with self._turns:
            provider = self._providers.get(provider_name)
            error: Exception | None = None
            if provider is not None:
                error = await self._reported(self._find(provider, attempts), attempts)
            for attempt in attempts:
                if provider is None:
                    await self._again_after(attempt, self._terms.longest)
                else:
                    await self._again(attempt, error)

    async def _reported(
        self, check: Awaitable[None], attempts: Sequence[PaymentAttempt]
    ) -> Exception | None:
        """Return the error of a check, which holds up no other; without the database it is raised.

        Then the lease ends by itself.
        """
        try:
            await check
        except DATABASE_UNREACHABLE:
            raise
        except Exception as error:  # noqa: BLE001  (whatever it is, the others go on)
            first = attempts[0]
            name = f"{first.provider} {first.number}-{first.attempt}, {len(attempts)} in all"
            self._report(AttemptNotChecked(f"{name}: {type(error).__name__}: {error}"))
            return error
        return None

    async def _ask(self, provider: PaymentProvider, attempt: PaymentAttempt) -> None:
        """Ask about a payment by its reference; call it off once nobody can pay it any more."""
        outcome = await self._intake.check(attempt.provider, attempt.reference)
        if self._clock() < attempt.expires_at + self._terms.margin:
            return
        if outcome is IntakeOutcome.UNKNOWN:
            await self._fail(attempt, NOT_FOUND)
        elif outcome is IntakeOutcome.PENDING:
            try:
                payment = await provider.cancel(attempt.reference)
            except ProviderRefused:
                return  # It ends at the provider's own time; until then it is asked about.
            await self._intake.take(provider, payment)

    async def _find(self, provider: PaymentProvider, attempts: Sequence[PaymentAttempt]) -> None:
        """Read the list of the attempts' time, and take what was made for any of them."""
        missing = {AttemptName(each.number, each.attempt): each for each in attempts}
        began = [each.created_at for each in attempts]
        since = min(began) - CLOCK_SKEW
        until = max(began) + self._terms.created_within + CLOCK_SKEW
        async for payment in provider.payments(since, until):
            if isinstance(payment, UnreadableEntry):
                continue  # The sweep makes a case of it.
            if payment.attempt is not None and missing.pop(payment.attempt, None) is not None:
                await self._intake.take(provider, payment)
                if not missing:
                    return
        for attempt in missing.values():
            if self._clock() >= attempt.created_at + self._terms.created_within:
                await self._fail(attempt, NO_ANSWER)

    async def _fail(self, attempt: PaymentAttempt, reason: str) -> None:
        end = AttemptEnd(state=AttemptState.FAILED, at=self._clock(), reason=reason)
        await self._attempts.settle(attempt.number, attempt.attempt, end)

    async def _again(self, attempt: PaymentAttempt, error: Exception | None) -> None:
        """Ask again after a pause, by the attempt's age or by how often it went wrong."""
        wait = self._pause(attempt)
        if error is not None:
            wait = wait_after(error, attempt.checks, self._terms.retries, self._rng)
        await self._again_after(attempt, wait)

    def _pause(self, attempt: PaymentAttempt) -> timedelta:
        """Return a quarter of the attempt's age, within bounds and spread."""
        age = (self._clock() - attempt.created_at) / 4
        return min(max(age, self._terms.shortest), self._terms.longest) * self._rng.uniform(0.8, 1)

    async def _again_after(self, attempt: PaymentAttempt, wait: timedelta) -> None:
        """Ask again later; an attempt whose end is known now is asked about no more."""
        await self._attempts.check_at(attempt.number, attempt.attempt, self._clock() + wait)


def _provider(attempt: PaymentAttempt) -> str:
    return attempt.provider
