"""`gotovo key`: create, list, show, change, limit, roll and revoke the keys of programs."""

from collections.abc import Mapping, Sequence
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
    TooManyKeys,
    create_key,
    roll_key,
    shop_named,
)
from gotovo.api.schemas.key_view import key_view, new_key_view
from gotovo.cli.context import author, print_json, print_line, settings
from gotovo.cli.directory import with_directory
from gotovo.cli.exit_status import WrongUsage
from gotovo.cli.key_options import (
    ExpiresOption,
    KeyArgument,
    KeyChanges,
    NetworksOption,
    ScopesOption,
)
from gotovo.cli.key_report import key_lines, key_page
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
    help="Create, list, show, change, limit, roll and revoke API keys.",
)


WarehouseOption = Annotated[
    str,
    typer.Option(
        help="With role warehouse: the one it is limited to; all of them by default.",
        callback=text_in_one_form,
    ),
]


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
    warehouse: WarehouseOption = "",
    scope: ScopesOption = None,
    network: NetworksOption = None,
    expires: ExpiresOption = "",
    name: Annotated[
        str,
        typer.Option(help="What the key is for; the role by default.", callback=text_in_one_form),
    ] = "",
    json: JsonOption = False,
) -> None:
    """Create a key and print its token, which can't be shown again."""
    _check(role, point, shop, warehouse)
    chosen = settings()
    named, now = shop_named(shop), datetime.now(UTC)
    limits = KeyChanges(scope, network, expires)
    wanted = KeyTerms(
        name=name or role,
        role=Role(role),
        point=point,
        shop=named,
        scopes=limits.scopes_of(Role(role), None),
        networks=limits.networks_now(None),
        expires_at=limits.expiry(None, now),
        warehouse=warehouse,
    )

    async def make(pool: "asyncpg.Pool[Any]", directory: Directory) -> tuple[ApiKey, str]:
        points, warehouses = directory()
        _check_code("--point", point, points)
        _check_code("--warehouse", warehouse, warehouses)
        if named is not None and not await Shops(pool).is_known(named):
            message = f"--shop: {shop!r} is unknown; `gotovo shop list` lists all shops"
            raise WrongUsage(message)
        return await _created(ApiKeyStore(pool), wanted, now, chosen.keys_per_shop)

    key, token = with_directory(chosen, make)
    if json:
        print_json(structs.replace(new_key_view(key), token=token))
        return
    print_line(token)


@app.command("list")
def list_keys(json: JsonOption = False) -> None:
    """List all keys, newest first, without their tokens."""

    async def read(pool: "asyncpg.Pool[Any]", _directory: Directory) -> Sequence[ApiKey]:
        return await ApiKeyStore(pool).page(None, "", LISTED_MAX)

    keys, now = with_directory(settings(), read), datetime.now(UTC)
    if json:
        print_json([key_view(key, now) for key in keys])
        return
    for line in key_lines(keys, now):
        print_line(line)


@app.command("show")
def show(key: KeyArgument, json: JsonOption = False) -> None:
    """Show a key with its limits, its creator and its last use."""

    async def read(pool: "asyncpg.Pool[Any]", _directory: Directory) -> ApiKey | None:
        return await ApiKeyStore(pool).find(key)

    _print(with_directory(settings(), read), key, "no key has the id", json=json)


@app.command("change")
def change(
    key: KeyArgument,
    scope: ScopesOption = None,
    network: NetworksOption = None,
    expires: ExpiresOption = "",
    json: JsonOption = False,
) -> None:
    """Change the scopes, networks and expiry of a key in use; what is not given stays."""
    changes, now = KeyChanges(scope, network, expires), datetime.now(UTC)
    changes.check(now)

    async def write(pool: "asyncpg.Pool[Any]", _directory: Directory) -> ApiKey | None:
        store = ApiKeyStore(pool)
        present = await store.find(key)
        if present is None or present.revoked_at is not None:
            return None
        changed = structs.replace(
            present,
            scopes=changes.scopes_of(Role(present.role), present.scopes),
            networks=changes.networks_now(present.networks),
            expires_at=changes.expiry(present.expires_at, now),
        )
        if changed != present and not await store.change(changed, now, author()):
            return None
        return await store.find(key)

    _print(with_directory(settings(), write), key, "no key in use has the id", json=json)


@app.command("roll")
def roll(
    key: KeyArgument,
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
        raise _no_key(key, "no key in use has the id")
    print_line(token)


@app.command("limit")
def limit(
    key: KeyArgument,
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
        raise _no_key(key, "no key in use has the id")
    own = {name: value for name, value in structs.asdict(limits).items() if value is not None}
    shown = ", ".join(f"{name} {value}" for name, value in own.items())
    print_line(f"Limits of {key}: {shown or 'as in the settings'}.")


@app.command("revoke")
def revoke(
    key: KeyArgument,
) -> None:
    """Revoke a key; it stops working within seconds."""

    async def write(pool: "asyncpg.Pool[Any]", _directory: Directory) -> bool:
        return await ApiKeyStore(pool).revoke(key, datetime.now(UTC), by=author())

    if not with_directory(settings(), write):
        raise _no_key(key, "no key has the id")
    print_line(f"Revoked {key}.")


async def _created(
    keys: ApiKeyStore, wanted: KeyTerms, now: datetime, keys_max: int
) -> tuple[ApiKey, str]:
    """Return a new key with its token; raise the error of a shop that has all it may have."""
    try:
        return await create_key(keys, uuid4(), wanted, now, author(), keys_max)
    except TooManyKeys as error:
        message = (
            f"--shop: {wanted.shop or DEFAULT_SHOP_NAME!r} has {error.keys_max} keys that are not "
            "revoked, as many as keys_per_shop allows; `gotovo key revoke KEY` makes room"
        )
        raise WrongUsage(message) from error


def _print(found: ApiKey | None, key: str, missing: str, *, json: bool) -> None:
    """Print all about a key, or raise the error of one that was not found."""
    if found is None:
        raise _no_key(key, missing)
    now = datetime.now(UTC)
    if json:
        print_json(key_view(found, now))
        return
    for line in key_page(found, now):
        print_line(line)


def _no_key(key: str, missing: str) -> WrongUsage:
    return WrongUsage(f"KEY: {missing} {key!r}; `gotovo key list` lists all keys")


def _check(role: str, point: str, shop: str, warehouse: str) -> None:
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
    if warehouse and role != "warehouse":
        message = f"--warehouse: {warehouse!r}: not allowed with role {role}"
        raise WrongUsage(message)


def _check_code(option: str, code: str, known: Mapping[str, object]) -> None:
    """Raise the error of a point or a warehouse that does not exist."""
    if code and code not in known:
        codes = ", ".join(sorted(known)) or "none yet"
        message = f"{option}: {code!r} is unknown; known codes: {codes}"
        raise WrongUsage(message)
