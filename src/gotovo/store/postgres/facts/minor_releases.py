"""The oldest minor release of each PostgreSQL version without a known hole that can reach us.

A minor release needs no migration: the new binaries and a restart are all. The table is that of
14 May 2026, which mends memory overwritten through queries (CVE-2026-6473), a server that anybody
who reaches its port can stop (CVE-2026-6479), and copies of a server written outside their folder
(CVE-2026-6475). Those before it mend lost and damaged rows as well, release by release.
"""

from collections.abc import Mapping
from typing import Final

SOURCE: Final = (
    "https://www.postgresql.org/about/news/postgresql-184-1710-1614-1518-and-1423-released-3297/"
)

OLDEST_MINOR: Final[Mapping[int, int]] = {15: 18, 16: 14, 17: 10, 18: 4}
"""By version; one that is not listed is newer than this program, and nothing is known of it."""

_MAJOR: Final = 10_000


def outdated_by(version_number: int) -> str | None:
    """Return the minor release to install instead, None where the server's is new enough.

    `version_number` is PostgreSQL's `server_version_num`: 160004 is 16.4.
    """
    major, minor = divmod(version_number, _MAJOR)
    oldest = OLDEST_MINOR.get(major, 0)
    return f"{major}.{oldest}" if minor < oldest else None
