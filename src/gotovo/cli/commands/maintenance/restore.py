"""`gotovo restore`: a backup into an empty database, then an audit of all of it."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from gotovo.assembly.runtime import ready_keyring
from gotovo.cli.commands.maintenance.audit import audit_and_report
from gotovo.cli.context import author, database, print_status, settings
from gotovo.cli.exit_status import WrongUsage
from gotovo.cli.options import JsonOption
from gotovo.cli.progress import progress_bars
from gotovo.cli.secret_copy import passphrase_of, put_back
from gotovo.config import Settings
from gotovo.keyring.sources import backup_keys
from gotovo.store.backup.archive import ArchiveReader, open_archive
from gotovo.store.backup.restore import (
    check_archive,
    record_recovery,
    refuse_data,
    refuse_nothing,
)
from gotovo.store.backup.restore import finish as finish_database
from gotovo.store.backup.restore import restore as restore_database
from gotovo.store.wal_archive.recovery import recover

app = typer.Typer(add_completion=False)


@app.command()
def restore(
    file: Annotated[Path | None, typer.Argument(help="The backup.")] = None,
    secret_from: Annotated[
        Path | None, typer.Option(help="Sealed copy of the secret, put back before anything else.")
    ] = None,
    passphrase_file: Annotated[
        Path | None, typer.Option(help="File with its passphrase; asked for by default.")
    ] = None,
    finish: Annotated[
        bool,
        typer.Option(
            "--finish", help="End a restore that another tool has made, before the first start."
        ),
    ] = False,
    to: Annotated[
        str, typer.Option(help="Instant in the archive, 2026-11-28T22:20:00Z, or latest.")
    ] = "",
    json: JsonOption = False,
) -> None:
    """Restore a backup into an empty database, and audit every order in it.

    Nothing is written over: a database that has tables is refused, and so is a backup that is
    damaged, of another secret, or of a newer program. Exit status 1 when the audit finds anything.

    --to restores the embedded database to an instant of its archive (GOTOVO_WAL_ARCHIVE).
    --finish does the rest after pg_restore, pgBackRest or a snapshot of the disk: followers of the
    feed learn what was taken back, and every order is audited.
    """
    if [file is not None, finish, bool(to)].count(True) != 1:
        message = (
            "give the FILE of a backup, or --finish after another tool has restored, or "
            "--to INSTANT for the archive of the embedded database"
        )
        raise WrongUsage(message)
    chosen = settings()
    instant = _instant(to)
    if secret_from is not None:
        put_back(chosen, secret_from, passphrase_of(passphrase_file, is_new=False))
    if not chosen.secret_file.exists():
        message = (
            f"secret_file: {chosen.secret_file} is missing: put it back first, or give its sealed "
            "copy with --secret-from; without it no pick-up code in the backup is right"
        )
        raise WrongUsage(message)
    if file is not None:
        with open_archive(file) as archive:
            with progress_bars() as advance:
                keys = backup_keys(chosen.secret_file, datetime.now(UTC))
                check_archive(archive, file, keys.newest_first, advance)
            status = _restore(chosen, archive, json=json)
    else:
        status = _finish(chosen, json=json) if finish else _recover(chosen, instant, json=json)
    sys.exit(status)


def _restore(chosen: Settings, archive: ArchiveReader, *, json: bool) -> int:
    manifest = archive.manifest
    with database(chosen) as url:
        with progress_bars() as advance:
            asyncio.run(refuse_data(url))
            now = datetime.now(UTC)
            asyncio.run(restore_database(url, archive, author(), now, advance))
        as_of = f"{manifest.started_at:%Y-%m-%d %H:%M:%S} UTC"
        return _audited(url, chosen, f"Restored {manifest.rows} rows as of {as_of}.", json=json)


def _finish(chosen: Settings, *, json: bool) -> int:
    with database(chosen) as url:
        asyncio.run(refuse_nothing(url))
        asyncio.run(ready_keyring(chosen, url))  # refuses a secret that is not the database's
        epoch = asyncio.run(finish_database(url, author(), datetime.now(UTC)))
        return _audited(url, chosen, f"The feed goes on as epoch {epoch.number}.", json=json)


def _recover(chosen: Settings, instant: datetime | None, *, json: bool) -> int:
    if chosen.database_url or not chosen.wal_archive:
        message = (
            "--to: set GOTOVO_WAL_ARCHIVE to the folder of the archive, and leave "
            "GOTOVO_DATABASE_URL empty: restore an external server with its own tools"
        )
        raise WrongUsage(message)
    with progress_bars() as advance:
        done = recover(Path(chosen.wal_archive), chosen.data_dir, instant, advance)
    last = done.last_commit_at
    now, as_of = datetime.now(UTC), instant or last or done.base.ended_at
    shown = "none in the log" if last is None else f"{last:%Y-%m-%d %H:%M:%S.%f} UTC"
    with database(chosen) as url:
        asyncio.run(ready_keyring(chosen, url))  # refuses a secret that is not the database's
        asyncio.run(record_recovery(url, author(), now, as_of))
        words = f"Restored the base backup {done.base.name} and its log; last commit: {shown}."
        return _audited(url, chosen, words, json=json)


def _audited(url: str, chosen: Settings, done: str, *, json: bool) -> int:
    print_status(
        f"{done} What happened since is gone; keys and links revoked since are valid again: see "
        "docs/operating/restore.md. Auditing …"
    )
    return audit_and_report(url, chosen, json=json)


def _instant(text: str) -> datetime | None:
    """Return the instant that was typed, None for the latest there is."""
    if text in {"", "latest"}:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        message = f"--to: {text!r}: expected an instant with its zone, like 2026-11-28T22:20:00Z"
        raise WrongUsage(message)
    if instant > datetime.now(UTC):
        message = f"--to: {text!r} is in the future: expected an instant that has been, or latest"
        raise WrongUsage(message)
    return instant.astimezone(UTC)
