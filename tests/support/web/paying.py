"""Paying as a buyer does it: choose how, go to the demo's bank, decide there, and come back."""

import re
from html import unescape

import httpx

from gotovo.payments.providers.demo import DemoDecision
from gotovo.payments.providers.port import PaymentMethod
from tests.support.web.buyer import Buyer

_REFRESH = re.compile(r'<meta http-equiv="refresh" content="0; url=([^"]+)">')


async def goes_to_pay(
    buyer: Buyer, page: httpx.Response, form: str, method: PaymentMethod = PaymentMethod.CARD
) -> httpx.Response:
    """Choose how to pay on a page; return the page that leads to the bank."""
    return await buyer.sends(page, form, method=method)


def bank_address(page: httpx.Response) -> str:
    """Return where the page that leads to the bank takes a browser by itself."""
    found = _REFRESH.search(page.text)
    assert found, page.url
    address = unescape(found[1])
    assert f'href="{found[1]}"' in page.text, "without the refresh there is a link"
    return address


async def pays(
    buyer: Buyer,
    page: httpx.Response,
    form: str,
    *,
    decision: DemoDecision = DemoDecision.PAY,
    method: PaymentMethod = PaymentMethod.CARD,
) -> httpx.Response:
    """Pay from a page with the form of a payment; return where the buyer ends up."""
    bank = bank_address(await goes_to_pay(buyer, page, form, method))
    return await buyer.sends(await buyer.opens(bank), bank, decision=decision)
