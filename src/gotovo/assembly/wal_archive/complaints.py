"""What keeps the archive from reaching any instant, for the doctor and `gotovo backup archive`."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from gotovo.assembly.setup_checks import Complaint
from gotovo.config import Settings
from gotovo.store.wal_archive.folder import read_status

BEHIND_MAX: Final = timedelta(minutes=5)
"""An archive that follows is seconds behind; a base backup beside it may slow it down."""

BASE_AGE_MAX: Final = timedelta(days=2)
"""One is taken every day: two that failed are noticed."""


def archive_complaints(settings: Settings, now: datetime) -> Iterator[Complaint]:
    """Return what keeps a restore to any instant from being possible."""
    if not settings.wal_archive:
        return
    if settings.database_url:
        yield Complaint(
            "wal_archive is set, and the database is not the embedded one",
            "unset it, and have your server archive its log: docs/operating/backup.md",
        )
        return
    status = read_status(Path(settings.wal_archive))
    if status is None or now - status.checked_at > BEHIND_MAX:
        since = "yet" if status is None else f"since {_shown(status.checked_at)}"
        yield Complaint(
            f"nothing has followed the log into {settings.wal_archive} {since}",
            "start Gotovo, or look into its log",
            advice=True,
        )
        return
    if status.problem:
        yield Complaint(f"the archive does not follow: {status.problem}", "mend what it says")
    elif status.complete_at is None or now - status.complete_at > BEHIND_MAX:
        until = "" if status.complete_at is None else f" after {_shown(status.complete_at)}"
        yield Complaint(
            f"the archive lacks what was committed{until}: {status.behind_bytes >> 20} MiB",
            "look whether its disk is slow or full",
        )
    if status.base_at is None or now - status.base_at > BASE_AGE_MAX:
        last = "there is none" if status.base_at is None else f"the last is of {status.base_at}"
        yield Complaint(
            f"no base backup of the last two days: {last}", "run gotovo backup base, and see"
        )


def _shown(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S} UTC"
