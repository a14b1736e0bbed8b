"""YooKassa's receipts over real HTTP: one for each key, also when the key is forgotten."""

from collections.abc import AsyncIterator

import pytest
from msgspec import structs

from gotovo.order.values.fiscal.fiscal_codes import FiscalKind, SettlementMethod
from gotovo.outbound.exchange import open_client
from gotovo.payments.receipts.port import (
    FiscalContact,
    RegisterRefused,
    RegisterRequest,
    RegisterState,
    RegisterUnavailable,
)
from gotovo.payments.receipts.yookassa_register import YooKassaRegister
from tests.support.notices.http_peer import HttpPeer, http_peer, json_response
from tests.support.payments.cash_registers import DRIVE, SECRET, SHOP, YooKassaReceiptServer
from tests.support.payments.fiscal_samples import SUPPLIER, document, item

PHONE = FiscalContact(phone="+79001234567")
MAIL = FiscalContact("alina@mail.test", "+79001234567")


@pytest.fixture
def server() -> YooKassaReceiptServer:
    return YooKassaReceiptServer()


@pytest.fixture
async def peer(server: YooKassaReceiptServer) -> AsyncIterator[HttpPeer]:
    async with http_peer(server.answer) as peer:
        yield peer


@pytest.fixture
async def register(peer: HttpPeer) -> AsyncIterator[YooKassaRegister]:
    async with open_client() as client:
        yield YooKassaRegister(client, f"{peer.url}/v3/", SHOP, SECRET)


def request(
    kind: FiscalKind = FiscalKind.PREPAYMENT, key: str = "k-1", refund: str = ""
) -> RegisterRequest:
    return RegisterRequest(document=document(kind, refund=refund), contact=PHONE, key=key)


async def test_a_prepayment_belongs_to_its_payment(
    register: YooKassaRegister, server: YooKassaReceiptServer
) -> None:
    answer = await register.register(request())
    assert (answer.state, answer.reference) == (RegisterState.PENDING, "rt-1")
    (sent,) = server.receipts
    assert (sent["type"], sent["payment_id"]) == ("payment", "2d9f-1")
    assert sent["customer"] == {"phone": "79001234567"}
    assert sent["tax_system_code"] == 1
    assert sent["settlements"] == [
        {"type": "cashless", "amount": {"value": "6.00", "currency": "RUB"}}
    ]
    assert (sent["items"][0]["vat_code"], sent["items"][0]["payment_mode"]) == (
        12,
        "full_prepayment",
    )
    done = await register.look_up("rt-1")
    assert done.state is RegisterState.REGISTERED
    assert done.record is not None
    assert (done.record.drive, done.record.document, done.record.url) == (DRIVE, "1", "")


async def test_a_settlement_names_the_supplier(
    register: YooKassaRegister, server: YooKassaReceiptServer
) -> None:
    sold = item(101, 3, SettlementMethod.FULL_PAYMENT, SUPPLIER)
    shown = document(FiscalKind.SETTLEMENT, sold)
    await register.register(RegisterRequest(document=shown, contact=MAIL, key="k"))
    (sent,) = server.receipts
    assert sent["settlements"][0]["type"] == "prepayment"
    assert sent["customer"] == {"email": "alina@mail.test"}
    assert sent["items"][0]["agent_type"] == "commissioner"
    assert sent["items"][0]["supplier"]["phone"] == "74951234567"


async def test_a_refund_belongs_to_the_refund_that_yookassa_made(
    register: YooKassaRegister, server: YooKassaReceiptServer
) -> None:
    await register.register(request(FiscalKind.REFUND, refund="rf-9"))
    (sent,) = server.receipts
    assert (sent["type"], sent["refund_id"]) == ("refund", "rf-9")
    assert "payment_id" not in sent


async def test_a_lost_answer_makes_no_second_receipt_when_the_key_is_forgotten(
    register: YooKassaRegister, server: YooKassaReceiptServer
) -> None:
    server.next = ["lost"]
    with pytest.raises(RegisterUnavailable):
        await register.register(request())
    server.by_key.clear()
    again = structs.replace(request(), is_again=True, contact=MAIL)
    assert (await register.register(again)).reference == "rt-1"
    assert len(server.receipts) == 1


async def test_another_receipt_of_the_same_sum_is_not_taken_for_it(
    register: YooKassaRegister, server: YooKassaReceiptServer
) -> None:
    await register.register(request(key="k-1"))
    again = structs.replace(request(key="k-2"), is_again=True, others=frozenset({"rt-1"}))
    assert (await register.register(again)).reference == "rt-2"
    assert len(server.receipts) == 2


async def test_money_of_another_provider_is_left_to_a_person(register: YooKassaRegister) -> None:
    other = RegisterRequest(document=document(provider="stripe"), contact=PHONE, key="k")
    with pytest.raises(RegisterRefused) as refused:
        await register.register(other)
    assert refused.value.code == "other_provider"


async def test_what_is_wrong_is_refused_by_its_parameter(register: YooKassaRegister) -> None:
    wrong = structs.replace(document(), total=1)
    with pytest.raises(RegisterRefused, match="settlements"):
        await register.register(RegisterRequest(document=wrong, contact=PHONE, key="k"))


async def test_a_receipt_that_was_called_off_has_failed_for_good(
    register: YooKassaRegister, server: YooKassaReceiptServer
) -> None:
    await register.register(request())
    server.cancelled = True
    answer = await register.look_up("rt-1")
    assert (answer.state, answer.is_final) == (RegisterState.FAILED, True)


async def test_a_register_that_is_busy_says_how_long(
    register: YooKassaRegister, server: YooKassaReceiptServer
) -> None:
    server.next = ["processing"]
    with pytest.raises(RegisterUnavailable) as busy:
        await register.register(request())
    assert busy.value.retry_after == 1.8


async def test_a_wrong_secret_is_tried_again_and_never_shown(peer: HttpPeer) -> None:
    async with open_client() as client:
        register = YooKassaRegister(client, f"{peer.url}/v3", SHOP, "wrong-secret")
        with pytest.raises(RegisterUnavailable) as refused:
            await register.register(request())
        assert "wrong-secret" not in str(refused.value)
        assert not (await register.health()).reachable


async def test_health_is_a_read(register: YooKassaRegister, server: YooKassaReceiptServer) -> None:
    assert (await register.health()).reachable
    assert not server.receipts


async def test_a_receipt_that_is_not_there_is_refused(register: YooKassaRegister) -> None:
    with pytest.raises(RegisterRefused, match="not_found"):
        await register.look_up("rt-77")


@pytest.mark.parametrize("body", [{}, {"id": "x", "status": "?"}, {"id": {}, "status": "pending"}])
async def test_answers_that_are_no_receipts_are_errors(body: object) -> None:
    async with (
        http_peer(lambda _request: json_response(200, body)) as peer,
        open_client() as client,
    ):
        register = YooKassaRegister(client, peer.url, SHOP, SECRET)
        with pytest.raises(RegisterUnavailable):
            await register.look_up("rt-1")
