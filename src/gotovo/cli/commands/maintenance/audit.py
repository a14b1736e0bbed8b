"""`gotovo audit`: rebuild every order from its events; exit status 1 on differences."""

import asyncio
import sys
from typing import Annotated

import typer

from gotovo.assembly.runtime import ready_keyring
from gotovo.cli.context import database, print_json, print_line, settings
from gotovo.cli.exit_status import PROBLEM
from gotovo.cli.money.days import FromOption, ToOption, period
from gotovo.cli.money.money_audit import audit_money
from gotovo.cli.options import JsonOption
from gotovo.cli.progress import progress_bars
from gotovo.config import Settings
from gotovo.store.audit.audit import AuditReport
from gotovo.store.audit.audit import audit as audit_database

_TEXT_MAX = 160


app = typer.Typer(add_completion=False)


@app.callback(invoke_without_command=True)
def audit(
    context: typer.Context,
    workers: Annotated[
        int | None,
        typer.Option(min=1, max=64, help="Processes to use; one per processor by default."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Rebuild every order from its events and compare it with what is stored.

    Also checks the hash chains, the refunds, the payments, the ledger of money, the stock, the
    idempotency records, the security log, and the keys, shops and places whose changes it records.
    It may run while Gotovo is serving. Exit status 1 when there are differences.
    """
    if context.invoked_subcommand is not None:
        return
    chosen = settings()
    with database(chosen) as url:
        status = audit_and_report(url, chosen, workers or 0, json=json)
    sys.exit(status)


@app.command("money")
def money(
    provider: Annotated[
        str, typer.Option(help="The provider, as in GOTOVO_PAYMENT_PROVIDERS.", show_default=False)
    ],
    first: FromOption,
    last: ToOption = None,
    json: JsonOption = False,
) -> None:
    """Compare our payments and refunds with the provider's own list, and name each difference.

    Days are in UTC. What is younger than half an hour is left out. It may run while Gotovo is
    serving. Exit status 1 when there are differences.
    """
    sys.exit(audit_money(settings(), provider, period(first, last), json=json))


def audit_and_report(url: str, chosen: Settings, workers: int = 0, *, json: bool) -> int:
    """Audit, print what was found, and return the exit status."""
    audited = asyncio.run(_audit(url, chosen, workers))
    checked, count = audited.checked, audited.count
    if json:
        findings = audited.findings
        print_json({"checked": checked, "findings": findings, "count": count, "clean": count == 0})
    else:
        for finding in audited.findings:
            print_line(f"{finding.where} {finding.key}: stored {_truncated(finding.stored)}")
            print_line(f"    expected {_truncated(finding.expected)}")
        if checked.unproved:
            print_line(
                f"{checked.unproved} contacts can't be compared: they were recorded under a "
                "customer's key that was destroyed."
            )
        print_line(
            f"{checked.orders} orders, {checked.events} events, {checked.refunds} refunds, "
            f"{checked.identities} external ids and payments, {checked.texts} notes, "
            f"{checked.money} rows of the ledger, attempts, refunds sent and receipts, "
            f"{checked.answers} idempotency records, {checked.skus} skus, "
            f"{checked.entries} security log entries, {checked.states} keys and places: "
            + (f"{count} differ." if count else "no differences.")
        )
    return PROBLEM if count else 0


async def _audit(url: str, chosen: Settings, workers: int) -> AuditReport:
    keyring = await ready_keyring(chosen, url)
    secrets = [key for _, key in keyring.identity.accepted]
    with progress_bars() as advance:
        return await audit_database(url, secrets, on_progress=advance, workers=workers)


def _truncated(text: str) -> str:
    return text if len(text) <= _TEXT_MAX else f"{text[:_TEXT_MAX]}…"
