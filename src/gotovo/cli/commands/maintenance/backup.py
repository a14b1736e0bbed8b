"""`gotovo backup`: save the database while it runs, and check a backup."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from gotovo.assembly.machine_clock import utc_now
from gotovo.assembly.setup_checks import is_healthy
from gotovo.assembly.wal_archive.complaints import archive_complaints
from gotovo.assembly.wal_archive.following import base_backup_now
from gotovo.cli.context import author, database, print_json, print_line, print_status, settings
from gotovo.cli.exit_status import PROBLEM, WrongUsage
from gotovo.cli.options import JsonOption
from gotovo.cli.progress import progress_bars
from gotovo.cli.secret_copy import passphrase_of, write_copy
from gotovo.config import Settings
from gotovo.keyring.sources import backup_keys
from gotovo.store.backup.archive import open_archive
from gotovo.store.backup.backup import back_up, remove_older
from gotovo.store.backup.manifest import BackupManifest
from gotovo.store.wal_archive.folder import ArchiveStatus, Series, read_status, series_in

KEEP_MAX = 10_000

app = typer.Typer(add_completion=False, invoke_without_command=True)


@app.callback()
def backup(
    context: typer.Context,
    to: Annotated[
        Path | None, typer.Option(help="Folder for backups; by default in the data folder.")
    ] = None,
    keep: Annotated[
        int | None,
        typer.Option(min=1, max=KEEP_MAX, help="Remove all but so many of the newest backups."),
    ] = None,
    secret_to: Annotated[
        Path | None, typer.Option(help="File for a copy of the secret, sealed by a passphrase.")
    ] = None,
    passphrase_file: Annotated[
        Path | None, typer.Option(help="File with that passphrase; asked for by default.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Save the database while it runs; check a backup.

    Every table is saved as it is at one instant. The secret is not in the backup, and no pick-up
    code is right without it: keep it apart.
    """
    if context.invoked_subcommand is not None:
        return
    chosen = settings()
    if not chosen.secret_file.exists():
        message = (
            f"secret_file: {chosen.secret_file} is missing: a new installation gets it at its "
            "first start, and has nothing to save before; one with orders has lost it: see "
            "docs/operating/secrets.md"
        )
        raise WrongUsage(message)
    secret = backup_keys(chosen.secret_file, datetime.now(UTC)).key
    folder = (to or chosen.data_dir / "backups").absolute()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if secret_to is not None:
        _must_be_apart(secret_to, folder)
        write_copy(chosen, secret_to, passphrase_of(passphrase_file, is_new=True))
    with database(chosen) as url, progress_bars() as advance:
        file, manifest = asyncio.run(back_up(url, folder, secret, author(), advance))
    removed = remove_older(folder, keep) if keep else ()
    if json:
        print_json(_report(file, manifest, [str(each) for each in removed]))
    else:
        print_line(_line(file, manifest))
        for each in removed:
            print_line(f"removed {each}")
    if secret_to is None:
        print_status(
            f"The secret ({chosen.secret_file}) is not in the backup, and the backup is worth "
            "nothing without it: keep a copy of it apart (--secret-to FILE makes a sealed one)."
        )


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="The backup.")], json: JsonOption = False
) -> None:
    """Check that a backup is whole: every table has the rows and the checksum that were saved.

    Exit status 1 when it is damaged; the first such table is named. No database is needed.
    """
    with open_archive(file) as archive, progress_bars() as advance:
        archive.verify(advance)
        manifest = archive.manifest
    if json:
        print_json(_report(file, manifest, []))
    else:
        print_line(_line(file, manifest))
        print_line(
            "The backup is whole: every table has the rows and the checksum that were saved."
        )


@app.command()
def base(json: JsonOption = False) -> None:
    """Take a base backup into the archive now, before an upgrade for example.

    Every day one is taken by itself. The archive (GOTOVO_WAL_ARCHIVE) is the embedded server's.
    """
    chosen = _with_archive()
    with database(chosen):
        taken = asyncio.run(base_backup_now(chosen))
    if json:
        print_json(taken)
    else:
        seconds = (taken.ended_at - taken.began_at).total_seconds()
        print_line(f"Base backup {taken.name}: {taken.bytes >> 10} KiB, {seconds:.1f} s.")


@app.command()
def archive(json: JsonOption = False) -> None:
    """Say to which instants the embedded database can be restored, and whether its log is followed.

    Exit status 1 when something keeps the archive from being whole.
    """
    chosen = _with_archive()
    folder = Path(chosen.wal_archive)
    found = series_in(folder)
    complaints = list(archive_complaints(chosen, utc_now()))
    if json:
        listed = {each.name: each.base_backups() for each in found}
        status = read_status(folder)
        print_json({"series": listed, "status": status, "complaints": complaints})
    else:
        for series in found:
            print_line(_series_line(series, read_status(folder)))
        for complaint in complaints:
            print_line(f"{complaint.problem}\n    {complaint.fix}")
    sys.exit(0 if is_healthy(complaints) else PROBLEM)


def _with_archive() -> Settings:
    chosen = settings()
    if not chosen.wal_archive or chosen.database_url:
        message = (
            "wal_archive: set GOTOVO_WAL_ARCHIVE to a folder, and leave GOTOVO_DATABASE_URL empty: "
            "the archive is of the embedded database"
        )
        raise WrongUsage(message)
    return chosen


def _series_line(series: Series, status: ArchiveStatus | None) -> str:
    bases = series.base_backups()
    if not bases:
        return f"series {series.name}: no base backup yet, nothing can be restored from it"
    until = "its end"
    if status is not None and status.series == series.name and status.complete_at is not None:
        until = f"{status.complete_at:%Y-%m-%d %H:%M:%S} UTC"
    begin = f"{bases[0].ended_at:%Y-%m-%d %H:%M:%S} UTC"
    return f"series {series.name}: any instant from {begin} to {until}, {len(bases)} base backups"


def _must_be_apart(secret_to: Path, folder: Path) -> None:
    if folder.resolve() in (
        secret_to.absolute().resolve(),
        *secret_to.absolute().resolve().parents,
    ):
        message = (
            f"--secret-to: {secret_to} is in the folder of the backups: who gets one would get "
            "both; choose another place"
        )
        raise WrongUsage(message)


def _report(file: Path, manifest: BackupManifest, removed: list[str]) -> dict[str, object]:
    return {"file": str(file), "manifest": manifest, "removed": removed}


def _line(file: Path, manifest: BackupManifest) -> str:
    seconds = (manifest.ended_at - manifest.started_at).total_seconds()
    return (
        f"{file}: {manifest.rows_of('orders')} orders, {manifest.rows_of('event')} events, "
        f"{manifest.rows} rows in {len(manifest.tables)} tables as of "
        f"{manifest.started_at:%Y-%m-%d %H:%M:%S} UTC, {file.stat().st_size >> 10} KiB, "
        f"{seconds:.1f} s, schema {max(x.number for x in manifest.schema)}."
    )
