"""A program asks where its buyer pays, and what was tried."""

from datetime import timedelta

import pytest

from gotovo.access.buyer_requests.pay_links import read_pay_token
from gotovo.order.values.money import Money
from gotovo.store.tables.payments.payment_attempts import AttemptEnd, AttemptState, NewAttempt
from gotovo.words.formats.dates import format_rfc3339
from tests.support.api.network import SECRET, SITE, Api, captured

PRICE = Money(39_000, "RUB")


@pytest.mark.parametrize("by", ["storefront", "support", "admin"])
async def test_who_sees_payments_gets_the_link_of_an_unpaid_order(api: Api, by: str) -> None:
    order = await api.place()
    number = order["number"]
    link = (await api.get(f"/orders/{number}/payment-link", by)).json()
    assert link["number"] == number
    assert link["due"] == order["due"]
    assert link["expires_at"] == order["payment_due_at"]
    assert link["url"].startswith(f"{SITE}/pay/")
    read = read_pay_token([SECRET], link["url"].rpartition("/")[2])
    assert read is not None
    assert read.number == number
    again = (await api.get(f"/orders/{number}/payment-link", by)).json()
    assert again == link


@pytest.mark.parametrize("by", ["point", "warehouse", "courier"])
async def test_who_sees_no_payments_gets_no_link(api: Api, by: str) -> None:
    number = (await api.place())["number"]
    for what in ("payment-link", "payment-attempts"):
        assert (await api.get(f"/orders/{number}/{what}", by)).status_code == 403


async def test_a_paid_order_and_one_whose_time_is_over_have_no_link(api: Api) -> None:
    number = (await api.place())["number"]
    await api.post(f"/orders/{number}/payment", captured(number))
    link = (await api.get(f"/orders/{number}/payment-link")).json()
    assert (link["url"], link["due"]["amount"], link["expires_at"]) == (None, 0, None)
    late = (await api.place())["number"]
    api.network.clock.now += timedelta(days=2)
    assert (await api.get(f"/orders/{late}/payment-link")).json()["url"] is None


async def test_attempts_are_listed_the_newest_first_and_without_their_page(api: Api) -> None:
    number = (await api.place())["number"]
    attempts, now = api.network.dependencies.payment_attempts, api.network.clock()
    new = NewAttempt(
        number=number,
        shop="",
        provider="yookassa",
        method="card",
        amount=PRICE,
        created_at=now,
        expires_at=now + timedelta(hours=1),
        check_at=now + timedelta(minutes=1),
    )
    first = await attempts.begin(new)
    end = AttemptEnd(
        state=AttemptState.CANCELLED, at=now, reference="ref-1", reason="insufficient_funds"
    )
    await attempts.settle(number, first.attempt, end)
    second = await attempts.begin(new)
    await attempts.created(
        second, reference="ref-2", payment_id="", url="https://bank.example/x", check_at=now
    )
    response = await api.get(f"/orders/{number}/payment-attempts", "storefront")
    newest, oldest = response.json()["items"]
    assert (newest["attempt"], newest["state"], newest["reason"]) == (2, "pending", None)
    assert (oldest["attempt"], oldest["state"], oldest["reason"]) == (
        1,
        "cancelled",
        "insufficient_funds",
    )
    assert oldest["settled_at"] == format_rfc3339(now)
    assert "bank.example" not in response.text


async def test_an_order_of_another_shop_has_neither(api: Api) -> None:
    number = (await api.place())["number"]
    for what in ("payment-link", "payment-attempts"):
        assert (await api.get(f"/orders/{number}/{what}", "book-storefront")).status_code == 404
        assert (await api.get(f"/orders/123456789012/{what}")).status_code == 404
