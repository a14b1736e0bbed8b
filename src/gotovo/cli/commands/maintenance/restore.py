"""`gotovo restore`: a backup into an empty database, then an audit of all of it."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from gotovo.assembly.runtime import ready_keyring
from gotovo.cli.commands.audit import audit
from gotovo.cli.context import author, database, print_status, settings
from gotovo.cli.exit_status import WrongUsage
from gotovo.cli.options import JsonOption
from gotovo.cli.progress import progress_bars
from gotovo.cli.secret_copy import passphrase_of, put_back
from gotovo.config import Settings
from gotovo.keyring.sources import backup_keys
from gotovo.store.backup.archive import open_archive
from gotovo.store.backup.restore import check_archive, refuse_data, refuse_nothing
from gotovo.store.backup.restore import finish as finish_database
from gotovo.store.backup.restore import restore as restore_database

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
    json: JsonOption = False,
) -> None:
    """Restore a backup into an empty database, and audit every order in it.

    Nothing is written over: a database that has tables is refused, and so is a backup that is
    damaged, of another secret, or of a newer program. Exit status 1 when the audit finds anything.

    --finish does the rest after pg_restore, pgBackRest or a snapshot of the disk: followers of the
    feed learn what was taken back, and every order is audited.
    """
    if (file is None) is not finish:
        message = "give the FILE of a backup, or --finish after another tool has restored"
        raise WrongUsage(message)
    chosen = settings()
    if secret_from is not None:
        put_back(chosen, secret_from, passphrase_of(passphrase_file, is_new=False))
    if not chosen.secret_file.exists():
        message = (
            f"secret_file: {chosen.secret_file} is missing: put it back first, or give its sealed "
            "copy with --secret-from; without it no pick-up code in the backup is right"
        )
        raise WrongUsage(message)
    done = _finish(chosen) if file is None else _restore(chosen, file)
    print_status(
        f"{done} What happened since is gone; keys and links revoked since are valid again: see "
        "docs/operating/restore.md. Auditing …"
    )
    audit(None, json)


def _restore(chosen: Settings, file: Path) -> str:
    with open_archive(file) as archive:
        with progress_bars() as advance:
            keys = backup_keys(chosen.secret_file, datetime.now(UTC))
            check_archive(archive, file, keys.newest_first, advance)
        with database(chosen) as url, progress_bars() as advance:
            asyncio.run(refuse_data(url))
            now = datetime.now(UTC)
            asyncio.run(restore_database(url, archive, author(), now, advance))
        manifest = archive.manifest
    as_of = f"{manifest.started_at:%Y-%m-%d %H:%M:%S} UTC"
    return f"Restored {manifest.rows} rows as of {as_of}."


def _finish(chosen: Settings) -> str:
    with database(chosen) as url:
        asyncio.run(refuse_nothing(url))
        asyncio.run(ready_keyring(chosen, url))  # refuses a secret that is not the database's
        epoch = asyncio.run(finish_database(url, author(), datetime.now(UTC)))
    return f"The feed goes on as epoch {epoch.number}."
