"""The second person, as a point's settings ask for one: for which steps, above what, and whom.

A point is known to differ from the next one (rule 4.17): in one the owner's family works and in
another hired people, so the rules are a setting of the point. What a point doesn't name has
`DEFAULT_RULES`.
"""

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import Final

from msgspec import Struct

from gotovo.points.validation import InvalidSetting, range_error

_AMOUNT_MAX: Final = 10**15
_UNITS_MAX: Final = 1_000_000
_CURRENCIES_MAX: Final = 50
_CURRENCY_LETTERS: Final = 3


class ApprovalKind(StrEnum):
    """What a second person can be needed for."""

    HANDOVER_WITHOUT_CODE = "handover_without_code"
    HANDOVER_CORRECTION = "handover_correction"
    RETURN_WITHOUT_CLAIM = "return_without_claim"
    WRITE_OFF = "write_off"
    POINT_CLOSURE = "point_closure"


class Approver(StrEnum):
    """The least that somebody has to be who approves; `nobody`: no second person is needed."""

    NOBODY = "nobody"
    CLERK = "clerk"
    MANAGER = "manager"
    SUPPORT = "support"
    ADMIN = "admin"


class Rank(IntEnum):
    """How much somebody may approve; who may approve something is who has its rank or a higher."""

    NONE = 0
    CLERK = 1
    MANAGER = 2
    SUPPORT = 3
    ADMIN = 4


_RANKS: Final[Mapping[Approver, Rank]] = {
    Approver.NOBODY: Rank.NONE,
    Approver.CLERK: Rank.CLERK,
    Approver.MANAGER: Rank.MANAGER,
    Approver.SUPPORT: Rank.SUPPORT,
    Approver.ADMIN: Rank.ADMIN,
}


class SecondPersonRule(Struct, frozen=True, kw_only=True):
    """When one kind of step needs a second person, and whom.

    `above` is in minor units by currency (ISO 4217), `above_units` a number of units: the step
    needs nobody else while it exceeds neither. Of a currency that is not named every sum exceeds.
    Without either limit it always needs somebody.
    """

    approver: Approver = Approver.CLERK
    above: dict[str, int] = {}
    above_units: int | None = None


DEFAULT_RULES: Final[Mapping[ApprovalKind, SecondPersonRule]] = {
    ApprovalKind.HANDOVER_WITHOUT_CODE: SecondPersonRule(above={"RUB": 300_000}),
    ApprovalKind.HANDOVER_CORRECTION: SecondPersonRule(approver=Approver.MANAGER),
    ApprovalKind.RETURN_WITHOUT_CLAIM: SecondPersonRule(above={"RUB": 300_000}),
    ApprovalKind.WRITE_OFF: SecondPersonRule(approver=Approver.MANAGER, above={"RUB": 100_000}),
    ApprovalKind.POINT_CLOSURE: SecondPersonRule(approver=Approver.SUPPORT),
}
"""A basket of an ordinary order is about 3,000 roubles: what is dearer is worth a colleague's look.
A hand-over that is undone puts money back on an account, so it needs somebody in charge."""


def rule_for(rules: Mapping[str, SecondPersonRule], kind: ApprovalKind) -> SecondPersonRule:
    """Return the rule of a kind at a point with these settings."""
    return rules.get(kind) or DEFAULT_RULES[kind]


def needs_second_person(
    rule: SecondPersonRule, amount: int = 0, currency: str = "", units: int = 0
) -> bool:
    """Tell whether a step over this sum (minor units) and these units needs somebody else."""
    if rule.approver is Approver.NOBODY:
        return False
    if not rule.above and rule.above_units is None:
        return True
    exceeds_sum = bool(rule.above) and bool(currency) and amount > rule.above.get(currency, -1)
    return exceeds_sum or (rule.above_units is not None and units > rule.above_units)


def rank_needed(rule: SecondPersonRule) -> Rank:
    """Return the least rank of who approves; of a rule that needs nobody any clerk's will do."""
    return max(_RANKS[rule.approver], Rank.CLERK)


def second_person_errors(rules: Mapping[str, SecondPersonRule]) -> tuple[InvalidSetting, ...]:
    """Return every error of a point's rules."""
    errors: list[InvalidSetting] = []
    kinds = [each.value for each in ApprovalKind]
    for kind, rule in rules.items():
        field = f"second_person.{kind}"
        if kind not in kinds:
            errors.append(InvalidSetting("second_person", kind, ", ".join(kinds)))
            continue
        errors += range_error(f"{field}.above", len(rule.above), 0, _CURRENCIES_MAX)
        if rule.above_units is not None:
            errors += range_error(f"{field}.above_units", rule.above_units, 0, _UNITS_MAX)
        for currency, amount in rule.above.items():
            if not _is_currency(currency):
                errors.append(InvalidSetting(f"{field}.above", currency, "a currency like RUB"))
            errors += range_error(f"{field}.above.{currency}", amount, 0, _AMOUNT_MAX)
    return tuple(errors)


def _is_currency(text: str) -> bool:
    return len(text) == _CURRENCY_LETTERS and text.isascii() and text.isalpha() and text.isupper()
