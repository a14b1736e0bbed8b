"""Each key has its limits: every response says what is left, and which one refused a request."""

import asyncio
import re
from typing import Any

import httpx
import pytest

from gotovo.api.limits.key_limits import UNIT_BYTES, cost_of
from gotovo.api.resources.commands import COMMANDS_BYTES_MAX, COMMANDS_MAX
from gotovo.http.limits import ClientLimits
from gotovo.order.values.number import draw
from gotovo.store.tables.access.api_keys import KeyLimits
from tests.support.api.limited import Nanoseconds, limited
from tests.support.api.network import PLACE, Api, Network

FEW = ClientLimits(rate_per_key=2, burst_per_key=3, requests_per_key=5, streams_per_key=4)
UNKNOWN = draw(home=7, index=7)
EVENT_STREAM = "text/event-stream"

_ITEM = re.compile(r'"(?P<name>[a-z]+)"(?P<parameters>(?:;[a-z]+=(?:\d+|"[a-z-]+"))+)')


def policies(answer: httpx.Response, header: str) -> dict[str, dict[str, str]]:
    """Return the parameters of each item of a header, as the grammar of the draft has them."""
    items: dict[str, dict[str, str]] = {}
    for text in answer.headers[header].split(", "):
        item = _ITEM.fullmatch(text)
        assert item is not None, text
        parameters = item["parameters"][1:].split(";")
        items[item["name"]] = dict(each.split("=") for each in parameters)
    return items


def left(answer: httpx.Response) -> dict[str, int]:
    """Return what is left of each limit."""
    return {name: int(each["r"]) for name, each in policies(answer, "ratelimit").items()}


def scans(count: int) -> dict[str, Any]:
    """Return a list of commands for an order that there is not."""
    scan = {"order": UNKNOWN, "step": "picking"}
    return {"commands": [{"id": f"scan-{number}"} | scan for number in range(count)]}


async def test_every_response_to_a_key_tells_its_limits_and_what_is_left(api: Api) -> None:
    placed = await api.post("/orders", PLACE, "storefront")
    answers = [
        placed,
        await api.get(f"/orders/{UNKNOWN}", "storefront"),
        await api.get("/orders?limit=many", "storefront"),
        await api.get("/points", "storefront"),
        await api.get("/keys", "storefront"),
        await api.post("/commands", b"{", "storefront"),
    ]
    assert [each.status_code for each in answers] == [201, 404, 422, 200, 403, 400]
    limits = ClientLimits()
    for count, answer in enumerate(answers, 1):
        assert policies(answer, "ratelimit-policy") == {
            "rate": {"q": str(limits.burst_per_key), "w": "5"},
            "concurrency": {"q": str(limits.requests_per_key), "qu": '"concurrent-requests"'},
            "streams": {"q": str(limits.streams_per_key), "qu": '"concurrent-requests"'},
        }
        assert limits.burst_per_key - count <= left(answer)["rate"] <= limits.burst_per_key
        assert left(answer)["concurrency"] == limits.requests_per_key - 1
        assert policies(answer, "ratelimit")["rate"]["t"] == "1"
    assert left(await api.get("/events", "follower"))["streams"] == limits.streams_per_key


async def test_a_response_to_nobody_tells_no_limits(api: Api) -> None:
    for path, by in (("/orders", ""), ("/nowhere", "admin")):
        assert "ratelimit" not in (await api.get(path, by)).headers


async def test_a_key_sends_a_burst_and_then_its_rate(network: Network) -> None:
    clock = Nanoseconds()
    async with limited(network, FEW, clock) as (api, _):
        answers = [await api.get("/points", "follower") for _ in range(5)]
        assert [each.status_code for each in answers] == [200, 200, 200, 429, 429]
        assert [left(each)["rate"] for each in answers] == [2, 1, 0, 0, 0]
        refused = answers[-1]
        assert refused.headers["retry-after"] == "1"
        assert refused.headers["content-type"] == "application/problem+json"
        problem = refused.json()
        assert problem["code"] == "too_many_requests"
        assert problem["violated-policies"] == ["rate"]
        assert (await api.get("/points", "admin")).status_code == 200

        clock.pass_seconds(1)
        again = [await api.get("/points", "follower") for _ in range(3)]
        assert [each.status_code for each in again] == [200, 200, 429]


async def test_a_list_counts_once_for_each_command_and_a_refused_one_does_nothing(
    network: Network,
) -> None:
    clock = Nanoseconds()
    limits = ClientLimits(rate_per_key=10, burst_per_key=20)
    async with limited(network, limits, clock) as (api, _):
        first = await api.post("/commands", scans(12), "storefront")
        assert (first.status_code, left(first)["rate"]) == (200, 8)
        placements = [{"step": "placement", "id": f"{number}"} | PLACE for number in range(10)]
        refused = await api.post("/commands", {"commands": placements}, "storefront")
        assert (refused.status_code, refused.json()["violated-policies"]) == (429, ["rate"])
        assert refused.headers["retry-after"] == "1"
        found = await api.get("/orders", "storefront")
        assert found.json()["items"] == []
        clock.pass_seconds(1)
        done = await api.post("/commands", {"commands": placements}, "storefront")
        assert {each["outcome"] for each in done.json()["outcomes"]} == {"done"}


async def test_a_list_longer_than_the_burst_takes_all_of_it(network: Network) -> None:
    clock = Nanoseconds()
    async with limited(network, FEW, clock) as (api, _):
        for status in (200, 429):
            answer = await api.post("/commands", scans(30), "storefront")
            assert answer.status_code == status
        assert answer.headers["retry-after"] == "1"
        clock.pass_seconds(FEW.burst_per_key / FEW.rate_per_key)
        done = await api.post("/commands", scans(30), "storefront")
        assert (done.status_code, left(done)["rate"]) == (200, 0)


async def test_a_body_counts_before_it_is_read(network: Network) -> None:
    blank = b" " * (2 * UNIT_BYTES)
    async with limited(network, FEW) as (api, _):
        wrong = await api.post("/orders", blank + b"[", "storefront")
        assert (wrong.status_code, left(wrong)["rate"]) == (400, 0)
        unread = await api.post("/orders", blank * 10 + b"[", "storefront")
        assert unread.status_code == 429


def test_the_longest_list_counts_as_much_by_its_bytes_as_by_its_commands() -> None:
    assert cost_of(0) == cost_of(1) == cost_of(UNIT_BYTES) == 1
    assert cost_of(UNIT_BYTES + 1) == 2
    assert COMMANDS_MAX <= cost_of(COMMANDS_BYTES_MAX) <= 1.1 * COMMANDS_MAX


async def test_a_limit_of_requests_under_way_is_named(network: Network) -> None:
    async with limited(network, ClientLimits(requests_per_key=1)) as (api, dependencies):
        dependencies.requests_by_key.enter(network.ids["follower"])
        refused = await api.get("/events", "follower")
    assert refused.status_code == 429
    assert refused.json()["violated-policies"] == ["concurrency"]
    assert left(refused)["concurrency"] == 0


async def test_a_limit_of_streams_is_named(network: Network) -> None:
    async with limited(network, ClientLimits(streams_per_key=1)) as (api, dependencies):
        with dependencies.event_streams.slot(network.ids["follower"]):
            async with asyncio.timeout(10):  # a stream that begins never ends
                refused = await api.get("/events", "follower", accept=EVENT_STREAM)
    assert refused.json()["violated-policies"] == ["streams"]
    assert left(refused)["streams"] == 0


@pytest.mark.parametrize(
    ("own", "policy"),
    [
        ({"rate": 7, "burst": 20}, {"rate": "20", "concurrency": "5", "streams": "4"}),
        ({"rate": 0}, {"concurrency": "5", "streams": "4"}),
        ({"requests": 9, "streams": 1}, {"rate": "3", "concurrency": "9", "streams": "1"}),
        ({}, {"rate": "3", "concurrency": "5", "streams": "4"}),
    ],
)
async def test_a_key_has_limits_of_its_own_where_the_network_set_them(
    network: Network, own: dict[str, int], policy: dict[str, str]
) -> None:
    follower = network.ids["follower"]
    keys = network.dependencies.keys
    await keys.limit(network.ids["admin"], KeyLimits(0, None, 100, 10), network.clock())
    await network.dependencies.api_keys.refresh()
    async with limited(network, FEW) as (api, _):
        await api.post(f"/keys/{follower}/limits", {"rate": 1, "burst": 1, "streams": 2})
        answer = await api.post(f"/keys/{follower}/limits", own)
        assert answer.status_code == 200
        read = await api.get("/points", "follower")
        found = policies(read, "ratelimit-policy")
        assert {name: each["q"] for name, each in found.items()} == policy
    async with limited(network, ClientLimits()) as (api, _):
        listed = (await api.get("/keys?limit=200")).json()["items"]
        [limits] = [each.get("limits", {}) for each in listed if each["id"] == follower]
        assert {name: value for name, value in limits.items() if value is not None} == own


async def test_what_was_used_counts_when_the_limit_is_changed(network: Network) -> None:
    follower = network.ids["follower"]
    async with limited(network, FEW) as (api, _):
        for _ in range(3):
            await api.get("/points", "follower")
        await api.post(f"/keys/{follower}/limits", {"rate": 2, "burst": 2})
        refused = await api.get("/points", "follower")
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")


@pytest.mark.parametrize(
    "wrong",
    [{"rate": -1}, {"burst": 0}, {"requests": 0}, {"streams": 0}, {"rate": 10**9}, {"limit": 1}],
)
async def test_an_impossible_limit_is_refused_with_its_field(
    api: Api, wrong: dict[str, int]
) -> None:
    answer = await api.post(f"/keys/{api.network.ids['follower']}/limits", wrong)
    assert (answer.status_code, answer.json()["field"]) == (422, next(iter(wrong)))


async def test_a_revoked_key_gets_no_limits(api: Api) -> None:
    key_id = (await api.post("/keys", {"name": "gone", "role": "admin"})).json()["id"]
    await api.client.delete(f"/api/v1/keys/{key_id}", headers=api.headers("admin", {}))
    answer = await api.post(f"/keys/{key_id}/limits", {"rate": 1})
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_key")
