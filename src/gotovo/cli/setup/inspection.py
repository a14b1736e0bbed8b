"""What stands of an installation, as the database has it: nothing is changed by looking."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg
from msgspec import Struct

from gotovo.access.programs.key_state import KeyState, key_state
from gotovo.cli.setup.report import FindingState, SetupFinding
from gotovo.config import Settings
from gotovo.order.values.actor import Role
from gotovo.order.values.order import Order, Outcome
from gotovo.order.values.status import STATUSES
from gotovo.points.point import Point
from gotovo.points.timetable import opens_again
from gotovo.points.warehouse import Warehouse
from gotovo.store.reads.programs import OrderFilter, ProgramReads
from gotovo.store.tables.access.api_keys import ApiKeyStore
from gotovo.store.tables.network.directory import Directory
from gotovo.store.tables.network.shops import Shops
from gotovo.store.tables.network.stock import StockStore

TEST_NAME: Final = "gotovo-setup-test"
"""The external id of the test order, and the sku of what it is for: no shop sells that."""

LOOKED_AT_MAX: Final = 10_000
"""Keys, or levels of stock, looked through for one that will do."""

_STANDS, _MISSING = FindingState.STANDS, FindingState.MISSING


class Standing(Struct, frozen=True):
    """What a new installation has already."""

    has_admin: bool
    shops: Sequence[str]
    warehouse: Warehouse | None
    point: Point | None
    sku: str
    test_order: Order | None


async def look(pool: "asyncpg.Pool[Any]", directory: Directory, now: datetime) -> Standing:
    """Return what stands: of several warehouses or points the first that takes orders."""
    await directory.refresh()
    points, warehouses = directory()
    open_warehouses = [each for _, each in sorted(warehouses.items()) if each.accepts_orders]
    serving = {each.code for each in open_warehouses}
    open_points = [
        each
        for _, each in sorted(points.items())
        if each.accepting and each.warehouse in serving and opens_again(each.timetable, now)
    ]
    keys = await ApiKeyStore(pool).page(None, "", LOOKED_AT_MAX)
    living = {KeyState.ACTIVE, KeyState.EXPIRING}
    shops = await Shops(pool).page("", None, LOOKED_AT_MAX)
    levels = await StockStore(pool).levels(limit=LOOKED_AT_MAX)
    skus = [x.sku for x in levels if x.on_hand > x.reserved and x.sku != TEST_NAME]
    point = open_points[0] if open_points else None
    named = {each.code: each for each in open_warehouses}
    first = open_warehouses[0] if open_warehouses else None
    return Standing(
        has_admin=any(x.role == Role.ADMIN and key_state(x, now) in living for x in keys),
        shops=[each.code for each in shops],
        warehouse=first if point is None else named[point.warehouse],
        point=point,
        sku=skus[0] if skus else "",
        test_order=await _test_order(pool),
    )


def database_finding(settings: Settings, version: int, pending: int) -> SetupFinding:
    """Return whether the database is one that the program can work with."""
    where = "yours, GOTOVO_DATABASE_URL" if settings.database_url else f"in {settings.data_dir}"
    text = f"PostgreSQL {version}, {where}"
    if pending:
        return SetupFinding(
            "database", _MISSING, f"{text}: {pending} migrations are missing", "gotovo migrate"
        )
    return SetupFinding("database", _STANDS, text)


def findings_of(standing: Standing, settings: Settings) -> list[SetupFinding]:
    """Return a finding for each thing but the settings and the database themselves."""
    site = settings.public_url or f"http://{settings.listen}"
    warehouse, point, order = standing.warehouse, standing.point, standing.test_order
    is_issued = order is not None and order.outcome is Outcome.ISSUED
    return [
        _finding("key", standing.has_admin, "an administrator's key", "gotovo setup makes one"),
        SetupFinding("shop", _STANDS, ", ".join(standing.shops) or "one shop, which needs no name"),
        _finding(
            "warehouse",
            warehouse is not None,
            f"{warehouse.code} {warehouse.title}" if warehouse else "no warehouse takes orders",
            "gotovo setup opens one; gotovo point put FILE changes it",
        ),
        _finding(
            "point",
            point is not None,
            f"{point.code} {point.title}, {point.address}" if point else "no point takes orders",
            "gotovo setup opens one; gotovo point put FILE changes it",
        ),
        _finding(
            "stock",
            bool(standing.sku),
            f"{standing.sku} is there" if standing.sku else "no good can be sold",
            "gotovo setup receives a first one; POST /api/v1/stock the others",
        ),
        channel_finding(settings),
        _finding(
            "test_order",
            is_issued,
            f"{order.number} was handed over: {site}/orders/{order.number}"
            if order is not None and is_issued
            else "no test order has been carried through",
            "gotovo setup carries one through, of a sku of its own",
        ),
    ]


def channel_finding(settings: Settings) -> SetupFinding:
    """Return which messages reach anybody, and say plainly which do not yet."""
    if settings.demo:
        return SetupFinding("channel", _STANDS, "the demo's phone, which reaches nobody")
    if settings.smtp_host:
        text = f"e-mail by {settings.smtp_host} carries the code that opens older orders"
        return SetupFinding("channel", _STANDS, text, NO_SMS)
    return SetupFinding(
        "channel", _MISSING, "no message reaches anybody", f"set smtp_host; {NO_SMS}"
    )


NO_SMS: Final = (
    "This version sends no SMS: sign-in codes and ready messages reach no buyer yet; shops that "
    "follow the feed can tell their buyers themselves"
)


def _finding(step: str, is_there: bool, text: str, advice: str) -> SetupFinding:
    return (
        SetupFinding(step, _STANDS, text)
        if is_there
        else SetupFinding(step, _MISSING, text, advice)
    )


async def _test_order(pool: "asyncpg.Pool[Any]") -> Order | None:
    wanted = OrderFilter(statuses=STATUSES, limit=1)
    found = await ProgramReads(pool).by_external_id([TEST_NAME], wanted)
    return found[0].order if found else None
