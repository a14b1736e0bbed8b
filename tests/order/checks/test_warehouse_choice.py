"""The warehouse of an order: provisional until it is paid, then the first that has all of it."""

from collections.abc import Mapping

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from gotovo.order.checks.warehouse_choice import is_provisional, previewed_warehouse
from gotovo.order.facts import World
from gotovo.order.refusals import Code
from gotovo.order.replay import replay
from gotovo.order.steps.payment import OrderPaid
from gotovo.order.steps.placement import OrderPlaced
from gotovo.order.steps.redirection import Redirect
from gotovo.order.stock_movements import movements
from gotovo.order.values.order import Order, Outcome, Pickup, Reason, Stage
from gotovo.points.warehouse import Warehouse
from tests.support.order import stories
from tests.support.order.cast import (
    AT_HOME,
    BASKET_COST,
    DAILY,
    POINTS,
    SECRET,
    SHOP,
    Play,
    Stock,
    basket,
)

ENOUGH = {"tea": 3, "cup": 1}
LISTED = {"tea": 0, "cup": 0}

Levels = Mapping[str, Mapping[str, int]]


class Warehouses(Stock):
    """The stock of several warehouses: units available, by warehouse and sku."""

    def __init__(self, levels: Levels) -> None:
        super().__init__()
        self.levels = levels

    def known(self, warehouse: str, sku: str) -> bool:  # pyright: ignore[reportImplicitOverride]
        return sku in self.levels.get(warehouse, {})

    def available(self, warehouse: str, sku: str) -> int:  # pyright: ignore[reportImplicitOverride]
        return self.levels.get(warehouse, {}).get(sku, 0)

    def move(self, moved: object) -> None:  # pyright: ignore[reportImplicitOverride]
        self.moved = moved


def warehouse(code: str, **settings: object) -> Warehouse:
    return structs.replace(Warehouse(code, code, DAILY), **settings)


def play_in(
    levels: Levels, *warehouses: Warehouse, postcode: str = "420111", points_at: str = "KZN"
) -> Play:
    """Return a play in these warehouses; every point belongs to one of them."""
    play = Play(Warehouses(levels))
    points = {c: structs.replace(p, warehouse=points_at) for c, p in POINTS.items()}
    play.world = World(points, {w.code: w for w in warehouses}, play.stock, SECRET)
    play.contact = structs.replace(play.contact, postcode=postcode)
    return play


def test_an_archive_gets_no_courier_order_although_it_comes_first_by_name() -> None:
    play = play_in({"KZN": ENOUGH}, warehouse("ARC", accepts_orders=False), warehouse("KZN"))
    assert play.do(basket(AT_HOME)).order.warehouse == "KZN"


def test_a_warehouse_without_the_goods_does_not_cancel_an_order_that_another_has() -> None:
    play = play_in({"AAA": LISTED, "KZN": ENOUGH}, warehouse("AAA"), warehouse("KZN"))
    play.do(basket(AT_HOME))
    assert (play.order.warehouse, is_provisional(play.order)) == ("AAA", True)
    play.do(stories.pay(payment_id="p"))
    assert (play.order.warehouse, play.stage, is_provisional(play.order)) == (
        "KZN",
        Stage.PAID,
        False,
    )
    assert replay(play.history) == play.order


def test_the_goods_are_reserved_in_the_warehouse_that_the_payment_chose() -> None:
    play = play_in({"AAA": LISTED, "KZN": ENOUGH}, warehouse("AAA"), warehouse("KZN"))
    placed = play.do(basket(AT_HOME)).order
    chosen = OrderPaid(BASKET_COST, reserved=True, warehouse="KZN")
    assert {x.warehouse for x in movements(placed, chosen)} == {"KZN"}


def test_the_provisional_warehouse_is_the_first_that_lists_every_sku() -> None:
    levels = {"AAA": {"tea": 9}, "BBB": LISTED}
    play = play_in(levels, warehouse("AAA"), warehouse("BBB"), warehouse("KZN"))
    assert play.do(basket(AT_HOME)).order.warehouse == "BBB"


def test_the_smaller_priority_comes_first() -> None:
    levels = {"AAA": ENOUGH, "KZN": ENOUGH}
    play = play_in(levels, warehouse("AAA"), warehouse("KZN", priority=1))
    play.do(basket(AT_HOME)).do(stories.pay(payment_id="p"))
    assert play.order.warehouse == "KZN"


def test_a_sku_is_unknown_when_no_warehouse_that_may_serve_the_order_lists_it() -> None:
    levels = {"AAA": {"tea": 9}, "BBB": {"tea": 9}, "ARC": {"cup": 9}, "FAR": {"cup": 9}}
    network = (
        warehouse("AAA"),
        warehouse("BBB"),
        warehouse("ARC", accepts_orders=False),
        warehouse("FAR", regions=("1",)),
    )
    refusal = play_in(levels, *network).try_(basket(AT_HOME), SHOP).refusal
    assert refusal is not None
    assert (refusal.code, refusal.field, refusal.value) == (
        Code.UNKNOWN_SKU,
        "lines[1].sku",
        "cup",
    )


def test_goods_that_only_two_warehouses_have_together_are_out_of_stock() -> None:
    levels = {"AAA": {"tea": 3, "cup": 0}, "KZN": {"tea": 0, "cup": 1}}
    play = play_in(levels, warehouse("AAA"), warehouse("KZN"))
    play.do(basket(AT_HOME)).do(stories.pay(payment_id="p"))
    assert (play.order.outcome, play.order.reason) == (Outcome.CANCELLED, Reason.OUT_OF_STOCK)


@pytest.mark.parametrize(
    ("postcode", "served_from"), [("420111", "KZN"), ("101000", "MSK"), ("42", "KZN")]
)
def test_the_postal_code_decides_the_region(postcode: str, served_from: str) -> None:
    network = (warehouse("KZN", regions=("42",)), warehouse("MSK", regions=("1", "2")))
    play = play_in({"KZN": ENOUGH, "MSK": ENOUGH}, *network, postcode=postcode)
    assert play.do(basket(AT_HOME)).order.warehouse == served_from


@pytest.mark.parametrize("postcode", ["", "690000"])
def test_a_region_that_nobody_serves_is_refused_and_the_field_is_named(postcode: str) -> None:
    network = (warehouse("KZN", regions=("42",)), warehouse("MSK", regions=("1",)))
    play = play_in({"KZN": ENOUGH}, *network, postcode=postcode)
    refusal = play.try_(basket(AT_HOME), SHOP).refusal
    assert refusal is not None
    assert refusal.code is Code.REGION_NOT_SERVED
    assert (refusal.field, refusal.value, refusal.expected) == (
        "delivery.address.postcode",
        postcode,
        "1…, 42…",
    )


def test_a_network_whose_warehouses_take_no_orders_says_so() -> None:
    play = play_in({"ARC": ENOUGH}, warehouse("ARC", accepts_orders=False), points_at="ARC")
    assert play.refused(basket(AT_HOME), SHOP) is Code.WAREHOUSE_CLOSED
    assert play.refused(basket(Pickup("KZN-1")), SHOP) is Code.WAREHOUSE_CLOSED


@pytest.mark.parametrize(
    ("named", "code"), [("ARC", Code.WAREHOUSE_CLOSED), ("MSK", Code.UNKNOWN_WAREHOUSE)]
)
def test_a_named_warehouse_has_to_exist_and_to_accept_orders(named: str, code: Code) -> None:
    network = (warehouse("ARC", accepts_orders=False), warehouse("KZN"))
    play = play_in({"KZN": ENOUGH, "ARC": ENOUGH}, *network)
    refusal = play.try_(structs.replace(basket(AT_HOME), warehouse=named), SHOP).refusal
    assert refusal is not None
    assert (refusal.code, refusal.field, refusal.value, refusal.expected) == (
        code,
        "warehouse",
        named,
        "KZN",
    )


def test_a_named_warehouse_stays_although_another_has_the_goods() -> None:
    play = play_in({"AAA": LISTED, "KZN": ENOUGH}, warehouse("AAA"), warehouse("KZN"))
    play.do(structs.replace(basket(AT_HOME), warehouse="AAA"))
    assert not is_provisional(play.order)
    play.do(stories.pay(payment_id="p"))
    assert (play.order.warehouse, play.order.reason) == ("AAA", Reason.OUT_OF_STOCK)


def test_an_imported_order_may_belong_to_an_archive() -> None:
    play = play_in({}, warehouse("ARC", accepts_orders=False), warehouse("KZN"))
    old = structs.replace(basket(AT_HOME, imported=True), warehouse="ARC", contact_digest="")
    assert play.do(old).order.warehouse == "ARC"
    assert not is_provisional(play.order)


def test_before_payment_the_warehouse_follows_the_delivery_there_and_back() -> None:
    levels = {"AAA": ENOUGH, "KZN": ENOUGH}
    play = play_in(levels, warehouse("AAA"), warehouse("KZN"))
    play.do(basket(AT_HOME))
    play.do(Redirect(Pickup("KZN-2")))
    assert (play.order.warehouse, is_provisional(play.order)) == ("KZN", False)
    play.do(Redirect(AT_HOME))
    assert (play.order.warehouse, is_provisional(play.order)) == ("AAA", True)


def test_a_point_whose_warehouse_lacks_the_goods_is_refused_before_payment() -> None:
    play = play_in({"AAA": ENOUGH}, warehouse("AAA"), warehouse("KZN"))
    play.do(basket(AT_HOME))
    assert play.refused(Redirect(Pickup("KZN-2"))) is Code.UNKNOWN_SKU


def test_once_reserved_the_courier_comes_from_there_or_not_at_all() -> None:
    play = play_in({"KZN": ENOUGH}, warehouse("KZN", regions=("42",)), warehouse("MSK"))
    play.do(basket(Pickup("KZN-1"))).do(stories.pay(payment_id="p"))
    play.contact = structs.replace(play.contact, postcode="101000")
    assert play.refused(Redirect(AT_HOME)) is Code.REGION_NOT_SERVED
    play.contact = structs.replace(play.contact, postcode="422000")
    assert play.do(Redirect(AT_HOME)).order.warehouse == "KZN"


def test_a_warehouse_closed_after_placement_is_not_chosen_unless_it_is_the_only_one() -> None:
    levels = {"AAA": ENOUGH, "KZN": ENOUGH}
    open_, shut = warehouse("AAA"), warehouse("AAA", accepts_orders=False)
    play = play_in(levels, open_, warehouse("KZN"))
    play.do(basket(AT_HOME))
    both = structs.replace(play.world, warehouses={"AAA": shut, "KZN": warehouse("KZN")})
    alone = structs.replace(play.world, warehouses={"AAA": shut})
    for world, served_from in ((both, "KZN"), (alone, "AAA")):
        paying = play_in(levels, open_, warehouse("KZN"))
        paying.do(basket(AT_HOME))
        paying.world = world
        assert paying.do(stories.pay(payment_id="p")).order.warehouse == served_from


def test_the_preview_of_another_place_is_of_the_warehouse_that_would_serve_it() -> None:
    play = play_in({"AAA": ENOUGH}, warehouse("AAA"), warehouse("KZN"))
    order = play.do(basket(AT_HOME)).order
    world = play.world
    preview = (world.points, world.warehouses)
    assert previewed_warehouse(order, Pickup("KZN-1"), *preview) == "KZN"
    assert previewed_warehouse(order, AT_HOME, *preview) == "AAA"
    paid = play.do(stories.pay(payment_id="p")).order
    assert previewed_warehouse(paid, Pickup("KZN-1"), *preview) == "AAA"


def test_orders_stored_before_keep_their_warehouse() -> None:
    play = play_in({"AAA": LISTED, "KZN": ENOUGH}, warehouse("AAA"), warehouse("KZN"))
    state = msgspec.json.decode(msgspec.json.encode(play.do(basket(AT_HOME)).order))
    assert state.pop("warehouse_unnamed") is True
    event = msgspec.json.decode(play.history[0].body)
    assert event.pop("warehouse_unnamed") is True
    old = msgspec.json.decode(msgspec.json.encode(event), type=OrderPlaced)
    assert not old.warehouse_unnamed
    play.state = msgspec.json.decode(msgspec.json.encode(state), type=Order)
    play.do(stories.pay(payment_id="p"))
    assert (play.order.warehouse, play.order.reason) == ("AAA", Reason.OUT_OF_STOCK)


@given(
    st.dictionaries(
        st.sampled_from(["AAA", "BBB", "CCC", "DDD"]),
        st.fixed_dictionaries({}, optional={"tea": st.integers(0, 4), "cup": st.integers(0, 2)}),
        min_size=1,
    ),
    st.permutations([1, 2, 3, 4]),
)
def test_a_paid_order_is_cancelled_only_when_no_eligible_warehouse_has_all_of_it(
    levels: dict[str, dict[str, int]], priorities: list[int]
) -> None:
    network = [
        warehouse(code, priority=priority)
        for code, priority in zip(("AAA", "BBB", "CCC", "DDD"), priorities, strict=True)
    ]
    play = play_in(levels, *network)
    decision = play.try_(basket(AT_HOME), SHOP)
    listed = {sku for stock in levels.values() for sku in stock}
    assert (decision.refusal is None) is (listed == {"tea", "cup"})
    if decision.refusal is not None:
        return
    play.do(stories.pay(payment_id="p"))
    able = [
        each.code
        for each in sorted(network, key=lambda w: w.priority)
        if all(levels.get(each.code, {}).get(sku, 0) >= n for sku, n in ENOUGH.items())
    ]
    if able:
        assert (play.order.warehouse, play.stage) == (able[0], Stage.PAID)
    else:
        assert play.order.reason is Reason.OUT_OF_STOCK
