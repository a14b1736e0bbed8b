"""Another system's rows teach how long stages take, and forecasts from them come true."""

from datetime import timedelta
from io import BytesIO

import pytest

from gotovo.exchange.imports.columns import profile_for
from gotovo.exchange.imports.durations import durations
from gotovo.exchange.imports.files.table import FileFormat, detect_table
from gotovo.exchange.imports.olist import OLIST
from gotovo.order.forecast.calibration import calibrate
from gotovo.order.forecast.observation import Observation
from gotovo.order.values.order import Stage
from tests.support.exchange.importing import real_file

HEADER = "order_id,customer_id,status,purchased_at,approved_at,handed_to_carrier_at,delivered_at"
REST = "estimated_delivery_date,items,items_value_brl,paid_brl"
GOOD = "2018-07-24T20:41:00-03:00,2018-07-24T21:00:00-03:00,2018-07-25T21:00:00-03:00"


def taught_by(*rows: str) -> list[Observation]:
    """Return the durations in a file of these rows."""
    file = BytesIO("\n".join([f"{HEADER},{REST}", *rows]).encode())
    table = detect_table(file, FileFormat())
    return list(durations(file, table, profile_for(table.columns, (OLIST,))))


def test_a_whole_row_tells_two_stages_and_their_sum() -> None:
    found = taught_by(f"a,b,delivered,{GOOD},2018-07-28T21:00:00-03:00,2018-08-13,,,1.00")
    assert {(x.key.stage, x.key.goal, x.seconds / 86_400) for x in found} == {
        (Stage.PAID, "next", 1),
        (Stage.PAID, "issued", 4),
        (Stage.WITH_COURIER, "next", 3),
        (Stage.WITH_COURIER, "issued", 3),
    }
    assert {x.key.route for x in found} == {"OLIST>courier"}


@pytest.mark.parametrize(
    "row",
    [
        f"a,b,shipped,{GOOD},,2018-08-13,,,1.00",
        f"a,b,delivered,{GOOD},2018-07-25T20:00:00-03:00,2018-08-13,,,1.00",
        f"a,b,delivered,{GOOD},yesterday,2018-08-13,,,1.00",
    ],
)
def test_a_row_that_is_unfinished_contradicts_itself_or_cannot_be_read_teaches_nothing(
    row: str,
) -> None:
    assert taught_by(row) == []


def test_of_ten_real_orders_nine_came_by_the_told_time() -> None:
    path = real_file()
    if path is None:
        pytest.skip("olist-orders.csv is not at hand: set GOTOVO_TEST_DATA to its folder")
    with path.open("rb") as file:
        table = detect_table(file, FileFormat())
        seen = list(durations(file, table, profile_for(table.columns, (OLIST,))))
    everything = calibrate(seen, lasted=timedelta(days=1)).figures[0]
    assert everything.forecasts > 5_000
    assert 0.46 <= everything.half <= 0.56
    assert 0.87 <= everything.usual <= 0.93
    assert everything.off < everything.naive_off
