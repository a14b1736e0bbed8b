"""Devices: where a buyer is signed in, and signing out remotely.

A device is a session. Its handle is shown to its owner alone and cannot be used to sign in: it is
a digest of the stored key, which is itself a digest of the token.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from gotovo.access.buyer.sessions import key_of
from gotovo.store.tables.access.sign_in import Session, SignedIn, SignInStore

USE_INTERVAL: Final = timedelta(hours=1)
"""How often a use is recorded: enough to tell a phone in use from one that was lost."""

LISTED_MAX: Final = 50
"""More than anybody has; a longer list can still be signed out at once."""


async def note_use(store: SignInStore, token: str, session: Session, now: datetime) -> None:
    """Record that a session is in use, unless that was done within the hour."""
    if now - session.last_used_at >= USE_INTERVAL:
        await store.note_use(key_of(token), now, now - USE_INTERVAL)


async def devices_of(
    store: SignInStore, session: Session, token: str, now: datetime
) -> Sequence[SignedIn]:
    """Return the sessions of the same person: this one first, then the latest used."""
    return await store.sessions_of(session.customer, key_of(token), now, LISTED_MAX)


def handle_of(token: str) -> str:
    """Return the handle of the session with this token."""
    return hashlib.sha256(key_of(token)).hexdigest()


async def sign_out_one(store: SignInStore, session: Session, handle: str) -> None:
    """Sign one device of this person out; nobody else's can be."""
    await store.end_one_session(session.customer, handle)


async def sign_out_others(store: SignInStore, session: Session, token: str) -> None:
    """Sign all devices of this person out, except the one with this token."""
    await store.end_other_sessions(session.customer, key_of(token))


async def sign_out_all(store: SignInStore, session: Session) -> None:
    """Sign all devices of this person out."""
    await store.end_all_sessions(session.customer)
