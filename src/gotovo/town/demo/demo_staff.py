"""The demo's staff: ready-made people, each of whom a visitor can be with one click.

They have no password and no passkey, so they sign in nowhere but on the demo's own page.
"""

import hashlib
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from gotovo.access.staff.grants import StaffGrant
from gotovo.access.staff.staff_access import DEMO_AUTHOR
from gotovo.order.values.actor import Role
from gotovo.store.tables.staff.people import NewGrant, NewInvitation, NewPerson, StaffStore
from gotovo.value import Value

_NAMESPACE: Final = UUID("6f0d4d3a-52c8-4b57-9f0e-2014000000f1")


class DemoPerson(Value, frozen=True):
    """One of them."""

    login: str
    name: str
    grants: tuple[StaffGrant, ...]


def _clerk(point: str, *, manager: bool = False) -> StaffGrant:
    return StaffGrant(Role.POINT, point=point, manager=manager)


PEOPLE: Final = (
    DemoPerson("alsu", "Алсу Гарипова", (_clerk("KZN-1"),)),
    DemoPerson("timur", "Тимур Сафин", (_clerk("KZN-1"),)),
    DemoPerson("dina", "Дина Хасанова", (_clerk("KZN-2"), _clerk("KZN-1"))),
    DemoPerson("oleg", "Олег Власов", (_clerk("ZDL-1"),)),
    DemoPerson("ruslan", "Руслан Юсупов", (_clerk("KZN-1", manager=True),)),
    DemoPerson("farida", "Фарида Каримова", (StaffGrant(Role.POINT, manager=True),)),
    DemoPerson("gulnara", "Гульнара Ахметова", (StaffGrant(Role.WAREHOUSE, warehouse="KZN"),)),
    DemoPerson("marat", "Марат Галеев", (StaffGrant(Role.COURIER),)),
    DemoPerson("elena", "Елена Соколова", (StaffGrant(Role.SUPPORT),)),
    DemoPerson("irina", "Ирина Белова", (StaffGrant(Role.ADMIN),)),
)
"""Two clerks at one point, for what needs a second person; one who works at two points; the manager
of one, and the owner, who chooses the point on each device; and who works around them."""


async def seed_staff(store: StaffStore, now: datetime) -> None:
    """Store the people who are not there yet."""
    for each in PEOPLE:
        person = uuid5(_NAMESPACE, each.login)
        if await store.find(person) is not None:
            continue
        grants = [
            NewGrant(uuid5(person, str(index)), x.role, x.shop, x.point, x.warehouse, x.manager)
            for index, x in enumerate(each.grants)
        ]
        used = NewInvitation(hashlib.sha256(person.bytes).digest(), "invitation", now)
        new = NewPerson(person, each.login, each.name)
        await store.invite(new, grants, used, now, DEMO_AUTHOR)
