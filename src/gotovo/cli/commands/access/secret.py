"""`gotovo secret`: show, check and rotate the secret."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import asyncpg
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from gotovo.assembly.keyring.customer_rotation import report
from gotovo.assembly.keyring.secret_check import problem_with
from gotovo.assembly.keyring.secret_rotation import (
    RotationReport,
    RotationTerms,
    planned,
    renew_codes,
    rotate,
)
from gotovo.assembly.runtime import open_runtime
from gotovo.cli.commands.access.rotate_customers import report_lines, rotate_customers
from gotovo.cli.commands.access.secret_database import (
    DryRunOption,
    HoursOption,
    YesOption,
    fail,
    instant_text,
    with_pool,
)
from gotovo.cli.context import author, database, print_json, print_line, print_status, settings
from gotovo.cli.exit_status import WrongUsage
from gotovo.cli.options import JsonOption
from gotovo.config import Settings
from gotovo.keyring.keyring import KeyPurpose, Secrets, keyring_at
from gotovo.keyring.rotation import RotationUnderWay
from gotovo.keyring.sources import read_secrets

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Show, check and rotate the secret; renew codes after a leak.",
)
app.command("rotate-customers")(rotate_customers)


@app.command("status")
def status(json: JsonOption = False) -> None:
    """Show the versions of the secret, and which of them everything follows from.

    And how far buyers are while the customer's key is replaced. Shows no key. Exit status 1 when
    there is no secret.
    """
    chosen = settings()
    secrets = read_secrets(chosen.secret_file)
    if secrets is None:
        missing = f"there is no {chosen.secret_file}; gotovo secret check says what to do"
        fail(missing, json=json)
    view = _view(chosen, secrets)
    moving: list[str] = []
    if len(secrets.identity) > 1:
        now = datetime.now(UTC)
        found = with_pool(chosen, lambda pool: report(pool, chosen.secret_file, now))
        moving, view["customers"] = report_lines(found), found
    if json:
        print_json(view)
        return
    print_line(f"{chosen.secret_file}")
    for each in view["versions"]:
        ended = f", ends {instant_text(each['ended_at'])}" if each["ended_at"] else ""
        use = ", ".join(each["used_for"]) or "nothing new"
        begins = f"from {instant_text(each['begins_at'])}{ended}"
        print_line(f"version {each['version']:<3} {each['kind']:<8} {begins}: {use}")
    for line in moving:
        print_line(line)


@app.command("check")
def check(json: JsonOption = False) -> None:
    """Compare the secret with the database, as every start does, and change nothing.

    Exit status 1 when a start would be refused.
    """
    chosen = settings()

    async def compare(pool: "asyncpg.Pool[Any]") -> tuple[str, str] | None:
        async with pool.acquire() as connection:
            return await problem_with(connection, chosen.secret_file, datetime.now(UTC))

    problem = with_pool(chosen, compare)
    if problem is not None:
        fail("; ".join(problem), json=json)
    if json:
        print_json({"right": True, "problem": None})
        return
    if read_secrets(chosen.secret_file) is None:
        print_line(f"There is no {chosen.secret_file} yet: the first start makes it.")
        return
    print_line("It is the secret of this database.")


@app.command("rotate")
def rotate_secret(
    leaked: Annotated[
        bool,
        typer.Option(
            "--leaked",
            help="End all older versions: forms, links, codes made under them, and API tokens.",
        ),
    ] = False,
    tokens: Annotated[
        bool, typer.Option("--tokens", help="Revoke every API key that was made so far.")
    ] = False,
    begins_in_hours: HoursOption = 0,
    dry_run: DryRunOption = False,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Add a version of the secret that is used ten seconds later; running servers follow.

    Everything but the customer's key follows from it then. What was made before stays valid,
    unless the secret has leaked.
    """
    chosen = settings()
    later = timedelta(hours=begins_in_hours) if begins_in_hours else None
    terms = RotationTerms(leaked, tokens, later)
    now = datetime.now(UTC)
    try:
        plan = with_pool(chosen, lambda pool: planned(pool, chosen.secret_file, now, terms))
        if dry_run:
            _print(plan, json=json, done=False)
            return
        if not yes:
            _ask(plan)
        done = with_pool(
            chosen,
            lambda pool: rotate(pool, chosen.secret_file, datetime.now(UTC), terms, author()),
        )
    except RotationUnderWay as error:
        fail(f"another rotation is under way: {error}", json=json)
    _print(done, json=json, done=True)
    if done.codes:
        print_status("Run `gotovo secret renew-codes` once it has begun, to send the new codes.")


@app.command("renew-codes")
def renew(json: JsonOption = False) -> None:
    """Send a new pick-up code for each open order whose code ended with a leaked secret.

    It may be stopped and run again: an order gets one new code.
    """
    chosen = settings()
    with database(chosen) as url:
        renewed = asyncio.run(_renewed(chosen, url))
    if json:
        print_json({"renewed": renewed})
        return
    print_line(f"{renewed} orders have a new code.")


async def _renewed(chosen: Settings, url: str) -> int:
    terminal = Console(stderr=True)
    bar = Progress(
        TextColumn("codes"),
        BarColumn(),
        MofNCompleteColumn(),
        console=terminal,
        transient=True,
        disable=not terminal.is_terminal,
    )
    with bar:
        task = bar.add_task("codes", total=None)
        async with open_runtime(chosen, url) as runtime:
            return await renew_codes(runtime, lambda n: bar.update(task, completed=n))


def _view(chosen: Settings, secrets: Secrets) -> dict[str, Any]:
    keyring = keyring_at(secrets, datetime.now(UTC))
    in_use = {name: getattr(keyring, name).version for name in KeyPurpose}
    return {
        "file": str(chosen.secret_file),
        "versions": [
            {
                "version": root.version,
                "kind": root.kind,
                "begins_at": root.begins_at,
                "ended_at": root.ended_at,
                "used_for": [name for name, version in in_use.items() if version == root.version],
            }
            for root in secrets.roots
        ],
    }


def _ask(plan: RotationReport) -> None:
    for line in _lines(plan, done=False):
        print_status(line)
    if not typer.confirm("Rotate the secret?", err=True):
        raise WrongUsage("not confirmed: nothing was changed")


def _print(report: RotationReport, *, json: bool, done: bool) -> None:
    if json:
        print_json(
            {
                "done": done,
                "version": report.version,
                "begins_at": report.begins_at,
                "ended": report.ended,
                "api_keys": [{"id": key.id, "name": key.name} for key in report.api_keys],
                "codes": report.codes,
                "links": report.links,
            }
        )
        return
    for line in _lines(report, done=done):
        print_line(line)


def _lines(report: RotationReport, *, done: bool) -> list[str]:
    begins = instant_text(report.begins_at)
    lines = [f"Version {report.version} {'begins' if done else 'would begin'} at {begins}."]
    if report.ended:
        ended = ", ".join(map(str, report.ended))
        lines.append(f"Versions that end with it: {ended}.")
        lines.append(f"Pick-up codes that change: {report.codes}. Links that end: {report.links}.")
    lines += [f"API key that ends: {key.id} {key.name}" for key in report.api_keys]
    return lines
