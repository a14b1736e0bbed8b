"""What each decision does. It may be repeated: the ids of what it does come from the case.

A decision of a kind stands in the table if this installation can do it; what stands nowhere is not
offered. What sends money back and what tries again belongs to the parts that do so: they are given
as ports.
"""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from msgspec import Struct, structs

from gotovo.cases.case import Case, CaseOrder, CaseRefusal, CaseRefusalCode
from gotovo.cases.case_kinds import CASE_RULES, CaseDecision, CaseKind
from gotovo.cases.proofs import money_in, text_in
from gotovo.engine.fingerprints import fingerprint
from gotovo.engine.submission import ResultKind, Submission, SubmissionResult
from gotovo.order.refusals import Code, Refusal
from gotovo.order.steps.attention_clearance import ClearAttention
from gotovo.order.steps.payment import Pay
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.money import Money
from gotovo.order.values.number import parse
from gotovo.order.values.order import Attention, Order
from gotovo.order.values.payments.captured import payments_of
from gotovo.order.values.payments.payment import PaymentId, PaymentUse
from gotovo.store.reads.programs import ProgramReads
from gotovo.store.tables.cases.cases import CaseStore

COMMAND_DOMAIN: Final = b"gotovo case decision\0"

CAPTURED: Final = "captured"
"""The proof that says what the provider has of a payment."""

ORIGINAL_ROUTE: Final = "original"
"""The way that the money came."""

DecisionRefusal = CaseRefusal | Refusal
"""Why a decision can't be done, by the case or by its order."""

CaseEffect = Callable[[Case, CaseOrder], Awaitable[DecisionRefusal | None]]
"""Does what a decision says, and returns why it can't be done. It raises what may pass."""

Effects = Mapping[tuple[CaseKind, CaseDecision], CaseEffect]
"""What is done, by kind and decision."""


class MoneyReturns(Protocol):
    """Sends money back that belongs to no order."""

    async def put_unmatched(
        self, case: UUID, provider: str, payment_id: str, amount: Money, at: datetime
    ) -> bool:
        """Have it sent, once for each case; return whether that is new."""
        ...


class RefundRerouting(Struct, frozen=True):
    """How a failed refund takes another way: the routes there are, and the step of an order.

    `step` makes the command from the refund's id and the route.
    """

    routes: tuple[str, ...]
    step: Callable[[str, str], Struct]


class EffectTools(Struct, frozen=True, kw_only=True):
    """What effects work with.

    `returns` is None where nothing sends such money back, `rerouting` where refunds that failed
    are another program's.
    """

    submit: Callable[[Submission], Awaitable[SubmissionResult]]
    orders: ProgramReads
    cases: CaseStore
    returns: MoneyReturns | None = None
    rerouting: RefundRerouting | None = None


def effects_of(tools: EffectTools, more: Effects | None = None) -> Effects:
    """Return what decisions do here; `more` are those of the parts that try again."""
    effects: dict[tuple[CaseKind, CaseDecision], CaseEffect] = {}

    async def take_note(case: Case, order: CaseOrder) -> DecisionRefusal | None:
        return await _cleared(tools, case, order, refund=False)

    async def give_back_held(case: Case, order: CaseOrder) -> DecisionRefusal | None:
        return await _cleared(tools, case, order, refund=True)

    async def assign(case: Case, order: CaseOrder) -> DecisionRefusal | None:
        return await _assigned(tools, case, order)

    for kind in CASE_RULES:
        effects[kind, CaseDecision.ACCEPT] = take_note
    effects[CaseKind.HELD_MONEY, CaseDecision.REFUND] = give_back_held
    for kind in (CaseKind.UNMATCHED_PAYMENT, CaseKind.PAYMENT_CONFLICT):
        effects[kind, CaseDecision.ASSIGN_TO_ORDER] = assign
        if tools.returns is not None:
            effects[kind, CaseDecision.REFUND] = _refunding(tools, tools.returns)
    if tools.rerouting is not None:
        reroute = _rerouting(tools, tools.rerouting, tools.returns)
        effects[CaseKind.REFUND_FAILED, CaseDecision.REROUTE_REFUND] = reroute
        effects[CaseKind.REFUND_FAILED, CaseDecision.RETRY] = reroute
    return effects | dict(more or {})


def possible_decisions(case: Case, effects: Effects) -> tuple[CaseDecision, ...]:
    """Return what can be decided of a case here, the usual decision first."""
    decisions = CASE_RULES[case.kind].decisions
    return tuple(each for each in decisions if (case.kind, each) in effects)


def actor_of(order: CaseOrder) -> Actor:
    """Return who decided, as the actor of a step: whether they may was asked of the case."""
    role, _, id_ = order.by.partition(":")
    return Actor(Role(role), id_)


def submission_of(case: Case, order: CaseOrder, number: str, command: Struct) -> Submission:
    """Return the step of a decision; its id is the same whenever it is taken again."""
    name = f"{case.id}\0{order.decision}\0{order.number}\0{order.route}".encode()
    digest = hashlib.sha256(COMMAND_DOMAIN + name).digest()[:16]
    return Submission(UUID(bytes=digest), number, command, actor_of(order), fingerprint(name))


def _refunding(tools: EffectTools, returns: MoneyReturns) -> CaseEffect:
    async def refund(case: Case, order: CaseOrder) -> DecisionRefusal | None:
        payment, money = _payment_of(case), money_in(case.proofs, CAPTURED)
        if payment is None or money is None:
            return _not_known(payment)
        holder = await tools.cases.holder_of(payment)
        if holder:
            return _belongs_to(holder)
        name = (payment.provider, payment.payment_id)
        await returns.put_unmatched(case.id, *name, money, order.at)
        return None

    return refund


def _rerouting(
    tools: EffectTools, rerouting: RefundRerouting, returns: MoneyReturns | None
) -> CaseEffect:
    """Return what sends a failed refund another way; to try again is to take the same once more.

    Money that belonged to no order has no step to take: by the original way the provider is asked
    once more, in the name of this case. By any other way somebody pays it, and the resolved case
    keeps which one it was.
    """

    async def reroute(case: Case, order: CaseOrder) -> DecisionRefusal | None:
        refund = text_in(case.proofs, "refund")
        if not refund:
            code, expected = CaseRefusalCode.DECISION_NOT_POSSIBLE, CaseDecision.ACCEPT
            return CaseRefusal(code, "decision", order.decision, expected)
        route = order.route or ORIGINAL_ROUTE
        if route not in rerouting.routes:
            expected = ", ".join(rerouting.routes)
            return CaseRefusal(CaseRefusalCode.DECISION_FIELD, "route", route, expected)
        if not case.number:
            return await _of_no_order(case, order, returns if route == ORIGINAL_ROUTE else None)
        command = rerouting.step(refund, route)
        result = await tools.submit(submission_of(case, order, case.number, command))
        return result.refusal if result.kind is ResultKind.REFUSED else None

    return reroute


async def _of_no_order(
    case: Case, order: CaseOrder, returns: MoneyReturns | None
) -> DecisionRefusal | None:
    """Have money of no order sent once more; without `returns` a person pays it."""
    if returns is None:
        return None
    payment, money = _payment_of(case), money_in(case.proofs, "amount")
    if payment is None or money is None:
        return _not_known(payment)
    await returns.put_unmatched(case.id, payment.provider, payment.payment_id, money, order.at)
    return None


async def _assigned(tools: EffectTools, case: Case, order: CaseOrder) -> DecisionRefusal | None:
    """Pay the named order with the money of the case, as of when it was captured if that is known.

    An order that has no use for it any more records it and starts its refund: that is done, too.
    """
    payment, money = _payment_of(case), money_in(case.proofs, CAPTURED)
    if payment is None or money is None:
        return _not_known(payment)
    number = parse(order.number)
    found = None if number is None else await _order(tools, number)
    is_of_shop = bool(case.number or case.shop)
    if number is None or found is None or (is_of_shop and found.shop != case.shop):
        return Refusal(Code.UNKNOWN_ORDER, "number", order.number)
    if found.currency != money.currency:
        return Refusal(Code.WRONG_CURRENCY, "number", money.currency, found.currency)
    holder = await tools.cases.holder_of(payment)
    if holder:
        return None if holder == number else _belongs_to(holder)
    command = Pay(money, payment.provider, payment.payment_id)
    submission = submission_of(case, order, number, command)
    captured_at = case.proofs.get("captured_at")
    if isinstance(captured_at, datetime):
        submission = structs.replace(submission, at=min(captured_at, order.at))
    result = await tools.submit(submission)
    after = await _order(tools, number)
    if after is not None and _has(after, payment):
        return None
    holder = await tools.cases.holder_of(payment)
    return _belongs_to(holder) if holder else result.refusal


async def _cleared(
    tools: EffectTools, case: Case, order: CaseOrder, *, refund: bool
) -> DecisionRefusal | None:
    """Take the flag down that opened the case; one that is down already is no obstacle."""
    flag = text_in(case.proofs, "flag")
    if not (case.number and flag):
        return None
    command = ClearAttention(Attention(flag), refund=refund)
    result = await tools.submit(submission_of(case, order, case.number, command))
    return result.refusal if result.kind is ResultKind.REFUSED else None


async def _order(tools: EffectTools, number: str) -> Order | None:
    found = await tools.orders.order(number)
    return None if found is None else found.order


def _payment_of(case: Case) -> PaymentId | None:
    """Return the payment that a case is about: its proofs name it."""
    provider, payment_id = text_in(case.proofs, "provider"), text_in(case.proofs, "payment_id")
    return PaymentId(provider, payment_id) if provider and payment_id else None


def _has(order: Order, payment: PaymentId) -> bool:
    return any(
        each.is_named(payment) and each.use is not PaymentUse.CONTESTED
        for each in payments_of(order)
    )


def _not_known(payment: PaymentId | None) -> CaseRefusal:
    lacking = "payment_id" if payment is None else CAPTURED
    return CaseRefusal(CaseRefusalCode.PAYMENT_NOT_KNOWN, lacking, "", "present")


def _belongs_to(holder: str) -> CaseRefusal:
    return CaseRefusal(CaseRefusalCode.PAYMENT_HAS_ORDER, "number", "", holder)
