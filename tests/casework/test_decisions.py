"""A decision is noted, done and ended; whoever stops in between leaves nothing half done."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec import structs
from typing_extensions import override

from gotovo.cases.case import Case, CaseOrder, CaseRefusal, NewCase
from gotovo.cases.case_kinds import CaseDecision, CaseKind
from gotovo.casework.decisions import UNFINISHED_AFTER, DecisionRequest, Decisions
from gotovo.casework.effects import (
    DecisionRefusal,
    Effects,
    EffectTools,
    RefundRerouting,
    effects_of,
)
from gotovo.engine.ports import JournalUnreachable
from gotovo.engine.submission import Submission, SubmissionResult
from gotovo.order.refusals import Code, Refusal
from gotovo.order.steps.refund_completion import CompleteRefund
from gotovo.store.reads.programs import ProgramReads
from gotovo.store.tables.cases.cases import CaseStore
from tests.support.api.casework import RUB_TOTAL, RecordedReturns, opened
from tests.support.api.network import TOTAL, Api, captured

SUPPORT, ADMIN = "support:anna", "admin:boris"


def request(decision: CaseDecision, by: str = SUPPORT, **fields: Any) -> DecisionRequest:
    """Return a decision of the network's support."""
    return DecisionRequest(decision=decision, by=by, **fields)


class DyingEngine:
    """An engine whose process dies once a number of commands have been committed."""

    def __init__(self, api: Api, before: int) -> None:
        self._submit = api.network.engine.submit
        self._left = before

    async def submit(self, submission: Submission) -> SubmissionResult:
        """Commit, and be gone before anybody hears of it."""
        result = await self._submit(submission)
        self._left -= 1
        if self._left < 0:
            return result
        raise asyncio.CancelledError


def decisions(
    api: Api,
    returns: RecordedReturns | None = None,
    more: Effects | None = None,
    engine: DyingEngine | None = None,
    rerouting: RefundRerouting | None = None,
    cases: CaseStore | None = None,
) -> Decisions:
    """Return what decides cases, with these effects."""
    network = api.network
    cases = cases or CaseStore(network.pool)
    tools = EffectTools(
        submit=(engine or network.engine).submit,
        orders=ProgramReads(network.pool),
        cases=cases,
        returns=returns,
        rerouting=rerouting,
    )
    return Decisions(cases, effects_of(tools, more), network.clock)


async def stored(api: Api, case: NewCase) -> Case:
    """Return the case as it stands."""
    found = await CaseStore(api.network.pool).find(case.id)
    assert found is not None
    return found


async def paid(api: Api, number: str) -> int:
    """Return what an order has been paid."""
    return (await api.get(f"/orders/{number}")).json()["paid"]["amount"]


async def test_money_of_no_order_is_sent_back_once(api: Api) -> None:
    case, returns = await opened(api), RecordedReturns()
    deciding = decisions(api, returns)
    assert deciding.possible(await stored(api, case)) == (
        CaseDecision.ASSIGN_TO_ORDER,
        CaseDecision.REFUND,
        CaseDecision.ACCEPT,
    )
    results = await asyncio.gather(
        *(deciding.decide(case.id, request(CaseDecision.REFUND)) for _ in range(4))
    )
    assert [x.resolution for x in results if isinstance(x, Case)] == ["refund"] * 4
    assert returns.sent == {case.id: ("yookassa", "2d9f", RUB_TOTAL)}
    asked = returns.asked
    again = await deciding.decide(case.id, request(CaseDecision.REFUND))
    assert isinstance(again, Case)
    assert returns.asked == asked


async def test_what_an_order_has_is_not_sent_back(api: Api) -> None:
    number = (await api.place())["number"]
    await api.step(number, "payment", **captured(number, provider="yookassa", payment_id="2d9f"))
    case, returns = await opened(api), RecordedReturns()
    refused = await decisions(api, returns).decide(case.id, request(CaseDecision.REFUND))
    assert isinstance(refused, CaseRefusal)
    assert (refused.code, refused.expected) == ("payment_has_order", number)
    lacking = await opened(api, payment="x", captured="")
    refused = await decisions(api, returns).decide(lacking.id, request(CaseDecision.REFUND))
    assert isinstance(refused, CaseRefusal)
    assert (refused.code, refused.field) == ("payment_not_known", "captured")
    nameless = await opened(api, payment="y", payment_id="")
    refused = await decisions(api, returns).decide(nameless.id, request(CaseDecision.REFUND))
    assert isinstance(refused, CaseRefusal)
    assert (refused.code, refused.field) == ("payment_not_known", "payment_id")
    assert returns.sent == {}
    assert (await stored(api, case)).order is None


async def test_of_two_decisions_at_once_one_is_done(api: Api) -> None:
    number = (await api.place())["number"]
    case, returns = await opened(api), RecordedReturns()
    deciding = decisions(api, returns)
    results = await asyncio.gather(
        deciding.decide(case.id, request(CaseDecision.REFUND)),
        deciding.decide(case.id, request(CaseDecision.ASSIGN_TO_ORDER, ADMIN, number=number)),
    )
    (refused,) = [x for x in results if not isinstance(x, Case)]
    assert refused.code in {"case_being_decided", "case_taken", "case_resolved"}
    was_sent, was_paid = bool(returns.sent), await paid(api, number) == TOTAL
    assert was_sent != was_paid


async def test_a_process_that_stops_in_between_leaves_it_to_the_next(api: Api) -> None:
    number = (await api.place())["number"]
    case = await opened(api)
    dying = decisions(api, engine=DyingEngine(api, 1))
    wanted = request(CaseDecision.ASSIGN_TO_ORDER, number=number, note="By phone.")
    with pytest.raises(asyncio.CancelledError):
        await dying.decide(case.id, wanted)
    left = await stored(api, case)
    assert left.order is not None
    assert (left.order.decision, left.resolution) == (CaseDecision.ASSIGN_TO_ORDER, None)
    other = await decisions(api, RecordedReturns()).decide(
        case.id, request(CaseDecision.REFUND, ADMIN)
    )
    assert isinstance(other, CaseRefusal)
    assert other.code == "case_being_decided"
    await decisions(api).finish()  # It may still be at work.
    assert (await stored(api, case)).resolution is None
    api.network.clock.now += UNFINISHED_AFTER + timedelta(seconds=1)
    await decisions(api).finish()
    ended = await stored(api, case)
    assert (ended.resolution, ended.resolved_by) == ("assign_to_order", SUPPORT)
    assert await paid(api, number) == TOTAL
    events = (await api.get("/events?limit=200&types=order.paid")).json()["items"]
    assert len(events) == 1
    assert await CaseStore(api.network.pool).note_of(case.id) == "By phone."


async def test_whoever_stopped_may_decide_the_same_again(api: Api) -> None:
    number = (await api.place())["number"]
    case = await opened(api)
    wanted = request(CaseDecision.ASSIGN_TO_ORDER, number=number)
    with pytest.raises(asyncio.CancelledError):
        await decisions(api, engine=DyingEngine(api, 1)).decide(case.id, wanted)
    api.network.clock.now += timedelta(seconds=5)
    ended = await decisions(api).decide(case.id, wanted)
    assert isinstance(ended, Case)
    assert ended.resolution == "assign_to_order"
    assert len((await api.get("/events?types=order.paid")).json()["items"]) == 1


async def test_a_failed_refund_takes_another_way_by_a_step_of_its_order(api: Api) -> None:
    """The step stands for any that names a refund and a way: here, how it was paid by hand."""
    number = (await api.place())["number"]
    await api.step(number, "payment", **captured(number))
    await api.step(number, "cancellation", reason="customer_request")
    (started,) = (await api.get("/events?types=refund.started")).json()["items"]
    refund = started["event"]["refund"]
    rerouting = RefundRerouting(("original", "cash_at_point"), CompleteRefund)
    deciding = decisions(api, rerouting=rerouting)
    case = await opened(api, CaseKind.REFUND_FAILED, "f1", number, refund=refund)
    assert deciding.possible(await stored(api, case)) == (
        CaseDecision.REROUTE_REFUND,
        CaseDecision.RETRY,
        CaseDecision.ACCEPT,
    )
    by_air = request(CaseDecision.REROUTE_REFUND, route="by_air")
    refused = await deciding.decide(case.id, by_air)
    assert isinstance(refused, CaseRefusal)
    assert (refused.field, refused.expected) == ("route", "original, cash_at_point")
    in_cash = request(CaseDecision.REROUTE_REFUND, route="cash_at_point")
    for _ in range(2):
        done = await deciding.decide(case.id, in_cash)
        assert isinstance(done, Case)
        assert done.resolution == "reroute_refund"
    (paid_out,) = (await api.get("/events?types=refund.completed")).json()["items"]
    assert paid_out["event"]["provider_id"] == "cash_at_point"
    assert paid_out["actor"] == SUPPORT
    strange = await opened(api, CaseKind.REFUND_FAILED, "f3", number, refund="r-none")
    refused = await deciding.decide(strange.id, request(CaseDecision.RETRY))
    assert isinstance(refused, Refusal)
    assert refused.code is Code.UNKNOWN_REFUND


@pytest.mark.parametrize("decision", [CaseDecision.RETRY, CaseDecision.REROUTE_REFUND])
async def test_money_of_no_order_whose_refund_failed_is_sent_once_more(
    api: Api, decision: CaseDecision
) -> None:
    returns = RecordedReturns()
    rerouting = RefundRerouting(("original", "bank_transfer"), CompleteRefund)
    deciding = decisions(api, returns, rerouting=rerouting)
    case = await opened(api, CaseKind.REFUND_FAILED, refund="case-1", amount=RUB_TOTAL)
    route = "original" if decision is CaseDecision.REROUTE_REFUND else ""
    done = await deciding.decide(case.id, request(decision, route=route))
    assert isinstance(done, Case)
    assert done.resolution == decision
    assert returns.sent == {case.id: ("yookassa", "2d9f", RUB_TOTAL)}


async def test_money_of_no_order_that_somebody_pays_another_way_is_not_sent_as_well(
    api: Api,
) -> None:
    returns = RecordedReturns()
    rerouting = RefundRerouting(("original", "bank_transfer"), CompleteRefund)
    deciding = decisions(api, returns, rerouting=rerouting)
    case = await opened(api, CaseKind.REFUND_FAILED, refund="case-1", amount=RUB_TOTAL)
    by_bank = request(CaseDecision.REROUTE_REFUND, route="bank_transfer")
    done = await deciding.decide(case.id, by_bank)
    assert isinstance(done, Case)
    assert done.resolution == "reroute_refund"
    assert done.order is not None
    assert done.order.route == "bank_transfer"
    assert returns.sent == {}
    nothing = await opened(api, CaseKind.REFUND_FAILED, "f4")
    refused = await deciding.decide(nothing.id, request(CaseDecision.RETRY))
    assert isinstance(refused, CaseRefusal)
    assert (refused.code, refused.expected) == ("decision_not_possible", "accept")


async def test_what_may_pass_is_tried_again(api: Api) -> None:
    case, tries = await opened(api, CaseKind.RECEIPT_FAILED), 0

    async def retry(_case: Case, _order: CaseOrder) -> DecisionRefusal | None:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise JournalUnreachable
        return None

    deciding = decisions(api, more={(CaseKind.RECEIPT_FAILED, CaseDecision.RETRY): retry})
    with pytest.raises(JournalUnreachable):
        await deciding.decide(case.id, request(CaseDecision.RETRY))
    api.network.clock.now += UNFINISHED_AFTER + timedelta(seconds=1)
    with pytest.raises(JournalUnreachable):
        await deciding.finish()
    assert (await stored(api, case)).resolution is None
    await deciding.finish()
    assert ((await stored(api, case)).resolution, tries) == ("retry", 3)
    await deciding.finish()
    assert tries == 3


async def test_one_case_that_can_not_be_finished_does_not_hold_up_the_others(api: Api) -> None:
    cases = [await opened(api, CaseKind.RECEIPT_FAILED, f"r{n}") for n in range(3)]
    broken, refused, sound = sorted(cases, key=lambda each: each.id)
    fails = True

    async def retry(case: Case, _order: CaseOrder) -> DecisionRefusal | None:
        if fails or case.id == broken.id:
            raise JournalUnreachable
        return Refusal(Code.CLOSED) if case.id == refused.id else None

    deciding = decisions(api, more={(CaseKind.RECEIPT_FAILED, CaseDecision.RETRY): retry})
    for case in cases:
        with pytest.raises(JournalUnreachable):
            await deciding.decide(case.id, request(CaseDecision.RETRY))
    fails = False
    api.network.clock.now += UNFINISHED_AFTER + timedelta(seconds=1)
    with pytest.raises(JournalUnreachable):
        await deciding.finish()
    assert (await stored(api, broken)).order is not None
    assert (await stored(api, sound)).resolution == "retry"
    open_again = await stored(api, refused)
    assert (open_again.order, open_again.resolution, open_again.owner) == (None, None, SUPPORT)


async def test_a_case_that_there_is_not_is_told(api: Api) -> None:
    refused = await decisions(api).decide(UUID(int=1), request(CaseDecision.ACCEPT))
    assert isinstance(refused, CaseRefusal)
    assert refused.code == "unknown_case"


class WithdrawnMeanwhile(CaseStore):
    """A store in which another decision is taken back right after it kept this one out."""

    @override
    async def begin_decision(self, case: UUID, order: CaseOrder) -> Case | None:
        other = structs.replace(order, by=ADMIN)
        await super().begin_decision(case, other)
        found = await super().begin_decision(case, order)
        assert found is not None
        assert found.order is not None
        await self.withdraw_decision(case, other)
        return await self.find(case)


async def test_a_decision_that_another_one_kept_out_is_a_conflict_when_that_is_taken_back(
    api: Api,
) -> None:
    case, returns = await opened(api), RecordedReturns()
    deciding = decisions(api, returns)
    between = decisions(api, returns, cases=WithdrawnMeanwhile(api.network.pool))
    refused = await between.decide(case.id, request(CaseDecision.REFUND, ADMIN))
    assert isinstance(refused, CaseRefusal)
    assert refused.code == "case_being_decided"
    assert returns.sent == {}
    done = await deciding.decide(case.id, request(CaseDecision.REFUND, ADMIN))
    assert isinstance(done, Case)
    assert done.resolution == "refund"
