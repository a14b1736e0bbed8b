"""The access log as the buyer sees it: the roles that viewed their orders, not the persons.

Each API key belongs to a program or a workplace, and the operator can see which one it was. The
buyer has a right to know who has access to their orders, and a clerk has a right to privacy.
"""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from gotovo.order.values.actor import Role
from gotovo.store.tables.access.access_log import LoggedAccess
from gotovo.store.tables.access.sign_in import Session
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
    """A line of the list; `place` is a point or a shop, empty where it says no more than `who`."""

    who: str
    place: str
    access: LoggedAccess


async def latest_access(visit: Visit, session: Session) -> Sequence[AccessLogEntry]:
    """Return the latest accesses to the orders open in a session, with labels of the roles."""
    found = await visit.dependencies.personal_data.latest_accesses(
        session.customer, ENTRIES_SHOWN, session.orders_since
    )
    points, _ = visit.dependencies.places()
    return [
        AccessLogEntry(
            visit.translate(_WHO[each.role]),
            points[each.place].title if each.place in points else each.shop,
            each,
        )
        for each in found
    ]


def exported_access(access: LoggedAccess) -> dict[str, object]:
    """Return an access for the export: without the API key, with its shop if there are several."""
    return {
        "by": access.role,
        "point": access.place,
        **({"shop": access.shop} if access.shop else {}),
        "at": access.what,
        "times": access.times,
        "first_at": access.first_at,
        "last_at": access.last_at,
    }
