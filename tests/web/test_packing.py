"""Pages go packed to whoever takes that, and never where their length could tell a secret."""

import gzip
from typing import Final

import pytest

from tests.web.buyer import Buyer
from tests.web.cast import ALINA, Cast, ready

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
        ("/orders", {"sec-fetch-site": "cross-site"}, True),
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
