"""A cached response is the one that would be made now."""

import pytest
from starlette.responses import Response

from gotovo.api.cache.response_cache import ResponseCache
from gotovo.engine.changes import ChangeReader
from gotovo.http.hot_paths import HotResponse
from tests.support.api.listening import TwoLanes
from tests.support.api.network import ALINA, Api, captured


@pytest.mark.parametrize(("status", "times_made"), [(200, 1), (404, 2)])
async def test_only_successful_responses_are_cached(status: int, times_made: int) -> None:
    journal, made = TwoLanes(), []
    cache = ResponseCache(ChangeReader(journal, journal, lanes=(0,)))

    async def make() -> Response:
        made.append(status)
        return HotResponse(b"order", status)

    for _ in range(2):
        answer = await cache.respond("1", "order", make)
        assert (answer.status_code, answer.body) == (status, b"order")
    assert len(made) == times_made


async def test_every_read_of_an_order_sees_each_step_at_once(api: Api) -> None:
    number = (await api.place())["number"]
    paths = (f"/orders/{number}", f"/orders/{number}/timeline", f"/orders?customer=%2B{ALINA[1:]}")
    bodies: dict[str, list[bytes]] = {path: [] for path in paths}
    for step, body in (
        ("payment", captured(number)),
        ("picking", {}),
        ("packing", {}),
        ("dispatch", {}),
        ("arrival", {}),
        ("shelving", {"cell": "A-1"}),
    ):
        for path in paths:
            first, second = await api.get(path), await api.get(path)
            assert first.content == second.content
            bodies[path].append(first.content)
        await api.post(f"/orders/{number}/{step}", body)
    for path in paths:
        assert len(set(bodies[path])) == len(bodies[path]), path
    assert await api.network.dependencies.reads.order(number) is not None


async def test_a_change_by_another_process_is_seen_by_the_next_request(api: Api) -> None:
    number = (await api.place())["number"]
    dependencies = api.network.dependencies

    async def status() -> Response:
        found = await dependencies.reads.order(number)
        assert found is not None
        return HotResponse(found.order.stage.encode())

    before = await dependencies.response_cache.respond(number, "stage", status)
    await api.network.reopen()
    await api.post(f"/orders/{number}/payment", captured(number))
    assert api.network.dependencies is not dependencies
    after = await dependencies.response_cache.respond(number, "stage", status)
    assert (before.body, after.body) == (b"placed", b"paid")
