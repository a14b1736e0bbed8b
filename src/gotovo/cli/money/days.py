"""Days on the command line: a period from one day to another, both included."""

from datetime import date, datetime, timedelta
from typing import Annotated

import typer
from msgspec import Struct

from gotovo.cli.exit_status import WrongUsage
from gotovo.points.local_time import MIDNIGHT, beginning

FromOption = Annotated[
    datetime,
    typer.Option("--from", formats=["%Y-%m-%d"], help="The first day.", show_default=False),
]
ToOption = Annotated[
    datetime | None,
    typer.Option("--to", formats=["%Y-%m-%d"], help="The last day; by default the first."),
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
