"""Every status, stage, reason and step has a label."""

from collections.abc import Mapping
from enum import StrEnum

import pytest

from gotovo.order.lifecycle import TABLE
from gotovo.order.values.order import Outcome, Reason, Stage
from gotovo.order.values.status import STATUS_OF
from gotovo.words import statuses
from gotovo.words.statuses import reason_label, stage_label, status_label
from gotovo.words.steps import STEPS, step_label


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
    ("labels", "named"),
    [(statuses.STAGES, Stage), (statuses.OUTCOMES, Outcome), (statuses.REASONS, Reason)],
)
def test_everything_that_can_be_shown_has_a_label(
    labels: Mapping[StrEnum, str], named: type[StrEnum]
) -> None:
    assert set(labels) == set(named)


def test_every_open_status_and_every_step_has_a_label() -> None:
    assert set(statuses.STATUSES) == set(STATUS_OF.values()) - {"closed"}
    assert set(STEPS) == {row.step for row in TABLE}


def test_a_word_that_means_several_things_is_translated_by_its_context() -> None:
    assert status_label("closed", Outcome.CANCELLED, "ru") == "Отменено"
    assert stage_label(Stage.CANCELLED, "ru") == "Отменён"
    assert reason_label(Reason.OUT_OF_STOCK, "ru") == "товар закончился"
    assert step_label("return", "ru") == "Приём возврата"
