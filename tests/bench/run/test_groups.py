"""Groups are found by name, imported when needed, and estimate how long a run takes."""

import pytest
from msgspec import structs

from gotovo.bench.run.groups import (
    FULL,
    GROUPS,
    QUICK,
    UnknownGroup,
    budgets_of,
    chosen_groups,
    expected_seconds,
    open_function_of,
)

OURS = ("limits", "engine", "store")


def test_without_a_name_the_short_groups_run() -> None:
    names = [group.name for group in chosen_groups([])]
    assert set(OURS) <= set(names)
    assert "growth" not in names


def test_groups_run_in_the_order_of_the_table_regardless_of_the_arguments() -> None:
    assert [group.name for group in chosen_groups(["engine", "limits"])] == ["limits", "engine"]


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(
        UnknownGroup, match=r"^speed: no such group; there are limits, engine, store"
    ):
        chosen_groups(["limits", "speed"])


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)
def test_every_group_of_the_table_can_be_opened_and_has_budgets(group: object) -> None:
    assert group in GROUPS
    [found] = [each for each in GROUPS if each is group]
    assert callable(open_function_of(found))
    for budget in budgets_of(found):
        assert budget.measure.partition(".")[0] == found.name
        assert budget.least is not None or budget.most is not None


def test_a_quick_run_of_the_default_groups_takes_less_than_two_minutes() -> None:
    assert expected_seconds(chosen_groups([]), QUICK) < 120


def test_more_rounds_take_longer_but_are_prepared_once() -> None:
    groups = chosen_groups(["limits"])
    default, twice, thrice = (
        expected_seconds(groups, structs.replace(FULL, rounds=FULL.rounds * times))
        for times in (1, 2, 3)
    )
    assert default < twice < 2 * default
    assert twice - default == pytest.approx(thrice - twice)
