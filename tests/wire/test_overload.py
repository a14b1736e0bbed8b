"""Too much at once: what is accepted is kept, the rest is told to come again, nothing is lost."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from tests.support.cli.keys import keys_of
from tests.support.cli.program import Program
from tests.support.faults.shop import Shop
from tests.support.wire.flood import place_all

PLACEMENTS = 400
AGAIN = 8
STREAMS = 500


@pytest.fixture
def program(tmp_path: Path, database_url: str) -> Iterator[Program]:
    """Give the running program; sixteen commands may wait, each for a commit of its own."""
    program = Program(
        tmp_path,
        database_url,
        GOTOVO_QUEUE_LIMIT="16",
        GOTOVO_BATCH_LIMIT="1",
        GOTOVO_BATCHES_IN_FLIGHT="1",
        GOTOVO_STREAMS_PER_KEY=str(STREAMS),
    )
    program.start()
    yield program
    assert program.stop() == 0, program.log()


@pytest.fixture
async def token(program: Program) -> str:
    """Open a shop and give a key for it."""
    token = program.run("key", "create", "--role", "admin").stdout.strip()
    await Shop(program.url, token, keys_of(program.folder).codes.key).open()
    return token


@pytest.fixture
async def http(program: Program, token: str) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client that may have as many connections as it likes."""
    headers, limits = {"Authorization": f"Bearer {token}"}, httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(
        base_url=program.url, headers=headers, limits=limits, timeout=60
    ) as http:
        yield http


async def test_a_flood_is_partly_refused_and_what_was_accepted_is_kept(
    program: Program, token: str, http: httpx.AsyncClient
) -> None:
    keys = [f"flood-{number}" for number in range(PLACEMENTS)]
    first = await place_all(program.port, token, keys)
    assert {answer.status for answer in first.values()} == {201, 503}
    for answer in first.values():
        told = json.loads(answer.body)
        if answer.status == 201:
            kept = await http.get(f"/api/v1/orders/{told['number']}")
            assert kept.json() == told
        else:
            assert told["code"] == "overloaded"
            assert answer.header(b"retry-after") == b"1"


async def test_whoever_was_refused_and_comes_again_is_served_once(
    program: Program, token: str, http: httpx.AsyncClient
) -> None:
    keys = [f"flood-{number}" for number in range(PLACEMENTS)]
    numbers: dict[str, str] = {}
    coming = keys
    while coming:
        for key, answer in (await place_all(program.port, token, coming)).items():
            if answer.status == 201:
                numbers[key] = json.loads(answer.body)["number"]
        coming = [key for key in keys if key not in numbers][:AGAIN]
    assert len(set(numbers.values())) == PLACEMENTS
    assert sorted(await _placed(http)) == sorted(numbers.values())
    assert json.loads(program.run("audit", "--json").stdout)["findings"] == []


async def test_hundreds_of_streams_hear_of_an_order_and_leave_without_a_trace(
    program: Program, token: str, http: httpx.AsyncClient
) -> None:
    async with AsyncExitStack() as stack:
        streams = [
            await stack.enter_async_context(
                http.stream("GET", "/api/v1/events", headers={"Accept": "text/event-stream"})
            )
            for _ in range(STREAMS)
        ]
        told = (await place_all(program.port, token, ["heard"]))["heard"]
        heard = await asyncio.gather(*(_first_number(stream) for stream in streams))
    assert set(heard) == {json.loads(told.body)["number"]}
    assert (await place_all(program.port, token, ["afterwards"]))["afterwards"].status == 201
    assert (await http.get("/readyz")).status_code == 200


async def _first_number(stream: httpx.Response) -> str:
    """Return the number of the order that a stream tells of first."""
    async for line in stream.aiter_lines():
        if line.startswith("data:"):
            return str(json.loads(line.removeprefix("data:"))["number"])
    raise AssertionError("the stream ended")


async def _placed(http: httpx.AsyncClient) -> list[str]:
    """Return the numbers of all orders that the journal tells of."""
    numbers: list[str] = []
    cursor = ""
    while True:
        asked = {"after": cursor, "types": "order.placed"}
        page = (await http.get("/api/v1/events", params=asked)).json()
        if page["next"] == cursor:
            return numbers
        numbers += [item["number"] for item in page["items"]]
        cursor = page["next"]
