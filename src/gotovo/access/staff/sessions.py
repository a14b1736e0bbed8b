"""Sessions of staff: begun by a proof, each acting with one grant, ended with its shift.

A session ends after `LIFETIME`, with its shift, when its person signs out or is suspended, and when
the grant it acts with is revoked. It is deleted then, so what ends it needs no second list.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from msgspec import Struct

from gotovo.access.buyer.user_agent import Device
from gotovo.access.staff.grants import StaffGrant, actor_of
from gotovo.access.staff.session_tokens import new_session_token, session_digest
from gotovo.keyring.keyring import Keys
from gotovo.order.values.actor import Actor, Role
from gotovo.store.tables.staff.people import StoredGrant
from gotovo.store.tables.staff.sessions import NewStaffSession, StaffSession, StaffSessionStore

LIFETIME: Final = timedelta(hours=14)
"""A point's longest day with its opening and closing: nobody is signed out before it ends, and
nobody is signed in the next morning without having proved who they are."""

SEEN_EVERY: Final = timedelta(minutes=5)
"""How exact the last use is: a scan every two seconds must not be a write every two seconds."""


class SignInMethod(StrEnum):
    """What proved the person when a session began."""

    PASSKEY = "passkey"
    PASSWORD = "password"  # noqa: S105  (with a one-time code)
    RECOVERY = "recovery"  # a password with a recovery code
    INVITATION = "invitation"
    DEMO = "demo"


class BegunStaffSession(Struct, frozen=True):
    """A session that has just begun: the token that its browser keeps, and until when."""

    token: str
    digest: bytes
    person: UUID
    grant: StoredGrant | None
    ends_at: datetime


class StaffSessions:
    """Begins, finds and ends sessions; `keys` are those of tokens."""

    def __init__(
        self,
        store: StaffSessionStore,
        keys: Callable[[], Keys],
        random_bytes: Callable[[int], bytes],
    ) -> None:
        """Use a store; nothing is kept here."""
        self.store: Final = store
        self._keys = keys
        self._random_bytes = random_bytes

    async def begin(
        self,
        person: UUID,
        grants: Sequence[StoredGrant],
        method: SignInMethod,
        device: Device,
        now: datetime,
    ) -> BegunStaffSession | None:
        """Begin a session; None where the person is suspended.

        With one grant the session acts with it, with several its person has to choose.
        """
        token = new_session_token(self._keys(), self._random_bytes)
        digest = self.digest_of(token)
        assert digest is not None, "it was made under these keys"
        grant = grants[0] if len(grants) == 1 else None
        new = NewStaffSession(
            digest=digest,
            person=person,
            grant_id=None if grant is None else grant.id,
            method=method,
            browser=device.browser,
            system=device.system,
            began_at=now,
            ends_at=now + LIFETIME,
            proved_at=now,
        )
        if not await self.store.put(new):
            return None
        return BegunStaffSession(token, digest, person, grant, new.ends_at)

    async def exchange(
        self, session: StaffSession, grant: StoredGrant, now: datetime
    ) -> BegunStaffSession | None:
        """Begin a session that acts with another grant in place of this one, which ends.

        It has a token of its own, so no cache anywhere takes it for what it was, and it is in no
        shift: a shift is at the point of one grant. It ends when the other would have.
        """
        token = new_session_token(self._keys(), self._random_bytes)
        digest = self.digest_of(token)
        assert digest is not None, "it was made under these keys"
        new = NewStaffSession(
            digest=digest,
            person=session.person,
            grant_id=grant.id,
            method=session.method,
            browser=session.browser,
            system=session.system,
            began_at=now,
            ends_at=session.ends_at,
            proved_at=session.proved_at,
        )
        if not await self.store.put(new):
            return None
        await self.store.end(session.digest)
        return BegunStaffSession(token, digest, session.person, grant, new.ends_at)

    async def find(self, token: str, now: datetime) -> StaffSession | None:
        """Return the living session of a token, and remember that it is in use."""
        digest = self.digest_of(token)
        return None if digest is None else await self.find_by_digest(digest, now)

    async def find_by_digest(self, digest: bytes, now: datetime) -> StaffSession | None:
        """Return the living session that is stored under a digest, and remember its use."""
        session = await self.store.find(digest, now)
        if session is not None and session.seen_at < now - SEEN_EVERY:
            await self.store.note_use(digest, now)
        return session

    def digest_of(self, token: str) -> bytes | None:
        """Return the digest that a session is stored under, None for what is no token of ours."""
        return session_digest(self._keys(), token)


def grant_of(session: StaffSession) -> StaffGrant | None:
    """Return what a session acts as, None while its person has to choose."""
    if session.role is None:
        return None
    return StaffGrant(Role(session.role), session.shop, session.point, session.warehouse)


def actor_of_session(session: StaffSession) -> Actor | None:
    """Return who takes the steps of a session, None while its person has to choose."""
    grant = grant_of(session)
    return None if grant is None else actor_of(session.person, grant, session.own_customer)
