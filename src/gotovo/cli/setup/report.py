"""The report of a set-up: a finding for each thing that an installation needs."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Final

from msgspec import Struct

from gotovo.words.translations import Translator, pmsgid


class FindingState(StrEnum):
    """Whether a thing is there."""

    STANDS = "stands"  # It was there before.
    MADE = "made"  # This run has made it.
    MISSING = "missing"


class SetupFinding(Struct, frozen=True):
    """One thing that an installation needs; `advice` says what to do about it, if anything."""

    step: str
    state: FindingState
    text: str
    advice: str = ""


class SetupReport(Struct, frozen=True):
    """Everything that was found. `admin_token` is told once, when its key is made."""

    findings: Sequence[SetupFinding]
    admin_token: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing."""
        return not any(each.state is FindingState.MISSING for each in self.findings)


MARKS: Final = {
    FindingState.STANDS: pmsgid("setup", "ok"),
    FindingState.MADE: pmsgid("setup", "made"),
    FindingState.MISSING: pmsgid("setup", "MISSING"),
}

STEPS: Final = {
    "settings": pmsgid("setup", "settings"),
    "database": pmsgid("setup", "database"),
    "key": pmsgid("setup", "key"),
    "shop": pmsgid("setup", "shop"),
    "warehouse": pmsgid("setup", "warehouse"),
    "point": pmsgid("setup", "point"),
    "stock": pmsgid("setup", "stock"),
    "channel": pmsgid("setup", "channel"),
    "test_order": pmsgid("setup", "test order"),
}


def report_lines(report: SetupReport, words: Translator) -> Iterator[str]:
    """Return the report as the terminal shows it."""
    marks = {state: words.pgettext("setup", mark) for state, mark in MARKS.items()}
    steps = {step: words.pgettext("setup", title) for step, title in STEPS.items()}
    mark_width = max(map(len, marks.values()))
    step_width = max(map(len, steps.values()))
    for each in report.findings:
        yield f"{marks[each.state]:<{mark_width}}  {steps[each.step]:<{step_width}}  {each.text}"
        if each.advice:
            yield f"{'':<{mark_width + step_width + 4}}{each.advice}"
    if report.admin_token:
        yield ""
        yield words.gettext(
            "The administrator's token, shown this once; keep it where passwords are kept:"
        )
        yield report.admin_token
