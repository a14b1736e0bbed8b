"""Two shops in one network: neither sees or does anything with the orders of the other (rule 4.18).

The second shop's keys are real ones with every right within their own shop.
"""

from typing import Any
from uuid import uuid4

import pytest

from gotovo.access.feed_cursors import LeftHistory, shop_reader
from gotovo.access.feed_events import EventFilter
from gotovo.order.values.customer import customer_id
from gotovo.order.values.number import draw
from tests.support.api.listening import listening
from tests.support.api.network import ALINA, BOOKSHOP, SECRET, Api, captured

BUYER = customer_id(SECRET, ALINA)
BOOK_KEYS = ("book-storefront", "book-support", "book-admin")
OFFICE = ("book-support", "book-admin")
FREE = draw(7, 12_345)
FOREIGN, NOBODYS = "of the other shop", "of nobody"


async def other_orders(api: Api) -> dict[str, dict[str, Any]]:
    """Return an order of the default shop at each point of its life, the buyer of all the same."""
    ready = await api.ready(external_id="A-1")
    cancelled = await api.place()
    await api.step(cancelled["number"], "payment", **captured(cancelled["number"]))
    cancelled = await api.step(cancelled["number"], "cancellation")
    return {"unpaid": await api.place(), "ready": ready, "cancelled": cancelled}


def attacks(orders: dict[str, dict[str, Any]]) -> list[tuple[str, str, dict[str, Any]]]:
    """Return what the second shop tries: an order's number, a step and its body."""
    unpaid, ready = orders["unpaid"]["number"], orders["ready"]["number"]
    cancelled = orders["cancelled"]
    refund = cancelled["refunds"][0]["id"]
    return [
        (unpaid, "payment", captured(unpaid)),
        (unpaid, "redirection", {"delivery": {"method": "pickup", "point": "KZN-2"}}),
        (unpaid, "cancellation", {}),
        (ready, "cancellation", {}),
        (ready, "trusted-person", {}),
        (ready, "code-renewal", {}),
        (ready, "storage-extension", {}),
        (ready, "attention", {"flag": "lost"}),
        (cancelled["number"], "refund-completion", {"refund": refund, "provider_id": "x"}),
        (cancelled["number"], "contact-erasure", {}),
    ]


def without_numbers(text: str, *numbers: str) -> str:
    """Return an answer without what the asker sent."""
    for number in numbers:
        text = text.replace(number, "N")
    return text


@pytest.mark.parametrize("by", BOOK_KEYS)
async def test_another_shops_order_cannot_be_paid_moved_cancelled_refunded_or_erased(
    api: Api, by: str
) -> None:
    orders = await other_orders(api)
    for number, step, body in attacks(orders):
        answer = await api.post(f"/orders/{number}/{step}", body, by)
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_order"), step
        assert "stage" not in answer.json()
    for order in orders.values():
        after = (await api.get(f"/orders/{order['number']}")).json()
        assert after == (await api.get(f"/orders/{order['number']}", by="storefront")).json()
        assert (after["version"], after["customer"]["phone"]) == (order["version"], ALINA)


@pytest.mark.parametrize("by", BOOK_KEYS)
async def test_another_shops_order_is_refused_in_a_list_as_one_that_does_not_exist(
    api: Api, by: str
) -> None:
    orders = await other_orders(api)
    tried = attacks(orders)
    commands = [
        {"id": f"c{n}", "order": number, "step": step} | body
        for n, (number, step, body) in enumerate(tried)
    ]
    commands.append({"id": FOREIGN, "order": orders["ready"]["number"], "step": "cancellation"})
    commands.append({"id": NOBODYS, "order": FREE, "step": "cancellation"})
    future = {"step": "cancellation", "at": "2030-01-01T00:00:00Z"}
    commands.append({"id": FOREIGN + "2", "order": orders["ready"]["number"]} | future)
    commands.append({"id": NOBODYS + "2", "order": FREE} | future)
    answer = await api.post("/commands", {"commands": commands}, by)
    assert answer.status_code == 200
    outcomes = {each["id"]: each for each in answer.json()["outcomes"]}
    for n, (_, step, _) in enumerate(tried):
        assert outcomes[f"c{n}"]["problem"]["code"] == "unknown_order", step
        assert outcomes[f"c{n}"]["order"] is None
    for foreign, nobodys in ((FOREIGN, NOBODYS), (FOREIGN + "2", NOBODYS + "2")):
        seen, unseen = outcomes[foreign], outcomes[nobodys]
        assert seen | {"id": ""} == unseen | {"id": ""}
        assert (seen["number"], seen["version"]) == (None, 0)
    again = await api.post("/commands", {"commands": commands}, by)
    assert again.json()["outcomes"][-4]["number"] is None


async def test_a_payment_of_another_shop_is_contested_without_the_number_of_its_order(
    api: Api,
) -> None:
    """The number proves a buyer where a phone alone does not; neither answer nor feed has it."""
    first, own = await api.place(), await api.place("book-storefront")
    report = captured(first["number"])
    await api.step(first["number"], "payment", **report)
    answer = await api.post(f"/orders/{own['number']}/payment", report, "book-storefront")
    feed = await api.get("/events", "book-follower")
    assert [each["use"] for each in answer.json()["payments"]] == ["contested"]
    assert "order.payment_received" in feed.text
    assert first["number"] not in (answer.text + feed.text).replace(report["payment_id"], "")


@pytest.mark.parametrize("by", BOOK_KEYS)
async def test_another_shops_order_cannot_be_read(api: Api, by: str) -> None:
    orders = await other_orders(api)
    for order in orders.values():
        number = order["number"]
        for path in ("", "/timeline", "/allowed-steps"):
            await api.get(f"/orders/{number}{path}")  # Kept in the caches, for who may see it.
            seen = await api.get(f"/orders/{number}{path}", by=by)
            assert (seen.status_code, seen.json()["code"]) == (404, "unknown_order")
            unseen = await api.get(f"/orders/{FREE}{path}", by=by)
            assert without_numbers(seen.text, number) == without_numbers(unseen.text, FREE)


@pytest.mark.parametrize("by", BOOK_KEYS)
async def test_another_shops_orders_are_in_no_list_and_found_by_no_search(
    api: Api, by: str
) -> None:
    number = (await other_orders(api))["ready"]["number"]
    own = (await api.place("book-storefront", external_id="A-1"))["number"]
    phone = ALINA.replace("+", "%2B")
    queries = [
        "",
        "?status=ready_for_pickup",
        "?status=awaiting_payment",
        "?point=KZN-1",
        "?point=KZN-1&status=closed",
        "?stage=placed",
        f"?customer={BUYER}",
        f"?customer={BUYER}&status=closed",
        f"?customer={phone}",
        f"?q={number}",
        "?q=A-1",
        f"?q={phone}",
    ]
    for query in queries:
        everyones = [x["number"] for x in (await api.get(f"/orders{query}")).json()["items"]]
        found = (await api.get(f"/orders{query}", by=by)).json()
        assert {x["number"] for x in found["items"]} <= {own}, query
        assert (own in everyones) == bool(found["items"]), query
        others = (await api.get(f"/orders{query}", by="storefront")).json()["items"]
        assert own not in {x["number"] for x in others}, query
        assert len(others) + len(found["items"]) == len(everyones), query


async def test_pages_of_a_shop_are_whole_and_end(api: Api) -> None:
    own: list[str] = []
    for _ in range(5):
        own.append((await api.place("book-storefront"))["number"])
        await api.place()
    for query in ("", "&status=awaiting_payment", f"&customer={BUYER}", "&point=KZN-1"):
        read: list[str] = []
        after = ""
        while after is not None:
            path = f"/orders?limit=2{query}&after={after}"
            page = (await api.get(path, by="book-support")).json()
            read += [x["number"] for x in page["items"]]
            after = page["next"]
        assert sorted(read) == sorted(own), query


async def test_a_shops_order_names_its_shop_and_the_only_shop_is_never_named(api: Api) -> None:
    own = await api.place("book-storefront")
    assert own["shop"] == BOOKSHOP
    assert "shop" not in await api.place()
    assert "shop" not in (await api.post(f"/orders/{FREE}/cancellation")).text


@pytest.mark.parametrize("by", OFFICE)
async def test_a_shops_support_knows_a_buyer_by_its_own_orders_alone(api: Api, by: str) -> None:
    await other_orders(api)
    unknown = await api.get(f"/customers/{BUYER}", by=by)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_customer")
    await api.place("book-storefront", customer={"phone": ALINA, "name": "Читатель"})
    known = (await api.get(f"/customers/{BUYER}", by=by)).json()
    assert (known["orders"], known["name"]) == (1, "Читатель")
    everywhere = (await api.get(f"/customers/{BUYER}")).json()
    assert everywhere["orders"] == 4


@pytest.mark.parametrize("by", OFFICE)
async def test_erasing_a_buyer_with_a_shops_key_erases_its_own_orders_alone(
    api: Api, by: str
) -> None:
    theirs = (await other_orders(api))["cancelled"]["number"]
    own = (await api.place("book-storefront"))["number"]
    await api.step(own, "cancellation", by=by)
    erased = await api.step(own, "contact-erasure", by=by)
    assert erased["customer"]["phone"] is None
    assert (await api.get(f"/orders/{theirs}")).json()["customer"]["phone"] == ALINA
    refused = await api.post(f"/orders/{theirs}/contact-erasure", {}, by)
    assert refused.status_code == 404


@pytest.mark.parametrize("by", OFFICE)
async def test_the_help_threads_of_another_shop_are_closed(api: Api, by: str) -> None:
    theirs, own = (await api.place())["number"], (await api.place("book-storefront"))["number"]
    help_ = api.network.dependencies.help
    for number in (theirs, own):
        await help_.ask(number, uuid4(), "Когда?", api.network.clock())
    listed = (await api.get("/help", by=by)).json()["items"]
    assert [each["number"] for each in listed] == [own]
    assert {x["number"] for x in (await api.get("/help")).json()["items"]} == {theirs, own}
    answers = [
        await api.get(f"/orders/{theirs}/help", by=by),
        await api.post(f"/orders/{theirs}/help-answer", {"said": "Никогда"}, by),
        await api.post(f"/orders/{theirs}/help-settlement", {}, by),
        await api.post(f"/orders/{theirs}/help-question", {"said": "Где?"}, by),
        await api.post(f"/orders/{theirs}/help-assignment", {}, by),
        await api.post(f"/orders/{theirs}/help-release", {}, by),
    ]
    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_order")
    assert [each.said for each in await help_.thread(theirs)] == ["Когда?"]
    assert (await api.post(f"/orders/{own}/help-answer", {"said": "Завтра"}, by)).is_success


@pytest.mark.parametrize("by", ["book-storefront", "book-support", "book-admin", "book-follower"])
async def test_the_feed_of_a_shop_has_its_own_events_and_skips_none(api: Api, by: str) -> None:
    own: list[str] = []
    for _ in range(4):
        await api.ready()
        own.append((await api.place("book-storefront"))["number"])
    for limit in (1, 3, 100):
        read: list[str] = []
        cursor, pages = "", 0
        while pages < 40:
            page = (await api.get(f"/events?limit={limit}&after={cursor}", by=by)).json()
            read += [each["number"] for each in page["items"]]
            cursor, pages = page["next"], pages + 1
        assert read == own, limit
    more = (await api.place("book-storefront"))["number"]
    further = (await api.get(f"/events?after={cursor}", by=by)).json()
    assert [each["number"] for each in further["items"]] == [more]
    types = (await api.get("/events?types=order.paid", by=by)).json()
    assert types["items"] == []


async def test_the_stream_of_a_shop_has_its_own_events_and_skips_none(api: Api) -> None:
    dependencies = api.network.dependencies
    wanted = EventFilter(shop=BOOKSHOP)
    before = (await api.place("book-storefront"))["number"]
    await api.place()
    async with listening(dependencies, wanted=wanted) as listener:
        assert [x["number"] for x in await listener.hear(1)] == [before]
        await api.ready()
        during = (await api.place("book-storefront"))["number"]
        (heard,) = await listener.hear(1)
        assert heard["number"] == during
    reached = dependencies.feed_cursors.positions(heard["cursor"], shop_reader(BOOKSHOP), 1)
    assert not isinstance(reached, LeftHistory)
    assert reached is not None
    async with listening(dependencies, reached, wanted) as listener:
        await api.place()
        later = (await api.place("book-storefront"))["number"]
        assert [x["number"] for x in await listener.hear(1)] == [later]


async def test_the_same_idempotency_key_of_two_shops_is_two_requests(api: Api) -> None:
    theirs = await api.post("/orders", order(), "storefront", "same")
    own = await api.post("/orders", order(), "book-storefront", "same")
    assert theirs.json()["number"] != own.json()["number"]
    assert (theirs.status_code, own.status_code) == (201, 201)
    number = theirs.json()["number"]
    paid = await api.post(f"/orders/{number}/payment", captured(number), "storefront", "pay")
    tried = await api.post(f"/orders/{number}/payment", captured(number), "book-storefront", "pay")
    assert (paid.status_code, tried.status_code) == (200, 404)


async def test_a_buyer_sees_that_a_shops_key_looked(api: Api) -> None:
    number = (await api.place("book-storefront"))["number"]
    await api.get(f"/orders/{number}", by="book-support")
    await api.network.dependencies.access_log.write()
    rows = await api.network.pool.fetch("select subject, actor from order_look")
    assert [tuple(row) for row in rows] == [(number, f"support:{api.network.ids['book-support']}")]


def order() -> dict[str, Any]:
    """Return the body of a placement."""
    return {
        "customer": {"phone": ALINA},
        "lines": [{"sku": "MUG-RED", "title": "Кружка", "quantity": 1, "price": 100}],
        "delivery": {"method": "pickup", "point": "KZN-1"},
    }


async def test_a_key_of_the_office_is_limited_to_the_default_shop_by_name(api: Api) -> None:
    """A network's second shop makes support of the first one's own orders necessary."""
    own, books = await api.place(), await api.place("book-storefront")
    for role in ("support", "admin"):
        wish = {"name": "own", "role": role, "shop": "default"}
        made = (await api.post("/keys", wish)).json()
        assert made["shop"] == "default"
        api.network.tokens["own"] = made["token"]
        assert (await api.get(f"/orders/{own['number']}", "own")).status_code == 200
        assert (await api.get(f"/orders/{books['number']}", "own")).status_code == 404
        items = (await api.get("/orders", "own")).json()["items"]
        assert [order["number"] for order in items] == [own["number"]]
    heir = await api.post("/keys", {"name": "heir", "role": "support"}, "own")
    assert heir.json()["shop"] == "default"
    stranger = {"name": "heir", "role": "support", "shop": BOOKSHOP}
    answer = await api.post("/keys", stranger, "own")
    assert (answer.status_code, answer.json()["expected"]) == (422, "default")
    shown = {key["name"]: key.get("shop") for key in (await api.get("/keys")).json()["items"]}
    assert (shown["own"], shown["storefront"], shown["admin"]) == ("default", None, None)


async def test_no_shop_takes_the_name_of_the_default_one(api: Api) -> None:
    body = {"title": "Mine"}
    answer = await api.client.put(
        "/api/v1/shops/default", json=body, headers=api.headers("admin", {})
    )
    assert (answer.status_code, answer.json()["field"]) == (422, "code")
