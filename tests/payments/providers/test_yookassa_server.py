"""The tests' YooKassa keeps to its documentation, also as a process that is killed."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from gotovo.outbound.exchange import open_client
from gotovo.payments.providers.port import ProviderPaymentState
from gotovo.payments.providers.yookassa import YooKassa, YooKassaAccount
from tests.support.notices.http_peer import HttpPeer, PeerRequest, http_peer, response
from tests.support.payments.yookassa import ASKED, YooKassaStage, yookassa_stage
from tests.support.payments.yookassa_ledger import SECRET, SHOP, Json
from tests.support.payments.yookassa_receipts import register_receipt
from tests.support.payments.yookassa_server import YooKassaServer, yookassa_server

AMOUNT = {"value": "100.00", "currency": "RUB"}
BODY: Json = {
    "amount": AMOUNT,
    "capture": True,
    "confirmation": {"type": "redirect", "return_url": "https://shop.test/"},
}


@pytest.fixture
async def stage() -> AsyncIterator[YooKassaStage]:
    """Give a server and the adapter that asks it."""
    async with yookassa_stage() as opened:
        yield opened


async def sent(
    server: YooKassaServer, method: str, path: str, body: Json | None = None, key: str = "k"
) -> tuple[int, Json]:
    """Send a request as the documentation has it, and return the status and the JSON."""
    async with httpx.AsyncClient(auth=(SHOP, SECRET), trust_env=False) as client:
        headers = {"Idempotence-Key": key} if key else {}
        answered = await client.request(method, f"{server.url}{path}", json=body, headers=headers)
        return answered.status_code, answered.json()


@pytest.mark.parametrize(
    ("change", "parameter"),
    [
        ({"amount": None}, "amount"),
        ({"amount": {"value": "0.00", "currency": "RUB"}}, "amount.value"),
        ({"amount": {"value": "1.00", "currency": "USD"}}, "amount.currency"),
        ({"confirmation": None}, "confirmation"),
        ({"description": "x" * 129}, "description"),
        ({"metadata": {str(number): "" for number in range(17)}}, "metadata"),
        ({"metadata": {"x" * 33: ""}}, "metadata"),
        ({"metadata": {"x": "x" * 513}}, "metadata"),
        ({"payment_method_data": {"type": "cheque"}}, "payment_method_data.type"),
    ],
)
async def test_a_wrong_request_is_refused_with_its_parameter(
    stage: YooKassaStage, change: Json, parameter: str
) -> None:
    status, error = await sent(stage.server, "POST", "/payments", BODY | change)
    assert (status, error["code"], error["parameter"]) == (400, "invalid_request", parameter)
    assert stage.ledger.payments == {}


async def test_a_key_is_needed_and_good_for_a_day(stage: YooKassaStage) -> None:
    for key in ("", "x" * 65):
        status, error = await sent(stage.server, "POST", "/payments", BODY, key)
        assert (status, error["parameter"]) == (400, "Idempotence-Key")
    _, first = await sent(stage.server, "POST", "/payments", BODY)
    stage.clock.pass_(hours=23)
    _, again = await sent(stage.server, "POST", "/payments", BODY)
    assert (again["id"], again["status"]) == (first["id"], "canceled"), "in its present status"
    stage.clock.pass_(hours=2)
    _, other = await sent(stage.server, "POST", "/payments", BODY)
    assert other["id"] != first["id"]


async def test_strangers_wrong_methods_and_paths_are_refused(stage: YooKassaStage) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        answered = await client.get(f"{stage.server.url}/payments", auth=(SHOP, "other"))
        assert (answered.status_code, answered.json()["code"]) == (401, "invalid_credentials")
    assert (await sent(stage.server, "DELETE", "/payments"))[0] == 405
    assert (await sent(stage.server, "GET", "/orders"))[0] == 404
    assert (await sent(stage.server, "GET", "/payments?limit=101"))[0] == 400
    assert (await sent(stage.server, "GET", "/payments?cursor=none"))[0] == 400


async def test_only_what_is_held_is_captured_or_canceled(stage: YooKassaStage) -> None:
    _, payment = await sent(stage.server, "POST", "/payments", BODY | {"capture": False})
    for step in ("capture", "cancel"):
        path = f"/payments/{payment['id']}/{step}"
        assert (await sent(stage.server, "POST", path, {}, step))[0] == 400
    stage.ledger.pay(payment["id"])
    path = f"/payments/{payment['id']}/capture"
    status, captured = await sent(stage.server, "POST", path, {}, "again")
    assert (status, captured["status"], captured["paid"]) == (200, "succeeded", True)


async def test_a_receipt_is_worth_what_was_settled(stage: YooKassaStage) -> None:
    _, payment = await sent(stage.server, "POST", "/payments", BODY)
    item = {"description": "Чай", "quantity": 1, "amount": AMOUNT, "vat_code": 1}
    receipt: Json = {
        "type": "payment",
        "payment_id": payment["id"],
        "customer": {"email": "buyer@example.test"},
        "items": [item | {"payment_mode": "full_prepayment", "payment_subject": "commodity"}],
        "settlements": [{"type": "cashless", "amount": AMOUNT}],
    }
    wrong = receipt | {"settlements": []}
    assert (await sent(stage.server, "POST", "/receipts", wrong, "wrong"))[0] == 400
    _, made = await sent(stage.server, "POST", "/receipts", receipt, "right")
    assert made["status"] == "pending"
    register_receipt(stage.ledger, made["id"])
    _, found = await sent(stage.server, "GET", f"/receipts/{made['id']}")
    assert found["status"] == "succeeded"
    _, listed = await sent(stage.server, "GET", f"/receipts?payment_id={payment['id']}")
    assert [each["id"] for each in listed["items"]] == [made["id"]]


async def test_a_buyer_pays_on_the_page_and_comes_back(stage: YooKassaStage) -> None:
    payment = await stage.provider.create(ASKED)
    async with httpx.AsyncClient(trust_env=False) as client:
        page = await client.get(payment.url)
        assert "1234.50 RUB" in page.text
        done = await client.post(f"{payment.url}/pay")
    assert (done.status_code, done.headers["location"]) == (303, ASKED.return_url)
    found = await stage.provider.payment(payment.reference)
    assert found.state is ProviderPaymentState.SUCCEEDED


async def test_notifications_come_again_until_they_are_taken() -> None:
    statuses = [500, 200, 200]

    def take(_request: PeerRequest) -> bytes:
        return response(statuses[min(len(shop.requests), len(statuses)) - 1])

    shop: HttpPeer
    async with http_peer(take) as shop, yookassa_server(notify_url=shop.url) as server:
        payment = server.ledger.create_payment(BODY)
        server.ledger.pay(payment["id"])
        await server.notifier.settled()
        assert len(server.notifier.untaken) == 1
        assert await server.notifier.deliver_untaken() == [200]
        assert server.notifier.untaken == []
        server.notifier.is_held = True
        server.ledger.create_refund({"payment_id": payment["id"], "amount": AMOUNT})
        assert len(shop.requests) == 2
        assert await server.notifier.deliver(repeat=3, seed=1) == [200] * 6
    told = [json.loads(each.body) for each in shop.requests]
    assert {each["event"] for each in told} == {"payment.succeeded", "refund.succeeded"}
    assert all(each["type"] == "notification" for each in told)


async def test_a_server_that_was_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    file = tmp_path / "yookassa.jsonl"
    process, url = await begun(file)
    async with open_client() as client:
        provider = YooKassa(YooKassaAccount(SHOP, SECRET, url), client)
        payment = await provider.create(ASKED)
        os.kill(process.pid, signal.SIGKILL)
        await process.wait()
        process, url = await begun(file)
        try:
            provider = YooKassa(YooKassaAccount(SHOP, SECRET, url), client)
            assert (await provider.create(ASKED)).reference == payment.reference
            assert (await told(url, "pay", payment_id=payment.reference))["status"] == "succeeded"
            found = await provider.payment(payment.reference)
            assert found.state is ProviderPaymentState.SUCCEEDED
        finally:
            os.kill(process.pid, signal.SIGKILL)
            await process.wait()


async def begun(file: Path) -> tuple[asyncio.subprocess.Process, str]:
    """Start a server of its own process, and return its address once it listens."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.support.payments.yookassa_server", "0", str(file)),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    return process, (await process.stdout.readline()).decode().strip()


async def told(url: str, name: str, **arguments: Any) -> Json:
    """Tell a server of another process what happens, and return the object."""
    origin = url.removesuffix("/v3")
    async with httpx.AsyncClient(trust_env=False) as client:
        answered = await client.post(f"{origin}/_test/{name}", json=arguments)
    assert answered.status_code == 200
    return answered.json()
