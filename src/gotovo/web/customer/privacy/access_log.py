"""Who looked at a buyer's orders, as the buyer is told: what they are there for, not who they are.

Each key of the API stands for a program or a workplace. Which of them it was, the operator can
see; the buyer has a right to know who learns of their orders, and a clerk has one to a name of
their own.
"""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from gotovo.order.values.actor import Role
from gotovo.store.tables.access.access_log import LoggedAccess
from gotovo.web.site.visit import Visit
from gotovo.words.translations import msgid

ENTRIES_SHOWN: Final = 10
"""A week or so of ordinary orders; all of them are in the file."""

_WHO: Final = {
    Role.STOREFRONT: msgid("The shop"),
    Role.WAREHOUSE: msgid("The warehouse"),
    Role.POINT: msgid("A pick-up point"),
    Role.COURIER: msgid("The courier service"),
    Role.SUPPORT: msgid("Support"),
    Role.ADMIN: msgid("The operator of this service"),
}


class AccessLogEntry(Struct, frozen=True):
    """A line of the list; `place` is empty where it says nothing more than `who`."""

    who: str
    place: str
    looks: LoggedAccess


async def latest_access(visit: Visit, customer: str) -> Sequence[AccessLogEntry]:
    """Return the latest looks at a customer's orders, with words for who it was."""
    found = await visit.dependencies.personal_data.latest_accesses(customer, ENTRIES_SHOWN)
    points, _ = visit.dependencies.places()
    return [
        AccessLogEntry(
            visit.translate(_WHO[each.role]),
            points[each.place].title if each.place in points else "",
            each,
        )
        for each in found
    ]


def exported_access(looks: LoggedAccess) -> dict[str, object]:
    """Return looks for the file: without the key."""
    return {
        "by": looks.role,
        "point": looks.place,
        "at": looks.what,
        "times": looks.times,
        "first_at": looks.first_at,
        "last_at": looks.last_at,
    }
