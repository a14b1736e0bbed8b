"""The demo's bank lets a visitor decide what becomes of a payment, and sends them back."""

import httpx
import pytest
from msgspec import structs

from gotovo.payments.providers.demo import PAYABLE, DemoProvider
from gotovo.payments.providers.port import ProviderPayment, ProviderPaymentState
from gotovo.web.demo.bank.bank import back_path
from gotovo.web.site.dependencies import WebDependencies
from tests.support.payments.requests import basket
from tests.support.web.buyer import Buyer, text_of
from tests.support.web.cast import Clock
from tests.support.web.stage import browser_of


@pytest.fixture
def bank(dependencies: WebDependencies) -> DemoProvider:
    """Give the demo's bank."""
    assert dependencies.demo_bank is not None
    return dependencies.demo_bank


@pytest.fixture
async def begun(bank: DemoProvider) -> ProviderPayment:
    """Give a payment that waits for its buyer."""
    return await bank.create(basket(return_url="https://other.example/phone?lang=en"))


async def test_the_page_says_whose_bank_it_is_and_what_is_to_pay(
    buyer: Buyer, begun: ProviderPayment
) -> None:
    english = text_of((await buyer.opens(f"{begun.url}?lang=en")).text)
    assert "This bank is part of the demo. No money moves" in english
    assert "Заказ 4578 9693 4425" in english
    assert "1,234.50" in english.replace("\u00a0", " ")
    russian = text_of((await buyer.opens(f"{begun.url}?lang=ru")).text)
    assert "Это учебный банк" in russian
    assert "1\u00a0234,50" in russian or "1 234,50" in russian


async def test_whoever_pays_is_sent_back_on_this_site(
    buyer: Buyer, begun: ProviderPayment, bank: DemoProvider
) -> None:
    """The payment's own address names another host; its path is what counts."""
    answer = await _decided(buyer, begun, "pay")
    assert answer.headers["location"] == "/phone?lang=en"
    paid = await bank.payment(begun.reference)
    assert (paid.state, paid.amount) == (ProviderPaymentState.SUCCEEDED, begun.amount)
    assert paid.captured_at is not None
    assert "Paid: " in text_of((await buyer.opens(begun.url)).text)


async def test_a_payment_can_be_declined_and_then_no_longer_be_paid(
    buyer: Buyer, begun: ProviderPayment, bank: DemoProvider
) -> None:
    page = await buyer.opens(begun.url)
    await buyer.sends(page, begun.url, decision="decline")
    await buyer.sends(page, begun.url, decision="pay")
    declined = await bank.payment(begun.reference)
    assert (declined.state, declined.reason) == (ProviderPaymentState.CANCELLED, "declined")
    assert "The payment was declined." in text_of((await buyer.opens(begun.url)).text)


async def test_another_sum_can_be_paid(
    buyer: Buyer, begun: ProviderPayment, bank: DemoProvider
) -> None:
    await _decided(buyer, begun, "pay-half")
    assert (await bank.payment(begun.reference)).amount.amount == begun.amount.amount // 2


async def test_a_decision_that_is_none_changes_nothing(
    buyer: Buyer, begun: ProviderPayment, bank: DemoProvider
) -> None:
    answer = await _decided(buyer, begun, "pay-double")
    assert answer.headers["location"] == begun.url
    assert (await bank.payment(begun.reference)).state is ProviderPaymentState.PENDING


async def test_a_form_of_somebody_else_pays_nothing(
    buyer: Buyer, begun: ProviderPayment, bank: DemoProvider
) -> None:
    answer = await buyer.client.post(begun.url, data={"form": "made-up", "decision": "pay"})
    assert answer.status_code == 403
    assert (await bank.payment(begun.reference)).state is ProviderPaymentState.PENDING


async def test_a_payment_that_nobody_paid_in_a_day_says_so(
    buyer: Buyer, begun: ProviderPayment, clock: Clock
) -> None:
    page = await buyer.opens(begun.url)
    clock.now += PAYABLE
    assert "the payment has expired" in text_of((await buyer.opens(begun.url)).text)
    answer = await buyer.sends(page, begun.url, decision="pay")
    assert answer.status_code == 200
    assert "the payment has expired" in text_of((await buyer.opens(begun.url)).text)


async def test_a_payment_that_the_shop_called_off_says_so(
    buyer: Buyer, begun: ProviderPayment, bank: DemoProvider
) -> None:
    await bank.cancel(begun.reference)
    assert "The shop called the payment off." in text_of((await buyer.opens(begun.url)).text)


async def test_an_unknown_payment_has_no_page(buyer: Buyer) -> None:
    assert (await buyer.opens("/demo-bank/demo-nothing")).status_code == 404


async def test_there_is_no_bank_outside_the_demo(
    dependencies: WebDependencies, begun: ProviderPayment
) -> None:
    async with browser_of(structs.replace(dependencies, phone=None)) as client:
        assert (await client.get(begun.url)).status_code == 404
        assert (await client.post(begun.url)).status_code == 404


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/orders/1?paid=1", "/orders/1?paid=1"),
        ("https://evil.example/orders/1#x", "/orders/1"),
        ("//evil.example", "/orders"),
        ("https://shop.example//evil.example", "/orders"),
        ("/\\evil.example", "/orders"),
        ("javascript:alert(1)", "/orders"),
        ("/orders/1\r\nset-cookie: a=b", "/orders"),
        ("", "/orders"),
    ],
)
def test_no_address_leads_to_another_site(address: str, path: str) -> None:
    assert back_path(address) == path


async def _decided(buyer: Buyer, payment: ProviderPayment, decision: str) -> httpx.Response:
    """Send the decision and return the redirect."""
    page = await buyer.opens(payment.url)
    token = page.text.split('name="form" value="')[1].split('"')[0]
    form = {"form": token, "decision": decision}
    return await buyer.client.post(payment.url, data=form)
