"""Decisions on cases: what is decided is noted first, then done, then the case is resolved.

A process that stops in between has left the note: a job does the rest. What can't be done leaves
the case open, and tells why.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from msgspec import Struct

from gotovo.cases.case import Case, CaseOrder, CaseRefusal, CaseRefusalCode, refuse_decision
from gotovo.cases.case_kinds import CaseDecision
from gotovo.casework.effects import DecisionRefusal, Effects, possible_decisions
from gotovo.store.tables.cases.cases import CaseStore

UNFINISHED_AFTER: Final = timedelta(minutes=1)
"""A decision that is not done by then was left by a process that stopped: it takes a second."""

UNFINISHED_MAX: Final = 100
"""Decisions that are finished at once; there are a few at most after a crash."""

FINISH_SECONDS: Final = 30.0
"""How often unfinished decisions are looked for."""

_log = structlog.get_logger("gotovo.cases")


class DecisionRequest(Struct, frozen=True, kw_only=True):
    """What somebody decides; `by` is `role:id`, `shop` the shop whose people they are of.

    `number` is the order that gets the money, `route` the way of a refund. `note` can name a
    person: it is stored where it can be erased.
    """

    decision: CaseDecision
    by: str
    shop: str | None = None
    number: str = ""
    route: str = ""
    note: str = ""


class Decisions:
    """Decides cases."""

    def __init__(self, store: CaseStore, effects: Effects, clock: Callable[[], datetime]) -> None:
        """Use a store, and what decisions do here."""
        self._store = store
        self._effects = effects
        self._clock = clock

    def possible(self, case: Case) -> tuple[CaseDecision, ...]:
        """Return what can be decided of a case here."""
        return possible_decisions(case, self._effects)

    async def decide(self, id_: UUID, request: DecisionRequest) -> Case | DecisionRefusal:
        """Decide a case, once; return it resolved, or why that can't be.

        What may pass is raised as it comes: the decision stays noted and is finished later.
        """
        case = await self._store.find(id_)
        if case is None:
            return _unknown(id_)
        order = CaseOrder(
            decision=request.decision,
            by=request.by,
            at=self._clock(),
            number=request.number,
            route=request.route,
        )
        refusal = refuse_decision(case, order, request.shop, self.possible(case))
        if refusal is not None:
            return refusal
        return case if case.resolved_at is not None else await self._decide(case, order, request)

    async def finish(self) -> None:
        """Do what was decided by a process that has stopped since."""
        before = self._clock() - UNFINISHED_AFTER
        first: Exception | None = None
        for case in await self._store.decided_before(before, UNFINISHED_MAX):
            assert case.order is not None, case.id
            try:
                refusal = await self._do(case, case.order)
            except Exception as error:  # noqa: BLE001  (one case must not hold up the others)
                first = first or error
                continue
            if refusal is not None:
                _log.warning("a decision can't be done", case=str(case.id), code=refusal.code)
        if first is not None:
            raise first

    async def _decide(
        self, case: Case, order: CaseOrder, request: DecisionRequest
    ) -> Case | DecisionRefusal:
        """Note a decision and do it; somebody may have been quicker since the case was read."""
        decided = await self._store.begin_decision(case.id, order)
        if decided is None:
            return _unknown(case.id)
        refusal = refuse_decision(decided, order, request.shop, self.possible(decided))
        if refusal is not None:
            return refusal
        if decided.resolved_at is not None:
            return decided
        if decided.order is None:  # Another decision was under way, and has just been taken back.
            return _busy(order)
        if request.note:
            await self._store.put_note(decided, request.note, order.at)
        done = await self._do(decided, decided.order)
        return done or await self._resolved(case.id, order)

    async def _resolved(self, case: UUID, order: CaseOrder) -> Case | DecisionRefusal:
        """Return the case as its decision has left it."""
        found = await self._store.find(case)
        if found is None:
            return _unknown(case)
        return _busy(order) if found.resolved_at is None else found

    async def _do(self, case: Case, order: CaseOrder) -> DecisionRefusal | None:
        effect = self._effects[case.kind, order.decision]
        refusal = await effect(case, order)
        if refusal is None:
            await self._store.end_decision(case.id, order, self._clock())
        else:
            await self._store.withdraw_decision(case.id, order)
        return refusal


def _busy(order: CaseOrder) -> CaseRefusal:
    """Return that another decision came in between and was taken back: the case is open again."""
    return CaseRefusal(CaseRefusalCode.CASE_BEING_DECIDED, "decision", order.decision)


def _unknown(case: UUID) -> CaseRefusal:
    return CaseRefusal(CaseRefusalCode.UNKNOWN_CASE, "case", str(case))
