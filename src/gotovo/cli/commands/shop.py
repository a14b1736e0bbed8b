"""`gotovo shop`: open, change and list the shops of the network."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import asyncpg
import typer
from msgspec import structs

from gotovo.api.resources.shops import EXPECTED_CODE, TITLE_CHARACTERS_MAX, is_shop_code
from gotovo.cli.context import author, print_json, print_line, settings
from gotovo.cli.directory import with_directory
from gotovo.cli.exit_status import WrongUsage
from gotovo.cli.options import JsonOption, text_in_one_form
from gotovo.store.tables.network.directory import Directory
from gotovo.store.tables.network.shops import Shops, StoredShop

LISTED_MAX = 10_000

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Open, change and list shops.")


@app.command("put")
def put(
    code: Annotated[str, typer.Argument(help="The shop's code.", callback=text_in_one_form)],
    title: Annotated[str, typer.Option(help="What people call it.", callback=text_in_one_form)],
) -> None:
    """Open a shop or change its title."""
    if not is_shop_code(code):
        message = f"CODE: {code!r}: expected {EXPECTED_CODE}"
        raise WrongUsage(message)
    if not 1 <= len(title) <= TITLE_CHARACTERS_MAX:
        message = f"--title: {title[:20]!r}: expected 1..{TITLE_CHARACTERS_MAX} characters"
        raise WrongUsage(message)

    async def write(pool: "asyncpg.Pool[Any]", _directory: Directory) -> None:
        await Shops(pool).put(code, title, datetime.now(UTC), by=author())

    with_directory(settings(), write)
    print_line(f"Stored {code}.")


@app.command("list")
def list_shops(json: JsonOption = False) -> None:
    """List the shops; the default one, which has no code, is not listed."""

    async def read(pool: "asyncpg.Pool[Any]", _directory: Directory) -> Sequence[StoredShop]:
        return await Shops(pool).page("", None, LISTED_MAX)

    shops = with_directory(settings(), read)
    if json:
        print_json([structs.asdict(each) for each in shops])
        return
    for each in shops:
        print_line(f"{each.code:<20}  {each.title}")
