"""The time zone of an order: its point's, its warehouse's for a courier, UTC without either."""

from datetime import time

from msgspec.structs import replace

from gotovo.order.time_zone import time_zone_of
from gotovo.points.timetable import every_day
from gotovo.points.warehouse import Warehouse
from tests.support.order import stories
from tests.support.order.cast import KREMLIN, Play

HOURS = (time(9), time(21))
POINTS = {KREMLIN.code: replace(KREMLIN, timetable=every_day("Asia/Yekaterinburg", *HOURS))}


def zone(play: Play, *, points: bool = True, warehouses: bool = True) -> str:
    warehouse = Warehouse(play.order.warehouse, "Omsk", every_day("Asia/Omsk", *HOURS))
    places = {warehouse.code: warehouse}
    return time_zone_of(play.order, POINTS if points else {}, places if warehouses else {})


def test_times_are_those_of_the_point() -> None:
    """Rule 4.15."""
    assert zone(stories.shelved()) == "Asia/Yekaterinburg"


def test_with_a_courier_they_are_those_of_the_warehouse() -> None:
    assert zone(stories.with_courier()) == "Asia/Omsk"


def test_a_point_that_is_gone_leaves_the_warehouse_and_then_utc() -> None:
    assert zone(stories.shelved(), points=False) == "Asia/Omsk"
    assert zone(stories.shelved(), points=False, warehouses=False) == "UTC"
