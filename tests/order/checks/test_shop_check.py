"""Shop check: an order exists for its own shop and for those who serve all shops (rule 4.18)."""

import pytest
from msgspec import structs

from gotovo.order.allowed import allowed_steps
from gotovo.order.checks.shop_check import for_another_shop, of_another_shop
from gotovo.order.decide import decide
from gotovo.order.facts import Circumstances, Decision, Facts, OrderTerms
from gotovo.order.lifecycle import TABLE, Row
from gotovo.order.refusals import Code
from gotovo.order.steps.placement import Place
from gotovo.order.values.actor import DEFAULT_SHOP, Actor, Role
from tests.support.order import samples, stories
from tests.support.order.cast import NOON, Play

OTHER = "bookshop"


def of_shop(role: Role, shop: str | None) -> Actor:
    """Return an actor of a role who is bound to a shop, or to none."""
    return Actor(role, "somebody", shop=shop)


def code_of(decision: Decision) -> Code | None:
    """Return the code of a refusal, None without one."""
    return decision.refusal.code if decision.refusal else None


@pytest.mark.parametrize("role", Role, ids=lambda role: role)
def test_an_order_of_another_shop_does_not_exist(role: Role) -> None:
    order = stories.shelved().order
    assert of_another_shop(order, of_shop(role, OTHER)) is not None
    assert of_another_shop(order, of_shop(role, DEFAULT_SHOP)) is None
    assert of_another_shop(order, of_shop(role, None)) is None
    assert of_another_shop(None, of_shop(role, OTHER)) is None


def test_a_shop_places_orders_of_its_own() -> None:
    storefront = of_shop(Role.STOREFRONT, OTHER)
    assert for_another_shop(OTHER, storefront) is None
    refused = for_another_shop(DEFAULT_SHOP, storefront)
    assert refused is not None
    assert refused.refusal is not None
    assert (refused.refusal.field, refused.refusal.expected) == ("shop", OTHER)


@pytest.mark.parametrize("play", [stories.placed(), stories.shelved(), stories.issued()])
@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.step)
def test_no_step_of_another_shop_does_or_tells_anything(row: Row, play: Play) -> None:
    """Not even that the order exists: the answer is that of a number nobody has."""
    command = samples.of(row)
    for role in sorted(row.who):
        stranger = of_shop(role, OTHER)
        decision = decide(play.order, command, Facts(play.world, stranger, "c", NOON, NOON))
        nobodys = decide(None, command, Facts(play.world, stranger, "c", NOON, NOON))
        assert decision == nobodys
        assert code_of(decision) in {Code.UNKNOWN_ORDER, Code.NOT_PERMITTED}
        if not isinstance(command, Place):
            assert code_of(decision) is Code.UNKNOWN_ORDER


def test_nothing_is_allowed_with_an_order_of_another_shop() -> None:
    play = stories.shelved()
    stranger = of_shop(Role.SUPPORT, OTHER)
    steps = allowed_steps(
        play.order, Circumstances(stranger, NOON, play.world.points, OrderTerms())
    )
    assert not any(each.allowed for each in steps)
    own = structs.replace(stranger, shop=DEFAULT_SHOP)
    steps = allowed_steps(play.order, Circumstances(own, NOON, play.world.points, OrderTerms()))
    assert any(each.allowed for each in steps)
