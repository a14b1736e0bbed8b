"""What YooKassa answers while something is wrong, and what is never done twice because of it."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import structlog

from gotovo.order.values.money import Money
from gotovo.payments.providers.port import (
    ProviderPaymentState,
    ProviderRefused,
    ProviderUnavailable,
)
from gotovo.payments.providers.provider_http import BYTES_MAX
from gotovo.payments.providers.yookassa import YooKassaAccount
from tests.support.payments.yookassa import (
    ASKED,
    NOW,
    NUMBER,
    YooKassaStage,
    all_of,
    asked,
    refund_asked,
    yookassa_stage,
)
from tests.support.payments.yookassa_ledger import SECRET, SHOP, Json

HOUR = timedelta(hours=1)
ID = "2d1f1a0c-000f-5000-8000-1d6f5e9a3c11"
PAYMENT: Json = {
    "id": ID,
    "status": "succeeded",
    "amount": {"value": "1.00", "currency": "RUB"},
    "created_at": "2026-11-30T09:00:00.000Z",
    "paid": True,
    "recipient": {"account_id": SHOP, "gateway_id": "1"},
    "metadata": {},
    "test": False,
    "something_new": {"of": "a later release"},
}
REFUND: Json = {
    "id": ID,
    "payment_id": ID,
    "status": "succeeded",
    "amount": {"value": "1.00", "currency": "RUB"},
    "created_at": "2026-11-30T09:00:00.000Z",
}


@pytest.fixture
async def stage() -> AsyncIterator[YooKassaStage]:
    """Give a server and the adapter that asks it."""
    async with yookassa_stage() as opened:
        yield opened


async def test_an_answer_that_was_lost_is_asked_for_again_and_nothing_is_created_twice(
    stage: YooKassaStage,
) -> None:
    for kind in ("lost", "error_after", "processing_after"):
        stage.server.fault(kind, "POST /payments")
        with pytest.raises(ProviderUnavailable):
            await stage.provider.create(ASKED)
    payment = await stage.provider.create(ASKED)
    assert list(stage.ledger.payments) == [payment.reference]
    stage.ledger.pay(payment.reference)
    again = await stage.provider.create(ASKED)
    assert (again.reference, again.state) == (payment.reference, ProviderPaymentState.SUCCEEDED)


async def test_a_key_with_another_body_is_refused(stage: YooKassaStage) -> None:
    await stage.provider.create(ASKED)
    with pytest.raises(ProviderRefused) as refused:
        await stage.provider.create(asked(amount=Money(1, "RUB")))
    assert refused.value.code == "invalid_request"
    assert "Idempotence-Key" in str(refused.value)
    assert len(stage.ledger.payments) == 1


@pytest.mark.parametrize("kind", ["lost", "error_after", "processing_after"])
async def test_a_refund_whose_answer_was_lost_happens_once_however_late_it_is_asked_again(
    stage: YooKassaStage, kind: str
) -> None:
    paid = await stage.paid()
    request = refund_asked(paid.payment_id, 500_00)
    stage.server.fault(kind, "POST /refunds")
    with pytest.raises(ProviderUnavailable):
        await stage.provider.refund(request)
    for passed in (0, 23, 100):
        stage.clock.pass_(hours=passed)  # YooKassa forgets keys after 24 hours
        refund = await stage.provider.refund(request)
        assert list(stage.ledger.refunds) == [refund.refund_id]
    assert (await stage.provider.payment(paid.reference)).refunded == 500_00


async def test_a_list_without_an_end_is_not_read_for_ever(stage: YooKassaStage) -> None:
    page = json.dumps({"type": "list", "items": [], "next_cursor": "again"})
    stage.server.fault("answer", "GET /payments", times=10, body=page)
    with pytest.raises(ProviderUnavailable, match="without an end"):
        await all_of(stage.provider.payments(NOW - HOUR, NOW))
    assert len(stage.server.calls) == 2


@pytest.mark.parametrize(
    ("kind", "wait"), [("error", None), ("processing", 1.8), ("busy", None), ("refused", None)]
)
async def test_what_is_not_done_now_may_be_asked_again(
    stage: YooKassaStage, kind: str, wait: float | None
) -> None:
    stage.server.fault(kind, "POST /payments")
    with pytest.raises(ProviderUnavailable) as unavailable:
        await stage.provider.create(ASKED)
    assert unavailable.value.retry_after == wait
    assert stage.ledger.payments == {}
    assert (await stage.provider.create(ASKED)).state is ProviderPaymentState.PENDING


async def test_a_wait_that_a_busy_server_asks_for_is_told(stage: YooKassaStage) -> None:
    stage.server.fault("busy", "GET /payments", headers={"retry_after": "7"})
    with pytest.raises(ProviderUnavailable) as unavailable:
        await stage.provider.payment("0")
    assert unavailable.value.retry_after == 7


async def test_an_answer_that_does_not_come_in_time_is_not_waited_for() -> None:
    async with yookassa_stage(seconds_max=0.2) as stage:
        stage.server.fault("slow", "POST /payments", seconds=3_600)
        with pytest.raises(ProviderUnavailable, match="no answer in time"):
            await stage.provider.create(ASKED)
        payment = await stage.provider.create(ASKED)
        assert list(stage.ledger.payments) == [payment.reference]


async def test_a_server_that_is_away_is_unavailable(stage: YooKassaStage) -> None:
    away = YooKassaAccount(SHOP, SECRET, "http://127.0.0.1:1/v3")
    provider = type(stage.provider)(away, stage.provider._client)
    with pytest.raises(ProviderUnavailable, match="no connection"):
        await provider.create(ASKED)
    assert not (await provider.health()).reachable


@pytest.mark.parametrize("reference", ["", "../me", "a/b", "a?b", "a\n", "x" * 65, "ы"])
async def test_what_can_be_no_id_is_never_part_of_an_address(
    stage: YooKassaStage, reference: str
) -> None:
    for asking in (
        stage.provider.payment(reference),
        stage.provider.cancel(reference),
        stage.provider.refund_of(reference),
        stage.provider.refund(refund_asked(reference, 1)),
    ):
        with pytest.raises(ProviderRefused) as refused:
            await asking
        assert refused.value.code == "not_found"
    assert stage.server.calls == []


async def test_what_yookassa_does_not_know_is_refused(stage: YooKassaStage) -> None:
    for asking in (stage.provider.payment("none"), stage.provider.refund_of("none")):
        with pytest.raises(ProviderRefused) as refused:
            await asking
        assert refused.value.code == "not_found"


async def test_a_wrong_secret_is_no_refusal_of_a_payment() -> None:
    async with yookassa_stage(secret="test_other") as stage:
        with pytest.raises(ProviderUnavailable, match="invalid_credentials"):
            await stage.provider.create(ASKED)
        health = await stage.provider.health()
        assert not health.reachable
        assert "invalid_credentials" in health.reason


async def test_neither_the_secret_nor_the_order_is_in_any_error_or_log(
    stage: YooKassaStage, caplog: pytest.LogCaptureFixture
) -> None:
    request = asked(description="Алина, +7 900 555-01-23")
    said: list[str] = []
    leak = json.dumps(
        {"code": "Алина +79005550123", "parameter": SECRET * 9, "description": request.description}
    )
    kinds = ("lost", "error", "processing", "busy", "refused")
    faults = [{"kind": kind} for kind in kinds]
    faults += [
        {"kind": "answer", "status": status, "body": leak} for status in (200, 302, 400, 418)
    ]
    with structlog.testing.capture_logs() as logs, caplog.at_level("DEBUG"):
        for fault in faults:
            stage.server.fault(start="POST", **fault)
            with pytest.raises((ProviderUnavailable, ProviderRefused)) as raised:
                await stage.provider.create(request)
            chain = [raised.value, raised.value.__cause__]
            code = getattr(raised.value, "code", "")
            said += [code, *(f"{each!r} {each}" for each in chain if each is not None)]
    shown = "\n".join([*said, str(logs), *(each.getMessage() for each in caplog.records)])
    for hidden in (SECRET, "Алина", "9005550123", NUMBER, ASKED.return_url):
        assert hidden not in shown
    assert SECRET not in repr(YooKassaAccount(SHOP, SECRET))


async def test_several_ask_at_once_and_one_payment_is_made(stage: YooKassaStage) -> None:
    made = await asyncio.gather(*(stage.provider.create(ASKED) for _ in range(8)))
    assert len({each.reference for each in made}) == len(stage.ledger.payments) == 1


def changed(thing: Json, path: str, value: Any) -> Json:
    """Return an object with another value at a path, or without it."""
    copied = json.loads(json.dumps(thing))
    *way, last = path.split(".")
    inner = copied
    for name in way:
        inner = inner[name]
    inner[last] = value
    if value is MISSING:
        del inner[last]
    return copied


MISSING = object()
WRONG_OF_BOTH = [
    ("id", MISSING),
    ("id", "../me"),
    ("id", "another"),
    ("id", 1),
    ("status", MISSING),
    ("status", "new"),
    ("amount", MISSING),
    ("amount", "1.00"),
    ("amount.value", MISSING),
    ("amount.value", 1),
    ("amount.value", "-1.00"),
    ("amount.value", "1,00"),
    ("amount.value", "1.005"),
    ("amount.value", "1e3"),
    ("amount.value", "NaN"),
    ("amount.value", ""),
    ("amount.value", "9" * 40),
    ("amount.currency", "XAU"),
    ("amount.currency", "rub"),
    ("created_at", MISSING),
    ("created_at", "yesterday"),
    ("created_at", "2026-11-30T09:00:00"),
]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        *WRONG_OF_BOTH,
        ("paid", MISSING),
        ("paid", "yes"),
        ("paid", False),
        ("recipient", {}),
        ("recipient.account_id", 1),
        ("refunded_amount", {"value": "0.50", "currency": "USD"}),
        ("captured_at", "now"),
        ("confirmation", {"confirmation_url": "x" * 3_000}),
    ],
)
async def test_a_payment_of_another_shape_is_not_believed(
    stage: YooKassaStage, path: str, value: object
) -> None:
    stage.server.fault("answer", "GET", body=json.dumps(PAYMENT))
    assert (await stage.provider.payment(ID)).amount == Money(100, "RUB")
    stage.server.fault("answer", "GET", body=json.dumps(changed(PAYMENT, path, value)))
    with pytest.raises(ProviderUnavailable):
        await stage.provider.payment(ID)


@pytest.mark.parametrize(("path", "value"), [*WRONG_OF_BOTH, ("payment_id", MISSING)])
async def test_a_refund_of_another_shape_is_not_believed(
    stage: YooKassaStage, path: str, value: object
) -> None:
    stage.server.fault("answer", "GET", body=json.dumps(REFUND))
    assert (await stage.provider.refund_of(ID)).amount == Money(100, "RUB")
    stage.server.fault("answer", "GET", body=json.dumps(changed(REFUND, path, value)))
    with pytest.raises(ProviderUnavailable):
        await stage.provider.refund_of(ID)


@pytest.mark.parametrize("url", [MISSING, "", "javascript:alert(1)", "//bank", "https://a\nb"])
async def test_a_buyer_is_sent_to_no_page_that_is_none(stage: YooKassaStage, url: object) -> None:
    pending = PAYMENT | {"status": "pending", "paid": False}
    pending["confirmation"] = {} if url is MISSING else {"confirmation_url": url}
    stage.server.fault("answer", "POST", body=json.dumps(pending))
    with pytest.raises(ProviderUnavailable):
        await stage.provider.create(ASKED)


@pytest.mark.parametrize(
    "body", ["", "null", "[]", "{", "<html>", '"payment"', "[" * 100_000, " " * (BYTES_MAX + 1)]
)
async def test_an_answer_that_is_none_is_not_believed(stage: YooKassaStage, body: str) -> None:
    stage.server.fault("answer", "", times=4, body=body)
    with pytest.raises(ProviderUnavailable):
        await stage.provider.payment(ID)
    with pytest.raises(ProviderUnavailable):
        await stage.provider.create(ASKED)
    with pytest.raises(ProviderUnavailable):
        await all_of(stage.provider.payments(NOW - HOUR, NOW))
    assert not (await stage.provider.health()).reachable


@pytest.mark.parametrize("body", ["", "{", '{"retry_after": "soon"}', '{"retry_after": -1}'])
async def test_an_answer_that_comes_later_needs_no_wait_that_can_be_read(
    stage: YooKassaStage, body: str
) -> None:
    stage.server.fault("answer", "POST", status=202, body=body)
    with pytest.raises(ProviderUnavailable) as unavailable:
        await stage.provider.create(ASKED)
    assert unavailable.value.retry_after is None


async def test_a_redirect_is_not_followed(stage: YooKassaStage) -> None:
    elsewhere = {"location": f"{stage.server.url}/payments"}
    stage.server.fault("answer", "POST", status=307, headers=elsewhere)
    with pytest.raises(ProviderUnavailable, match="redirects"):
        await stage.provider.create(ASKED)
    assert stage.ledger.payments == {}
    assert stage.server.calls == ["POST /payments"]


@pytest.mark.parametrize(
    ("status", "is_for_good"),
    [(400, True), (404, True), (405, True), (410, True), (415, True), (401, False), (403, False)],
)
async def test_only_what_is_about_the_request_is_refused_for_good(
    stage: YooKassaStage, status: int, *, is_for_good: bool
) -> None:
    stage.server.fault("answer", "POST", status=status, body="{}")
    kind = ProviderRefused if is_for_good else ProviderUnavailable
    with pytest.raises(kind) as raised:
        await stage.provider.create(ASKED)
    assert getattr(raised.value, "code", "") == (str(status) if is_for_good else "")
