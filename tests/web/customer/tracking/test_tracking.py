"""A link shows how far one order is, and nothing that is only its owner's to know."""

import json
import re
from datetime import datetime
from typing import Any

import httpx
import pytest

from gotovo.web.site.dependencies import WebDependencies
from tests.support.web.buyer import Buyer, text_of
from tests.support.web.cast import ALINA, BORIS, NOW, SECRET, Cast, code_of
from tests.support.web.goods import KETTLE, LAMP
from tests.support.web.network import POINT
from tests.support.web.sample_orders.closed_orders import never_paid
from tests.support.web.sample_orders.courier_orders import with_a_courier
from tests.support.web.sample_orders.every_order import EVERYBODY
from tests.support.web.sample_orders.open_orders import on_the_way, ready
from tests.support.web.stage import browser_of

# The part of https://schema.org (release 29) that is used here: what each property may hold.
DELIVERY_METHODS = ("https://schema.org/OnSitePickup", "https://schema.org/ParcelService")
ORDER_STATUSES = tuple(
    f"https://schema.org/Order{status}"
    for status in (
        "Cancelled",
        "Delivered",
        "InTransit",
        "PaymentDue",
        "PickupAvailable",
        "Problem",
        "Processing",
        "Returned",
    )
)
VOCABULARY: dict[str, dict[str, Any]] = {
    "Order": {
        "orderStatus": ORDER_STATUSES,
        "orderDate": datetime,
        "url": str,
        "orderDelivery": "ParcelDelivery",
    },
    "ParcelDelivery": {
        "hasDeliveryMethod": DELIVERY_METHODS,
        "trackingUrl": str,
        "expectedArrivalUntil": datetime,
        "deliveryAddress": "PostalAddress",
        "deliveryStatus": "DeliveryEvent",
    },
    "PostalAddress": {"name": str, "streetAddress": str},
    "DeliveryEvent": {
        "availableFrom": datetime,
        "availableThrough": datetime,
        "hasDeliveryMethod": DELIVERY_METHODS,
    },
}


async def shared(buyer: Buyer, number: str) -> str:
    """Make a link as the owner does, and return the path it leads to."""
    page = await buyer.opens(f"/orders/{number}")
    assert f"/orders/{number}/tracking-link" in page.text
    page = await buyer.opens(f"/orders/{number}/tracking-link")
    page = await buyer.sends(page, f"/orders/{number}/tracking-link")
    return link_on(page)


def link_on(page: httpx.Response) -> str:
    """Return the path of the link in the field to copy."""
    found = re.search(r">http://gotovo\.test(/track/[\w-]+)</textarea>", page.text)
    assert found is not None
    return found[1]


def data_on(page: httpx.Response) -> dict[str, Any]:
    """Return what programs read on a page."""
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page.text, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


async def test_whoever_has_the_link_sees_status_times_place_and_promise(
    buyer: Buyer, cast: Cast, dependencies: WebDependencies
) -> None:
    order = await on_the_way(cast)
    await buyer.signs_in(ALINA)
    path = await shared(buyer, order.number)
    async with browser_of(dependencies) as stranger:
        page = await stranger.get(path)
    said = text_of(page.text)
    assert page.status_code == 200
    for word in (
        "In processing",
        "Promised by",
        POINT.title,
        "9",
        "still to come",
        order.number[-4:],
    ):
        assert word in said
    assert '<time datetime="2026-11-21T' in page.text


@pytest.mark.parametrize("make", EVERYBODY)
async def test_nothing_that_is_the_owners_alone_is_on_the_page(
    buyer: Buyer, cast: Cast, dependencies: WebDependencies, make: Any
) -> None:
    order = await make(cast)
    await buyer.signs_in(ALINA)
    path = await shared(buyer, order.number)
    async with browser_of(dependencies) as stranger:
        page = await stranger.get(path)
    plain = page.text.replace("\N{NO-BREAK SPACE}", "").replace(" ", "")
    secret = [order.number, ALINA[2:], "Алина", code_of(order), "RUB", "₽", order.customer]
    secret += [line.title.replace(" ", "") for line in order.lines]
    assert [word for word in secret if word in plain] == []
    assert "Placed" not in text_of(page.text)


async def test_a_link_is_as_long_as_128_bits_need_and_no_row_holds_it(
    buyer: Buyer, cast: Cast, dependencies: WebDependencies
) -> None:
    order = await ready(cast)
    await buyer.signs_in(ALINA)
    token = (await shared(buyer, order.number)).removeprefix("/track/")
    assert len(token) * 6 >= 8 + 128
    rows = await dependencies.track_links._pool.fetch("select * from track_link")
    assert len(rows) == 1
    assert token not in str([tuple(row) for row in rows])
    assert SECRET not in rows[0]["digest"]


async def test_the_same_link_is_shown_again_and_a_second_is_not_made(
    buyer: Buyer, cast: Cast
) -> None:
    order = await ready(cast)
    await buyer.signs_in(ALINA)
    page = await buyer.opens(f"/orders/{order.number}/tracking-link")
    first = await buyer.sends(page, f"/orders/{order.number}/tracking-link")
    again = await buyer.sends(page, f"/orders/{order.number}/tracking-link")
    assert link_on(first) == link_on(again)
    assert link_on(await buyer.opens(f"/orders/{order.number}/tracking-link")) == link_on(first)


async def test_a_revoked_link_looks_like_one_that_never_was(buyer: Buyer, cast: Cast) -> None:
    order = await ready(cast)
    await buyer.signs_in(ALINA)
    old = await shared(buyer, order.number)
    page = await buyer.opens(f"/orders/{order.number}/tracking-link")
    await buyer.sends(page, f"/orders/{order.number}/tracking-link-revocation")
    new = await shared(buyer, order.number)
    assert new != old
    assert (await buyer.client.get(new)).status_code == 200
    revoked = await buyer.client.get(old)
    said = text_of(revoked.text)
    assert revoked.status_code == 404
    assert "This link does not work" in said
    for unknown in (old[:-1] + ("A" if old[-1] != "A" else "E"), "/track/x", "/track/" + "é" * 23):
        page = await buyer.client.get(unknown)
        assert page.status_code == 404
        assert text_of(page.text) == said


async def test_only_the_owner_makes_or_closes_a_link(
    buyer: Buyer, cast: Cast, dependencies: WebDependencies
) -> None:
    order = await ready(cast)
    await buyer.signs_in(ALINA)
    path = await shared(buyer, order.number)
    async with browser_of(dependencies) as client:
        other = Buyer(client)
        page = await other.signs_in(BORIS)
        form = {"form": re.findall(r'name="form" value="(\w+)"', page.text)[0]}
        for action in ("tracking-link", "tracking-link-revocation"):
            answer = await client.post(f"/orders/{order.number}/{action}", data=form)
            assert answer.status_code == 404
        assert (await client.get(f"/orders/{order.number}/tracking-link")).status_code == 404
        assert (await client.get(path)).status_code == 200


async def test_a_tracking_page_is_kept_from_search_engines_and_its_address_from_other_sites(
    buyer: Buyer, cast: Cast
) -> None:
    order = await ready(cast)
    await buyer.signs_in(ALINA)
    path = await shared(buyer, order.number)
    for each in (path, "/track/nowhere"):
        headers = (await buyer.client.get(each)).headers
        assert headers.get_list("referrer-policy") == ["no-referrer"]
        assert headers["x-robots-tag"] == "noindex"
        assert headers["cache-control"] == "no-store"


async def test_who_guesses_has_to_wait_and_who_has_a_link_at_that_address_does_not(
    buyer: Buyer, cast: Cast
) -> None:
    await buyer.signs_in(ALINA)
    path = await shared(buyer, (await ready(cast)).number)
    answers = [await buyer.client.get("/track/nowhere") for _ in range(121)]
    assert [answer.status_code for answer in answers].count(404) == 120
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) > 0
    assert [(await buyer.client.get(path)).status_code for _ in range(130)] == [200] * 130


@pytest.mark.parametrize("make", EVERYBODY)
async def test_what_programs_read_is_valid_in_schema_org(
    buyer: Buyer, cast: Cast, make: Any
) -> None:
    order = await make(cast)
    await buyer.signs_in(ALINA)
    data = data_on(await buyer.opens(await shared(buyer, order.number)))
    assert data.pop("@context") == "https://schema.org"
    check(data, "Order")


def check(said: dict[str, Any], kind: str) -> None:
    """Compare an object with the vocabulary."""
    assert said.pop("@type") == kind
    for name, value in said.items():
        allowed = VOCABULARY[kind][name]
        if isinstance(allowed, tuple):
            assert value in allowed
        elif allowed is datetime:
            assert datetime.fromisoformat(value).year == 2026
        elif allowed is str:
            assert isinstance(value, str)
            assert value
        else:
            check(value, allowed)


@pytest.mark.parametrize(
    ("make", "status", "method"),
    [
        (on_the_way, "OrderProcessing", "OnSitePickup"),
        (ready, "OrderPickupAvailable", "OnSitePickup"),
        (with_a_courier, "OrderProcessing", "ParcelService"),
        (never_paid, "OrderCancelled", "OnSitePickup"),
    ],
)
async def test_programs_read_the_same_status_as_people(
    buyer: Buyer, cast: Cast, make: Any, status: str, method: str
) -> None:
    order = await make(cast)
    await buyer.signs_in(ALINA)
    data = data_on(await buyer.opens(await shared(buyer, order.number)))
    assert data["orderStatus"] == f"https://schema.org/{status}"
    assert data["orderDelivery"]["hasDeliveryMethod"] == f"https://schema.org/{method}"


async def test_a_title_can_not_end_the_block_that_programs_read(buyer: Buyer, cast: Cast) -> None:
    order = await cast.place(ALINA, NOW, LAMP, KETTLE)
    await buyer.signs_in(ALINA)
    page = await buyer.opens(await shared(buyer, order.number))
    block = page.text.split("ld+json")[1].split("</script>")[0]
    assert not set(block[2:]) & set("<>&")


async def test_the_page_is_whole_in_russian(buyer: Buyer, cast: Cast) -> None:
    order = await ready(cast)
    await buyer.signs_in(ALINA)
    path = await shared(buyer, order.number)
    await buyer.opens("/?lang=ru")
    for each in (path, f"/orders/{order.number}/tracking-link", "/track/nowhere"):
        page = await buyer.client.get(each)
        said = text_of(re.sub(r"(?s)<script.*?</script>", "", page.text))
        assert (
            re.findall(r"[A-Za-z]{3,}", re.sub(r"Gotovo|Eng|UTC|Sokol Air|http\S+", "", said)) == []
        )
