"""The queue of receipts: one for each event, in order, and nothing fails unseen."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from msgspec import structs

from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.contact_erasure import EraseContact
from gotovo.order.steps.refund_completion import CompleteRefund
from gotovo.order.values.actor import Role
from gotovo.order.values.fiscal.fiscal_codes import VatRate
from gotovo.order.values.fiscal.fiscal_terms import GoodsTerms
from gotovo.order.values.order import Order, Units
from gotovo.outbound.exchange import open_client
from gotovo.payments.receipts.atol_register import AtolAccount, AtolRegister
from gotovo.payments.receipts.fiscal_document import decoded
from gotovo.payments.receipts.fiscal_sending import NO_TERMS, ROUNDS_MAX
from gotovo.payments.receipts.yookassa_register import YooKassaRegister
from tests.support.notices.http_peer import http_peer
from tests.support.payments.cash_registers import (
    GROUP,
    LOGIN,
    PASSWORD,
    SECRET,
    SHOP,
    AtolServer,
    YooKassaReceiptServer,
)
from tests.support.payments.fiscal_desk import FiscalDesk, pay_by
from tests.support.payments.fiscal_samples import TERMS
from tests.support.web.cast import ALINA, DAY, HOUR, NOW, Cast
from tests.support.web.goods import KETTLE, MUG

SPENT = 189_900 + 2 * 45_050


@pytest.fixture
def server() -> AtolServer:
    return AtolServer()


@pytest.fixture
async def atol(server: AtolServer) -> AsyncIterator[AtolRegister]:
    async with http_peer(server.answer) as peer, open_client() as client:
        account = AtolAccount(GROUP, LOGIN, PASSWORD)
        url = f"{peer.url}/possystem/v5"
        yield AtolRegister(client, url, account, lambda: datetime.now(UTC))


async def placed(cast: Cast, email: str = "") -> Order:
    return await cast.place(ALINA, NOW - 5 * DAY, KETTLE, MUG, email=email)


async def on_shelf(cast: Cast) -> Order:
    order = await cast.send(await placed(cast), NOW - 5 * DAY + HOUR)
    return await cast.shelve(order, NOW - 2 * DAY)


async def complete_refund(cast: Cast, order: Order) -> Order:
    refund = order.refunds[-1].id
    return await cast.step(order, CompleteRefund(refund, "rf-1"), NOW - HOUR / 2)


async def test_an_order_is_told_when_paid_and_when_handed_over(
    cast: Cast, desk: FiscalDesk, atol: AtolRegister, server: AtolServer
) -> None:
    order = await cast.hand_over(await on_shelf(cast), NOW - DAY)
    await desk.plan()
    assert await desk.states(order) == [
        ("prepayment", "waiting", SPENT),
        ("settlement", "waiting", SPENT),
    ]
    await desk.send(atol, 1)
    assert [state for _, state, _ in await desk.states(order)] == ["sent", "waiting"]
    await desk.send(atol, 6)
    assert [state for _, state, _ in await desk.states(order)] == ["registered"] * 2
    operations = [(x["operation"], x["receipt"]["total"]) for x in server.documents.values()]
    assert operations == [("sell", SPENT / 100)] * 2
    first, second = await desk.receipts.of_order(order.number)
    assert first.url == "https://check.ofd.test/rec/1"
    assert second.fiscal_document == "2"
    assert first.settled_at is not None
    assert not await desk.cases()


async def test_the_stored_receipt_has_no_contact(
    cast: Cast, desk: FiscalDesk, atol: AtolRegister, server: AtolServer
) -> None:
    order = await cast.pay(await placed(cast, "alina@mail.test"), NOW - 4 * DAY)
    await desk.send(atol, 3)
    (sent,) = server.documents.values()
    assert sent["receipt"]["client"] == {"email": "alina@mail.test"}
    (row,) = await desk.receipts.of_order(order.number)
    assert "alina" not in row.document
    assert ALINA not in row.document
    assert decoded(row.document.encode()).total == SPENT


async def test_events_that_are_read_again_make_no_second_receipt(
    cast: Cast, desk: FiscalDesk, atol: AtolRegister, server: AtolServer
) -> None:
    order = await cast.pay(await placed(cast), NOW - 4 * DAY)
    for _ in range(3):
        await desk.send(atol, 2)
    assert len(await desk.receipts.of_order(order.number)) == len(server.documents) == 1


async def test_lost_answers_and_faults_make_one_document_each(
    cast: Cast, desk: FiscalDesk, atol: AtolRegister, server: AtolServer
) -> None:
    server.next = ["lost", "broken", "lost", "lost", "broken"]
    order = await cast.hand_over(await on_shelf(cast), NOW - DAY)
    await desk.send(atol, 14)
    assert [state for _, state, _ in await desk.states(order)] == ["registered"] * 2
    assert len(server.documents) == 2
    assert desk.failures


async def test_a_refused_receipt_is_a_case_and_holds_up_what_follows(
    cast: Cast, desk: FiscalDesk, atol: AtolRegister, server: AtolServer
) -> None:
    order = await cast.hand_over(await on_shelf(cast), NOW - DAY)
    paid, _ = await _due(desk, order)
    server.failing = {f"gotovo-{order.number}-{paid}-1": ("driver", -3897)}
    await desk.send(atol, 6)
    assert [state for _, state, _ in await desk.states(order)] == ["failed", "waiting"]
    assert await desk.cases() == [f"{order.number}:{paid}:1"]
    assert await desk.receipts.next_at() is None
    assert await desk.receipts.begin_round(order.number, paid, NOW)
    await desk.send(atol, 8)
    assert [state for _, state, _ in await desk.states(order)] == ["registered"] * 2
    assert f"gotovo-{order.number}-{paid}-2" in server.documents


async def test_what_a_person_has_seen_to_lets_the_rest_go_on(
    cast: Cast, desk: FiscalDesk, atol: AtolRegister, server: AtolServer
) -> None:
    order = await cast.hand_over(await on_shelf(cast), NOW - DAY)
    paid, _ = await _due(desk, order)
    server.failing = {f"gotovo-{order.number}-{paid}-": ("agent", 1)}
    await desk.send(atol, 4)
    assert not await desk.receipts.settle_elsewhere(order.number, paid + 1, NOW)
    assert await desk.receipts.settle_elsewhere(order.number, paid, NOW)
    await desk.send(atol, 6)
    assert [state for _, state, _ in await desk.states(order)] == ["elsewhere", "registered"]


async def test_a_receipt_that_the_register_loses_is_asked_for_anew_and_not_for_ever(
    cast: Cast, desk: FiscalDesk, atol: AtolRegister, server: AtolServer
) -> None:
    order = await cast.pay(await placed(cast), NOW - 4 * DAY)
    server.failing = {"gotovo-": ("timeout", 1)}
    await desk.send(atol, 3 * ROUNDS_MAX + 3)
    assert [state for _, state, _ in await desk.states(order)] == ["failed"]
    assert len(server.documents) == ROUNDS_MAX
    assert len(await desk.cases()) == 1


async def test_a_shop_without_terms_waits_until_it_has_some(
    cast: Cast, desk: FiscalDesk, atol: AtolRegister, pool: asyncpg.Pool
) -> None:
    await pool.execute("delete from fiscal_terms")
    order = await cast.pay(await placed(cast), NOW - 4 * DAY)
    await desk.send(atol, 2)
    (row,) = await desk.receipts.of_order(order.number)
    assert (row.state.value, row.reason, row.document) == ("waiting", NO_TERMS, "")
    assert (await desk.receipts.open(10)).without_terms == [""]
    await desk.terms.put("", TERMS, NOW)
    await desk.send(atol, 4)
    assert [state for _, state, _ in await desk.states(order)] == ["registered"]
    assert (await desk.receipts.open(10)).waiting == 0


async def test_a_refund_has_the_rates_of_what_it_takes_back(
    cast: Cast, desk: FiscalDesk, atol: AtolRegister
) -> None:
    order = await cast.hand_over(await on_shelf(cast), NOW - DAY, Units(2, 1))
    await desk.send(atol, 8)
    await desk.terms.put("", structs.replace(TERMS, goods=GoodsTerms(VatRate.NONE)), NOW)
    order = await complete_refund(cast, order)
    await desk.send(atol, 4)
    *_, refund = await desk.receipts.of_order(order.number)
    (item,) = decoded(refund.document.encode()).items
    assert (refund.kind.value, refund.amount) == ("refund", 45_050)
    assert item.vat is VatRate.TWENTY_TWO_OF_122


async def test_the_receipt_of_an_erased_buyer_goes_to_the_shop(
    cast: Cast, desk: FiscalDesk, atol: AtolRegister, server: AtolServer
) -> None:
    order = await cast.pay(await placed(cast), NOW - 4 * DAY)
    order = await cast.step(order, Cancel(), NOW - 3 * DAY)
    await cast.step(order, EraseContact(), NOW - 2 * DAY, Role.SYSTEM)
    await complete_refund(cast, order)
    await desk.send(atol, 8)
    assert [state for _, state, _ in await desk.states(order)] == ["registered"] * 2
    clients = {str(x["receipt"]["client"]) for x in server.documents.values()}
    assert clients == {str({"email": TERMS.email})}


async def test_yookassa_registers_what_it_was_paid(cast: Cast, desk: FiscalDesk) -> None:
    server = YooKassaReceiptServer()
    server.next = ["lost", "processing"]
    async with http_peer(server.answer) as peer, open_client() as client:
        register = YooKassaRegister(client, f"{peer.url}/v3", SHOP, SECRET)
        order = await pay_by(cast, await placed(cast), "yookassa", "2d9f", SPENT)
        order = await cast.step(order, Cancel(), NOW - 3 * DAY)
        order = await complete_refund(cast, order)
        await desk.send(register, 10)
    assert [state for _, state, _ in await desk.states(order)] == ["registered"] * 2
    assert [each["type"] for each in server.receipts] == ["payment", "refund"]
    assert server.receipts[1]["refund_id"] == "rf-1"


async def test_money_of_another_provider_is_a_case_at_yookassa(
    cast: Cast, desk: FiscalDesk
) -> None:
    server = YooKassaReceiptServer()
    async with http_peer(server.answer) as peer, open_client() as client:
        register = YooKassaRegister(client, f"{peer.url}/v3", SHOP, SECRET)
        order = await pay_by(cast, await placed(cast), "stripe", "pi_1", SPENT)
        await desk.send(register, 2)
    assert [state for _, state, _ in await desk.states(order)] == ["failed"]
    assert len(await desk.cases()) == 1
    assert not server.receipts


async def test_a_receipt_that_another_register_has_is_left_to_a_person(
    cast: Cast, desk: FiscalDesk, atol: AtolRegister
) -> None:
    order = await cast.pay(await placed(cast), NOW - 4 * DAY)
    await desk.send(atol, 1)
    server = YooKassaReceiptServer()
    async with http_peer(server.answer) as peer, open_client() as client:
        await desk.send(YooKassaRegister(client, f"{peer.url}/v3", SHOP, SECRET), 2)
    assert [state for _, state, _ in await desk.states(order)] == ["failed"]
    assert len(await desk.cases()) == 1


async def test_two_processes_never_have_one_receipt(cast: Cast, desk: FiscalDesk) -> None:
    order = await cast.hand_over(await on_shelf(cast), NOW - DAY)
    await desk.plan()
    first = await desk.receipts.take(NOW, NOW + timedelta(minutes=1), 10)
    assert [row.number for row in first] == [order.number]
    assert not await desk.receipts.take(NOW, NOW + timedelta(minutes=1), 10)


async def _due(desk: FiscalDesk, order: Order) -> list[int]:
    await desk.plan()
    return [row.version for row in await desk.receipts.of_order(order.number)]
