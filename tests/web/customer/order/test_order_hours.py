"""Where a place is open at night, round the clock or on a Sunday, and until when that leads."""

import pytest

from tests.support.web.buyer import Buyer, text_of
from tests.support.web.cast import ALINA, Cast
from tests.support.web.sample_orders.opening_hours import (
    promised_at_night,
    promised_round_the_clock,
    ready_at_night,
    ready_on_a_sunday,
    ready_round_the_clock,
)


@pytest.mark.parametrize(
    ("make", "hours", "date"),
    [
        (ready_at_night, "Today 22:00–02:00", "Kept until 02:00 on 29 November"),
        (promised_at_night, "Today 22:00–02:00", "Promised by 02:00 on Tuesday, 24 November"),
        (ready_round_the_clock, "Today open 24 hours", "Kept until 14:35 on Friday, 27 November"),
        (promised_round_the_clock, "Today open 24 hours", "Promised by 24:00 tomorrow"),
        (ready_on_a_sunday, "Today 11:00–16:00 (распродажа)", "Kept until 12:35 on 29 November"),
    ],
)
async def test_unusual_hours_are_shown_as_people_say_them_and_dates_follow_them(
    buyer: Buyer, cast: Cast, make: "type[object]", hours: str, date: str
) -> None:
    """Rule 4.2."""
    order = await make(cast)  # type: ignore[call-arg,misc]
    await buyer.signs_in(ALINA)
    text = text_of((await buyer.opens(f"/orders/{order.number}")).text)
    assert hours in text
    assert date in text
    assert "00:00–00:00" not in text
