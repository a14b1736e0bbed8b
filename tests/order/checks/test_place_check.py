"""Place check: a clerk works at one point, and a courier hands over at the address alone."""

import pytest

from gotovo.order.checks.place_check import working_place, wrong_place
from gotovo.order.refusals import Code
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.order import COURIER_PLACE
from tests.support.order import stories
from tests.support.order.cast import EVERYBODY, KOLYA, LENA, OLEG


@pytest.mark.parametrize("actor", EVERYBODY, ids=lambda actor: actor.role)
def test_only_clerks_and_couriers_are_bound_to_a_place(actor: Actor) -> None:
    expected = {Role.POINT: actor.place, Role.COURIER: COURIER_PLACE}.get(actor.role, "")
    assert working_place(actor) == expected


def test_a_clerk_hands_over_at_their_own_point() -> None:
    order = stories.shelved().order
    assert wrong_place(order, LENA) is None
    refused = wrong_place(order, OLEG)
    assert refused is not None
    assert refused.refusal is not None
    assert (refused.refusal.code, refused.refusal.value) == (Code.WRONG_POINT, OLEG.place)


def test_a_courier_hands_over_at_the_address_alone() -> None:
    assert wrong_place(stories.with_courier().order, KOLYA) is None
    assert wrong_place(stories.shelved().order, KOLYA) is not None
