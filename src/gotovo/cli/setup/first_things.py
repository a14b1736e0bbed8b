"""What is missing and answered for: planned first, each thing checked as by the API, then made."""

from typing import Any, Final
from uuid import NAMESPACE_URL, uuid4, uuid5

import msgspec
from msgspec import Struct

from gotovo.access.emails import parse_email
from gotovo.access.phones import parse_phone
from gotovo.access.programs.api_keys import KeyTerms, create_key
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.problems import FieldError
from gotovo.api.resources.points import POINTS
from gotovo.api.resources.shops import EXPECTED_CODE, is_shop_code
from gotovo.api.resources.warehouses import WAREHOUSES
from gotovo.assembly.runtime import Runtime
from gotovo.cli.context import author
from gotovo.cli.exit_status import WrongUsage
from gotovo.cli.setup.answers import (
    Answers,
    BuyerAnswers,
    GoodAnswers,
    MessageAnswers,
    PointAnswers,
    ShopAnswers,
    WarehouseAnswers,
)
from gotovo.cli.setup.inspection import TEST_NAME, Standing
from gotovo.cli.setup.opening_hours import EXPECTED, parse_week
from gotovo.order.steps.placement import SKU_CHARACTERS_MAX
from gotovo.order.values.actor import Role
from gotovo.order.values.order import Outcome
from gotovo.points.point import Point
from gotovo.points.warehouse import Warehouse
from gotovo.store.tables.access.api_keys import ApiKeyStore
from gotovo.store.tables.network.stock import NewStockEntry
from gotovo.text import UnfitText, single_line

KEY_NAME: Final = "first administrator"


class Plan(Struct, frozen=True, kw_only=True):
    """What is going to be made; None is there already, or nobody has said what it should be."""

    with_key: bool
    shop: ShopAnswers | None
    warehouse: Warehouse | None
    point: Point | None
    good: GoodAnswers | None
    mail_to: str
    buyer: BuyerAnswers | None


def plan_of(standing: Standing, answers: Answers, *, has_mail: bool) -> Plan:
    """Return what is missing and answered for; raise WrongUsage for an answer that cannot be.

    Without a mail server nobody is asked where a test message should go.
    """
    is_new = not standing.has_admin
    shop = answers.section("shop", ShopAnswers, _shop) if not standing.shops and is_new else None
    warehouse = standing.warehouse or answers.section("warehouse", WarehouseAnswers, _warehouse)
    point = standing.point
    if point is None and warehouse is not None:
        code = warehouse.code
        point = answers.section("point", PointAnswers, lambda given: _point(given, code))
    can_sell = warehouse is not None and not standing.sku
    order = standing.test_order
    is_tried = order is not None and order.outcome is Outcome.ISSUED
    return Plan(
        with_key=is_new,
        shop=shop,
        warehouse=None if standing.warehouse else warehouse,
        point=None if standing.point else point,
        good=answers.section("good", GoodAnswers, _good) if can_sell else None,
        mail_to=(answers.section("message", MessageAnswers, _address) or "") if has_mail else "",
        buyer=None
        if is_tried or point is None
        else answers.section("test_order", BuyerAnswers, _buyer),
    )


async def make(runtime: Runtime, plan: Plan, standing: Standing) -> None:
    """Make what is planned, all but the key, the messages and the test order."""
    now = runtime.clock()
    if plan.shop is not None:
        await runtime.shops.put(plan.shop.code, plan.shop.title, now, by=author())
    for place in (plan.warehouse, plan.point):
        if isinstance(place, Point):
            await runtime.directory.put_point(place, now, author())
        elif place is not None:
            await runtime.directory.put_warehouse(place, now, author())
    await runtime.directory.refresh()
    warehouse = plan.warehouse or standing.warehouse
    if plan.good is not None and warehouse is not None:
        await receive(runtime, warehouse.code, plan.good, "first receipt")


async def receive(runtime: Runtime, warehouse: str, good: GoodAnswers, reason: str) -> None:
    """Put units of a good on the shelf, once for each reason."""
    name = f"gotovo:setup:{reason}:{warehouse}:{good.sku}"
    entry = NewStockEntry(
        uuid5(NAMESPACE_URL, name), warehouse, good.sku, good.quantity, reason, good.title
    )
    await runtime.stock.enter([entry], author().actor, runtime.clock())


async def make_key(runtime: Runtime) -> str:
    """Make an administrator's key and return its token."""
    terms = KeyTerms(name=KEY_NAME, role=Role.ADMIN)
    keys_max = runtime.settings.keys_per_shop
    keys, now = ApiKeyStore(runtime.pool), runtime.clock()
    _, token = await create_key(keys, uuid4(), terms, now, author(), keys_max)
    return token


def _shop(given: ShopAnswers) -> ShopAnswers:
    if not is_shop_code(given.code):
        raise WrongUsage(f"shop.code: {given.code!r}: expected {EXPECTED_CODE}")
    return given


def _warehouse(given: WarehouseAnswers) -> Warehouse:
    document = {
        "code": given.code,
        "title": given.title,
        "timetable": _timetable("warehouse", given.time_zone, given.hours),
    }
    try:
        body = WAREHOUSES.body_of(msgspec.json.encode(document))
        return WAREHOUSES.place_of(body, body.code, None)
    except ApiError as error:
        raise WrongUsage(_sentences("warehouse", error)) from error


def _point(given: PointAnswers, warehouse: str) -> Point:
    document = {
        "code": given.code,
        "title": given.title,
        "address": given.address,
        "warehouse": warehouse,
        "timetable": _timetable("point", given.time_zone, given.hours),
        "cut_off": f"{given.cut_off}:00",
        "handover": given.handover,
        "phone": given.phone,
    }
    try:
        body = POINTS.body_of(msgspec.json.encode(document))
        return POINTS.place_of(body, body.code, None)
    except ApiError as error:
        raise WrongUsage(_sentences("point", error)) from error


def _timetable(section: str, time_zone: str, hours: str) -> dict[str, Any]:
    week = parse_week(hours)
    if week is None:
        raise WrongUsage(f"{section}.hours: {hours!r}: expected {EXPECTED}")
    return {"time_zone": time_zone, "week": week}


def _good(given: GoodAnswers) -> GoodAnswers:
    try:
        sku, title = single_line(given.sku), single_line(given.title)
    except UnfitText as error:
        raise WrongUsage(f"good: {given.sku!r}: expected {error.expected}") from error
    if sku == TEST_NAME or len(sku) > SKU_CHARACTERS_MAX:
        expected = f"1..{SKU_CHARACTERS_MAX} characters, and not the sku of the test order"
        raise WrongUsage(f"good.sku: {sku[:20]!r}: expected {expected}")
    return GoodAnswers(sku, title, given.quantity)


def _address(given: MessageAnswers) -> str:
    address = parse_email(given.to)
    if address is None:
        raise WrongUsage(f"message.to: {given.to!r}: expected an address like anna@example.com")
    return address


def _buyer(given: BuyerAnswers) -> BuyerAnswers:
    phone = parse_phone(given.phone)
    if phone is None:
        raise WrongUsage(f"test_order.phone: {given.phone!r}: expected a phone like +79001234547")
    return BuyerAnswers(phone, given.name)


def _sentences(section: str, error: ApiError) -> str:
    """Return what is wrong with a place, each field with its value and what is expected."""
    errors = error.errors or (FieldError(error.field, error.value, error.expected),)
    return "; ".join(f"{section}.{e.field}: {e.value!r}: expected {e.expected}" for e in errors)
