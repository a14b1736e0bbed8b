"""A visit: its language, and forms that only the visitor's own page can send."""

import pytest

from gotovo.web.site.dependencies import WebDependencies
from tests.support.web.buyer import Buyer, hidden_fields, text_of
from tests.support.web.cast import ALINA, Cast
from tests.support.web.sample_orders.open_orders import waiting_for_payment
from tests.support.web.stage import browser_of


@pytest.mark.parametrize(
    ("accepted", "heading"),
    [
        ("ru", "Где мой заказ?"),
        ("en-GB,en;q=0.9,ru;q=0.8", "Where is my order?"),
        ("de, ru;q=0.5", "Где мой заказ?"),
        ("tt", "Где мой заказ?"),
    ],
)
async def test_the_browsers_language_is_used(buyer: Buyer, accepted: str, heading: str) -> None:
    page = await buyer.client.get("/", headers={"accept-language": accepted})
    assert heading in text_of(page.text).replace("\xa0", " ")


async def test_a_chosen_language_is_kept(buyer: Buyer) -> None:
    page = await buyer.opens("/?lang=ru")
    assert '<html lang="ru">' in page.text
    page = await buyer.opens("/")
    assert '<html lang="ru">' in page.text


async def test_a_language_we_do_not_have_changes_nothing(buyer: Buyer) -> None:
    page = await buyer.opens("/?lang=xx")
    assert '<html lang="en">' in page.text


async def test_a_form_without_its_token_changes_nothing(buyer: Buyer, cast: Cast) -> None:
    order = await waiting_for_payment(cast)
    await buyer.signs_in(ALINA)
    path = f"/orders/{order.number}/payment"
    for form in ({}, {"form": ""}, {"form": "0" * 32}):
        answer = await buyer.client.post(path, data=form)
        assert answer.status_code in {400, 403}
    assert "Awaiting payment" in text_of((await buyer.opens(f"/orders/{order.number}")).text)


async def test_a_form_of_another_session_changes_nothing(
    buyer: Buyer, cast: Cast, dependencies: WebDependencies
) -> None:
    order = await waiting_for_payment(cast)
    await buyer.signs_in(ALINA)
    async with browser_of(dependencies) as client:
        other = Buyer(client)
        await other.signs_in(ALINA)
        page = await other.opens(f"/orders/{order.number}")
    fields = hidden_fields(page.text, f"/orders/{order.number}/payment")
    answer = await buyer.client.post(f"/orders/{order.number}/payment", data=fields)
    assert answer.status_code == 403
    assert "This form has expired" in text_of(answer.text)
