"""What is missing and answered for: planned first, each thing checked as by the API, then made."""

from typing import Any, Final
from uuid import NAMESPACE_URL, uuid4, uuid5

import msgspec
from msgspec import Struct

from gotovo.access.emails import parse_email
from gotovo.access.phones import parse_phone
from gotovo.access.programs.api_keys import KeyTerms, create_key
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.resources.points import POINTS
from gotovo.api.resources.shops import is_shop_code
from gotovo.api.resources.warehouses import WAREHOUSES
from gotovo.assembly.runtime import Runtime
from gotovo.cli.context import author
from gotovo.cli.setup.answers import Answers, Fault, WrongAnswers
from gotovo.cli.setup.inspection import TEST_NAME, Standing
from gotovo.cli.setup.opening_hours import parse_week
from gotovo.cli.setup.questions import (
    BuyerAnswers,
    GoodAnswers,
    MessageAnswers,
    PointAnswers,
    ShopAnswers,
    SmsAnswers,
    WarehouseAnswers,
)
from gotovo.order.steps.placement import SKU_CHARACTERS_MAX
from gotovo.order.values.actor import Role
from gotovo.order.values.order import Outcome
from gotovo.points.point import Point
from gotovo.points.warehouse import Warehouse
from gotovo.store.tables.access.api_keys import ApiKeyStore
from gotovo.store.tables.network.stock import NewStockEntry
from gotovo.text import UnfitText, single_line
from gotovo.words.translations import msgid

KEY_NAME: Final = "first administrator"

_EXPECTED: Final = {"hours": msgid("hours of a day that follow each other and do not overlap")}
"""What the network expects of an answer that looks right by itself."""


class Plan(Struct, frozen=True, kw_only=True):
    """What is going to be made; None is there already, or nobody has said what it should be."""

    with_key: bool
    shop: ShopAnswers | None
    warehouse: Warehouse | None
    point: Point | None
    good: GoodAnswers | None
    mail_to: str
    sms_to: str
    buyer: BuyerAnswers | None


def plan_of(standing: Standing, answers: Answers, *, has_mail: bool, has_sms: bool = False) -> Plan:
    """Return what is missing and answered for; the answers raise WrongUsage for
    what cannot be.

    Without a mail server or an SMS provider nobody is asked where a test message should go.
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
        sms_to=(answers.section("sms", SmsAnswers, _sms_phone) or "") if has_sms else "",
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
        raise WrongAnswers(Fault("code", given.code))
    return given


def _warehouse(given: WarehouseAnswers) -> Warehouse:
    document = {
        "code": given.code,
        "title": given.title,
        "timetable": _timetable(given.time_zone, given.hours),
    }
    try:
        body = WAREHOUSES.body_of(msgspec.json.encode(document))
        return WAREHOUSES.place_of(body, body.code, None)
    except ApiError as error:
        raise _wrong(error, given) from error


def _point(given: PointAnswers, warehouse: str) -> Point:
    document = {
        "code": given.code,
        "title": given.title,
        "address": given.address,
        "warehouse": warehouse,
        "timetable": _timetable(given.time_zone, given.hours),
        "cut_off": f"{given.cut_off}:00",
        "handover": given.handover,
        "phone": given.phone,
    }
    try:
        body = POINTS.body_of(msgspec.json.encode(document))
        return POINTS.place_of(body, body.code, None)
    except ApiError as error:
        raise _wrong(error, given) from error


def _timetable(time_zone: str, hours: str) -> dict[str, Any]:
    week = parse_week(hours)
    if week is None:
        raise WrongAnswers(Fault("hours", hours))
    return {"time_zone": time_zone, "week": week}


def _good(given: GoodAnswers) -> GoodAnswers:
    texts: dict[str, str] = {}
    for name, value in (("sku", given.sku), ("title", given.title)):
        try:
            texts[name] = single_line(value)
        except UnfitText as error:
            raise WrongAnswers(Fault(name, value)) from error
    if texts["sku"] == TEST_NAME or len(texts["sku"]) > SKU_CHARACTERS_MAX:
        raise WrongAnswers(Fault("sku", given.sku))
    return GoodAnswers(texts["sku"], texts["title"], given.quantity)


def _address(given: MessageAnswers) -> str:
    address = parse_email(given.to)
    if address is None:
        raise WrongAnswers(Fault("to", given.to))
    return address


def _sms_phone(given: SmsAnswers) -> str:
    phone = parse_phone(given.phone)
    if phone is None:
        raise WrongAnswers(Fault("phone", given.phone))
    return phone


def _buyer(given: BuyerAnswers) -> BuyerAnswers:
    phone = parse_phone(given.phone)
    if phone is None:
        raise WrongAnswers(Fault("phone", given.phone))
    return BuyerAnswers(phone, given.name)


def _wrong(error: ApiError, given: Struct) -> WrongAnswers:
    """Return which answers about a place were wrong, by the fields that the API names."""
    named = [each.field for each in error.errors] or [error.field]
    names = dict.fromkeys(_answer_of(field) for field in named)
    return WrongAnswers(
        *(Fault(name, getattr(given, name), _EXPECTED.get(name, "")) for name in names)
    )


def _answer_of(field: str) -> str:
    """Return the answer that a field of the API was made of."""
    name = field.removeprefix("timetable.").partition("[")[0]
    return "hours" if name in {"timetable", "week"} else name
