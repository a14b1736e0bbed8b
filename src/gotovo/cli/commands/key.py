"""`gotovo key`: create, list and revoke the keys of programs that use the API."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, TypeVar
from uuid import uuid4

import typer

from gotovo.access.programs.api_keys import create_key
from gotovo.assembly.runtime import bring_up
from gotovo.cli.context import database, print_json, print_line, settings
from gotovo.cli.exit_status import WrongUsage
from gotovo.cli.options import JsonOption
from gotovo.config import Settings, read_secret
from gotovo.order.values.actor import Role
from gotovo.store.postgres.pool import open_pool
from gotovo.store.tables.access.api_keys import ApiKey, ApiKeyStore
from gotovo.store.tables.network.directory import Directory

ROLES = ("storefront", "warehouse", "point", "courier", "support", "admin", "follower")
"""Roles a program may have: buyers sign in on the pages, and the system is nobody's."""

LISTED_MAX = 10_000

T = TypeVar("T")


app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Create, list and revoke API keys."
)


@app.command("create")
def create(
    role: Annotated[str, typer.Option(help=f"One of {', '.join(ROLES)}.")],
    point: Annotated[str, typer.Option(help="With role point: the point it is limited to.")] = "",
    name: Annotated[str, typer.Option(help="What the key is for; the role by default.")] = "",
    json: JsonOption = False,
) -> None:
    """Create a key and print it; it can't be shown again."""
    if role not in ROLES:
        message = f"--role: {role!r} is not one of {', '.join(ROLES)}"
        raise WrongUsage(message)
    if (role == "point") is not bool(point):
        message = f"--point: {point!r}: required with role point, not allowed with any other role"
        raise WrongUsage(message)
    chosen = settings()
    secret = read_secret(chosen.secret_file)

    async def make(store: ApiKeyStore, directory: Directory) -> tuple[ApiKey, str]:
        if point and point not in directory()[0]:
            known = ", ".join(sorted(directory()[0])) or "none yet"
            message = f"--point: {point!r} is unknown; there are: {known}"
            raise WrongUsage(message)
        now = datetime.now(UTC)
        return await create_key(store, secret, uuid4(), name or role, Role(role), point, now)

    key, token = _with_store(chosen, make)
    if json:
        print_json({"id": key.id, "role": key.role, "point": key.point or None, "token": token})
        return
    print_line(token)


@app.command("list")
def list_keys(json: JsonOption = False) -> None:
    """List all keys, newest first, without the secrets."""
    keys = _with_store(settings(), lambda store, _: store.page(None, "", LISTED_MAX))
    if json:
        print_json([_shown(key) for key in keys])
        return
    for key in keys:
        state = "revoked" if key.revoked_at else "active"
        print_line(f"{key.id}  {key.role:<10}  {key.point:<8}  {state:<7}  {key.name}")


@app.command("revoke")
def revoke(
    key: Annotated[str, typer.Argument(help="The key's id, as `gotovo key list` shows it.")],
) -> None:
    """Revoke a key; it stops working within seconds."""
    now = datetime.now(UTC)
    if not _with_store(settings(), lambda store, _: store.revoke(key, now)):
        message = f"KEY: there is no key {key!r}; `gotovo key list` shows all keys"
        raise WrongUsage(message)
    print_line(f"{key} is revoked.")


def _shown(key: ApiKey) -> dict[str, object]:
    return {
        "id": key.id,
        "name": key.name,
        "role": key.role,
        "point": key.point or None,
        "created_at": key.created_at,
        "revoked_at": key.revoked_at,
    }


def _with_store(chosen: Settings, ask: Callable[[ApiKeyStore, Directory], Awaitable[T]]) -> T:
    async def run(url: str) -> T:
        pool = await open_pool(url, size=2, unsafe=chosen.unsafe)
        try:
            await bring_up(pool)
            directory = Directory(pool)
            await directory.refresh()
            return await ask(ApiKeyStore(pool), directory)
        finally:
            await pool.close()

    with database(chosen) as url:
        return asyncio.run(run(url))
