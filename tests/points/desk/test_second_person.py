"""When a step needs a second person, and whom, by the settings of its point."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotovo.points.desk.second_person import (
    DEFAULT_RULES,
    ApprovalKind,
    Approver,
    Rank,
    SecondPersonRule,
    needs_second_person,
    rank_needed,
    rule_for,
    second_person_errors,
)
from gotovo.points.validation import InvalidSetting

AMOUNTS = st.integers(0, 10**12)
CURRENCIES = st.sampled_from(["RUB", "KZT", "UZS"])


def test_every_kind_has_a_rule_where_a_point_names_none() -> None:
    assert DEFAULT_RULES.keys() == set(ApprovalKind)
    for kind in ApprovalKind:
        assert rule_for({}, kind) is DEFAULT_RULES[kind]


def test_a_point_has_its_own_rule_for_one_kind_and_the_default_for_the_others() -> None:
    own = SecondPersonRule(approver=Approver.ADMIN)
    rules = {"write_off": own}
    assert rule_for(rules, ApprovalKind.WRITE_OFF) is own
    assert rule_for(rules, ApprovalKind.POINT_CLOSURE) is DEFAULT_RULES[ApprovalKind.POINT_CLOSURE]


@given(AMOUNTS, CURRENCIES, st.integers(0, 100))
def test_a_rule_without_limits_always_needs_somebody(
    amount: int, currency: str, units: int
) -> None:
    rule = SecondPersonRule(approver=Approver.MANAGER)
    assert needs_second_person(rule, amount, currency, units)


@given(AMOUNTS, CURRENCIES, st.integers(0, 100))
def test_nobody_is_needed_where_the_setting_says_so(amount: int, currency: str, units: int) -> None:
    rule = SecondPersonRule(approver=Approver.NOBODY, above={"RUB": 0}, above_units=0)
    assert not needs_second_person(rule, amount, currency, units)


@given(AMOUNTS, AMOUNTS)
def test_a_sum_needs_somebody_from_one_kopeck_above_the_limit(amount: int, limit: int) -> None:
    rule = SecondPersonRule(above={"RUB": limit})
    assert needs_second_person(rule, amount, "RUB") is (amount > limit)


@given(AMOUNTS)
def test_of_a_currency_without_a_limit_every_sum_exceeds(amount: int) -> None:
    assert needs_second_person(SecondPersonRule(above={"RUB": 10**12}), amount, "KZT")


@given(AMOUNTS, st.integers(0, 50), st.integers(0, 50))
def test_either_limit_is_enough(amount: int, units: int, most: int) -> None:
    rule = SecondPersonRule(above={"RUB": 1_000}, above_units=most)
    needed = amount > 1_000 or units > most
    assert needs_second_person(rule, amount, "RUB", units) is needed


@given(AMOUNTS, AMOUNTS, CURRENCIES)
def test_more_never_needs_less(less: int, more: int, currency: str) -> None:
    less, more = sorted((less, more))
    rule = SecondPersonRule(above={"RUB": 300_000, "KZT": 1_500_000})
    if needs_second_person(rule, less, currency):
        assert needs_second_person(rule, more, currency)


@pytest.mark.parametrize(
    ("approver", "rank"),
    [
        (Approver.NOBODY, Rank.CLERK),
        (Approver.CLERK, Rank.CLERK),
        (Approver.MANAGER, Rank.MANAGER),
        (Approver.SUPPORT, Rank.SUPPORT),
        (Approver.ADMIN, Rank.ADMIN),
    ],
)
def test_who_approves_has_at_least_a_rank(approver: Approver, rank: Rank) -> None:
    assert rank_needed(SecondPersonRule(approver=approver)) is rank


@pytest.mark.parametrize(
    ("rules", "error"),
    [
        (
            {"tea": SecondPersonRule()},
            InvalidSetting("second_person", "tea", ", ".join(x.value for x in ApprovalKind)),
        ),
        (
            {"write_off": SecondPersonRule(above={"rub": 1})},
            InvalidSetting("second_person.write_off.above", "rub", "a currency like RUB"),
        ),
        (
            {"write_off": SecondPersonRule(above={"RUB": -1})},
            InvalidSetting("second_person.write_off.above.RUB", "-1", "0..1000000000000000"),
        ),
        (
            {"write_off": SecondPersonRule(above_units=-1)},
            InvalidSetting("second_person.write_off.above_units", "-1", "0..1000000"),
        ),
    ],
)
def test_a_wrong_rule_is_named_field_by_field(
    rules: dict[str, SecondPersonRule], error: InvalidSetting
) -> None:
    assert error in second_person_errors(rules)


def test_the_default_rules_are_right() -> None:
    assert second_person_errors({str(k): rule for k, rule in DEFAULT_RULES.items()}) == ()
