"""A checkout as a process has it: the real intake and engine, and the providers of a test."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import asyncpg

from gotovo.assembly.payments.providers import OpenProviders
from gotovo.engine.engine import Engine
from gotovo.order.values.order import Order
from gotovo.payments.checkout import Checkout
from gotovo.payments.intake.payment_intake import PaymentIntake
from gotovo.payments.providers.port import PaymentProvider
from gotovo.store.reads.programs import ProgramReads
from gotovo.store.tables.access.rate_limits import RateLimitStore
from gotovo.store.tables.cases.cases import CaseStore
from gotovo.store.tables.payments.payment_attempts import PaymentAttempts
from tests.support.web.cast import KEYRING


def intake_at(
    pool: "asyncpg.Pool[Any]",
    engine: Engine,
    clock: Callable[[], datetime],
    *providers: PaymentProvider,
) -> PaymentIntake:
    """Return the path from these providers to the ledger."""
    reads = ProgramReads(pool)

    async def order(number: str) -> Order | None:
        found = await reads.order(number)
        return None if found is None else found.order

    return PaymentIntake(
        {each.name: each for each in providers},
        PaymentAttempts(pool),
        CaseStore(pool),
        engine,
        order=order,
        clock=clock,
    )


def checkout_at(
    pool: "asyncpg.Pool[Any]",
    engine: Engine,
    clock: Callable[[], datetime],
    *providers: PaymentProvider,
) -> Checkout:
    """Return what begins payments at these providers; the first that takes a currency gets them."""
    return Checkout(
        OpenProviders({each.name: each for each in providers}),
        PaymentAttempts(pool),
        lookup=intake_at(pool, engine, clock, *providers),
        rate_limits=RateLimitStore(pool),
        limits_key=lambda: KEYRING.limits.key,
        clock=clock,
    )
