"""The order of a page: its owner's, or not found."""

from collections.abc import Sequence

from msgspec import Struct

from gotovo.order.replay import Recorded
from gotovo.order.values.number import is_valid
from gotovo.order.values.order import Order
from gotovo.web.site.errors import PageNotFound, SignInRequired
from gotovo.web.site.visit import Visit


class OrderWithHistory(Struct, frozen=True):
    """An order with everything its page is made from; live updates begin after `cursor`."""

    order: Order
    history: Sequence[Recorded]
    address: str
    cursor: int


async def own_order(visit: Visit, path_params: dict[str, str]) -> Order:
    """Need an order of the person signed in; anybody else's is not found."""
    number = path_params.pop("number")
    await visit.identity.look_up()
    if visit.session is None:
        raise SignInRequired(number if is_valid(number) else "")
    order = None
    if is_valid(number):
        session = visit.session
        order = await visit.dependencies.orders.order(
            session.customer, number, session.orders_since
        )
    if order is None:
        raise PageNotFound
    return order


async def own_order_with_history(visit: Visit, path_params: dict[str, str]) -> OrderWithHistory:
    """Need the same with its history, for a page with live updates: one read finds everything."""
    number = path_params.pop("number")
    if visit.identity.session_cookie is None:
        raise SignInRequired(number if is_valid(number) else "")
    if not is_valid(number):
        raise PageNotFound
    session_key = visit.identity.session_key
    found = await visit.dependencies.orders.order_of(session_key, visit.now, number)
    if found is None:
        raise SignInRequired(number)
    await visit.identity.use(found.session)
    if found.order is None:
        raise PageNotFound
    return OrderWithHistory(found.order, found.history, found.address, found.cursor)
