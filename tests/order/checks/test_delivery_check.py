"""Where an order can be handed over: the same check for placement and for redirection."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from gotovo.order.refusals import Code
from gotovo.order.steps.redirection import Redirect
from gotovo.order.values.order import Delivery, Pickup
from tests.support.order import stories
from tests.support.order.cast import AT_HOME, SHOP, Play, basket

BLANKS = st.text(" \t\u00a0\u2003\n", max_size=5)

UNFIT: list[tuple[Delivery, Code, str]] = [
    (AT_HOME, Code.ADDRESS_MISSING, "delivery.address"),
    (Pickup("KZN-9"), Code.UNKNOWN_POINT, "delivery.point"),
    (Pickup("KZN-4"), Code.POINT_CLOSED, "delivery.point"),
]


@pytest.mark.parametrize(("delivery", "code", "field"), UNFIT)
def test_placement_and_redirection_refuse_the_same_places(
    delivery: Delivery, code: Code, field: str
) -> None:
    placing = Play(address="")
    redirecting = stories.placed()
    redirecting.contact = structs.replace(redirecting.contact, address="")
    for refusal in (
        placing.try_(basket(delivery), SHOP).refusal,
        redirecting.try_(Redirect(delivery)).refusal,
    ):
        assert refusal is not None
        assert (refusal.code, refusal.field) == (code, field)


@given(BLANKS)
def test_an_address_of_blanks_is_no_address(blanks: str) -> None:
    play = Play(address=blanks)
    assert play.refused(basket(AT_HOME), SHOP) is Code.ADDRESS_MISSING
    assert play.state is None


def test_a_blank_address_sent_with_a_redirection_does_not_fall_back_to_the_old_one() -> None:
    play = stories.placed()
    assert play.contact.address
    assert play.refused(Redirect(AT_HOME), address=" ") is Code.ADDRESS_MISSING


def test_an_imported_order_needs_no_address_and_no_open_point() -> None:
    for delivery in (AT_HOME, Pickup("KZN-4")):
        assert Play(address="").do(basket(delivery, imported=True)).order.imported
