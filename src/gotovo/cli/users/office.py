"""What the commands on staff work with, and whom their arguments name."""

import secrets
from collections.abc import Awaitable, Callable, Collection
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

import asyncpg
from msgspec import Struct

from gotovo.access.buyer.phone_accounts import PhoneAccounts
from gotovo.access.phones import parse_phone
from gotovo.access.programs.api_keys import shop_named
from gotovo.access.security_log import SecurityLog
from gotovo.access.staff.grants import STAFF_ROLES
from gotovo.access.staff.staff_access import StaffAccess, login_of, staff_access_on
from gotovo.assembly.keyring.secret_check import established_secrets
from gotovo.cli.directory import with_directory
from gotovo.cli.exit_status import WrongUsage
from gotovo.config import Settings
from gotovo.keyring.keyring import keyring_at
from gotovo.order.values.actor import OFFICE, Role
from gotovo.store.tables.access.accounts import PhoneAccountStore
from gotovo.store.tables.access.api_keys import ApiKeyStore
from gotovo.store.tables.network.directory import Directory
from gotovo.store.tables.network.shops import Shops
from gotovo.store.tables.security.security_log import SecurityLogStore
from gotovo.store.tables.staff.people import NewGrant, StaffPerson

T = TypeVar("T")

ROLES = tuple(sorted(STAFF_ROLES))


class Office(Struct, frozen=True):
    """The stores of staff, the places there are, and the instant of the command."""

    access: StaffAccess
    directory: Directory
    shops: Shops
    now: datetime

    async def person(self, named: str) -> StaffPerson:
        """Return the person with a login or an id; raise WrongUsage for nobody."""
        people = self.access.people
        id_ = await people.id_of(login_of(named)) or _id_in(named)
        person = None if id_ is None else await people.find(id_)
        if person is None:
            message = f"LOGIN: {named!r}: nobody has it; `gotovo user list` lists everybody"
            raise WrongUsage(message)
        return person

    async def grant(self, wanted: "GrantOptions") -> NewGrant:
        """Return a new grant; raise WrongUsage for one that can't be given."""
        points, warehouses = self.directory()
        wanted.check(points, warehouses)
        shop = shop_named(wanted.shop)
        if shop is not None and not await self.shops.is_known(shop):
            message = f"--shop: {wanted.shop!r} is unknown; `gotovo shop list` lists all shops"
            raise WrongUsage(message)
        return NewGrant(
            uuid4(), Role(wanted.role), shop, wanted.point or None, wanted.warehouse or None
        )

    async def own_customer(self, typed: str) -> str:
        """Return who somebody with this phone is as a buyer, empty without one."""
        if not typed:
            return ""
        phone = parse_phone(typed)
        if phone is None:
            message = f"--phone: {typed!r}: expected a phone like +79001234567"
            raise WrongUsage(message)
        return (await self.access.phone_accounts.current([phone]))(phone)


class GrantOptions(Struct, frozen=True):
    """What the options of a command say that a person may act as."""

    role: str
    point: str
    warehouse: str
    shop: str

    def check(self, points: Collection[str], warehouses: Collection[str]) -> None:
        """Raise WrongUsage where they don't go together, or name what there is not."""
        if self.role not in ROLES:
            message = f"--role: {self.role!r}: expected one of {', '.join(ROLES)}"
            raise WrongUsage(message)
        if self.shop and Role(self.role) not in OFFICE:
            roles = " or ".join(sorted(OFFICE))
            message = f"--shop: {self.shop!r}: only {roles} can be limited to a shop"
            raise WrongUsage(message)
        checked = (("point", self.point, points), ("warehouse", self.warehouse, warehouses))
        for name, value, known in checked:
            if value and self.role != name:
                message = f"--{name}: {value!r}: only the role {name} can be limited to one"
                raise WrongUsage(message)
            if value and value not in known:
                message = f"--{name}: {value!r} is unknown; `gotovo {name} list` lists all of them"
                raise WrongUsage(message)


def in_office(chosen: Settings, work: Callable[[Office], Awaitable[T]]) -> T:
    """Return the result of the work on staff."""

    async def run(pool: "asyncpg.Pool[Any]", directory: Directory) -> T:
        now = datetime.now(UTC)
        roots = await established_secrets(pool, chosen.secret_file, now)
        keyring = keyring_at(roots, now)
        accounts = PhoneAccounts(PhoneAccountStore(pool), lambda: keyring.identity, _now)
        log = SecurityLog(SecurityLogStore(pool), ApiKeyStore(pool), _now)
        access = staff_access_on(
            pool,
            keyring=lambda: keyring,
            phone_accounts=accounts,
            security_log=log,
            random_bytes=secrets.token_bytes,
            public_url=chosen.public_url,
        )
        return await work(Office(access, directory, Shops(pool), now))

    return with_directory(chosen, run)


def _now() -> datetime:
    return datetime.now(UTC)


def _id_in(text: str) -> UUID | None:
    try:
        return UUID(hex=text.removeprefix("staff-"))
    except ValueError:
        return None
