"""The journal as a feed, page by page."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from gotovo.engine.ports import FeedEpoch
from gotovo.http.limits import ClientLimits, OpenStreams
from gotovo.http.streaming import EventStream
from tests.support.api.limited import limited
from tests.support.api.network import Api, Network, captured
from tests.support.http.asgi import Sent, never, scope_of


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
    assert event["at"].endswith("Z")
    assert event["recorded_at"].endswith("Z")


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


async def test_a_cursor_beyond_the_head_is_gone_and_the_answer_names_the_head(api: Api) -> None:
    await api.place()
    for accept in ("application/json", "text/event-stream"):
        answer = await api.get("/events?after=2", "follower", accept=accept)
        problem = answer.json()
        assert answer.status_code == 410
        assert problem["type"] == "urn:gotovo:problem:cursor_beyond_head"
        assert (problem["field"], problem["value"], problem["expected"]) == ("after", "2", "1")
    await api.place()
    read = await api.get(f"/events?after={problem['expected']}", "follower")
    assert [event["cursor"] for event in read.json()["items"]] == ["2"]


@pytest.mark.parametrize("by", ["follower", "book-storefront"])
@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
async def test_after_a_restore_who_had_read_further_is_told_where_to_go_on(
    network: Network, by: str, accept: str
) -> None:
    first = FeedEpoch(1, "0000000a", (0,), network.clock(), "one")
    async with limited(network, ClientLimits(), epochs=[first]) as (api, _):
        await api.place(by="book-storefront")
        stands = (await api.get("/events", by)).json()["next"]
        await api.place(by="book-storefront")
        lost = (await api.get("/events", by)).json()["next"]
        await api.place(by="book-storefront")
    second = FeedEpoch(2, "0000000b", (1,), network.clock(), "two")
    async with limited(network, ClientLimits(), epochs=[first, second]) as (api, _):
        answer = await api.get(f"/events?after={lost}", by, accept=accept)
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (410, "feed_restored")
        for after in (stands, problem["expected"]):
            page = (await api.get(f"/events?after={after}", by)).json()
            assert [event["version"] for event in page["items"]] == [1, 1]
            assert len({event["number"] for event in page["items"]}) == 2


async def test_a_cursor_that_another_process_has_committed_is_not_beyond_the_head(
    api: Api,
) -> None:
    await api.get("/events?after=0")
    await api.place()
    await api.place()
    assert (await api.get("/events?after=2")).json()["items"] == []


async def test_a_key_opens_so_many_streams_and_leaves_the_others_theirs(network: Network) -> None:
    follower = network.ids["follower"]
    async with limited(network, ClientLimits(streams_per_key=2)) as (api, dependencies):
        streams = dependencies.event_streams
        with streams.slot(follower), streams.slot(follower):
            answer = await api.get("/events", "follower", accept="text/event-stream")
            assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
            assert int(answer.headers["retry-after"]) > 0
            assert not streams.is_full_for(network.ids["admin"])


def test_a_stream_counts_before_its_first_byte_and_until_it_has_ended() -> None:
    streams = OpenStreams(10, 1)

    async def no_chunks() -> AsyncGenerator[bytes, None]:
        for chunk in ():
            yield chunk

    stream = EventStream(no_chunks(), slot=streams.slot("key"))
    assert streams.is_full_for("key")
    asyncio.run(stream(scope_of(), never, Sent()))
    assert not streams.is_full_for("key")


async def test_a_key_has_so_many_requests_under_way_and_another_is_served(
    network: Network,
) -> None:
    async with limited(network, ClientLimits(requests_per_key=1)) as (api, dependencies):
        under_way = dependencies.requests_by_key
        under_way.enter(network.ids["follower"])
        refused = await api.get("/events", "follower")
        other = await api.get("/events", "admin")
        under_way.leave(network.ids["follower"])
        again = [await api.get("/events", "follower") for _ in range(3)]
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert "retry-after" in refused.headers
    assert [other.status_code, *(each.status_code for each in again)] == [200, 200, 200, 200]
