"""Peers: what they are pinned to, what is said where they can't be had, and that they keep rules.

A peer that let anything pass would be quick; so an order is carried through those that set the
bar. They need an environment of their own: what is not installed is skipped, unless the long form
is asked for, which installs it.
"""

import io
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from msgspec import structs
from rich.console import Console

from gotovo.bench.fixture import peer_programs
from gotovo.bench.fixture.dataset import POINT
from gotovo.bench.fixture.environment import ServerProcess
from gotovo.bench.fixture.peer_programs import (
    CheckoutRequired,
    Peer,
    PeerUnavailable,
    find_peer,
    install,
    serve_peer,
)
from gotovo.bench.load.connection import connect
from gotovo.bench.measures.over_http.order_load import (
    ApiOrderClient,
    OrderServer,
    open_request_files,
)
from gotovo.bench.measures.peers import CAPTIONS, OscarOrderClient
from gotovo.bench.report.table import show_report
from tests.conftest import own_database
from tests.support.api.network import captured
from tests.support.bench.reports import report

TOKEN = "a key of this run"
FULL = os.environ.get("GOTOVO_TEST_FULL") == "1"
of_context = pytest.mark.skipif(not FULL, reason="peers of context: with GOTOVO_TEST_FULL=1")
BODIES: dict[str, dict[str, Any]] = {
    "payment": captured("bench", 67_800),
    "picking": {"wave": "W-7"},
    "packing": {},
    "dispatch": {"manifest": "M-2014"},
    "arrival": {"point": POINT.code},
    "shelving": {"cell": "A-17"},
}


class Client:
    """Asks a peer as a storefront does, each time with a new key unless one is given."""

    def __init__(self, asking: httpx.Client, server: ServerProcess) -> None:
        """Ask over this client."""
        self.asking = asking
        self.server = server
        self._keys = 0

    def post(self, path: str, body: dict[str, Any], key: str = "") -> httpx.Response:
        self._keys += 1
        headers = {"Idempotency-Key": key or f"{id(self)}-{self._keys}"}
        return self.asking.post(f"/api/v1/orders{path}", json=body, headers=headers)

    def place(self, quantity: int = 1, key: str = "") -> httpx.Response:
        lines = [
            {"sku": "SKU-00001", "title": "Чай", "quantity": quantity, "price": 28_900},
            {"sku": "SKU-00002", "title": "Плед", "quantity": 1, "price": 38_900},
        ]
        customer = {"phone": "+79001234567", "name": "Алия"}
        delivery = {"method": "pickup", "point": POINT.code}
        body = {"customer": customer, "lines": lines, "delivery": delivery}
        return self.post("", body, key)

    def carried(self, until: str) -> dict[str, Any]:
        """Return an order that has taken every step up to this one."""
        order = self.place().json()
        for step in list(BODIES)[: list(BODIES).index(until) + 1]:
            answer = self.post(f"/{order['number']}/{step}", BODIES[step])
            assert answer.status_code == 200, answer.text
            order = answer.json()
        return order


@pytest.fixture(scope="module", params=["lean", "sqlalchemy"])
def database(request: pytest.FixtureRequest, server_url: str) -> Iterator[tuple[str, str]]:
    """Give a peer's name and an empty database for it."""
    for url in own_database(server_url, "template0"):
        yield request.param, url


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(
    database: tuple[str, str], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Client]:
    """Serve the peer, and ask it."""
    name, url = database
    wanted = await _had(name)
    folder = tmp_path_factory.mktemp(name)
    async with serve_peer(wanted, url, TOKEN, folder, workers=1) as server:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        with httpx.Client(base_url=server.base_url, headers=headers) as asking:
            yield Client(asking, server)


@pytest.mark.parametrize("name", CAPTIONS)
def test_what_a_peer_needs_is_pinned_by_hash_and_names_no_host(name: str) -> None:
    pin = re.compile(r"[a-z0-9._\[\]-]+==\S+( ; .+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
    for wanted in find_peer(name).folder.glob("*.in"):
        pins = wanted.with_suffix(".txt").read_text("utf-8")
        assert [line for line in pins.splitlines() if not pin.fullmatch(line)] == []
        pinned = {line.partition("==")[0] for line in pins.splitlines()}
        names = {each.partition("[")[0] for each in wanted.read_text("utf-8").split()}
        assert names <= pinned


def test_there_is_a_program_for_each_peer_and_no_other() -> None:
    folders = {each.parent.name for each in peer_programs.PEERS.glob("*/__main__.py")}
    assert folders == set(CAPTIONS)


def test_without_a_checkout_it_is_said_where_the_peers_are(tmp_path: Path) -> None:
    with _peers_in(tmp_path), pytest.raises(CheckoutRequired, match="in a checkout"):
        find_peer("lean")


def test_without_a_checkout_the_command_is_used_wrongly(tmp_path: Path) -> None:
    """Exit status 2, and one sentence instead of a traceback."""
    program = (
        "import sys; from pathlib import Path; from gotovo.bench.fixture import peer_programs;"
        f"peer_programs.PEERS = Path({str(tmp_path)!r});"
        "sys.argv[1:] = ['bench', 'peers', '--quick'];"
        "from gotovo.cli.main import main; main()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True, cwd=tmp_path
    )
    assert ended.returncode == 2, ended.stderr
    assert "run `gotovo bench peers` in a checkout" in " ".join(ended.stderr.split())
    assert "Traceback" not in ended.stderr


async def test_a_peer_that_can_not_be_installed_says_why(tmp_path: Path) -> None:
    folder = tmp_path / "peer"
    folder.mkdir()
    folder.joinpath("requirements.txt").write_text("fastapi\n")
    with pytest.raises(PeerUnavailable, match="pinned"):
        await install(Peer("peer", folder, tmp_path / "environment"))


async def test_a_peer_that_does_not_start_says_why(tmp_path: Path) -> None:
    folder = tmp_path / "peer"
    folder.mkdir()
    folder.joinpath("__main__.py").write_text("import sys; sys.exit('no luck today')")
    environment = tmp_path / "environment" / "bin"
    environment.mkdir(parents=True)
    environment.joinpath("python").symlink_to(sys.executable)
    with pytest.raises(PeerUnavailable, match="no luck today"):
        async with serve_peer(Peer("peer", folder, environment.parent), "", TOKEN, tmp_path):
            pass


def test_what_was_left_out_is_shown_with_its_reason() -> None:
    shown = io.StringIO()
    left_out = structs.replace(report(), notes=("DBOS is skipped: no network",))
    show_report(left_out, Console(file=shown, width=120))
    assert "DBOS is skipped: no network" in shown.getvalue()


def test_an_order_is_carried_from_its_placement_to_its_handover(client: Client) -> None:
    order = client.carried("shelving")
    assert (order["status"], order["total"]["amount"]) == ("ready_for_pickup", 67_800)
    answer = client.post(f"/{order['number']}/handover", {"code": order["pickup_code"]})
    assert (answer.status_code, answer.json()["status"]) == (200, "closed")
    assert client.asking.get(f"/api/v1/orders/{order['number']}").json() == answer.json()
    timeline = client.asking.get(f"/api/v1/orders/{order['number']}/timeline").json()
    assert len(timeline["stages"]) == 8
    mine = client.asking.get("/api/v1/orders", params={"customer": "+79001234567"}).json()
    assert order["number"] in [each["number"] for each in mine["items"]]


def test_a_wrong_code_is_refused_and_after_five_the_right_one_too(client: Client) -> None:
    order = client.carried("shelving")
    path, wrong = f"/{order['number']}/handover", f"x{order['pickup_code']}"
    for _ in range(5):
        answer = client.post(path, {"code": wrong})
        assert (answer.status_code, answer.json()["title"]) == (409, "wrong_code")
    answer = client.post(path, {"code": order["pickup_code"]})
    assert (answer.status_code, answer.json()["title"]) == (409, "too_many_attempts")


def test_an_unpaid_order_is_not_handed_over(client: Client) -> None:
    order = client.place().json()
    answer = client.post(f"/{order['number']}/handover", {"code": order["pickup_code"]})
    assert (answer.status_code, answer.json()["title"]) == (409, "unpaid")


def test_a_step_out_of_turn_and_a_wrong_amount_are_refused(client: Client) -> None:
    order = client.carried("payment")
    assert client.post(f"/{order['number']}/dispatch", {"manifest": "M"}).status_code == 409
    other = client.place().json()
    answer = client.post(f"/{other['number']}/payment", captured("bench", 1))
    assert (answer.status_code, answer.json()["title"]) == (409, "wrong_amount")


def test_goods_that_are_not_there_are_not_sold(client: Client) -> None:
    body = {
        "customer": {"phone": "+79001234567"},
        "lines": [{"sku": "SKU-99999", "title": "Чай", "quantity": 1, "price": 1}],
        "delivery": {"method": "pickup", "point": POINT.code},
    }
    answer = client.post("", body)
    assert (answer.status_code, answer.json()["title"]) == (409, "out_of_stock")


def test_a_repeated_request_gets_the_same_bytes_and_another_one_is_refused(client: Client) -> None:
    first, again = client.place(key="placement"), client.place(key="placement")
    assert (again.status_code, again.content) == (201, first.content)
    assert client.place(2, key="placement").status_code == 422
    path = f"/{first.json()['number']}/payment"
    paid = client.post(path, BODIES["payment"], "payment")
    assert client.post(path, BODIES["payment"], "payment").content == paid.content
    assert client.post(path, captured("bench", 1), "payment").status_code == 422


def test_nothing_is_done_without_a_key_of_either_kind(client: Client) -> None:
    headers = {"Authorization": "Bearer another", "Idempotency-Key": "1"}
    answer = client.asking.post("/api/v1/orders", json={}, headers=headers)
    assert answer.status_code == 401
    order = client.place().json()
    unkeyed = client.asking.post(f"/api/v1/orders/{order['number']}/payment", json={})
    assert unkeyed.status_code in {400, 422}


async def test_the_requests_of_the_bench_are_all_done(client: Client, tmp_path: Path) -> None:
    """Steps in a round and in the next one, and what is read."""

    def asked(asker: Any) -> OrderServer:
        return OrderServer(client.server, asker, tmp_path, 0)

    stepping = asked(ApiOrderClient(client.server.port, TOKEN))
    assert [(await stepping.steps(0.1)).failures for _ in range(2)] == [0, 0]
    reading, *request_files = await open_request_files(client.server, TOKEN, asked, 2)
    assert [(await reading.load(request_file, 0.1)).failures for request_file in request_files] == [
        0,
        0,
    ]


@of_context
@pytest.mark.parametrize("name", ["dbos", "eventsourcing"])
async def test_a_request_lives_a_whole_life(
    name: str, empty_database_url: str, tmp_path: Path
) -> None:
    async with (
        serve_peer(await _had(name), empty_database_url, TOKEN, tmp_path, workers=1) as server,
        httpx.AsyncClient(base_url=server.base_url) as asking,
    ):
        answer = await asking.post("/lives", headers={"Authorization": f"Bearer {TOKEN}"})
        assert (answer.status_code, answer.json()["stage"]) == (201, "handed_over")
        assert (await asking.post("/lives")).status_code == 401


@of_context
async def test_oscar_changes_statuses_in_their_order_alone(
    empty_database_url: str, tmp_path: Path
) -> None:
    wanted = await _had("django_oscar")
    async with serve_peer(wanted, empty_database_url, TOKEN, tmp_path, workers=1) as server:
        asker = OscarOrderClient(TOKEN)
        stepping = OrderServer(server, asker, tmp_path, 0)
        assert [(await stepping.steps(0.1)).failures for _ in range(2)] == [0, 0]
        [made] = await asker.begin(1)
        connection = await connect(server.port)
        answers = [await connection.send(asker.step(x, made)) for x in ("picking", "payment")]
        connection.close()
        assert [answer.status for answer in answers] == [409, 200]


async def _had(name: str) -> Peer:
    wanted = find_peer(name)
    if not peer_programs.is_installed(wanted):
        if not FULL:
            pytest.skip(f"{name} is not installed: `gotovo bench peers` or GOTOVO_TEST_FULL=1 does")
        await install(wanted)
    return wanted


@contextmanager
def _peers_in(folder: Path) -> Generator[None]:
    kept, peer_programs.PEERS = peer_programs.PEERS, folder
    try:
        yield
    finally:
        peer_programs.PEERS = kept
