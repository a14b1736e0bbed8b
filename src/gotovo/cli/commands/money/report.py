"""`gotovo report`: figures for people who keep the books."""

import csv
import sys
from collections.abc import Iterable
from typing import Annotated, Any, TextIO

import asyncpg
import typer

from gotovo.assembly.payments.reconciliation import up_to_date_ledger
from gotovo.cli.context import settings
from gotovo.cli.directory import with_directory
from gotovo.cli.exit_status import WrongUsage
from gotovo.cli.money.days import FromOption, ToOption, period
from gotovo.cli.options import text_in_one_form
from gotovo.order.values.actor import DEFAULT_SHOP, DEFAULT_SHOP_NAME
from gotovo.order.values.settlement.currency import plain_amount
from gotovo.points.local_time import zone_names
from gotovo.store.tables.money.money_ledger import DaySums
from gotovo.store.tables.network.directory import Directory
from gotovo.store.tables.network.shops import Shops

COLUMNS = ("day", "shop", "currency", "captured", "issued", "refunded", "owed", "paid_back")

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Print figures for those who keep the books."
)


@app.callback()
def report() -> None:
    """Print figures for those who keep the books."""


@app.command("money")
def money(
    first: FromOption,
    last: ToOption = None,
    shop: Annotated[
        str,
        typer.Option(
            help="One shop, `default` for the default one; without it all of them.",
            callback=text_in_one_form,
        ),
    ] = "",
    time_zone: Annotated[
        str,
        typer.Option(
            "--time-zone",
            help="Whose days are meant, like Europe/Moscow; by default the first warehouse's.",
        ),
    ] = "",
) -> None:
    """Print what each day brought each shop, as CSV.

    Captured is what buyers paid; issued is for goods that they have; refunded goes back to them;
    owed is the rest, which may be negative for a day. In each line captured = issued + refunded +
    owed. paid_back is what providers confirmed that day, of refunds of any day.
    """
    if time_zone and time_zone not in zone_names():
        message = f"--time-zone: {time_zone!r}: expected a name like Europe/Moscow"
        raise WrongUsage(message)

    async def read(pool: "asyncpg.Pool[Any]", directory: Directory) -> list[DaySums]:
        code = DEFAULT_SHOP if shop == DEFAULT_SHOP_NAME else shop
        if code and not await Shops(pool).is_known(code):
            message = f"--shop: {shop!r}: expected the code of a shop"
            raise WrongUsage(message)
        zone = time_zone or _zone_of(directory)
        days = period(first, last, zone)
        ledger = await up_to_date_ledger(pool)
        return list(await ledger.sums_by_day(days.since, days.until, zone, code if shop else None))

    write_money(with_directory(settings(), read), sys.stdout)


def write_money(days: Iterable[DaySums], file: TextIO) -> None:
    """Write the sums as CSV, in whole units with a point."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for each in days:
        sums = (each.captured, each.issued, each.refunded, each.owed, each.paid_back)
        amounts = [plain_amount(amount, each.currency) for amount in sums]
        writer.writerow([each.day.isoformat(), each.shop, each.currency, *amounts])


def _zone_of(directory: Directory) -> str:
    """Return the time zone of the first warehouse by its code, UTC without any."""
    _, warehouses = directory()
    first = min(warehouses.values(), key=lambda each: each.code, default=None)
    return "UTC" if first is None else first.timetable.time_zone
