"""`gotovo receipts`: what receipts say, and those that a person has to see to."""

import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import asyncpg
import msgspec
import typer
from msgspec import structs

from gotovo.cli.context import author, print_json, print_line, settings
from gotovo.cli.directory import with_directory
from gotovo.cli.exit_status import WrongUsage
from gotovo.cli.options import JsonOption
from gotovo.order.values.actor import DEFAULT_SHOP, DEFAULT_SHOP_NAME
from gotovo.order.values.fiscal.fiscal_terms import FiscalTerms, wrong_inn, wrong_rate
from gotovo.order.values.number import parse
from gotovo.store.tables.money.fiscal_receipts import FiscalReceipts, FiscalRow
from gotovo.store.tables.money.fiscal_terms import FiscalTermsStore
from gotovo.store.tables.network.directory import Directory
from gotovo.store.tables.network.shops import Shops

LISTED_MAX: Final = 1_000
TERMS_BYTES_MAX: Final = 8 << 20
"""Terms of the most goods that a shop may have of its own, with some room."""

NumberArgument = Annotated[str, typer.Argument(help="The order's number.")]
VersionArgument = Annotated[int, typer.Argument(help="The event's version, as `list` shows it.")]
ShopArgument = Annotated[
    str, typer.Argument(help="Code of the shop; `default` for the default one.")
]

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Say what receipts say; list, retry and settle those that failed.",
)


@app.command("list")
def list_failed(json: JsonOption = False) -> None:
    """List the receipts that failed, oldest first."""

    async def read(pool: "asyncpg.Pool[Any]", _directory: Directory) -> Sequence[FiscalRow]:
        return await FiscalReceipts(pool).failed(LISTED_MAX)

    rows = with_directory(settings(), read)
    if json:
        fields = ("number", "version", "shop", "kind", "amount", "created_at", "reason")
        print_json([{name: getattr(each, name) for name in fields} for each in rows])
        return
    for each in rows:
        print_line(f"{each.number}  {each.version:>4}  {each.kind:<10}  {each.reason}")
    if not rows:
        print_line("There are none.")


@app.command("retry")
def retry(number: NumberArgument, version: VersionArgument) -> None:
    """Make a receipt that failed anew, by the terms of its shop as they are now."""
    _change(number, version, is_retry=True)
    print_line("It is sent again.")


@app.command("elsewhere")
def elsewhere(number: NumberArgument, version: VersionArgument) -> None:
    """Say that a receipt that failed was issued elsewhere; the order's next ones follow."""
    _change(number, version, is_retry=False)
    print_line("It counts as issued.")


@app.command("terms")
def terms(
    shop: ShopArgument,
    file: Annotated[
        Path | None, typer.Argument(help="TOML file with the terms; without one they are shown.")
    ] = None,
) -> None:
    """Show or store what the receipts of a shop say: rates of VAT, subjects, the seller."""
    code = DEFAULT_SHOP if shop == DEFAULT_SHOP_NAME else shop
    new = None if file is None else _terms_of(file)

    async def work(pool: "asyncpg.Pool[Any]", _directory: Directory) -> FiscalTerms | None:
        if code and not await Shops(pool).is_known(code):
            message = f"SHOP: {shop!r}: expected the code of a shop"
            raise WrongUsage(message)
        store = FiscalTermsStore(pool)
        if new is not None:
            await store.put(code, new, datetime.now(UTC), by=author())
        stored = await store.find(code)
        return None if stored is None else stored.terms

    shown = with_directory(settings(), work)
    print_json(None if shown is None else structs.asdict(shown))


def _terms_of(file: Path) -> FiscalTerms:
    """Return the terms of a file; raise WrongUsage, which names the field."""
    try:
        with file.open("rb") as opened:
            content = opened.read(TERMS_BYTES_MAX + 1)
        if len(content) > TERMS_BYTES_MAX:
            message = f"FILE: {file}: expected {TERMS_BYTES_MAX} bytes at most"
            raise WrongUsage(message)
        found = msgspec.convert(tomllib.loads(content.decode()), FiscalTerms)
    except OSError as error:
        message = f"FILE: {file}: {error.strerror}; expected a TOML file with the terms"
        raise WrongUsage(message) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        message = f"FILE: {file}: {error}"
        raise WrongUsage(message) from error
    wrong = wrong_rate(found)
    if wrong:
        message = f"FILE: {file}: {wrong}: expected a rate of goods, like vat22"
        raise WrongUsage(message)
    field, inn = wrong_inn(found)
    if field:
        message = f"FILE: {file}: {field}: {inn!r}: expected an INN with the right check digits"
        raise WrongUsage(message)
    return found


def _change(typed: str, version: int, *, is_retry: bool) -> None:
    number = parse(typed)
    if number is None:
        message = f"NUMBER: {typed!r}: expected an order's number"
        raise WrongUsage(message)

    async def write(pool: "asyncpg.Pool[Any]", _directory: Directory) -> bool:
        store, now = FiscalReceipts(pool), datetime.now(UTC)
        if is_retry:
            return await store.begin_round(number, version, now)
        return await store.settle_elsewhere(number, version, now)

    if not with_directory(settings(), write):
        message = f"VERSION: {version}: expected that of a receipt that failed, see `list`"
        raise WrongUsage(message)
