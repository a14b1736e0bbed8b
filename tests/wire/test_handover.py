"""Fifty clerks in five processes hand over one order at the same moment: one of them does."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from gotovo.order.values.pickup_codes import pickup_code
from tests.support.api.network import captured
from tests.support.cli.keys import keys_of
from tests.support.cli.program import Program
from tests.support.faults.shop import PRICE, SKU, Shop

DESKS = 5
CLERKS = 10


@pytest.fixture
def program(tmp_path: Path, database_url: str) -> Iterator[Program]:
    """Give the running program on a database of its own."""
    program = Program(tmp_path, database_url)
    program.start()
    yield program
    assert program.stop() == 0, program.log()


async def test_one_of_fifty_clerks_hands_the_order_over(program: Program) -> None:
    """Rule 4.11."""
    token = program.run("key", "create", "--role", "admin").stdout.strip()
    secret = keys_of(program.folder).codes.key
    await Shop(program.url, token, secret).open()
    number = _order_on_the_shelf(program, token)
    code = pickup_code(secret, number, "KZN-1", 1)
    path = f"/api/v1/orders/{number}/handover"
    desks = [_desk(program.url, token, path, code, str(desk)) for desk in range(DESKS)]
    for desk in desks:
        assert desk.stdin is not None
        desk.stdin.write("now\n")
        desk.stdin.flush()
    told = Counter(answer for desk in desks for answer in json.loads(desk.communicate()[0]))
    assert told == {"issued": 1, "already_issued": DESKS * CLERKS - 1}
    report = json.loads(program.run("audit", "--json").stdout)
    assert report["findings"] == []


def _desk(url: str, token: str, path: str, code: str, name: str) -> "subprocess.Popen[str]":
    clerk = Path(__file__).parents[1] / "support" / "wire" / "clerk.py"
    return subprocess.Popen(
        [sys.executable, clerk, url, token, path, code, str(CLERKS), name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _order_on_the_shelf(program: Program, token: str) -> str:
    steps = {
        "payment": captured("1", PRICE),
        "packing": {},
        "dispatch": {},
        "arrival": {},
        "shelving": {"cell": "A-1"},
    }
    with httpx.Client(
        base_url=f"{program.url}/api/v1", headers={"Authorization": f"Bearer {token}"}
    ) as http:
        body = {
            "customer": {"phone": "+79001234547"},
            "lines": [{"sku": SKU, "title": "Кружка", "quantity": 1, "price": PRICE}],
            "delivery": {"method": "pickup", "point": "KZN-1"},
        }
        placed = http.post("/orders", json=body, headers={"Idempotency-Key": "place"})
        number = str(placed.raise_for_status().json()["number"])
        for step, said in steps.items():
            http.post(
                f"/orders/{number}/{step}", json=said, headers={"Idempotency-Key": step}
            ).raise_for_status()
    return number
