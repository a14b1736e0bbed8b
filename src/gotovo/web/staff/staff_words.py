"""What grants are called on the pages of staff."""

from collections.abc import Mapping
from typing import Final

from gotovo.order.values.actor import Role
from gotovo.store.tables.staff.people import StoredGrant
from gotovo.web.site.visit import Visit
from gotovo.words.translations import Translator, msgid

_ROLES: Final[Mapping[str, str]] = {
    Role.POINT: msgid("Pick-up point"),
    Role.WAREHOUSE: msgid("Warehouse"),
    Role.COURIER: msgid("Courier"),
    Role.SUPPORT: msgid("Support"),
    Role.ADMIN: msgid("Administration"),
}


def role_name(visit: Visit, role: str) -> str:
    """Return what a role is called."""
    return Translator(visit.language).gettext(_ROLES[role])


def grant_name(visit: Visit, grant: StoredGrant) -> str:
    """Return what a grant is called: its role, and where it reaches if not everywhere."""
    place = grant.shop or ""
    points, warehouses = visit.dependencies.places()
    if grant.point:
        place = points[grant.point].title if grant.point in points else grant.point
    elif grant.warehouse:
        known = grant.warehouse in warehouses
        place = warehouses[grant.warehouse].title if known else grant.warehouse
    name = role_name(visit, grant.role)
    return f"{name}: {place}" if place else name
