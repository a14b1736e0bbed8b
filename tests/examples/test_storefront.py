"""The example storefront in a process of its own, against the program as a person runs it."""

import http.server
import json
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Generator, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from typing_extensions import override

from gotovo.order.values.pickup_codes import pickup_code
from tests.support.cli.keys import keys_of
from tests.support.cli.program import Program
from tests.support.faults.shop import PRICE, SKU, Shop

STOREFRONT = Path(__file__).parents[2] / "examples/storefront.py"
LINES_MAX = 100
PATIENCE_SECONDS = 60
ORDER: dict[str, Any] = {
    "customer": {"phone": "+79001234547"},
    "lines": [{"sku": SKU, "title": "Кружка", "quantity": 1, "price": PRICE}],
    "delivery": {"method": "pickup", "point": "KZN-1"},
}
STEPS: tuple[tuple[str, dict[str, str]], ...] = (
    ("packing", {}),
    ("dispatch", {}),
    ("arrival", {}),
    ("shelving", {"cell": "A-1"}),
)


class Storefront:
    """The example with a key of a shop, in a folder of its own; it can be killed at any moment."""

    def __init__(self, program: Program) -> None:
        """Make the network that it sells from, and its key; nothing runs before `start`."""
        self._program = program
        self._folder = program.folder
        self.key = json.loads(program.run("key", "create", "--role", "storefront", "--json").stdout)
        self._environment = {"ORDERS_URL": program.url, "ORDERS_TOKEN": self.key["token"]}
        self._process: subprocess.Popen[bytes] | None = None

    def place(self, name: str, changes: Mapping[str, Any] | None = None) -> None:
        """Type the command that places an order."""
        self._type("place", name, json.dumps({**ORDER, **(changes or {})}))

    def pay(self, name: str) -> None:
        """Type the command that reports its payment."""
        self._type("pay", name, "yookassa", f"paid-{name}", str(PRICE), "RUB")

    def _type(self, *words: str) -> None:
        command = [sys.executable, STOREFRONT, *words]
        subprocess.run(command, env=self._environment, cwd=self._folder, check=True)

    def start(self) -> None:
        """Let it send and follow until it is killed."""
        with (self._folder / "storefront.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, STOREFRONT, "run"],
                env=self._environment,
                cwd=self._folder,
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        """Kill it where it stands."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def wait_for(self, status: str, stage: str) -> str:
        """Wait until it says that its order has got there, and return the order's number."""
        wait_until(lambda: f" {status} {stage}\n" in self.log(), self.log)
        [said, *_] = [x for x in self.log().splitlines() if x.endswith(f" {status} {stage}")]
        return said.split()[1]

    def log(self) -> str:
        """Return what it has said."""
        return (self._folder / "storefront.log").read_text("utf-8")

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Run a statement in its database."""
        with closing(sqlite3.connect(self._folder / "storefront.db")) as shop, shop:
            return shop.execute(statement).fetchall()


class TurnsAway(http.server.BaseHTTPRequestHandler):
    """What a server in front answers while Gotovo is down."""

    turned_away = 0

    def do_GET(self) -> None:
        """Answer 503 with a second to wait."""
        TurnsAway.turned_away += 1
        self.send_response(503)
        self.send_header("Retry-After", "1")
        self.send_header("Content-Length", "0")
        self.end_headers()

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def program(tmp_path: Path, database_url: str) -> Iterator[Program]:
    """Give the running program on a database of its own."""
    program = Program(tmp_path, database_url)
    program.start()
    yield program
    assert program.stop() == 0, program.log()


@pytest.fixture
def admin(program: Program) -> str:
    """Give the token of the network's own programs."""
    return program.run("key", "create", "--role", "admin").stdout.strip()


@pytest.fixture
async def storefront(program: Program, admin: str) -> AsyncIterator[Storefront]:
    """Give a storefront with goods to sell, which is killed afterwards."""
    await Shop(program.url, admin, b"").open()
    storefront = Storefront(program)
    yield storefront
    storefront.kill()


def test_the_storefront_has_at_most_a_hundred_lines() -> None:
    assert len(STOREFRONT.read_text("utf-8").splitlines()) <= LINES_MAX


def test_without_an_address_it_says_how_it_is_run(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, STOREFRONT, "run"],
        env={}, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (told.returncode, "ORDERS_URL=" in told.stderr) == (1, True)


def test_an_order_is_placed_paid_and_followed_to_its_hand_over_whoever_is_killed(
    program: Program, admin: str, storefront: Storefront
) -> None:
    storefront.place("SHOP-0", {"delivery": {"method": "pickup", "point": "NOWHERE"}})
    storefront.place("SHOP-1")
    storefront.place("SHOP-1")
    storefront.pay("SHOP-0")
    storefront.pay("SHOP-1")
    storefront.start()
    number = storefront.wait_for("processing", "paid")
    storefront.kill()
    take(program.url, admin, number, STEPS)
    program.kill()
    with turning_away(program.port):
        storefront.start()
        wait_until(lambda: TurnsAway.turned_away > 0, storefront.log)
    program.start()
    storefront.wait_for("ready_for_pickup", "shelved")
    code = pickup_code(keys_of(program.folder).codes.key, number, "KZN-1", 1)
    take(program.url, admin, number, [("handover", {"code": code})])
    storefront.wait_for("closed", "issued")
    refused = [line for line in storefront.log().splitlines() if " refused: " in line]
    assert [line.partition(": ")[0] for line in refused] == ["SHOP-0 order refused"]
    assert "'field': 'delivery.point'" in refused[0]
    told = "select name, step, answer from outbox order by rowid"
    assert storefront.rows(told) == [
        ("SHOP-0", "", "unknown_point"),
        ("SHOP-1", "", "ok"),
        ("SHOP-0", "payment", None),
        ("SHOP-1", "payment", "ok"),
    ]


def test_after_a_restored_backup_all_is_told_again_as_fast_as_the_key_may_and_nothing_twice(
    program: Program, admin: str, storefront: Storefront
) -> None:
    limited = program.run("key", "limit", storefront.key["id"], "--rate", "5", "--burst", "1")
    assert limited.returncode == 0, limited.stderr
    storefront.place("SHOP-1")
    storefront.pay("SHOP-1")
    storefront.rows("update feed set cursor = '1000000'")
    storefront.start()
    storefront.wait_for("processing", "paid")
    wait_until(lambda: storefront.rows("select cursor from feed") != [("",)], storefront.log)
    headers = {"Authorization": f"Bearer {admin}"}
    orders = httpx.get(f"{program.url}/api/v1/orders", headers=headers).json()["items"]
    assert [(x["external_id"], x["paid"]["amount"]) for x in orders] == [("SHOP-1", PRICE)]


def take(url: str, token: str, number: str, steps: Iterable[tuple[str, dict[str, str]]]) -> None:
    """Take steps of an order, as the staff's programs do."""
    for step, body in steps:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"{number}-{step}"}
        path = f"{url}/api/v1/orders/{number}/{step}"
        httpx.post(path, json=body, headers=headers).raise_for_status()


@contextmanager
def turning_away(port: int) -> Generator[None]:
    """Answer on a port as a server in front does while Gotovo is down."""
    with _front(port) as front:
        thread = threading.Thread(target=front.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield
        front.shutdown()
        thread.join()


def _front(port: int) -> http.server.HTTPServer:
    """Return a server on a port, once whoever was killed has left it."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return http.server.HTTPServer(("127.0.0.1", port), TurnsAway)
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.02)


def wait_until(is_so: Callable[[], bool], log: Callable[[], str]) -> None:
    """Wait until something is so; fail with what was said."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, log()
        time.sleep(0.02)
