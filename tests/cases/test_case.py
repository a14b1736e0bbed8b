"""A case is one thing, by its kind and subject."""

from datetime import UTC, datetime

import pytest
from msgspec import structs

from gotovo.cases.case import Case, CaseOrder, NewCase, refuse_decision
from gotovo.cases.case_kinds import CASE_RULES, CaseDecision, CaseKind
from gotovo.order.values.number import home_of

CASE = NewCase(kind=CaseKind.DISPUTE, subject="1", opened_at=datetime(2026, 11, 22, tzinfo=UTC))


def test_the_same_told_again_is_the_same_case() -> None:
    again = structs.replace(CASE, opened_at=CASE.due_at, proofs={"a": "b"})
    assert again.id == CASE.id
    others = {structs.replace(CASE, subject="2").id, structs.replace(CASE, kind=CaseKind.DAMAGE).id}
    assert CASE.id not in others
    assert len(others) == 2


def test_every_kind_has_a_clock() -> None:
    assert set(CASE_RULES) == set(CaseKind)
    assert CASE.due_at == CASE.opened_at + CASE_RULES[CaseKind.DISPUTE].within


STORED = Case(
    id=CASE.id,
    kind=CaseKind.DISPUTE,
    subject="1",
    shop="",
    number="200785804776",
    proofs={},
    opened_at=CASE.opened_at,
    due_at=CASE.due_at,
)
ACCEPT = CaseOrder(decision=CaseDecision.ACCEPT, by="support:anna", at=CASE.opened_at)
POSSIBLE = (CaseDecision.ASSIGN_TO_ORDER, CaseDecision.REROUTE_REFUND, CaseDecision.ACCEPT)
DONE = structs.replace(
    STORED, resolution="accept", resolved_by="support:anna", resolved_at=CASE.due_at
)


def test_a_case_of_an_order_lies_with_it() -> None:
    assert structs.replace(CASE, number=STORED.number).id.bytes[0] == home_of(STORED.number)


def test_a_case_is_overdue_until_it_is_resolved() -> None:
    assert not STORED.is_overdue(CASE.opened_at)
    assert STORED.is_overdue(CASE.due_at)
    assert not DONE.is_overdue(CASE.due_at)


@pytest.mark.parametrize(
    ("case", "order", "shop", "refusal"),
    [
        (STORED, ACCEPT, None, None),
        (STORED, ACCEPT, "", None),
        (STORED, ACCEPT, "bookshop", "unknown_case"),
        (structs.replace(STORED, number=""), ACCEPT, "", "unknown_case"),
        (structs.replace(STORED, kind=CaseKind.RECONCILIATION), ACCEPT, "", "network_decides"),
        (structs.replace(STORED, kind=CaseKind.RECONCILIATION), ACCEPT, None, None),
        (structs.replace(STORED, owner="support:anna"), ACCEPT, None, None),
        (structs.replace(STORED, owner="admin:boris"), ACCEPT, None, "case_taken"),
        (structs.replace(STORED, order=ACCEPT), ACCEPT, None, None),
        (
            structs.replace(STORED, order=structs.replace(ACCEPT, by="admin:boris")),
            ACCEPT,
            None,
            "case_being_decided",
        ),
        (DONE, ACCEPT, None, None),
        (DONE, structs.replace(ACCEPT, by="admin:boris"), None, "case_resolved"),
        (DONE, structs.replace(ACCEPT, decision=CaseDecision.RETRY), None, "case_resolved"),
        (
            STORED,
            structs.replace(ACCEPT, decision=CaseDecision.RETRY),
            None,
            "decision_not_possible",
        ),
        (STORED, structs.replace(ACCEPT, number="1"), None, "decision_field"),
        (
            STORED,
            structs.replace(ACCEPT, decision=CaseDecision.ASSIGN_TO_ORDER),
            None,
            "decision_field",
        ),
        (
            STORED,
            structs.replace(ACCEPT, decision=CaseDecision.REROUTE_REFUND, route="cash"),
            None,
            None,
        ),
    ],
)
def test_a_decision_is_made_once_by_who_may_make_it(
    case: Case, order: CaseOrder, shop: str | None, refusal: str | None
) -> None:
    found = refuse_decision(case, order, shop, POSSIBLE)
    assert (found.code if found else None) == refusal


def test_a_refund_that_takes_another_way_names_the_ways_there_are() -> None:
    order = structs.replace(ACCEPT, decision=CaseDecision.REROUTE_REFUND)
    refused = refuse_decision(STORED, order, None, (CaseDecision.REROUTE_REFUND,))
    assert refused is not None
    assert (refused.code, refused.field) == ("decision_field", "route")
    assert refused.expected.split(", ") == [
        "original",
        "at_point",
        "bank_transfer",
        "another_card",
        "cash_at_point",
    ]
