"""Pages go packed to whoever takes that, and never where their length could tell a secret."""

import gzip
import re
from collections.abc import Awaitable, Callable
from typing import Final

import pytest

from gotovo.order.values.order import Order
from tests.support.web.buyer import Buyer
from tests.support.web.cast import ALINA, Cast
from tests.support.web.sample_orders.open_orders import ready, waiting_for_payment

ASKED: Final = {"accept-encoding": "gzip, deflate, br"}


async def raw(buyer: Buyer, path: str, **headers: str) -> tuple[str | None, bytes]:
    """Return how an answer is packed, and its bytes as they travel."""
    request = buyer.client.build_request("GET", path, headers={**ASKED, **headers})
    answer = await buyer.client.send(request, stream=True)
    body = b"".join([part async for part in answer.aiter_raw()])
    assert answer.headers["content-length"] == str(len(body))
    return answer.headers.get("content-encoding"), body


async def test_a_page_travels_in_a_third_of_its_length(buyer: Buyer, cast: Cast) -> None:
    order = await ready(cast)
    await buyer.signs_in(ALINA)
    encoding, body = await raw(buyer, f"/orders/{order.number}")
    assert encoding == "gzip"
    page = gzip.decompress(body)
    assert len(body) < len(page) / 2
    assert page.rstrip().endswith(b"</html>")


@pytest.mark.parametrize(
    ("path", "headers", "is_packed"),
    [
        ("/orders", {"accept-encoding": "identity"}, False),
        ("/orders", {"accept-encoding": "gzip;q=0"}, False),
        ("/orders", {"accept-encoding": "*, gzip;q=0"}, False),
        ("/orders", {"accept-encoding": "*;q=0, gzip"}, True),
        ("/orders", {"accept-encoding": "br, *;q=0.1"}, True),
        ("/orders", {"sec-fetch-site": "same-origin"}, True),
        ("/orders", {"sec-fetch-site": "none"}, True),
        ("/orders", {"sec-fetch-site": "cross-site"}, False),
        ("/track/words-of-a-stranger", {"sec-fetch-site": "same-site"}, False),
        ("/orders?q=lamp", {"sec-fetch-site": "same-origin"}, True),
        ("/orders?q=lamp", {"sec-fetch-site": "same-site"}, False),
        ("/orders?q=lamp", {"sec-fetch-site": "cross-site"}, False),
        ("/orders?q=lamp", {"sec-fetch-site": "none"}, False),
        ("/orders?q=lamp", {}, False),
    ],
)
async def test_words_from_elsewhere_are_never_packed_beside_a_secret(
    buyer: Buyer,
    cast: Cast,
    path: str,
    headers: dict[str, str],
    is_packed: bool,  # noqa: FBT001  (an example's outcome)
) -> None:
    await ready(cast)
    await buyer.signs_in(ALINA)
    encoding, body = await raw(buyer, path, **headers)
    assert (encoding == "gzip") == is_packed
    assert b"</html>" in (gzip.decompress(body) if is_packed else body)


async def test_what_is_loaded_beside_a_page_says_no_more_than_counts_for_it(buyer: Buyer) -> None:
    page = await buyer.opens("/")
    path = page.text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    headers = (await buyer.client.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "content-security-policy" not in headers


@pytest.mark.parametrize("stage", [waiting_for_payment, ready])
async def test_the_first_load_of_an_order_weighs_less_than_fifty_kilobytes(
    buyer: Buyer, cast: Cast, stage: Callable[[Cast], Awaitable[Order]]
) -> None:
    order = await stage(cast)
    await buyer.signs_in(ALINA)
    path = f"/orders/{order.number}"
    page = (await buyer.opens(path)).text
    named = set(re.findall(r'<(?:link\b[^>]* href|(?:script|img)\b[^>]* src)="(/[^"]+)"', page))
    assert len(named) > 10
    weight = sum([await travelling(buyer, each) for each in {path, *named}])
    assert 10_000 < weight < 50_000


async def travelling(buyer: Buyer, path: str) -> int:
    """Return the bytes of an answer, its head included."""
    request = buyer.client.build_request("GET", path, headers=ASKED)
    answer = await buyer.client.send(request, stream=True)
    assert answer.status_code == 200
    head = sum(len(name) + len(value) + 4 for name, value in answer.headers.raw)
    return head + sum([len(part) async for part in answer.aiter_raw()])
