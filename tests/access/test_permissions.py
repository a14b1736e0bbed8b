"""What an actor may see follows from shop, place and role, and from nothing else."""

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
)
from gotovo.order.refusals import Code
from gotovo.order.values.actor import DEFAULT_SHOP, OFFICE, Actor, Role
from gotovo.order.values.order import Outcome
from tests.support.order import stories

OTHER = "bookshop"
SHELVED = stories.shelved().order
ISSUED = stories.issued().order


def actor(role: Role, shop: str | None = None, place: str | None = None) -> Actor:
    """Return somebody of a role, bound to a shop or a point."""
    return Actor(role, "somebody", place, shop)


@pytest.mark.parametrize("role", Role, ids=lambda role: role)
def test_nobody_of_another_shop_sees_anything_of_an_order(role: Role) -> None:
    """Rule 4.18."""
    for order in (SHELVED, ISSUED):
        refused = cannot_see(order, actor(role, OTHER))
        assert refused is not None
        assert refused.code is Code.UNKNOWN_ORDER
        assert sight_of(order, actor(role, OTHER)) is Sight.NOTHING
        assert cannot_see(order, actor(role, DEFAULT_SHOP)) is None
        assert cannot_see(structs.replace(order, shop=OTHER), actor(role, OTHER)) is None


@pytest.mark.parametrize("role", Role, ids=lambda role: role)
def test_the_role_decides_how_much_is_seen(role: Role) -> None:
    expected = Sight.FULL if role in SEES_PHONE else Sight.REDUCED
    assert sight_of(SHELVED, actor(role)) is (expected if role in READERS else Sight.NOTHING)


def test_a_clerk_sees_an_open_order_of_their_own_point_and_a_closed_one_of_any() -> None:
    at_home, elsewhere = actor(Role.POINT, place="KZN-1"), actor(Role.POINT, place="KZN-2")
    assert sight_of(SHELVED, at_home) is Sight.REDUCED
    refused = cannot_see(SHELVED, elsewhere)
    assert refused is not None
    assert (refused.code, refused.expected) == (Code.WRONG_POINT, "KZN-1")
    assert ISSUED.outcome is Outcome.ISSUED
    assert sight_of(ISSUED, elsewhere) is Sight.REDUCED


def test_another_shop_is_told_before_another_point_is() -> None:
    refused = cannot_see(SHELVED, actor(Role.POINT, OTHER, "KZN-2"))
    assert refused is not None
    assert refused.code is Code.UNKNOWN_ORDER


def test_lists_are_limited_to_the_shop_and_the_point() -> None:
    assert structs.astuple(limits_of(actor(Role.ADMIN))) == (None, None)
    assert structs.astuple(limits_of(actor(Role.STOREFRONT, DEFAULT_SHOP))) == (DEFAULT_SHOP, None)
    assert structs.astuple(limits_of(actor(Role.POINT, None, "KZN-1"))) == (None, "KZN-1")


def test_buyers_are_looked_up_by_the_office_and_the_network_is_changed_by_its_own_people() -> None:
    assert {role for role in Role if may_see_buyers(actor(role))} == OFFICE
    assert acts_for_network(actor(Role.ADMIN))
    assert not acts_for_network(actor(Role.ADMIN, DEFAULT_SHOP))
