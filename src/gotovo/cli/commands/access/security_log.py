"""`gotovo security-log`: who was let in, refused, or changed what the installation is run by."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import asyncpg
import msgspec
import typer

from gotovo.cli.context import author, print_line, settings
from gotovo.cli.directory import with_directory
from gotovo.cli.exit_status import WrongUsage
from gotovo.cli.options import text_in_one_form
from gotovo.store.tables.network.directory import Directory
from gotovo.store.tables.security.entries import SecurityEntry, StoredEntry
from gotovo.store.tables.security.kinds import SecurityKind
from gotovo.store.tables.security.security_log import EntryFilter, SecurityLogStore

SHOWN = 100
"""Entries without --limit: two screens."""

SHOWN_MAX = 100_000

app = typer.Typer(add_completion=False)


@app.command("security-log")
def security_log(
    kind: Annotated[
        str, typer.Option(help="Only entries of this kind.", callback=text_in_one_form)
    ] = "",
    actor: Annotated[
        str,
        typer.Option(help="Only entries by this actor, like admin:ID.", callback=text_in_one_form),
    ] = "",
    since: Annotated[
        str, typer.Option(help="Only entries since then, like 2026-11-22T11:05:00Z.")
    ] = "",
    after: Annotated[
        int | None,
        typer.Option(min=0, help="The entries after this number, in place of the latest ones."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=SHOWN_MAX, help="How many at most.")] = SHOWN,
    json: Annotated[bool, typer.Option("--json", help="Print a line of JSON for each.")] = False,
) -> None:
    """Print the latest entries of the security log, the newest last."""
    if kind and kind not in set(SecurityKind):
        message = f"--kind: {kind!r} is not one of {', '.join(SecurityKind)}"
        raise WrongUsage(message)
    wanted = EntryFilter(kind, actor, _instant(since))

    async def read(pool: "asyncpg.Pool[Any]", _directory: Directory) -> Sequence[StoredEntry]:
        log = SecurityLogStore(pool)
        now = datetime.now(UTC)
        await log.append([SecurityEntry(kind=SecurityKind.LOG_READ, at=now, by=author())])
        if after is not None:
            return await log.after(after, wanted, limit)
        return await log.latest(wanted, limit)

    for entry in with_directory(settings(), read):
        if json:
            sys.stdout.buffer.write(msgspec.json.encode(shown(entry)) + b"\n")
        else:
            print_line(_line(entry))


def shown(entry: StoredEntry) -> dict[str, object]:
    """Return an entry as JSON shows it; bytes are hexadecimal, and what is empty is left out."""
    given = {
        "shop": entry.shop,
        "subject": entry.subject or None,
        "network": entry.network or None,
        "outcome": entry.outcome or None,
        "state": entry.state.hex() if entry.state else None,
    }
    return {
        "seq": entry.seq,
        "at": entry.at,
        "kind": entry.kind,
        "actor": entry.actor,
        **{name: value for name, value in given.items() if value is not None},
        "details": msgspec.Raw(entry.details),
        "hash": entry.hash.hex(),
    }


def _line(entry: StoredEntry) -> str:
    details = entry.details.decode()
    parts = (
        f"{entry.at:%Y-%m-%d %H:%M:%S}",
        f"{entry.kind:<22}",
        entry.actor,
        entry.network,
        entry.subject,
        entry.outcome,
        "" if details == "{}" else details,
    )
    return f"{entry.seq:>8}  " + "  ".join(part for part in parts if part)


def _instant(text: str) -> datetime | None:
    if not text:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        message = f"--since: {text!r}: expected an instant like 2026-11-22T11:05:00Z"
        raise WrongUsage(message) from error
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
