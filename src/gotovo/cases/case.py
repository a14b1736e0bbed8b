"""A case: one thing that a person has to decide, with what is known of it and who is on it."""

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from gotovo.cases.case_kinds import CASE_RULES, CaseDecider, CaseDecision, CaseKind
from gotovo.cases.proofs import Proofs
from gotovo.order.values.number import home_of
from gotovo.order.values.payments.refund import RefundRoute

CASE_DOMAIN = b"gotovo case\0"

_EXPECTED = {"route": ", ".join(RefundRoute)}
"""What is expected of a field that is missing, where it is one of a few words."""


class NewCase(Struct, frozen=True, kw_only=True):
    """A case to open. One of the same kind and subject is opened once, however often it is told.

    `subject` is what it is about, unique within its kind: `yookassa:2d9f…`, a refund's id, an
    order's number with the event's version. What is new after a decision has a subject of its own:
    a resolved case stays resolved. `number` and `shop` are empty where no order is known.
    `proofs` is what is known, by name (see `proofs`): sums, ids at the provider, instants; no names
    and phones. Told again while the case is open, they are added to those it has.
    """

    kind: CaseKind
    subject: str
    opened_at: datetime
    number: str = ""
    shop: str = ""
    proofs: Proofs = {}

    @property
    def id(self) -> UUID:
        """Return the id, made from kind and subject: a repetition is the same case.

        Its first byte is the home that the case is stored at: that of its order, if it has one.
        """
        name = f"{self.kind}\0{self.subject}".encode()
        digest = hashlib.sha256(CASE_DOMAIN + name).digest()[:16]
        return UUID(bytes=bytes((home_of(self.number),)) + digest[1:] if self.number else digest)

    @property
    def due_at(self) -> datetime:
        """Return until when somebody should have decided."""
        return self.opened_at + CASE_RULES[self.kind].within


class CaseOrder(Struct, frozen=True, kw_only=True):
    """What a person decided, and when; `by` is `role:id`, as in `event.actor`.

    `number` is the order that money is assigned to, `route` the way that a refund takes instead;
    both empty for other decisions.
    """

    decision: CaseDecision
    by: str
    at: datetime
    number: str = ""
    route: str = ""

    def is_same(self, other: "CaseOrder") -> bool:
        """Return whether this is the same decision, whenever it was made."""
        return (self.decision, self.by, self.number, self.route) == (
            other.decision,
            other.by,
            other.number,
            other.route,
        )


class Case(Struct, frozen=True, kw_only=True):
    """A case as it stands.

    `owner` is who is on it. `order` is what was decided while it is being done: the case is
    open until that has happened. `resolution` is a decision or `cleared`.
    """

    id: UUID
    kind: CaseKind
    subject: str
    shop: str
    number: str
    proofs: Proofs
    opened_at: datetime
    due_at: datetime
    owner: str | None = None
    owned_at: datetime | None = None
    order: CaseOrder | None = None
    resolution: str | None = None
    resolved_by: str | None = None
    resolved_at: datetime | None = None

    def is_overdue(self, now: datetime) -> bool:
        """Return whether somebody should have decided by now."""
        return self.resolved_at is None and self.due_at <= now


class CaseRefusalCode(StrEnum):
    """Why nothing was changed about a case; a request's error has the same word."""

    UNKNOWN_CASE = "unknown_case"
    CASE_TAKEN = "case_taken"
    CASE_RESOLVED = "case_resolved"
    CASE_BEING_DECIDED = "case_being_decided"
    NETWORK_DECIDES = "network_decides"
    DECISION_NOT_POSSIBLE = "decision_not_possible"
    DECISION_FIELD = "decision_field"
    PAYMENT_HAS_ORDER = "payment_has_order"
    PAYMENT_NOT_KNOWN = "payment_not_known"


class CaseRefusal(Struct, frozen=True):
    """Why nothing was changed: the field and value at fault, and what was expected of it."""

    code: CaseRefusalCode
    field: str = ""
    value: str = ""
    expected: str = ""


def may_see_case(case: Case, shop: str | None) -> bool:
    """Return whether the case exists for the people of a shop; None for those of the network.

    What has no order is no shop's, and the default shop has an empty name, too.
    """
    return shop is None or (bool(case.number) and case.shop == shop)


def may_decide(case: Case, shop: str | None) -> bool:
    """Return whether people of a shop decide the case; None for those of the network."""
    if shop is None:
        return True
    is_of_shop = CASE_RULES[case.kind].decided_by is CaseDecider.SHOP
    return is_of_shop and may_see_case(case, shop)


def refuse_decision(
    case: Case, order: CaseOrder, shop: str | None, possible: tuple[CaseDecision, ...]
) -> CaseRefusal | None:
    """Return why a decision can't be made, None if it can or has been made already.

    `possible` is what can be decided of the case here.
    """
    if not may_see_case(case, shop):
        return CaseRefusal(CaseRefusalCode.UNKNOWN_CASE, "case", str(case.id))
    if case.resolution is not None:
        return _refuse_resolved(case, order)
    if not may_decide(case, shop):
        return CaseRefusal(CaseRefusalCode.NETWORK_DECIDES, "shop", shop or "")
    return _refuse_undecidable(order, possible) or _refuse_busy(case, order)


def _refuse_resolved(case: Case, order: CaseOrder) -> CaseRefusal | None:
    """Return that the case was resolved otherwise, or by somebody else."""
    assert case.resolution is not None, case.id
    if (case.resolution, case.resolved_by) == (order.decision, order.by):
        return None
    return CaseRefusal(CaseRefusalCode.CASE_RESOLVED, "decision", order.decision, case.resolution)


def _refuse_busy(case: Case, order: CaseOrder) -> CaseRefusal | None:
    """Return that something else is being done, or that somebody else is on the case."""
    if case.order is not None and not case.order.is_same(order):
        code, other = CaseRefusalCode.CASE_BEING_DECIDED, case.order
        return CaseRefusal(code, "decision", order.decision, other.decision)
    if case.owner is not None and case.owner != order.by:
        return CaseRefusal(CaseRefusalCode.CASE_TAKEN, "instead_of", "", case.owner)
    return None


def _refuse_undecidable(order: CaseOrder, possible: tuple[CaseDecision, ...]) -> CaseRefusal | None:
    """Return that this can't be decided, or which field it lacks or has without a use for it."""
    if order.decision not in possible:
        code, expected = CaseRefusalCode.DECISION_NOT_POSSIBLE, ", ".join(possible)
        return CaseRefusal(code, "decision", order.decision, expected)
    wanted = {"number": CaseDecision.ASSIGN_TO_ORDER, "route": CaseDecision.REROUTE_REFUND}
    given = {"number": order.number, "route": order.route}
    for field, decision in wanted.items():
        if bool(given[field]) != (order.decision is decision):
            expected = "absent" if given[field] else _EXPECTED.get(field, "present")
            return CaseRefusal(CaseRefusalCode.DECISION_FIELD, field, given[field], expected)
    return None


class CaseOpener(Protocol):
    """Where cases are opened."""

    async def open(self, case: NewCase) -> bool:
        """Open a case, once; return whether it is new."""
        ...
