"""Buyers as a resource, for support: one by id or phone, with the number of orders."""

from datetime import datetime

from starlette.responses import Response

from gotovo.access.permissions import limits_of
from gotovo.access.programs.scopes import KeyScope
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.request import ApiRequest
from gotovo.api.dispatch.responses import json_response
from gotovo.api.schemas.customer_reference import customer_id_of
from gotovo.api.schemas.order_view import customer_view
from gotovo.order.values.actor import OFFICE
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode


class CustomerFileView(Value, frozen=True):
    """One buyer; the contact details are null once they were erased."""

    id: str
    phone: str | None
    name: str | None
    email: str | None
    locale: str | None
    orders: int
    first_placed_at: datetime
    last_placed_at: datetime


async def read(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return one buyer; to a key of a shop, as its own orders show them (rule 4.18)."""
    reference = request.path_params["id"]
    customer = await customer_id_of(dependencies.phone_accounts, reference)
    shop = limits_of(request.actor).shop
    found = None if customer is None else await dependencies.reads.customer(customer, shop)
    if customer is None or found is None:
        raise ApiError(RequestErrorCode.UNKNOWN_CUSTOMER, "id", reference)
    await dependencies.access_log.record(request.actor, "customer", (customer,))
    contact = customer_view(customer, found.contact, request.actor.role)
    return json_response(
        CustomerFileView(
            id=customer,
            phone=contact.phone,
            name=contact.name,
            email=contact.email,
            locale=contact.locale,
            orders=found.orders,
            first_placed_at=found.first_placed_at,
            last_placed_at=found.last_placed_at,
        )
    )


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/api/v1/customers/{id}",
        name="readCustomer",
        tag="customers",
        summary="Read a buyer, by id or by phone",
        description=(
            "For a key of a shop a buyer is known by its own orders alone: these are counted, and "
            "the contact is that of the latest of them."
        ),
        handler=read,
        protected_by=ProtectedBy.BUYER,
        scope=KeyScope.CUSTOMERS_READ,
        roles=OFFICE,
        response=CustomerFileView,
        problems=(RequestErrorCode.UNKNOWN_CUSTOMER,),
    ),
)
