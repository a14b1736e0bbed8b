"""`gotovo key`: keys for programs that use the API."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar
from uuid import uuid4

from gotovo.access.programs.api_keys import create_key
from gotovo.assembly.runtime import bring_up
from gotovo.cli.context import database, report, settings, show
from gotovo.cli.exit_status import WrongUse
from gotovo.config import Settings, read_secret
from gotovo.order.values.actor import Role
from gotovo.store.postgres.pool import open_pool
from gotovo.store.tables.access.api_keys import KeyStore, StoredKey
from gotovo.store.tables.network.directory import Directory

ROLES = ("storefront", "warehouse", "point", "courier", "support", "admin", "follower")
"""Roles a program may have: buyers sign in on the pages, and the system is nobody's."""

LISTED_MAX = 10_000

T = TypeVar("T")


def create(*, role: str, point: str, name: str, json: bool) -> None:
    """Make a key and show its token, this once."""
    if role not in ROLES:
        message = f"--role: {role!r} is none of {', '.join(ROLES)}"
        raise WrongUse(message)
    if (role == "point") is not bool(point):
        message = f"--point: {point!r}: a key of role point names its point, and no other does"
        raise WrongUse(message)
    chosen = settings()
    secret = read_secret(chosen.secret_file)

    async def make(store: KeyStore, directory: Directory) -> tuple[StoredKey, str]:
        if point and point not in directory()[0]:
            known = ", ".join(sorted(directory()[0])) or "none yet"
            message = f"--point: {point!r} is unknown; there are: {known}"
            raise WrongUse(message)
        now = datetime.now(UTC)
        return await create_key(store, secret, uuid4(), name or role, Role(role), point, now)

    key, token = _with_store(chosen, make)
    if json:
        report({"id": key.id, "role": key.role, "point": key.point or None, "token": token})
        return
    show(token)


def listing(*, json: bool) -> None:
    """List all keys, newest first."""
    keys = _with_store(settings(), lambda store, _: store.page(None, "", LISTED_MAX))
    if json:
        report([_shown(key) for key in keys])
        return
    for key in keys:
        state = "revoked" if key.revoked_at else "living"
        show(f"{key.id}  {key.role:<10}  {key.point:<8}  {state:<7}  {key.name}")


def revoke(*, key: str) -> None:
    """Revoke one key."""
    now = datetime.now(UTC)
    if not _with_store(settings(), lambda store, _: store.revoke(key, now)):
        message = f"KEY: there is no key {key!r}; `gotovo key list` shows them"
        raise WrongUse(message)
    show(f"{key} is revoked.")


def _shown(key: StoredKey) -> dict[str, object]:
    return {
        "id": key.id,
        "name": key.name,
        "role": key.role,
        "point": key.point or None,
        "created_at": key.created_at,
        "revoked_at": key.revoked_at,
    }


def _with_store(chosen: Settings, ask: Callable[[KeyStore, Directory], Awaitable[T]]) -> T:
    async def run(url: str) -> T:
        pool = await open_pool(url, size=2, unsafe=chosen.unsafe)
        try:
            await bring_up(pool)
            directory = Directory(pool)
            await directory.refresh()
            return await ask(KeyStore(pool), directory)
        finally:
            await pool.close()

    with database(chosen) as url:
        return asyncio.run(run(url))
