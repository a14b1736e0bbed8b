"""The way to the point leads to a map that learns the point's address and nothing else."""

from urllib.parse import parse_qs, urlsplit

from tests.support.web.buyer import Buyer
from tests.support.web.cast import ALINA, Cast
from tests.support.web.network import POINTS
from tests.support.web.sample_orders.courier_orders import with_a_courier
from tests.support.web.sample_orders.open_orders import ready


async def test_the_map_is_opened_at_the_address_of_the_point(buyer: Buyer, cast: Cast) -> None:
    order = await ready(cast)
    await buyer.signs_in(ALINA)

    response = await buyer.client.get(f"/orders/{order.number}/map")

    assert response.status_code == 303
    target = urlsplit(response.headers["location"])
    assert target.hostname == "www.openstreetmap.org"
    assert parse_qs(target.query) == {"query": [POINTS["KZN-1"].address]}


async def test_an_order_that_a_courier_brings_has_no_point_on_a_map(
    buyer: Buyer, cast: Cast
) -> None:
    order = await with_a_courier(cast)
    await buyer.signs_in(ALINA)

    assert (await buyer.opens(f"/orders/{order.number}/map")).status_code == 404
