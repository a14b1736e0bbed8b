"""`gotovo sessions`: the office signs buyers out, when a device or a phone is in other hands."""

from datetime import UTC, datetime
from typing import Annotated, Any

import asyncpg
import typer

from gotovo.access.buyer.phone_accounts import PhoneAccounts
from gotovo.access.phones import parse_phone
from gotovo.assembly.keyring.secret_check import established_secrets
from gotovo.cli.context import author, print_json, print_line, settings
from gotovo.cli.directory import with_directory
from gotovo.cli.exit_status import WrongUsage
from gotovo.cli.options import JsonOption, text_in_one_form
from gotovo.keyring.keyring import Keys, keyring_at
from gotovo.order.values.actor import Role
from gotovo.store.tables.access.accounts import PhoneAccountStore
from gotovo.store.tables.access.sign_in import SignInStore
from gotovo.store.tables.network.directory import Directory
from gotovo.store.tables.security.entries import SecurityEntry
from gotovo.store.tables.security.kinds import EntryDetails, SecurityKind

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="End the sessions of one buyer, or of all buyers.",
)


@app.callback()
def sessions() -> None:
    """End the sessions of one buyer, or of all buyers."""


@app.command("end")
def end(
    phone: Annotated[
        str,
        typer.Option(
            help="The buyer's phone, like +79001234567: whoever it signs in now.",
            callback=text_in_one_form,
        ),
    ] = "",
    everybody: Annotated[bool, typer.Option("--all", help="All buyers, with --yes.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Confirm --all.")] = False,
    json: JsonOption = False,
) -> None:
    """Sign a buyer out of every browser; passkeys stay, and a code signs in again.

    Each session is unknown at its next request.
    """
    if everybody is bool(phone):
        message = "--phone or --all: expected one of them"
        raise WrongUsage(message)
    if everybody and not yes:
        message = "--all: signs every buyer out; expected --yes beside it"
        raise WrongUsage(message)
    number = None if everybody else _phone(phone)
    chosen = settings()

    async def write(pool: "asyncpg.Pool[Any]", _directory: Directory) -> int:
        customer = None
        if number is not None:
            secrets = await established_secrets(pool, chosen.secret_file, datetime.now(UTC))
            keys = keyring_at(secrets, datetime.now(UTC)).identity
            customer = await _customer(pool, keys, number)
        now, by = datetime.now(UTC), author()
        subject = "" if customer is None else f"{Role.BUYER}:{customer}"

        def entry(ended: int) -> SecurityEntry:
            return SecurityEntry(
                kind=SecurityKind.SESSION_ENDED,
                at=now,
                by=by,
                subject=subject,
                outcome="office",
                details=EntryDetails(rows=ended),
            )

        return await SignInStore(pool).end_logged(customer, now, entry)

    ended = with_directory(chosen, write)
    if json:
        print_json({"ended": ended})
        return
    print_line(f"Sessions that were ended: {ended}.")


async def _customer(pool: "asyncpg.Pool[Any]", keys: Keys, phone: str) -> str:
    """Return the account that a phone opens."""
    accounts = PhoneAccounts(PhoneAccountStore(pool), lambda: keys, lambda: datetime.now(UTC))
    return await accounts.customer_of(phone)


def _phone(typed: str) -> str:
    phone = parse_phone(typed)
    if phone is None:
        message = f"--phone: {typed!r}: expected a phone like +79001234567"
        raise WrongUsage(message)
    return phone
