"""A grant makes an actor, and an actor tells whether it is a person."""

from uuid import UUID

import pytest

from gotovo.access.staff.grants import STAFF_ROLES, StaffGrant, actor_of, person_of
from gotovo.order.values.actor import TIMER, Actor, Role

AIGUL = UUID("0b0f5a8e-6f44-4be9-8c1e-6d3a2f0c7a11")


def test_a_clerk_acts_at_the_point_of_the_grant_and_the_history_keeps_the_person() -> None:
    actor = actor_of(AIGUL, StaffGrant(Role.POINT, shop="toys", point="KZN-1"), "customer-7")
    assert (actor.role, actor.place, actor.shop) == (Role.POINT, "KZN-1", "toys")
    assert actor.own_customer == "customer-7"
    assert person_of(actor) == AIGUL


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_each_role_of_staff_names_its_person(role: Role) -> None:
    assert person_of(actor_of(AIGUL, StaffGrant(role))) == AIGUL


@pytest.mark.parametrize(
    "actor",
    [
        TIMER,
        Actor(Role.POINT, "desk-kzn-1", "KZN-1"),
        Actor(Role.POINT, "staff-aigul", "KZN-1"),
        Actor(Role.BUYER, f"staff-{AIGUL.hex}"),
        Actor(Role.STOREFRONT, f"staff-{AIGUL.hex}"),
    ],
)
def test_programs_buyers_and_timers_are_no_person_of_staff(actor: Actor) -> None:
    assert person_of(actor) is None
