"""Every retention rule says how long, and has the statements that it is applied with."""

import pytest

from gotovo.config import Settings
from gotovo.store.postgres.statements import load_statements
from gotovo.store.retention.rule import RetentionRule, Walk
from gotovo.store.retention.rules import BY_NAME, RULES

STATEMENTS = {
    name
    for file in (
        "by_time/access",
        "by_time/messages",
        "by_time/manifests",
        "by_time/boxes",
        "by_time/staff",
        "by_time/attachments",
        "rounds",
        "attachment_rounds",
    )
    for name in load_statements(f"retention/{file}.sql")
}


def test_no_two_rules_have_one_name() -> None:
    assert len(BY_NAME) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_has_its_statements_and_one_time(rule: RetentionRule) -> None:
    name = rule.name.replace("-", "_")
    wanted = {
        Walk.BY_TIME: {name, f"{name}_due"},
        Walk.RECORDS: {f"{name}_due"},
        Walk.SECURITY_LOG: {f"{name}_due"},
        Walk.BESIDE_ORDERS: {name, f"{name}_page"},
        Walk.CLOSED_ORDERS: {f"{name}_page"},
    }
    assert {each for each in STATEMENTS if each in {name, f"{name}_due", f"{name}_page"}} == wanted[
        rule.walk
    ]
    assert not (rule.setting and rule.days)
    assert rule.setting in {"", *Settings.__struct_fields__}
    assert rule.columns
