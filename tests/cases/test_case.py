"""A case is one thing, by its kind and subject."""

from datetime import UTC, datetime

from msgspec import structs

from gotovo.cases.case import NewCase
from gotovo.cases.case_kinds import CASE_RULES, CaseKind

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
