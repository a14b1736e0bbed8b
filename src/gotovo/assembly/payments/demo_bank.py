"""The bank of the demo, over the database."""

import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final

import asyncpg

from gotovo.payments.providers.demo import DemoProvider
from gotovo.store.tables.payments.demo_bank import DemoBankStore

TOKEN_BYTES: Final = 12
"""Of a reference: who has it can pay, so it can't be guessed."""


def demo_bank(
    pool: "asyncpg.Pool[Any]",
    clock: Callable[[], datetime],
    on_change: Callable[[str], Awaitable[None]] | None = None,
) -> DemoProvider:
    """Return the bank; `on_change` is told the reference of a payment that was decided."""
    return DemoProvider(
        DemoBankStore(pool), clock, lambda: secrets.token_urlsafe(TOKEN_BYTES), on_change
    )
