"""The receipts of an order, for those who see its payments."""

from datetime import datetime

from starlette.responses import Response

from gotovo.access.permissions import SEES_PAYMENTS
from gotovo.access.programs.scopes import KeyScope
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.request import ApiRequest
from gotovo.api.dispatch.responses import json_response
from gotovo.api.resources.help.holding import order_of
from gotovo.order.ledger.fiscal_moves import FISCAL_CURRENCY
from gotovo.order.refusals import Code
from gotovo.order.values.fiscal.fiscal_codes import FiscalKind
from gotovo.order.values.money import Money
from gotovo.store.tables.money.fiscal_receipts import FiscalRow, FiscalState
from gotovo.value import Value


class ReceiptView(Value, frozen=True):
    """A receipt of 54-FZ; `version` is that of the event that it tells of.

    `fiscal_drive`, `fiscal_document` and `fiscal_sign` prove it once it is `registered`. `url` is
    where the buyer sees it, null where the cash register gives no address. `reason` is why it is
    not registered.
    """

    version: int
    kind: FiscalKind
    state: FiscalState
    amount: Money
    created_at: datetime
    settled_at: datetime | None
    fiscal_drive: str | None
    fiscal_document: str | None
    fiscal_sign: str | None
    url: str | None
    reason: str | None


class ReceiptsView(Value, frozen=True):
    """The receipts of an order, oldest first."""

    items: list[ReceiptView]


async def read(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return the receipts of an order."""
    order = await order_of(dependencies, request)
    if isinstance(order, Response):
        return order
    await dependencies.access_log.record(request.actor, "order", (order.number,))
    rows = await dependencies.receipts.of_order(order.number)
    return json_response(ReceiptsView([_view(each) for each in rows]))


def _view(row: FiscalRow) -> ReceiptView:
    return ReceiptView(
        version=row.version,
        kind=row.kind,
        state=row.state,
        amount=Money(row.amount, FISCAL_CURRENCY),
        created_at=row.created_at,
        settled_at=row.settled_at,
        fiscal_drive=row.fiscal_drive or None,
        fiscal_document=row.fiscal_document or None,
        fiscal_sign=row.fiscal_sign or None,
        url=row.url or None,
        reason=row.reason or None,
    )


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/api/v1/orders/{number}/receipts",
        name="readReceipts",
        tag="receipts",
        summary="Read the receipts of an order",
        handler=read,
        protected_by=ProtectedBy.ORDER,
        scope=KeyScope.ORDERS_READ,
        roles=SEES_PAYMENTS,
        response=ReceiptsView,
        problems=(Code.UNKNOWN_ORDER,),
    ),
)
