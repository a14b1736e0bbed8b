"""The words for where an order stands."""

from collections.abc import Mapping
from enum import StrEnum

import pytest

from gotovo.order.lifecycle import TABLE
from gotovo.order.steps.attempt import AttemptReason
from gotovo.order.values.actor import Role
from gotovo.order.values.order import Attention, Condition, Outcome, Reason, RefundState, Stage
from gotovo.order.values.status import STATUS_OF
from gotovo.words import statuses
from gotovo.words.language import Bilingual
from gotovo.words.statuses import status_label
from gotovo.words.steps import STEPS


@pytest.mark.parametrize(
    ("status", "outcome", "ru", "en"),
    [
        ("awaiting_payment", None, "Ожидает оплаты", "Awaiting payment"),
        ("processing", None, "В обработке", "In processing"),
        ("ready_for_pickup", None, "Готово к выдаче", "Ready for pick-up"),
        ("closed", Outcome.ISSUED, "Выдано", "Issued"),
        ("closed", Outcome.CANCELLED, "Отменено", "Cancelled"),
        ("closed", Outcome.RETURNED, "Возврат", "Returned"),
    ],
)
def test_a_buyer_reads_the_four_statuses_exactly(
    status: str, outcome: Outcome | None, ru: str, en: str
) -> None:
    assert status_label(status, outcome, "ru") == ru
    assert status_label(status, outcome, "en") == en


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (statuses.STAGES, Stage),
        (statuses.OUTCOMES, Outcome),
        (statuses.REASONS, Reason),
        (statuses.ATTENTION, Attention),
        (statuses.CONDITIONS, Condition),
        (statuses.REFUND_STATES, RefundState),
        (statuses.ATTEMPT_REASONS, AttemptReason),
        (statuses.ROLES, Role),
    ],
)
def test_everything_that_can_be_shown_has_words(
    words: Mapping[StrEnum, Bilingual], named: type[StrEnum]
) -> None:
    assert set(words) == set(named)
    assert all(text.ru and text.en for text in words.values())


def test_every_open_status_and_every_step_has_words() -> None:
    assert set(statuses.STATUSES) == set(STATUS_OF.values()) - {"closed"}
    assert set(STEPS) == {row.step for row in TABLE}
