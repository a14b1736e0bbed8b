"""Reads: one statement each."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from dependencies import Reader
from problems import Problem
from views import ROW, json_response, order_view, timeline_view

router = APIRouter()

LIMIT_MAX = 200

_LIST = f"""
select {ROW} from orders
 where phone = $1 and id < $2
 order by id desc
 limit $3
"""  # noqa: S608  (names of columns, not what somebody sent)

_ONE = f"select {ROW} from orders where number = $1"  # noqa: S608  (the same)

_EVENTS = """
select e.type, e.version, e.at, e.actor, e.details
  from order_event e join orders o on o.id = e.order_id
 where o.number = $1
 order by e.version
"""

_NEWEST = 2**63 - 1


@router.get("/orders")
async def read_orders(
    context: Reader,
    customer: str,
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = 20,
    after: Annotated[int, Query(ge=1, le=_NEWEST)] = _NEWEST,
) -> Response:
    """Return a buyer's orders, newest first."""
    rows = await context.pool.fetch(_LIST, customer, after, limit + 1)
    following = str(rows[limit - 1]["id"]) if len(rows) > limit else None
    return json_response({"items": [order_view(row) for row in rows[:limit]], "next": following})


@router.get("/orders/{number}")
async def read_order(number: str, context: Reader) -> Response:
    """Return one order."""
    row = await context.pool.fetchrow(_ONE, number)
    if row is None:
        raise Problem(404, "unknown_order")
    return json_response(order_view(row))


@router.get("/orders/{number}/timeline")
async def read_timeline(number: str, context: Reader) -> Response:
    """Return what happened to an order."""
    events = await context.pool.fetch(_EVENTS, number)
    if not events:
        raise Problem(404, "unknown_order")
    return json_response(timeline_view(number, events))
