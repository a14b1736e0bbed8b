"""Which warehouses may serve a courier order, and in which order (rule 4.1)."""

from datetime import time

from hypothesis import given
from hypothesis import strategies as st

from gotovo.points.eligible_warehouses import (
    CONSIDERED_MAX,
    accepting,
    eligible_warehouses,
    plain_postcode,
    served_regions,
    serves,
)
from gotovo.points.timetable import every_day
from gotovo.points.warehouse import Warehouse

_DAILY = every_day("Europe/Moscow", time(9), time(18))
_PREFIX = st.text("0123456789ABC", min_size=1, max_size=4)

WAREHOUSES = st.dictionaries(
    st.text("ABCDE", min_size=1, max_size=4),
    st.builds(
        Warehouse,
        code=st.just(""),
        title=st.just(""),
        timetable=st.just(_DAILY),
        accepts_orders=st.booleans(),
        priority=st.integers(1, 5),
        regions=st.lists(_PREFIX, max_size=3).map(tuple),
    ),
    max_size=25,
)
POSTCODES = st.one_of(st.just(""), st.text("0123456789ABC", min_size=1, max_size=6))


@given(WAREHOUSES, POSTCODES)
def test_those_that_accept_and_serve_come_by_priority_and_then_by_code(
    warehouses: dict[str, Warehouse], postcode: str
) -> None:
    chosen = eligible_warehouses(warehouses, postcode)
    rank = [(warehouses[code].priority, code) for code in chosen]
    assert rank == sorted(rank)
    left_out = set(warehouses) - set(chosen)
    for code in chosen:
        assert warehouses[code].accepts_orders
        assert serves(warehouses[code], postcode)
    for code in left_out:
        each = warehouses[code]
        full = len(chosen) == CONSIDERED_MAX and (each.priority, code) > rank[-1]
        assert full or not each.accepts_orders or not serves(each, postcode)


@given(st.lists(_PREFIX, max_size=3), POSTCODES)
def test_a_region_is_the_beginning_of_a_postal_code_and_none_is_everywhere(
    regions: list[str], postcode: str
) -> None:
    warehouse = Warehouse("KZN", "", _DAILY, regions=tuple(regions))
    begins = any(postcode.startswith(region) for region in regions)
    assert serves(warehouse, postcode) is (not regions or begins)


def test_an_order_without_a_postal_code_goes_only_to_one_that_serves_everywhere() -> None:
    near = Warehouse("NEAR", "", _DAILY, priority=1, regions=("42",))
    far = Warehouse("FAR", "", _DAILY)
    assert eligible_warehouses({"NEAR": near, "FAR": far}, "") == ("FAR",)
    assert eligible_warehouses({"NEAR": near, "FAR": far}, "420111") == ("NEAR", "FAR")


def test_what_a_refusal_lists_leaves_archives_out() -> None:
    network = {
        "B": Warehouse("B", "", _DAILY, regions=("42", "19")),
        "A": Warehouse("A", "", _DAILY, regions=("42",)),
        "OLD": Warehouse("OLD", "", _DAILY, accepts_orders=False, regions=("1",)),
    }
    assert accepting(network) == ("A", "B")
    assert served_regions(network) == ("19", "42")


def test_a_postal_code_is_compared_without_blanks_hyphens_and_case() -> None:
    assert plain_postcode(" 420 111 ") == "420111"
    assert plain_postcode("ec1a-1bb") == "EC1A1BB"
    assert plain_postcode(" - ") == ""
