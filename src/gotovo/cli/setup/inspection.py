"""What stands of an installation, as the database has it: nothing is changed by looking."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg
from msgspec import Struct

from gotovo.access.programs.key_state import KeyState, key_state
from gotovo.cli.setup.report import FindingState, SetupFinding
from gotovo.config import PREFIX, Settings
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
from gotovo.words.formats.codes import format_order_number
from gotovo.words.translations import Translator

TEST_NAME: Final = "gotovo-setup-test"
"""The external id of the test order, and the sku of what it is for: no shop sells that."""

SETUP: Final = "gotovo setup"
DATABASE_URL: Final = f"{PREFIX}DATABASE_URL"

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


NOTHING: Final = Standing(
    has_admin=False, shops=(), warehouse=None, point=None, sku="", test_order=None
)
"""What stands of an installation before its set-up."""


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


def database_finding(
    settings: Settings, version: int, pending: int, words: Translator
) -> SetupFinding:
    """Return whether the database is one that the program can work with."""
    text = (
        words.gettext("PostgreSQL {version} of {setting}", version=version, setting=DATABASE_URL)
        if settings.database_url
        else words.gettext(
            "PostgreSQL {version} in {folder}", version=version, folder=settings.data_dir
        )
    )
    if pending:
        advice = words.gettext(
            "It is older than the program: run {command}.", command="gotovo migrate"
        )
        return SetupFinding("database", _MISSING, text, advice)
    return SetupFinding("database", _STANDS, text)


def findings_of(
    standing: Standing, settings: Settings, words: Translator, receipts: str = ""
) -> list[SetupFinding]:
    """Return a finding for each thing but the settings and the database themselves.

    `receipts` is the address that has to be entered at the SMS provider, if any.
    """
    _ = words.gettext
    shops = ", ".join(standing.shops) or _("one shop, which needs no name")
    return [
        _finding(
            "key",
            _("an administrator's key") if standing.has_admin else "",
            _("no administrator's key"),
            _("{command} makes one.", command=SETUP),
        ),
        SetupFinding("shop", _STANDS, shops),
        *_place_findings(standing, settings, words),
        _finding(
            "stock",
            _("{sku} can be sold", sku=standing.sku) if standing.sku else "",
            _("no good can be sold"),
            _("{command} receives a first one.", command=SETUP),
        ),
        channel_finding(settings, words, receipts),
        _test_order_finding(standing.test_order, settings, words),
    ]


def _place_findings(
    standing: Standing, settings: Settings, words: Translator
) -> Iterator[SetupFinding]:
    _ = words.gettext
    warehouse, point = standing.warehouse, standing.point
    advice = _(
        "{command} opens one; {other} changes those there are.",
        command=SETUP,
        other="gotovo point put FILE",
    )
    yield _finding(
        "warehouse",
        f"{warehouse.code} {warehouse.title}" if warehouse else "",
        _("no warehouse takes orders"),
        advice,
    )
    if point is None:
        yield SetupFinding("point", _MISSING, _("no point takes orders"), advice)
        return
    needs_code = point.handover != "number"
    yield SetupFinding(
        "point",
        _STANDS,
        f"{point.code} {point.title}, {point.address}",
        _(
            "Buyers need a code there, and no message brings one: set {setting} with {command}.",
            setting='handover = "number"',
            command="gotovo point put FILE",
        )
        if needs_code and not (settings.sms_provider or settings.smtp_host)
        else "",
    )


def _test_order_finding(order: Order | None, settings: Settings, words: Translator) -> SetupFinding:
    standing = ""
    if order is not None and order.outcome is Outcome.ISSUED:
        site = settings.public_url or f"http://{settings.listen}"
        standing = words.gettext(
            "{number} was handed over: {page}",
            number=format_order_number(order.number),
            page=f"{site}/orders/{order.number}",
        )
    return _finding(
        "test_order",
        standing,
        words.gettext("no test order has been carried through"),
        words.gettext("{command} carries one through, of an SKU of its own.", command=SETUP),
    )


def channel_finding(settings: Settings, words: Translator, receipts: str = "") -> SetupFinding:
    """Return which messages reach anybody, and say plainly which do not.

    `receipts` is the address that a person has to enter at the provider.
    """
    _ = words.gettext
    if settings.demo:
        return SetupFinding("channel", _STANDS, _("the demo's phone, which reaches nobody"))
    ways = []
    if settings.sms_provider:
        ways.append(_("SMS by {provider}", provider=settings.sms_provider))
    if settings.smtp_host:
        ways.append(_("e-mail by {host}", host=settings.smtp_host))
    advice = []
    if receipts:  # Last, so that a click on the address takes no full stop with it.
        advice.append(
            _("At the provider, enter the address for receipts: {address}", address=receipts)
        )
    if not settings.sms_provider:
        advice.append(
            _(
                "Without SMS nobody can sign in by phone: set {setting} in the settings file, as "
                "{page} says.",
                setting="sms_provider",
                page="docs/guides/sms.md",
            )
        )
    if not ways:
        advice.insert(0, _("For e-mail, set {setting} in the settings file.", setting="smtp_host"))
        text = _("no message reaches anybody")
        return SetupFinding("channel", _MISSING, text, " ".join(advice))
    return SetupFinding("channel", _STANDS, ", ".join(ways), " ".join(advice))


def _finding(step: str, standing: str, missing: str, advice: str) -> SetupFinding:
    """Return what stands, and where there is nothing, what is missing and what to do about it."""
    if standing:
        return SetupFinding(step, _STANDS, standing)
    return SetupFinding(step, _MISSING, missing, advice)


async def _test_order(pool: "asyncpg.Pool[Any]") -> Order | None:
    wanted = OrderFilter(statuses=STATUSES, limit=1)
    found = await ProgramReads(pool).by_external_id([TEST_NAME], wanted)
    return found[0].order if found else None
