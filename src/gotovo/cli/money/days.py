"""Days on the command line: a period from one day to another, both included."""

import re
from datetime import date, datetime, timedelta
from typing import Annotated, Final

import typer
from msgspec import Struct

from gotovo.cli.exit_status import WrongUsage
from gotovo.points.local_time import MIDNIGHT, beginning

_DAY: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)


def read_day(text: str) -> datetime:
    """Read a day; raise BadParameter, which names the value and what is wrong with it."""
    parts = _DAY.fullmatch(text)
    if parts is None:
        message = f"{text!r}: expected a day like 2026-11-30"
        raise typer.BadParameter(message)
    try:
        return datetime(int(parts[1]), int(parts[2]), int(parts[3]))  # noqa: DTZ001  (a day)
    except ValueError:
        message = f"{text!r}: there is no such day in the calendar; expected one like 2026-11-30"
        raise typer.BadParameter(message) from None


FromOption = Annotated[
    datetime,
    typer.Option(
        "--from", parser=read_day, metavar="YYYY-MM-DD", help="The first day.", show_default=False
    ),
]
ToOption = Annotated[
    datetime | None,
    typer.Option(
        "--to", parser=read_day, metavar="YYYY-MM-DD", help="The last day; by default the first."
    ),
]


class DayRange(Struct, frozen=True):
    """From the beginning of a day to the end of another."""

    since: datetime
    until: datetime


def period(first: datetime, last: datetime | None, time_zone: str = "UTC") -> DayRange:
    """Return the period of these days in a time zone; raise WrongUsage for one that ends first."""
    begins = first.date()
    ends = begins if last is None else last.date()
    if ends < begins:
        message = f"--to: {ends}: expected {begins} or a later day"
        raise WrongUsage(message)
    return DayRange(_beginning(begins, time_zone), _beginning(ends + timedelta(days=1), time_zone))


def _beginning(day: date, time_zone: str) -> datetime:
    return beginning(time_zone, day, MIDNIGHT)
