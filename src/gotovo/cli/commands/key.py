"""`gotovo key`: create, list, limit, roll and revoke the keys of programs that use the API."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import uuid4

import asyncpg
import typer
from msgspec import structs

from gotovo.access.programs.api_keys import (
    AT_ONCE_MAX,
    IN_SHOP,
    OVERLAP_HOURS,
    OVERLAP_HOURS_MAX,
    RATE_MAX,
    STREAMS_MAX,
    KeyTerms,
    create_key,
    limits_of_key,
    roll_key,
    shop_named,
    shown_shop,
)
from gotovo.access.programs.scopes import KeyScope, foreign_to
from gotovo.cli.context import author, print_json, print_line, settings
from gotovo.cli.directory import with_directory
from gotovo.cli.exit_status import WrongUsage
from gotovo.cli.options import JsonOption, text_in_one_form
from gotovo.order.values.actor import DEFAULT_SHOP_NAME, Role
from gotovo.store.tables.access.api_keys import ApiKey, ApiKeyStore, KeyLimits
from gotovo.store.tables.network.directory import Directory
from gotovo.store.tables.network.shops import Shops

ROLES = ("storefront", "warehouse", "point", "courier", "support", "admin", "follower")
"""Roles that a key may have: buyers sign in on the pages, and the system is Gotovo itself."""

LISTED_MAX = 10_000

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Create, list, limit, roll and revoke API keys.",
)


@app.command("create")
def create(
    role: Annotated[str, typer.Option(help=f"One of {', '.join(ROLES)}.")],
    point: Annotated[
        str,
        typer.Option(
            help="With role point: the point it is limited to.", callback=text_in_one_form
        ),
    ] = "",
    shop: Annotated[
        str,
        typer.Option(
            help="The shop whose orders it is limited to, with role "
            + ", ".join(sorted(IN_SHOP))
            + f"; {DEFAULT_SHOP_NAME} is the one without a code.",
            callback=text_in_one_form,
        ),
    ] = "",
    scope: Annotated[
        list[str] | None,
        typer.Option(
            help="Restrict the key to this part of its role, like orders:read; repeatable.",
            metavar="SCOPE",
        ),
    ] = None,
    name: Annotated[
        str,
        typer.Option(help="What the key is for; the role by default.", callback=text_in_one_form),
    ] = "",
    json: JsonOption = False,
) -> None:
    """Create a key and print its token, which can't be shown again."""
    _check(role, point, shop)
    chosen = settings()
    scopes = _scopes(Role(role), scope or [])
    named = shop_named(shop)
    wanted = KeyTerms(name or role, Role(role), point, named, scopes)

    async def make(pool: "asyncpg.Pool[Any]", directory: Directory) -> tuple[ApiKey, str]:
        if point and point not in directory()[0]:
            known = ", ".join(sorted(directory()[0])) or "none yet"
            message = f"--point: {point!r} is unknown; known codes: {known}"
            raise WrongUsage(message)
        if named is not None and not await Shops(pool).is_known(named):
            message = f"--shop: {shop!r} is unknown; `gotovo shop list` lists all shops"
            raise WrongUsage(message)
        now = datetime.now(UTC)
        store = ApiKeyStore(pool)
        return await create_key(store, uuid4(), wanted, now, author())

    key, token = with_directory(chosen, make)
    if json:
        of_shop = {"shop": shown} if (shown := shown_shop(key)) else {}
        limits = {"point": key.point or None, "scopes": key.scopes}
        print_json({"id": key.id, "role": key.role} | limits | {"token": token} | of_shop)
        return
    print_line(token)


@app.command("list")
def list_keys(json: JsonOption = False) -> None:
    """List all keys, newest first, without their tokens."""

    async def read(pool: "asyncpg.Pool[Any]", _directory: Directory) -> Sequence[ApiKey]:
        return await ApiKeyStore(pool).page(None, "", LISTED_MAX)

    keys = with_directory(settings(), read)
    if json:
        print_json([_shown(key) for key in keys])
        return
    for key in keys:
        in_use = "active" if key.scopes is None else "restricted"
        state = "revoked" if key.revoked_at else in_use
        of_shop = f"  ({shown})" if (shown := shown_shop(key)) else ""
        print_line(f"{key.id}  {key.role:<10}  {key.point:<8}  {state:<10}  {key.name}{of_shop}")


@app.command("roll")
def roll(
    key: Annotated[
        str,
        typer.Argument(
            help="The key's id, as `gotovo key list` shows it.", callback=text_in_one_form
        ),
    ],
    overlap_hours: Annotated[
        int,
        typer.Option(
            min=0,
            max=OVERLAP_HOURS_MAX,
            help="For how many hours the earlier tokens are valid beside the new one.",
        ),
    ] = OVERLAP_HOURS,
) -> None:
    """Give a key a new token and print it; its id and limits stay."""

    async def write(pool: "asyncpg.Pool[Any]", _directory: Directory) -> str:
        overlap = timedelta(hours=overlap_hours)
        now = datetime.now(UTC)
        return await roll_key(ApiKeyStore(pool), key, overlap, now, by=author())

    token = with_directory(settings(), write)
    if not token:
        message = f"KEY: no key in use has the id {key!r}; `gotovo key list` lists all keys"
        raise WrongUsage(message)
    print_line(token)


@app.command("limit")
def limit(
    key: Annotated[
        str,
        typer.Argument(
            help="The key's id, as `gotovo key list` shows it.", callback=text_in_one_form
        ),
    ],
    rate: Annotated[
        int | None,
        typer.Option(min=0, max=RATE_MAX, help="Requests a second; 0 for any number."),
    ] = None,
    burst: Annotated[
        int | None, typer.Option(min=1, max=AT_ONCE_MAX, help="Requests at once.")
    ] = None,
    requests: Annotated[
        int | None, typer.Option(min=1, max=AT_ONCE_MAX, help="Requests under way at once.")
    ] = None,
    streams: Annotated[
        int | None, typer.Option(min=1, max=STREAMS_MAX, help="Event streams at once.")
    ] = None,
) -> None:
    """Set the limits of a key in each process; what is not given is as in the settings."""
    limits = KeyLimits(rate, burst, requests, streams)

    async def write(pool: "asyncpg.Pool[Any]", _directory: Directory) -> bool:
        return await ApiKeyStore(pool).limit(key, limits, datetime.now(UTC), author())

    if not with_directory(settings(), write):
        message = f"KEY: no key in use has the id {key!r}; `gotovo key list` lists all keys"
        raise WrongUsage(message)
    own = {name: value for name, value in structs.asdict(limits).items() if value is not None}
    shown = ", ".join(f"{name} {value}" for name, value in own.items())
    print_line(f"Limits of {key}: {shown or 'as in the settings'}.")


@app.command("revoke")
def revoke(
    key: Annotated[
        str,
        typer.Argument(
            help="The key's id, as `gotovo key list` shows it.", callback=text_in_one_form
        ),
    ],
) -> None:
    """Revoke a key; it stops working within seconds."""

    async def write(pool: "asyncpg.Pool[Any]", _directory: Directory) -> bool:
        return await ApiKeyStore(pool).revoke(key, datetime.now(UTC), by=author())

    if not with_directory(settings(), write):
        message = f"KEY: no key has the id {key!r}; `gotovo key list` lists all keys"
        raise WrongUsage(message)
    print_line(f"Revoked {key}.")


def _check(role: str, point: str, shop: str) -> None:
    """Raise the error of options that do not go together."""
    if role not in ROLES:
        message = f"--role: {role!r} is not one of {', '.join(ROLES)}"
        raise WrongUsage(message)
    if (role == "point") is not bool(point):
        message = f"--point: {point!r}: required with role point, not allowed with any other role"
        raise WrongUsage(message)
    if shop and role not in IN_SHOP:
        message = f"--shop: {shop!r}: not allowed with role {role}"
        raise WrongUsage(message)


def _scopes(role: Role, listed: Sequence[str]) -> list[KeyScope] | None:
    """Return the scopes of a new key, None for all of its role."""
    for each in listed:
        if each not in set(KeyScope) or foreign_to(role, (KeyScope(each),)):
            known = ", ".join(scope for scope in KeyScope if not foreign_to(role, (scope,)))
            message = f"--scope: {each!r} is no scope of role {role}; these are: {known}"
            raise WrongUsage(message)
    return [KeyScope(each) for each in listed] or None


def _shown(key: ApiKey) -> dict[str, object]:
    shown: dict[str, object] = {
        "id": key.id,
        "name": key.name,
        "role": key.role,
        "point": key.point or None,
        "scopes": key.scopes,
        "created_by": key.created_by,
        "created_at": key.created_at,
        "revoked_at": key.revoked_at,
    }
    shop = shown_shop(key)
    if shop:
        shown["shop"] = shop
    limits = limits_of_key(key)
    if limits != KeyLimits():
        shown["limits"] = structs.asdict(limits)
    return shown
