"""The whole OpenAPI document, fuzzed over a real socket: nothing undocumented, and never a 500."""

import asyncio
import os
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import uuid4

import httpx
import pytest
import schemathesis
from granian.constants import Interfaces
from granian.server.embed import Server
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from typing_extensions import override

from gotovo.api.dispatch.endpoint import Endpoint
from gotovo.api.endpoints import ENDPOINTS
from gotovo.api.openapi import openapi
from gotovo.cases.case import NewCase
from gotovo.cases.case_kinds import CaseKind
from gotovo.store.postgres.pool import open_pool
from tests.conftest import own_database
from tests.support.api.network import Api, Network, captured
from tests.support.api.serving import listening

IS_FULL = bool(os.environ.get("GOTOVO_TEST_FULL"))
EXAMPLES = 150 if IS_FULL else 12
"""For each of some fifty endpoints; the short form takes about half a minute."""

SAID_BY_SERVER = 414
"""An address of several kilobytes never gets to the application."""

CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


class Served(threading.Thread):
    """A network behind a real server, on an event loop of its own."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self._url = url
        self._loop = asyncio.new_event_loop()
        self.ready: Future[None] = Future()
        self.numbers: list[str] = []
        self.cases: list[str] = []

    @override
    def run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        pool = await open_pool(self._url)
        self.network = Network(pool)
        await self.network.open()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        app = self.network.app
        self._server = Server(
            app, address="127.0.0.1", port=self.port, interface=Interfaces.ASGI, log_enabled=False
        )
        serving = asyncio.create_task(self._server.serve())
        await listening(self.port)
        await self._let_orders_live()
        self.ready.set_result(None)
        await serving
        await self.network.close()
        await pool.close()

    async def _let_orders_live(self) -> None:
        """Place an order that stays, one that is paid and asked about, and one on its shelf."""
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}") as client:
            api = Api(client, self.network)
            placed, paid, ready = await api.place(), await api.place(), await api.ready()
            await api.step(paid["number"], "payment", **captured(paid["number"]))
            now = self.network.clock()
            await self.network.dependencies.help.ask(paid["number"], uuid4(), "Where is it?", now)
            self.cases = await self._cases(paid["number"], now)
            self.numbers = [order["number"] for order in (placed, paid, ready)]

    async def _cases(self, number: str, now: datetime) -> list[str]:
        """Open a case of an order and one of money without an order; return their ids."""
        cases = [
            NewCase(kind=CaseKind.DISPUTE, subject=number, opened_at=now, number=number),
            NewCase(kind=CaseKind.UNMATCHED_PAYMENT, subject="yookassa:1", opened_at=now),
        ]
        for case in cases:
            await self.network.dependencies.cases.open(case)
        return [str(case.id) for case in cases]

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._server.stop)
        self.join()


@pytest.fixture(scope="module")
def served(server_url: str, template: str) -> Iterator[Served]:
    """Serve a network of its own for the whole file."""
    for url in own_database(server_url, template):
        served = Served(url)
        served.start()
        served.ready.result(30)
        yield served
        served.stop()


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_no_request_is_answered_otherwise_than_the_document_says(
    endpoint: Endpoint, served: Served
) -> None:
    """Requests that fit the document and ones that do not, many of them for orders that live."""
    operation = _document()[endpoint.path][endpoint.method]
    fitting = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    unfit = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)

    @given(
        st.one_of(fitting, unfit),
        st.sampled_from([*served.numbers, None]),
        st.sampled_from([*served.cases, None]),
    )
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=not IS_FULL,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    def fuzz(case: Case[Any], number: str | None, id_: str | None) -> None:
        if number and "number" in case.path_parameters:
            case.path_parameters["number"] = number
        if id_ and "case" in case.path_parameters:
            case.path_parameters["case"] = id_
        response = case.call(
            base_url=f"http://127.0.0.1:{served.port}",
            headers={"Authorization": f"Bearer {served.network.tokens['admin']}"},
        )
        if response.status_code != SAID_BY_SERVER:
            case.validate_response(response, checks=CHECKS)

    fuzz()


@lru_cache(1)
def _document() -> Any:
    return schemathesis.openapi.from_dict(openapi())
