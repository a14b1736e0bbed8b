"""Parcel movements: what happened to a parcel without a scan, told by where it is found."""

import pytest

from gotovo.order.parcel_movements import (
    ParcelArrived,
    ParcelDispatched,
    ParcelWithdrawn,
    is_inferred,
    missed_arrival,
    missed_dispatch,
    missed_return,
)
from gotovo.order.steps.departure import Departed
from gotovo.order.values.order import Parcel, Stage
from tests.support.order import stories


def parcel(number: int, stage: Stage) -> Parcel:
    return Parcel(f"B{number}", (), stage)


def test_a_packed_parcel_at_its_point_was_dispatched_and_has_arrived() -> None:
    """Rule 4.13."""
    found = (parcel(1, Stage.PACKED), parcel(2, Stage.DISPATCHED), parcel(3, Stage.SHELVED))
    assert missed_dispatch(found) == (ParcelDispatched(("B1",), Stage.DISPATCHED, inferred=True),)
    assert missed_arrival(stories.packed().order, found) == (
        ParcelDispatched(("B1",), Stage.DISPATCHED, inferred=True),
        ParcelArrived(("B1", "B2"), "KZN-1", inferred=True),
    )


def test_a_parcel_back_in_the_warehouse_was_withdrawn_and_sent() -> None:
    """Rule 4.13."""
    found = (parcel(1, Stage.SHELVED), parcel(2, Stage.WITHDRAWN), parcel(3, Stage.IN_RETURN))
    assert missed_return(found) == (
        ParcelWithdrawn(("B1",), inferred=True),
        ParcelDispatched(("B1", "B2"), Stage.IN_RETURN, inferred=True),
    )


@pytest.mark.parametrize("stage", [Stage.IN_RETURN, Stage.WITH_COURIER])
def test_nothing_is_inferred_of_a_parcel_that_was_scanned(stage: Stage) -> None:
    found = (parcel(1, stage),)
    assert missed_return(found) == missed_arrival(stories.packed().order, found) == ()


def test_an_event_says_whether_it_was_inferred() -> None:
    assert is_inferred(Departed(inferred=True))
    assert not is_inferred(Departed())
    assert not is_inferred(stories.Cancel())
