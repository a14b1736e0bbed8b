"""ATOL Online over real HTTP: one document for each key, and what becomes of it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
from msgspec import structs

from gotovo.order.values.fiscal.fiscal_codes import FiscalKind, SettlementMethod
from gotovo.outbound.exchange import open_client
from gotovo.payments.receipts.atol_register import AtolAccount, AtolRegister
from gotovo.payments.receipts.port import (
    FiscalContact,
    RegisterRefused,
    RegisterRequest,
    RegisterState,
    RegisterUnavailable,
)
from tests.support.notices.http_peer import HttpPeer, http_peer, json_response
from tests.support.payments.cash_registers import DRIVE, GROUP, LOGIN, PASSWORD, AtolServer
from tests.support.payments.fiscal_samples import SUPPLIER, document, item

ACCOUNT = AtolAccount(GROUP, LOGIN, PASSWORD)
PHONE = FiscalContact(phone="+79001234567")


def request(kind: FiscalKind = FiscalKind.PREPAYMENT, key: str = "k-1") -> RegisterRequest:
    return RegisterRequest(document=document(kind), contact=PHONE, key=key)


@pytest.fixture
def server() -> AtolServer:
    return AtolServer()


@pytest.fixture
async def peer(server: AtolServer) -> AsyncIterator[HttpPeer]:
    async with http_peer(server.answer) as peer:
        yield peer


@pytest.fixture
async def register(peer: HttpPeer) -> AsyncIterator[AtolRegister]:
    async with open_client() as client:
        yield register_at(peer, client)


def register_at(
    peer: HttpPeer, client: httpx.AsyncClient, account: AtolAccount = ACCOUNT
) -> AtolRegister:
    now = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)
    return AtolRegister(client, f"{peer.url}/possystem/v5", account, lambda: now)


async def test_a_document_is_registered_and_has_its_numbers(
    register: AtolRegister, server: AtolServer
) -> None:
    answer = await register.register(request())
    assert (answer.state, answer.reference) == (RegisterState.PENDING, "uuid-1")
    assert (await register.look_up("uuid-1")).state is RegisterState.PENDING
    done = await register.look_up("uuid-1")
    assert done.state is RegisterState.REGISTERED
    assert done.record is not None
    assert (done.record.drive, done.record.document) == (DRIVE, "1")
    assert done.record.url == "https://check.ofd.test/rec/1"
    taken = server.documents["k-1"]
    assert taken["operation"] == "sell"
    assert taken["timestamp"] == "22.11.2026 14:05:00"
    assert taken["receipt"]["payments"] == [{"type": 1, "sum": 6.0}]
    assert taken["receipt"]["client"] == {"phone": "+79001234567"}
    assert taken["receipt"]["items"][0]["vat"] == {"type": "vat122"}


async def test_a_settlement_is_paid_by_what_was_paid_before(
    register: AtolRegister, server: AtolServer
) -> None:
    settled = item(299, 3, SettlementMethod.FULL_PAYMENT, SUPPLIER)
    shown = document(FiscalKind.SETTLEMENT, settled)
    await register.register(RegisterRequest(document=shown, contact=PHONE, key="k"))
    receipt = server.documents["k"]["receipt"]
    assert receipt["payments"] == [{"type": 2, "sum": 8.97}]
    (sold,) = receipt["items"]
    assert sold["payment_method"] == "full_payment"
    assert sold["vat"] == {"type": "vat22"}
    assert sold["agent_info"] == {"type": "commission_agent"}
    assert sold["supplier_info"]["inn"] == SUPPLIER.inn


@pytest.mark.parametrize("kind", [FiscalKind.REFUND, FiscalKind.REVERSAL])
async def test_what_goes_back_is_a_return(
    register: AtolRegister, server: AtolServer, kind: FiscalKind
) -> None:
    await register.register(request(kind))
    assert server.documents["k-1"]["operation"] == "sell_refund"


async def test_an_answer_that_was_lost_makes_no_second_document(
    register: AtolRegister, server: AtolServer
) -> None:
    server.next = ["lost"]
    with pytest.raises(RegisterUnavailable):
        await register.register(request())
    again = await register.register(structs.replace(request(), is_again=True))
    assert again.reference == "uuid-1"
    assert len(server.documents) == 1


async def test_a_token_that_has_ended_is_renewed_once(
    register: AtolRegister, server: AtolServer
) -> None:
    await register.register(request())
    assert server.tokens == 1
    await register.register(request(key="k-2"))
    assert server.tokens == 1
    server.next = ["expired"]
    await register.register(request(key="k-3"))
    assert len(server.documents) == 3


async def test_a_document_that_the_register_lost_may_be_asked_for_anew(
    register: AtolRegister, server: AtolServer
) -> None:
    server.failing = {"k-1": ("timeout", 1), "k-2": ("driver", -3897)}
    for key, is_final in (("k-1", False), ("k-2", True)):
        answer = await register.register(request(key=key))
        await register.look_up(answer.reference)
        failed = await register.look_up(answer.reference)
        assert (failed.state, failed.is_final) == (RegisterState.FAILED, is_final)
        assert failed.reason


async def test_a_wrong_document_is_refused_without_words_of_the_buyer(
    register: AtolRegister,
) -> None:
    wrong = structs.replace(document(), total=1)
    with pytest.raises(RegisterRefused) as refused:
        await register.register(RegisterRequest(document=wrong, contact=PHONE, key="k"))
    assert refused.value.code == "32"
    assert "+7900" not in str(refused.value)


async def test_a_wrong_password_is_said_and_tried_again(peer: HttpPeer) -> None:
    async with open_client() as client:
        register = register_at(peer, client, AtolAccount(GROUP, LOGIN, "wrong"))
        with pytest.raises(RegisterUnavailable, match="check login and password"):
            await register.register(request())
        health = await register.health()
        assert not health.reachable
        assert "wrong" not in health.reason


async def test_health_is_a_token(register: AtolRegister) -> None:
    assert (await register.health()).reachable


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"status": "done"},
        {"status": "done", "payload": []},
        {"status": 7, "error": "x"},
        {"error": {"code": "7"}},
    ],
)
async def test_answers_that_are_none_are_errors(body: object) -> None:
    def answer(shown: object) -> bytes:
        is_token = getattr(shown, "path", "").endswith("getToken")
        return json_response(200, {"token": "t"} if is_token else body)

    async with http_peer(answer) as peer, open_client() as client:
        register = register_at(peer, client)
        with pytest.raises((RegisterUnavailable, RegisterRefused)):
            await register.look_up("uuid-1")


async def test_a_link_that_is_no_https_is_not_shown(
    register: AtolRegister, server: AtolServer
) -> None:
    server.url_of_receipts = "javascript:alert(1)//"
    answer = await register.register(request())
    await register.look_up(answer.reference)
    done = await register.look_up(answer.reference)
    assert done.record is not None
    assert not done.record.url
