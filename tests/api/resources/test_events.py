"""The journal as a feed, page by page."""

import pytest

from tests.support.api.network import Api, captured


async def test_the_feed_tells_every_event_once_in_order(api: Api) -> None:
    numbers = [(await api.place())["number"] for _ in range(3)]
    for number in numbers:
        await api.step(number, "payment", **captured(number))

    seen: list[tuple[str, str]] = []
    after = ""
    while True:
        page = (await api.get(f"/events?limit=2&after={after}", "follower")).json()
        seen += [(event["number"], event["type"]) for event in page["items"]]
        after = page["next"]
        if not page["items"]:
            break

    assert seen == [(n, "order.placed") for n in numbers] + [(n, "order.paid") for n in numbers]
    await api.step(numbers[0], "picking")
    later = (await api.get(f"/events?after={after}", "follower")).json()
    assert [event["type"] for event in later["items"]] == ["order.picking_started"]


async def test_an_event_carries_its_chain_and_its_body_as_it_was_hashed(api: Api) -> None:
    order = await api.place()

    (event,) = (await api.get("/events")).json()["items"]

    assert event["number"] == order["number"]
    assert event["version"] == 1
    assert event["actor"] == f"storefront:{api.network.ids['storefront']}"
    assert event["event"]["type"] == "order.placed"
    assert event["customer"] == order["customer"]["id"]
    assert len(event["hash"]) == 64
    assert event["cursor"] == "1"


async def test_types_choose_and_the_cursor_moves_past_the_others(api: Api) -> None:
    number = (await api.ready())["number"]

    page = (await api.get("/events?types=order.paid,order.ready&limit=10")).json()
    rest = (await api.get(f"/events?after={page['next']}")).json()

    assert [event["type"] for event in page["items"]] == ["order.paid", "order.ready"]
    assert {event["number"] for event in page["items"]} == {number}
    assert rest["items"] == []


@pytest.mark.parametrize(
    "query",
    ["types=order.lost", "after=x", "after=1.2", "after=-1", "after=" + "9" * 19, "limit=0"],
)
async def test_a_cursor_or_type_that_is_none_is_refused(api: Api, query: str) -> None:
    answer = await api.get(f"/events?{query}")

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_query")


@pytest.mark.parametrize("by", ["point", "courier", "warehouse"])
async def test_the_feed_is_not_for_those_who_work_at_one_place(api: Api, by: str) -> None:
    assert (await api.get("/events", by)).status_code == 403
