"""Which points can stand in for one that is full (rule 4.17)."""

from datetime import time

from msgspec import structs

from gotovo.points.nearness import city_of, nearest_points
from gotovo.points.timetable import every_day
from tests.support.order.cast import BRIDGE, KREMLIN, LAKE, POINTS, SHUT


def test_the_same_city_comes_first_then_the_same_warehouse_then_the_same_clock() -> None:
    suburb = structs.replace(LAKE, code="ZEL-1", address="422550, Зеленодольск, Ленина, 2")
    late = structs.replace(
        suburb, code="ZEL-2", timetable=every_day("Asia/Omsk", time(9), time(20))
    )
    other = structs.replace(suburb, code="AAA-1", warehouse="MSK")
    network = {p.code: p for p in (other, late, suburb, *POINTS.values())}
    codes = [each.code for each in nearest_points(network, KREMLIN)]
    assert codes == [LAKE.code, BRIDGE.code, "ZEL-1", "ZEL-2", "AAA-1"]
    assert SHUT.code not in codes, "it accepts nothing"


def test_a_city_stands_first_in_an_address_or_after_the_postal_code() -> None:
    assert city_of("Казань, ул. Баумана, 44") == "казань"
    assert city_of("420111, Казань, ул. Баумана, 44") == "казань"
    assert city_of("") == ""
