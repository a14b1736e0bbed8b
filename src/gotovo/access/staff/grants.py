"""What a member of staff may act as: a role, and how far it reaches."""

from typing import Final
from uuid import UUID

from gotovo.order.values.actor import STAFF_PREFIX, Actor, Role
from gotovo.value import Value

STAFF_ROLES: Final = frozenset({Role.POINT, Role.WAREHOUSE, Role.COURIER, Role.SUPPORT, Role.ADMIN})
"""The roles that people have; the others are those of programs, buyers and timers."""


class StaffGrant(Value, frozen=True):
    """One role of one person; None in a field means that it reaches everywhere.

    `shop` is the only shop whose orders exist for the person (rule 4.18), `point` the only point
    they work at, `warehouse` the only one they serve. `manager` is who is in charge of a point.
    """

    role: Role
    shop: str | None = None
    point: str | None = None
    warehouse: str | None = None
    manager: bool = False


def actor_of(person: UUID, grant: StaffGrant, own_customer: str = "") -> Actor:
    """Return who takes the steps of a person with this grant; the history keeps the person's id."""
    return Actor(
        role=grant.role,
        id=f"{STAFF_PREFIX}{person.hex}",
        place=grant.point,
        shop=grant.shop,
        warehouse=grant.warehouse,
        own_customer=own_customer,
    )


def person_of(actor: Actor) -> UUID | None:
    """Return the person who acts, None for a program."""
    if actor.role not in STAFF_ROLES or not actor.id.startswith(STAFF_PREFIX):
        return None
    try:
        return UUID(hex=actor.id.removeprefix(STAFF_PREFIX))
    except ValueError:
        return None
