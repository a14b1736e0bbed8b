"""`gotovo backup`: save the database while it runs, and check a backup."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from gotovo.cli.context import author, database, print_json, print_line, print_status, settings
from gotovo.cli.exit_status import WrongUsage
from gotovo.cli.options import JsonOption
from gotovo.cli.progress import progress_bars
from gotovo.cli.secret_copy import passphrase_of, write_copy
from gotovo.keyring.sources import backup_keys
from gotovo.store.backup.archive import open_archive
from gotovo.store.backup.backup import back_up, remove_older
from gotovo.store.backup.manifest import Manifest

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
        message = f"secret_file: {chosen.secret_file} is missing: there is nothing to save without"
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


def _report(file: Path, manifest: Manifest, removed: list[str]) -> dict[str, object]:
    return {"file": str(file), "manifest": manifest, "removed": removed}


def _line(file: Path, manifest: Manifest) -> str:
    seconds = (manifest.ended_at - manifest.started_at).total_seconds()
    return (
        f"{file}: {manifest.rows_of('orders')} orders, {manifest.rows_of('event')} events, "
        f"{manifest.rows} rows in {len(manifest.tables)} tables as of "
        f"{manifest.started_at:%Y-%m-%d %H:%M:%S} UTC, {file.stat().st_size >> 10} KiB, "
        f"{seconds:.1f} s, schema {max(x.number for x in manifest.schema)}."
    )
