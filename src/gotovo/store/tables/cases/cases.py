"""Cases in PostgreSQL, from what opened them to what was decided."""

from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from gotovo.cases.case import NewCase
from gotovo.order.values.number import home_of
from gotovo.store.postgres.statements import load_statements

_sql: Final = load_statements("tables/cases/cases.sql")


class CaseStore:
    """Reads and writes cases."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; every call is one statement."""
        self._pool = pool

    async def open(self, case: NewCase) -> bool:
        """Open a case, once; return whether it is new."""
        row = (
            home_of_case(case.number, case.id),
            case.id,
            case.kind,
            case.subject,
            case.shop,
            case.number,
            msgspec.json.encode(case.proofs),
            case.opened_at,
            case.due_at,
        )
        return await self._pool.fetchval(_sql["open_case"], *row) is not None


def home_of_case(number: str, case: UUID) -> int:
    """Return where a case is stored: with its order, or by its id."""
    return home_of(number) if number else case.bytes[0]
