"""Trusted person: a second code, good once, that can be taken back."""

import re

from gotovo.engine.submission import ResultKind
from gotovo.order.refusals import Code
from gotovo.order.steps.handover_opening import OpenHandover
from gotovo.order.values.order import Stage
from tests.support.web.buyer import Buyer, text_of
from tests.support.web.cast import ALINA, NOW, Cast
from tests.support.web.sample_orders.closed_orders import partly_issued
from tests.support.web.sample_orders.open_orders import (
    being_handed_over,
    ready,
    waiting_for_payment,
)


async def code_for_another(buyer: Buyer, where: str) -> str:
    """Make a code and return it."""
    page = await buyer.sends(await buyer.opens(where), where)
    found = re.search(r"<b>(\d{3})\s(\d{3})</b>", page.text)
    assert found is not None
    return found[1] + found[2]


def shows(html: str, code: str) -> bool:
    """Tell whether a page shows a code; three digits alone stand in many places."""
    return re.search(rf"{code[:3]}\s?{code[3:]}", html) is not None


async def test_the_second_code_comes_with_a_text_to_forward(buyer: Buyer, cast: Cast) -> None:
    order = await ready(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/trusted-person"
    code = await code_for_another(buyer, where)
    text = text_of((await buyer.opens(where)).text)
    assert f"Give them this code: {code[:3]} {code[3:]}. It works once." in text
    assert "Казань, ул. Баумана, 44" in text
    outcome = await cast.try_code(order, code, NOW)
    assert outcome.order is not None
    assert outcome.order.stage is Stage.ISSUED


async def test_a_code_that_was_taken_back_opens_nothing(buyer: Buyer, cast: Cast) -> None:
    order = await ready(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/trusted-person"
    code = await code_for_another(buyer, where)
    page = await buyer.sends(await buyer.opens(where), f"{where}-revocation")
    assert not shows(page.text, code)
    outcome = await cast.try_code(order, code, NOW)
    assert outcome.kind is ResultKind.REFUSED
    assert outcome.refusal is not None
    assert outcome.refusal.code is Code.CODE_REVOKED


async def test_a_code_is_taken_back_while_somebody_stands_at_the_desk(
    buyer: Buyer, cast: Cast
) -> None:
    order = await ready(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/trusted-person"
    code = await code_for_another(buyer, where)
    await cast.step(order, OpenHandover(code), NOW)
    asked = await buyer.opens(where)
    assert shows(asked.text, code)
    await buyer.sends(asked, f"{where}-revocation")
    assert not shows((await buyer.opens(f"/orders/{order.number}")).text, code)


async def test_one_form_sent_twice_makes_one_code(buyer: Buyer, cast: Cast) -> None:
    order = await ready(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/trusted-person"
    asked = await buyer.opens(where)
    first = await buyer.sends(asked, where)
    again = await buyer.sends(asked, where)
    code = re.compile(r"<b>(\d{3}\s\d{3})</b>")
    assert code.findall(first.text) == code.findall(again.text) != []


async def test_an_issued_order_names_nobody(buyer: Buyer, cast: Cast) -> None:
    order = await ready(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/trusted-person"
    asked = await buyer.opens(where)
    await cast.hand_over(order, NOW)
    refused = await buyer.sends(asked, where)
    assert refused.status_code == 409
    assert 'role="alert"' in refused.text


async def test_it_is_offered_neither_before_payment_nor_at_the_desk_nor_after(
    buyer: Buyer, cast: Cast
) -> None:
    await buyer.signs_in(ALINA)
    for make in (waiting_for_payment, being_handed_over, partly_issued):
        order = await make(cast)
        page = await buyer.opens(f"/orders/{order.number}/trusted-person")
        assert page.status_code == 409, make.__name__
        assert f'href="/orders/{order.number}/trusted-person"' not in page.text, make.__name__
