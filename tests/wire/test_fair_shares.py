"""Two shops and one program: what one does as fast as it can does not turn the other away."""

import asyncio
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import msgspec
import pytest

from gotovo.bench.load.generator import raw_request, write_request_file
from tests.support.cli.keys import keys_of
from tests.support.cli.program import Program
from tests.support.faults.shop import Shop
from tests.support.wire.flood import BASKET

LISTS = 40
LIST = 1_000
PROCESSES = 2
CONNECTIONS = 8
FLOOD_SECONDS = 30
PLACEMENTS = 12
STREAMS = 3


@pytest.fixture
def program(tmp_path: Path, database_url: str) -> Iterator[Program]:
    """Give the running program; no rate of a key is what protects the other shop here."""
    program = Program(
        tmp_path, database_url, GOTOVO_RATE_PER_KEY="0", GOTOVO_STREAMS_PER_KEY=str(STREAMS)
    )
    program.start()
    yield program
    assert program.stop() == 0, program.log()


@pytest.fixture
async def tokens(program: Program) -> tuple[str, str]:
    """Give a key of the shop that floods, and one of the other."""
    admin = program.run("key", "create", "--role", "admin").stdout.strip()
    await Shop(program.url, admin, keys_of(program.folder).codes.key).open()
    assert program.run("shop", "put", "bookshop", "--title", "Книги").returncode == 0
    flooding = program.run("key", "create", "--role", "storefront").stdout.strip()
    other = program.run("key", "create", "--role", "storefront", "--shop", "bookshop")
    return flooding, other.stdout.strip()


@pytest.fixture
async def http(program: Program) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client without a key."""
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(
        base_url=f"{program.url}/api/v1", limits=limits, timeout=60
    ) as http:
        yield http


def lists(token: str) -> Iterator[bytes]:
    """Yield lists of new orders."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    mark = "0" * 32
    commands = [BASKET | {"step": "placement", "id": f"{mark}-{n}"} for n in range(LIST)]
    content = msgspec.json.encode({"commands": commands})
    for _ in range(LISTS):
        own = uuid4().hex
        body = content.replace(mark.encode(), own.encode())
        yield raw_request("POST", "/api/v1/commands", headers | {"Idempotency-Key": own}, body)


@contextmanager
def flood(program: Program, token: str) -> Generator[list["subprocess.Popen[bytes]"]]:
    """Send lists from several processes until the end of the block."""
    processes: list[subprocess.Popen[bytes]] = []
    with ExitStack() as stack:
        for number in range(PROCESSES):
            requests = write_request_file(program.folder / f"lists-{number}", lists(token))
            how = ("once", str(CONNECTIONS), str(FLOOD_SECONDS), str(program.folder / "result"))
            module = ("-m", "gotovo.bench.load.closed_loop", str(program.port))
            process = subprocess.Popen([sys.executable, *module, str(requests.file), *how])
            stack.callback(process.wait)
            stack.callback(process.kill)
            processes.append(process)
        yield processes


async def has_orders(http: httpx.AsyncClient, headers: dict[str, str]) -> bool:
    return bool((await http.get("/orders", headers=headers)).json()["items"])


async def test_lists_of_a_thousand_turn_away_no_order_of_another_shop(
    program: Program, tokens: tuple[str, str], http: httpx.AsyncClient
) -> None:
    flooding, other = ({"Authorization": f"Bearer {token}"} for token in tokens)
    with flood(program, tokens[0]) as processes:
        async with asyncio.timeout(60):
            while not await has_orders(http, flooding):
                pass
        placed = [
            await http.post("/orders", json=BASKET, headers=other | {"Idempotency-Key": f"b-{n}"})
            for n in range(PLACEMENTS)
        ]
        assert [process.poll() for process in processes] == [None] * PROCESSES, "over before"
    assert Counter(each.status_code for each in placed) == {201: PLACEMENTS}


async def test_streams_of_one_key_that_begin_at_once_count_before_they_begin(
    program: Program, tokens: tuple[str, str], http: httpx.AsyncClient
) -> None:
    assert program.pid
    flooding, other = (
        {"Authorization": f"Bearer {token}", "Accept": "text/event-stream"} for token in tokens
    )
    wanted = [http.build_request("GET", "/events", headers=flooding) for _ in range(4 * STREAMS)]
    opened = await asyncio.gather(*(http.send(each, stream=True) for each in wanted))
    another = http.build_request("GET", "/events", headers=other)
    opened.append(await http.send(another, stream=True))
    statuses = [each.status_code for each in opened]
    policies = [each.headers["ratelimit"] for each in opened if each.status_code == 429]
    for each in opened:
        await each.aclose()
    assert Counter(statuses[:-1]) == {200: STREAMS, 429: 3 * STREAMS}
    assert statuses[-1] == 200
    assert all('"streams";r=0' in each for each in policies)
