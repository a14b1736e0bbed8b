"""What an actor may see follows from shop, place and role, and from nothing else."""

from datetime import timedelta

import pytest
from msgspec import structs

from gotovo.access.permissions import (
    READERS,
    SEES_PHONE,
    Sight,
    acts_for_network,
    cannot_see,
    limits_of,
    may_see_buyers,
    sight_of,
    sight_varies,
    usual_sight,
)
from gotovo.order.checks.custody_check import ROUND_ENDS_AFTER, UNCLAIMED, whose_round
from gotovo.order.facts import OrderTerms
from gotovo.order.refusals import Code, Refusal
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.values import stages
from gotovo.order.values.actor import DEFAULT_SHOP, OFFICE, Actor, Role
from gotovo.order.values.order import Outcome, Stage
from tests.support.order import stories
from tests.support.order.cast import NOON

OTHER = "bookshop"
SHELVED = stories.shelved().order
ISSUED = stories.issued().order
TERMS = OrderTerms()
PERIOD = timedelta(days=TERMS.return_days)


def actor(role: Role, shop: str | None = None, place: str | None = None) -> Actor:
    """Return somebody of a role, bound to a shop or a point."""
    return Actor(role, "somebody", place, shop)


COURIER = actor(Role.COURIER)
OF_KZN, OF_MSK = (structs.replace(actor(Role.WAREHOUSE), warehouse=x) for x in ("KZN", "MSK"))
AT_HOME, ELSEWHERE = actor(Role.POINT, None, "KZN-1"), actor(Role.POINT, None, "KZN-2")


@pytest.mark.parametrize("role", Role, ids=lambda role: role)
def test_nobody_of_another_shop_sees_anything_of_an_order(role: Role) -> None:
    """Rule 4.18."""
    for order in (SHELVED, ISSUED):
        refused = cannot_see(order, actor(role, OTHER), TERMS, NOON)
        assert refused is not None
        assert refused.code is Code.UNKNOWN_ORDER
        assert sight_of(order, actor(role, OTHER), TERMS, NOON) is Sight.NOTHING
        if role in READERS - {Role.COURIER}:
            others = structs.replace(order, shop=OTHER)
            assert cannot_see(order, actor(role, DEFAULT_SHOP), TERMS, NOON) is None
            assert cannot_see(others, actor(role, OTHER), TERMS, NOON) is None


@pytest.mark.parametrize("role", Role, ids=lambda role: role)
def test_the_role_decides_how_much_is_seen(role: Role) -> None:
    if role is Role.COURIER:
        return  # It sees its own round alone.
    expected = Sight.FULL if role in SEES_PHONE else Sight.REDUCED
    expected = expected if role in READERS else Sight.NOTHING
    order = stories.packed().order if role is Role.WAREHOUSE else SHELVED
    assert sight_of(order, actor(role), TERMS, NOON) is expected
    assert usual_sight(role) is expected


def test_a_clerk_sees_an_open_order_of_their_own_point_and_hears_which_is_the_point_of_others() -> (
    None
):
    """Rule 4.4."""
    assert sight_of(SHELVED, AT_HOME, TERMS, NOON) is Sight.REDUCED
    assert sight_of(SHELVED, ELSEWHERE, TERMS, NOON) is Sight.NOTHING
    refused = cannot_see(SHELVED, ELSEWHERE, TERMS, NOON)
    assert refused is not None
    assert (refused.code, refused.expected) == (Code.WRONG_POINT, "KZN-1")


def test_of_another_points_closed_order_only_the_goods_are_seen_while_they_may_come() -> None:
    """Rule 4.7."""
    assert ISSUED.outcome is Outcome.ISSUED
    assert ISSUED.closed_at is not None
    end = ISSUED.closed_at + PERIOD
    assert sight_of(ISSUED, ELSEWHERE, TERMS, end) is Sight.GOODS
    assert cannot_see(ISSUED, ELSEWHERE, TERMS, end) is None
    later = end + timedelta(seconds=1)
    assert sight_of(ISSUED, ELSEWHERE, TERMS, later) is Sight.NOTHING
    refused = cannot_see(ISSUED, ELSEWHERE, TERMS, later)
    assert refused is not None
    assert refused == Refusal(Code.UNKNOWN_ORDER)
    cancelled = stories.cancelled().order
    assert cannot_see(cancelled, ELSEWHERE, TERMS, NOON) == Refusal(Code.UNKNOWN_ORDER)


def test_an_order_long_over_shows_its_own_point_no_buyer() -> None:
    """Rule 4.16."""
    assert ISSUED.closed_at is not None
    end = ISSUED.closed_at + PERIOD
    for clerk in (AT_HOME, actor(Role.POINT)):
        assert sight_of(ISSUED, clerk, TERMS, end) is Sight.REDUCED
        assert sight_of(ISSUED, clerk, TERMS, end + timedelta(seconds=1)) is Sight.NAMELESS
    late = end + timedelta(days=400)
    assert sight_of(ISSUED, actor(Role.SUPPORT), TERMS, late) is Sight.FULL


def test_a_courier_sees_the_buyer_of_what_it_carries_to_them_until_the_day_is_over() -> None:
    """Rule 4.19."""
    carried = structs.replace(stories.out_for_delivery().order, courier="somebody")
    assert sight_of(carried, COURIER, TERMS, NOON) is Sight.REDUCED
    delivered = structs.replace(stories.delivered().order, courier="somebody")
    assert delivered.closed_at is not None
    ends = delivered.closed_at + ROUND_ENDS_AFTER
    assert sight_of(delivered, COURIER, TERMS, ends) is Sight.REDUCED
    later = ends + timedelta(seconds=1)
    assert sight_of(delivered, COURIER, TERMS, later) is Sight.NOTHING
    assert cannot_see(delivered, COURIER, TERMS, later) == Refusal(Code.UNKNOWN_ORDER)
    brings_back = structs.replace(stories.with_courier().do(Cancel()).order, courier="somebody")
    assert sight_of(brings_back, COURIER, TERMS, NOON) is Sight.REDUCED
    assert sight_of(brings_back, COURIER, TERMS, NOON + 30 * PERIOD) is Sight.NAMELESS


def test_a_courier_sees_no_buyer_of_what_goes_to_a_point_or_waits_for_a_courier() -> None:
    to_point = structs.replace(stories.dispatched().order, courier="somebody")
    assert sight_of(to_point, COURIER, TERMS, NOON) is Sight.NAMELESS
    waits = structs.replace(stories.with_courier().order, courier="")
    assert sight_of(waits, COURIER, TERMS, NOON) is Sight.NAMELESS


def test_nothing_else_exists_for_a_courier() -> None:
    others = structs.replace(stories.out_for_delivery().order, courier="another")
    orders = [make().order for make in (*stories.AT.values(), stories.delivered)]
    for order in (others, *orders):
        if whose_round(order) != UNCLAIMED:
            assert sight_of(order, COURIER, TERMS, NOON) is Sight.NOTHING, order.stage
            assert cannot_see(order, COURIER, TERMS, NOON) == Refusal(Code.UNKNOWN_ORDER)


@pytest.mark.parametrize("stage", stories.AT, ids=lambda stage: stage)
def test_a_warehouse_sees_what_it_serves_and_no_buyer_of_what_left_it(stage: Stage) -> None:
    """Rule 4.19: also what comes back has to be seen, by its goods and parcels."""
    order = stories.AT[stage]().order
    needs_buyer = stage in {Stage.PLACED} | stages.IN_WAREHOUSE | stages.COURIER
    expected = Sight.REDUCED if needs_buyer else Sight.NAMELESS
    for clerk in (actor(Role.WAREHOUSE), OF_KZN):
        assert sight_of(order, clerk, TERMS, NOON) is expected
    assert sight_of(order, OF_MSK, TERMS, NOON) is Sight.NOTHING
    assert cannot_see(order, OF_MSK, TERMS, NOON) == Refusal(Code.UNKNOWN_ORDER)


def test_only_the_sight_of_a_role_that_does_not_vary_may_be_cached_by_role() -> None:
    orders = [ISSUED, SHELVED, stories.cancelled().order, stories.delivered().order]
    times = [NOON, NOON + timedelta(days=400)]
    for role in READERS:
        seen = {
            sight_of(order, actor(role, None, place), TERMS, now)
            for order in orders
            for now in times
            for place in ("KZN-1", "KZN-2")
        }
        assert sight_varies(actor(role)) == (seen != {usual_sight(role)}), role


def test_another_shop_is_told_before_another_point_is() -> None:
    refused = cannot_see(SHELVED, actor(Role.POINT, OTHER, "KZN-2"), TERMS, NOON)
    assert refused is not None
    assert refused.code is Code.UNKNOWN_ORDER


def test_lists_are_limited_to_the_shop_and_the_point() -> None:
    assert structs.astuple(limits_of(actor(Role.ADMIN))) == (None, None, None, None)
    assert structs.astuple(limits_of(actor(Role.STOREFRONT, DEFAULT_SHOP))) == (
        DEFAULT_SHOP,
        None,
        None,
        None,
    )
    point = structs.astuple(limits_of(actor(Role.POINT, None, "KZN-1")))
    assert point == (None, "KZN-1", None, None)
    courier = structs.astuple(limits_of(actor(Role.COURIER)))
    assert courier == (None, None, "somebody", None)
    assert structs.astuple(limits_of(OF_KZN)) == (None, None, None, "KZN")


def test_buyers_are_looked_up_by_the_office_and_the_network_is_changed_by_its_own_people() -> None:
    assert {role for role in Role if may_see_buyers(actor(role))} == OFFICE
    assert acts_for_network(actor(Role.ADMIN))
    assert not acts_for_network(actor(Role.ADMIN, DEFAULT_SHOP))
