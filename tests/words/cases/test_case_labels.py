"""Everything about a case has a name in every language."""

import pytest

from gotovo.cases.case_kinds import CASE_RULES, CLEARED, SETTLED, CaseDecision, CaseKind
from gotovo.cases.proofs import PROOF_TYPES
from gotovo.words.cases.case_labels import (
    DECISIONS,
    KINDS,
    PROOFS,
    RESOLUTIONS,
    decision_label,
    kind_label,
    proof_label,
    resolution_label,
)


def test_every_kind_decision_resolution_and_proof_has_a_label() -> None:
    assert set(KINDS) == set(CaseKind) == set(CASE_RULES)
    assert set(DECISIONS) == set(CaseDecision)
    assert set(RESOLUTIONS) == {*CaseDecision, CLEARED, SETTLED}
    assert set(PROOFS) == set(PROOF_TYPES)


@pytest.mark.parametrize("kind", list(CaseKind))
def test_a_kind_is_told_in_both_languages(kind: CaseKind) -> None:
    assert kind_label(kind, "ru") != kind_label(kind, "en") == KINDS[kind]


def test_words_of_buttons_are_those_of_cases() -> None:
    assert decision_label(CaseDecision.ACCEPT, "ru") == "Принять к сведению"
    assert resolution_label("accept", "ru") == "Принято к сведению"
    assert resolution_label(CLEARED, "ru") == "Отметка снята у заказа"
    assert proof_label("captured", "ru") == "Списано"


def test_a_proof_that_stands_nowhere_is_called_by_its_name() -> None:
    assert proof_label("paid_by_other_means", "ru") == "paid by other means"
