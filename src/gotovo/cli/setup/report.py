"""The report of a set-up: a finding for each thing that an installation needs."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Final

from msgspec import Struct


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
    FindingState.STANDS: "ok     ",
    FindingState.MADE: "made   ",
    FindingState.MISSING: "MISSING",
}


def report_lines(report: SetupReport) -> Iterator[str]:
    """Return the report as the terminal shows it."""
    for each in report.findings:
        yield f"{MARKS[each.state]}  {each.step:<10}  {each.text}"
        if each.advice:
            yield f"{'':<21}{each.advice}"
    if report.admin_token:
        yield ""
        yield "The administrator's token, shown this once; keep it where passwords are kept:"
        yield report.admin_token
