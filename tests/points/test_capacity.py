"""A point is full when it holds as many orders as its capacity."""

from msgspec.structs import replace

from gotovo.points.capacity import full_points
from tests.support.order.cast import KREMLIN, LAKE

TWO = replace(KREMLIN, capacity=2)


def test_a_point_that_holds_its_capacity_is_full() -> None:
    assert full_points([TWO], {"KZN-1": 2}) == {"KZN-1"}
    assert full_points([TWO], {"KZN-1": 3}) == {"KZN-1"}


def test_a_point_with_room_for_one_more_is_not_full() -> None:
    assert full_points([TWO], {"KZN-1": 1}) == frozenset()


def test_a_point_that_holds_nothing_is_not_full() -> None:
    assert full_points([TWO, LAKE], {}) == frozenset()
