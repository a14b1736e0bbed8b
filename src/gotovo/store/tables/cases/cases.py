"""Cases in PostgreSQL, from what opened them to what was decided."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct

from gotovo.cases.case import Case, CaseOrder, NewCase
from gotovo.cases.case_kinds import CaseDecision, CaseKind
from gotovo.cases.proofs import decode_proofs
from gotovo.order.values.identity import IdentityKey, IdentityKind
from gotovo.order.values.number import home_of
from gotovo.order.values.payments.payment import PaymentId
from gotovo.store.journal.identities import identity_home
from gotovo.store.postgres.statements import load_statements

_sql: Final = load_statements("tables/cases/cases.sql")

LONGEST_DUE: Final = (datetime(1, 1, 1, tzinfo=UTC), UUID(int=0))
"""The cursor before every open case."""

LATEST_RESOLVED: Final = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=0))
"""The cursor before every resolved case."""

_NEVER: Final = datetime(9999, 12, 31, tzinfo=UTC)


class CaseFilter(Struct, frozen=True, kw_only=True):
    """Which cases: of a shop, due by an instant, of an owner, a kind, an order; None: of all.

    Resolved ones have neither owner nor a time that they are due.
    """

    shop: str | None = None
    due_by: datetime | None = None
    owner: str | None = None
    kind: CaseKind | None = None
    number: str | None = None


class CaseCount(Struct, frozen=True):
    """How many cases of a kind are open, and how many of those are overdue."""

    open: int
    overdue: int


class _With(Struct, frozen=True, omit_defaults=True):
    """What a decision names."""

    number: str = ""
    route: str = ""


_EVERY: Final = CaseFilter()
_with_decoder: Final = msgspec.json.Decoder(_With)


class CaseStore:
    """Reads and writes cases."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; a call is a statement or two."""
        self._pool = pool

    async def open(self, case: NewCase) -> bool:
        """Open a case, once; return whether it is new.

        Told again while nobody has decided it, it gets the proofs that it lacks, and the new value
        of those that changed.
        """
        home, proofs = home_of_case(case.id), msgspec.json.encode(case.proofs)
        row = (
            home,
            case.id,
            case.kind,
            case.subject,
            case.shop,
            case.number,
            proofs,
            case.opened_at,
            case.due_at,
        )
        if await self._pool.fetchval(_sql["open_case"], *row) is not None:
            return True
        await self._pool.execute(_sql["add_proofs"], home, case.id, proofs.decode())
        return False

    async def find(self, case: UUID) -> Case | None:
        """Return a case."""
        row = await self._pool.fetchrow(_sql["case_by_id"], home_of_case(case), case)
        return None if row is None else _case_of(row)

    async def open_cases(
        self, after: tuple[datetime, UUID], limit: int, only: CaseFilter = _EVERY
    ) -> Sequence[Case]:
        """Return open cases, what is due first before the others.

        The cursor is the `due_at` and the id of the last one.
        """
        due_by = only.due_by or _NEVER
        row = (*after, limit, due_by, only.shop, only.owner, only.kind, only.number)
        return [_case_of(each) for each in await self._pool.fetch(_sql["open_cases"], *row)]

    async def resolved_cases(
        self, after: tuple[datetime, UUID], limit: int, only: CaseFilter = _EVERY
    ) -> Sequence[Case]:
        """Return resolved cases, the latest first.

        The cursor is the `resolved_at` and the id of the last one.
        """
        row = (*after, limit, only.shop, only.kind, only.number)
        return [_case_of(each) for each in await self._pool.fetch(_sql["resolved_cases"], *row)]

    async def take(self, case: UUID, owner: str, at: datetime, instead_of: str = "") -> Case | None:
        """Give an open case to somebody, unless somebody else has it who is not named.

        Return the case as it stands then.
        """
        row = (home_of_case(case), case, owner, at, instead_of)
        await self._pool.execute(_sql["take_case"], *row)
        return await self.find(case)

    async def release(self, case: UUID, owner: str) -> Case | None:
        """Take a case from somebody who has it; return it as it stands then."""
        await self._pool.execute(_sql["release_case"], home_of_case(case), case, owner)
        return await self.find(case)

    async def begin_decision(self, case: UUID, order: CaseOrder) -> Case | None:
        """Note what is being done, unless somebody else is on the case; return it as it stands."""
        named = msgspec.json.encode(_With(order.number, order.route))
        row = (home_of_case(case), case, order.decision, order.by, order.at, named)
        await self._pool.execute(_sql["begin_decision"], *row)
        return await self.find(case)

    async def end_decision(self, case: UUID, order: CaseOrder, at: datetime) -> None:
        """Resolve a case by a decision: what it says has been done."""
        await self._pool.execute(_sql["end_decision"], home_of_case(case), case, order.at, at)

    async def withdraw_decision(self, case: UUID, order: CaseOrder) -> None:
        """Forget a decision that can't be done: the case is open as before."""
        await self._pool.execute(_sql["withdraw_decision"], home_of_case(case), case, order.at)

    async def decided_before(self, instant: datetime, limit: int) -> Sequence[Case]:
        """Return open cases that were decided before an instant."""
        rows = await self._pool.fetch(_sql["decided_cases"], instant, limit)
        return [_case_of(each) for each in rows]

    async def clear(self, number: str, flag: str, version: int, by: str, at: datetime) -> int:
        """Resolve the cases that earlier events opened for a flag of an order; return how many."""
        row = (home_of(number), number, flag, version, by, at)
        return len(await self._pool.fetch(_sql["clear_cases"], *row))

    async def settle(self, case: UUID, by: str, at: datetime) -> None:
        """Resolve a case that has resolved itself, unless somebody has decided it."""
        await self._pool.execute(_sql["settle_case"], home_of_case(case), case, by, at)

    async def count(self, now: datetime, limit: int) -> Mapping[CaseKind, CaseCount]:
        """Count open and overdue cases by kind, the longest due first, up to a limit in all."""
        rows = await self._pool.fetch(_sql["count_cases"], now, limit)
        return {CaseKind(row["kind"]): CaseCount(row["open"], row["overdue"]) for row in rows}

    async def holder_of(self, payment: PaymentId) -> str:
        """Return the order that a payment belongs to, empty where it belongs to none."""
        key = IdentityKey(IdentityKind.PAYMENT, payment.provider, payment.payment_id)
        row = (identity_home(key), key.kind, key.scope, key.name)
        return await self._pool.fetchval(_sql["payment_holder"], *row) or ""

    async def put_note(self, case: Case, text: str, at: datetime) -> None:
        """Store the note of a decision; nothing is noted about an order without its contact."""
        row = (home_of_case(case.id), case.id, case.number, text, at)
        await self._pool.execute(_sql["put_note"], *row)

    async def note_of(self, case: UUID) -> str:
        """Return the note of a decision, empty where there is none."""
        return await self._pool.fetchval(_sql["note_of"], home_of_case(case), case) or ""


def home_of_case(case: UUID) -> int:
    """Return where a case is stored: with its order, or by a digest; its id begins with it."""
    return case.bytes[0]


def _case_of(row: Mapping[str, Any]) -> Case:
    columns: dict[str, Any] = dict(row)
    decision, by, at = (columns.pop(x) for x in ("decision", "decided_by", "decided_at"))
    named = columns.pop("decided_with")
    if decision is not None:
        with_ = _with_decoder.decode(named)
        columns["order"] = CaseOrder(
            decision=CaseDecision(decision), by=by, at=at, number=with_.number, route=with_.route
        )
    columns["kind"] = CaseKind(columns["kind"])
    columns["proofs"] = decode_proofs(columns["proofs"])
    return Case(**columns)
