"""The page of the demo's bank: pay, pay another sum, decline, or leave."""

from typing import Final
from urllib.parse import urlsplit

from starlette.responses import Response

from gotovo.payments.providers.demo import DemoDecision, DemoProvider
from gotovo.store.tables.payments.demo_bank import DemoPayment
from gotovo.web.site.errors import PageNotFound
from gotovo.web.site.responses import render, see_other
from gotovo.web.site.visit import Visit

_DECISIONS: Final = {each.value: each for each in DemoDecision}


async def demo_bank_page(visit: Visit, reference: str) -> Response:
    """Show a payment, and what can be done about it."""
    _, payment = await _found(visit, reference)
    return render(visit, "demo/bank/bank.html", payment=payment, back=back_path(payment.return_url))


async def decide_demo_payment(visit: Visit, reference: str) -> Response:
    """Let the payment end as the visitor wants, and send the browser back to where it came from.

    A decision that is no such thing is the page again; a payment that has ended stays as it is.
    """
    bank, payment = await _found(visit, reference)
    decision = _DECISIONS.get(visit.field("decision"))
    if decision is None:
        return see_other(visit, visit.request.url.path)
    await bank.decide(payment, decision)
    return see_other(visit, back_path(payment.return_url))


def back_path(return_url: str) -> str:
    """Return the path and query of an address, which stay on this site whatever its host is."""
    parts = urlsplit(return_url)
    is_path = parts.path.startswith("/") and not parts.path.startswith("//")
    if not is_path or "\\" in return_url or not return_url.isprintable():
        return "/orders"
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


async def _found(visit: Visit, reference: str) -> tuple[DemoProvider, DemoPayment]:
    bank = visit.dependencies.demo_bank
    payment = None if bank is None else await bank.shown(reference)
    if bank is None or payment is None:
        raise PageNotFound
    return bank, payment
