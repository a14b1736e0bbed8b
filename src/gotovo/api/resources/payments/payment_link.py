"""The payment of an order for programs: a link that its buyer can be sent, and the attempts."""

from starlette.responses import Response

from gotovo.access.permissions import SEES_PAYMENTS
from gotovo.access.programs.scopes import KeyScope
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.order_access import hidden_order, unknown_order
from gotovo.api.dispatch.request import ApiRequest
from gotovo.api.dispatch.responses import json_response
from gotovo.api.resources.payments.payment_views import (
    PaymentAttemptsView,
    PaymentLinkView,
    attempt_view,
)
from gotovo.order.refusals import Code
from gotovo.order.values.money import Money
from gotovo.order.values.number import parse
from gotovo.order.values.order import Order
from gotovo.order.values.payments.captured import amount_due


async def read_payment_link(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return where an order's buyer pays now."""
    order = await _order(dependencies, request)
    if isinstance(order, Response):
        return order
    url = dependencies.pay_url(order, dependencies.clock()) or None
    due = Money(amount_due(order) if order.outcome is None else 0, order.currency)
    expires_at = order.payment_due_at if url else None
    return json_response(PaymentLinkView(order.number, url, due, expires_at))


async def list_payment_attempts(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return the attempts to pay an order through the installation's providers."""
    order = await _order(dependencies, request)
    if isinstance(order, Response):
        return order
    attempts = await dependencies.payment_attempts.of_order(order.number)
    return json_response(PaymentAttemptsView(tuple(map(attempt_view, attempts))))


async def _order(dependencies: ApiDependencies, request: ApiRequest) -> Order | Response:
    """Return the order of a request, or why the key does not see it."""
    number = parse(request.path_params["number"])
    found = None if number is None else await dependencies.reads.order(number)
    if found is None:
        return unknown_order(request)
    refused = hidden_order(dependencies, request, found.order)
    if refused is not None:
        return refused
    await dependencies.access_log.record(request.actor, "order", (found.order.number,))
    return found.order


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/api/v1/orders/{number}/payment-link",
        name="readPaymentLink",
        tag="payments",
        summary="Read where the buyer pays",
        description=(
            "The page asks for what is due and needs no signing in; whoever has its address can "
            "pay, and sees the number, the sum and until when. It is the same address each time, "
            "and ends with the time to pay."
        ),
        handler=read_payment_link,
        protected_by=ProtectedBy.ORDER,
        scope=KeyScope.ORDERS_READ,
        roles=SEES_PAYMENTS,
        response=PaymentLinkView,
        problems=(Code.UNKNOWN_ORDER,),
    ),
    Endpoint(
        method="GET",
        path="/api/v1/orders/{number}/payment-attempts",
        name="listPaymentAttempts",
        tag="payments",
        summary="Read the attempts to pay",
        description=(
            "What was asked of payment providers for an order, and what became of it. What was "
            "captured is in `payments` of the order itself."
        ),
        handler=list_payment_attempts,
        protected_by=ProtectedBy.ORDER,
        scope=KeyScope.ORDERS_READ,
        roles=SEES_PAYMENTS,
        response=PaymentAttemptsView,
        problems=(Code.UNKNOWN_ORDER,),
    ),
)
