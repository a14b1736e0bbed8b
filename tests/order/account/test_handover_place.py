"""Where an order is handed over, and the time zone of its times."""

from gotovo.order.account.handover_place import handover_place
from tests.support.order import stories
from tests.support.order.cast import AT_HOME
from tests.support.web.network import POINTS, WAREHOUSES


def test_an_order_for_a_point_has_the_points_time_zone() -> None:
    order = stories.placed().order
    assert order is not None
    place = handover_place(order, (POINTS, WAREHOUSES))
    assert place.point is POINTS["KZN-1"]
    assert place.time_zone == POINTS["KZN-1"].timetable.time_zone


def test_a_couriers_order_has_no_point_and_the_warehouses_time_zone() -> None:
    order = stories.paid(AT_HOME).order
    assert order is not None
    place = handover_place(order, (POINTS, WAREHOUSES))
    assert place.point is None
    assert place.warehouse is not None
    assert place.time_zone == place.warehouse.timetable.time_zone


def test_a_place_that_is_not_known_has_utc() -> None:
    order = stories.placed().order
    assert order is not None
    assert handover_place(order, ({}, {})).time_zone == "UTC"
