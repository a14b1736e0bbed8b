"""A running program sends its spans to a real collector: whole, linked, and nothing of a person."""

import asyncio
import re
import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from gotovo.keyring.sources import read_secrets
from tests.conftest import own_database
from tests.support.canaries import CANARIES
from tests.support.cli.program import Program
from tests.support.faults.shop import PRICE, SKU, Shop
from tests.support.observability.collector import Received, collector

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
CALLER = "00f067aa0ba902b7"
TRACEPARENT = f"00-{TRACE}-{CALLER}-01"
PHONE = "+79005550199"
AT_ONCE = 12
LOOKED_UP = "194566112558"

SERVER_ATTRIBUTES = {
    "http.request.method",
    "http.response.status_code",
    "http.route",
    "url.scheme",
    "gotovo.request_id",
}
ATTRIBUTES = SERVER_ATTRIBUTES | {
    "db.query.summary",
    "db.system.name",
    "gotovo.batch.traced_commands",
    "gotovo.outcome",
    "gotovo.step",
}


class Told:
    """What a program has sent, and what it was asked for."""

    def __init__(self, received: Received) -> None:
        self.received = received
        self.answers: list[httpx.Response] = []
        self.token = ""
        self.log = ""


@pytest.fixture(scope="module")
def told(
    server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Told]:
    """Give the spans of a program that took a dozen orders at once, and was then stopped."""
    databases = own_database(server_url, template)
    folder = tmp_path_factory.mktemp("program")
    with collector() as received:
        told = Told(received)
        program = Program(folder, next(databases), OTEL_EXPORTER_OTLP_ENDPOINT=received.url)
        program.start()
        try:
            told.token = program.run("key", "create", "--role", "admin").stdout.strip()
            asyncio.run(_drive(told, program))
            assert program.stop() == 0, program.log()
        finally:
            program.end()
            next(databases, None)
        told.log = program.log()
        yield told


async def _drive(told: Told, program: Program) -> None:
    secrets = read_secrets(program.folder / "secret")
    assert secrets is not None, "the program made one at its start"
    secret = secrets.roots[0].key
    await Shop(program.url, told.token, secret).open()
    headers = {"Authorization": f"Bearer {told.token}"}
    async with httpx.AsyncClient(base_url=program.url, headers=headers, timeout=30) as client:
        placing = (_place(client, number) for number in range(AT_ONCE))
        told.answers = list(await asyncio.gather(*placing))
        await client.get(f"/orders/{LOOKED_UP}?phone={PHONE}")
        await client.get(f"/nothing/{PHONE}")
        await client.request("PROPFIND", f"/api/v1/orders/{LOOKED_UP}")


async def _place(client: httpx.AsyncClient, number: int) -> httpx.Response:
    body: dict[str, Any] = {
        "external_id": f"A-{number}",
        "customer": {"phone": PHONE},
        "lines": [{"sku": SKU, "title": "Кружка", "quantity": 1, "price": PRICE}],
        "delivery": {"method": "pickup", "point": "KZN-1"},
    }
    headers = {"Idempotency-Key": f"a-{number}", "tracestate": f"shop={PHONE.strip('+')}"}
    if number == 0:
        headers["traceparent"] = TRACEPARENT
    return await client.post("/api/v1/orders", json=body, headers=headers)


def test_a_request_goes_on_in_the_trace_of_its_caller(told: Told) -> None:
    (span,) = (each for each in told.received.named("POST /api/v1/orders") if each.trace == TRACE)
    assert (span.kind, span.parent, span.failed) == ("server", CALLER, False)
    assert span.attributes == {
        "http.request.method": "POST",
        "http.route": "/api/v1/orders",
        "http.response.status_code": 201,
        "url.scheme": "http",
        "gotovo.request_id": told.answers[0].headers["x-request-id"],
    }
    (command,) = (each for each in told.received.below(span) if each.name == "engine.submit")
    assert command.attributes == {"gotovo.step": "placement", "gotovo.outcome": "done"}


def test_commands_and_their_batches_link_to_each_other(told: Told) -> None:
    batches = {each.span: each for each in told.received.named("engine.batch")}
    commands = {each.span: each for each in told.received.named("engine.submit")}
    assert len(commands) >= AT_ONCE
    for command in commands.values():
        ((trace, span),) = command.links
        assert batches[span].trace == trace != command.trace
        assert (command.trace, command.span) in batches[span].links
    for batch in batches.values():
        assert batch.parent == ""
        assert {span for _, span in batch.links} <= set(commands)
        assert batch.attributes == {"gotovo.batch.traced_commands": len(batch.links)}
    assert max(len(batch.links) for batch in batches.values()) > 1, "some committed together"


def test_a_batch_has_its_statements_by_their_names(told: Told) -> None:
    names: set[str] = set()
    for batch in told.received.named("engine.batch"):
        statements = told.received.below(batch)
        assert "journal.write" in {each.name for each in statements}
        names |= {each.name for each in statements}
        for each in statements:
            assert (each.kind, each.trace) == ("client", batch.trace)
            assert each.attributes == {
                "db.system.name": "postgresql",
                "db.query.summary": each.name,
            }
    assert "journal.levels" in names, "the stock of the first order was read"


def test_a_path_is_its_route_and_an_unknown_one_is_nothing(told: Told) -> None:
    assert [each.kind for each in told.received.named("GET /orders/{number}")] == ["server"]
    assert "http.route" not in told.received.named("GET")[0].attributes
    (brewing,) = (each for each in told.received.spans if each.name.startswith("_OTHER"))
    assert brewing.attributes["http.request.method"] == "_OTHER"


def test_no_span_has_anything_of_a_person(told: Told) -> None:
    numbers = [answer.json()["number"] for answer in told.answers]
    raw = told.received.raw.decode("latin-1")
    assert "engine.submit" in raw, "names can be found in it"
    kept = [PHONE, PHONE[1:], PHONE[2:], LOOKED_UP, told.token, "Кружка", "A-1", *numbers]
    assert [each for each in kept if each.encode().decode("latin-1") in raw] == []
    assert CANARIES.search(raw) is None
    assert {name for span in told.received.spans for name in span.attributes} <= ATTRIBUTES


def test_the_sender_is_named_by_its_service_and_release(told: Told) -> None:
    resource = told.received.resource
    assert resource["service.name"] == "gotovo"
    assert re.fullmatch(r"\d+\.\d+\.\d+", resource["service.version"])
    assert not {"host.name", "process.command_args", "process.owner"} & set(resource)


def test_a_collector_that_hangs_costs_spans_and_nothing_else(
    server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """It accepts connections and never answers; four spans fit into the queue."""
    databases = own_database(server_url, template)
    with socket.create_server(("127.0.0.1", 0)) as hanging:
        program = Program(
            tmp_path_factory.mktemp("program"),
            next(databases),
            OTEL_TRACES_EXPORTER="otlp",
            OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=f"http://127.0.0.1:{hanging.getsockname()[1]}/",
            OTEL_BSP_MAX_QUEUE_SIZE="4",
            OTEL_BSP_MAX_EXPORT_BATCH_SIZE="2",
        )
        program.start()
        try:
            statuses = {httpx.get(f"{program.url}/", timeout=10).status_code for _ in range(20)}
            assert statuses == {200}
            assert program.stop() == 0, program.log()
        finally:
            program.end()
            next(databases, None)
    assert "killed" not in program.log()
