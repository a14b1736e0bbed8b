"""Two programs on one database: what is placed at both at once is placed once (rule 4.13)."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
import pytest

from gotovo.assembly.background import DIRECTORY_SECONDS
from tests.support.cli.keys import keys_of
from tests.support.cli.program import Program
from tests.support.faults.shop import PRICE, SKU, Shop

RACES = 30


@pytest.fixture
def programs(tmp_path: Path, database_url: str) -> Iterator[tuple[Program, Program]]:
    """Give two running programs with one database and one secret."""
    folders = tmp_path / "first", tmp_path / "second"
    for folder in folders:
        folder.mkdir()
    first = Program(folders[0], database_url)
    first.start()
    second = Program(folders[1], database_url, GOTOVO_SECRET_FILE=str(folders[0] / "secret"))
    second.start()
    yield first, second
    for program in (second, first):
        assert program.stop() == 0, program.log()


def _order(phone: int, **more: Any) -> dict[str, Any]:
    return {
        "customer": {"phone": f"+7900{phone:07d}"},
        "lines": [{"sku": SKU, "title": "Кружка", "quantity": 1, "price": PRICE}],
        "delivery": {"method": "pickup", "point": "KZN-1"},
        **more,
    }


async def test_one_key_and_one_external_id_make_one_order_of_two_phones(
    programs: tuple[Program, Program],
) -> None:
    first, second = programs
    admin = first.run("key", "create", "--role", "admin").stdout.strip()
    await Shop(first.url, admin, keys_of(first.folder).codes.key).open()
    await asyncio.sleep(3 * DIRECTORY_SECONDS)  # until both programs know the new point
    tokens = [first.run("key", "create", "--role", "storefront").stdout.strip() for _ in range(2)]
    same_key: Counter[int] = Counter()
    same_name: Counter[int] = Counter()
    async with (
        httpx.AsyncClient(base_url=f"{first.url}/api/v1") as one,
        httpx.AsyncClient(base_url=f"{second.url}/api/v1") as two,
    ):
        for race in range(RACES):
            bodies = [_order(2 * race), _order(2 * race + 1)]
            same_key.update(await _at_once((one, two), (tokens[0],) * 2, bodies, f"k-{race}"))
            bodies = [body | {"external_id": f"A-{race}"} for body in bodies]
            same_name.update(await _at_once((one, two), tokens, bodies, f"n-{race}"))
    refused = {HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY}
    for answers in (same_key, same_name):
        assert answers[HTTPStatus.CREATED] == RACES
        assert sum(answers[status] for status in refused) == RACES
    report = first.run("audit")
    assert report.returncode == 0, report.stdout


async def _at_once(clients: Any, tokens: Any, bodies: Any, key: str) -> list[int]:
    """Send both bodies at the same moment, one to each program."""

    async def send(client: httpx.AsyncClient, token: str, body: dict[str, Any]) -> int:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
        return (await client.post("/orders", json=body, headers=headers)).status_code

    return await asyncio.gather(
        *(send(*each) for each in zip(clients, tokens, bodies, strict=True))
    )
