"""Reads: an order with its lines, the orders of a buyer, and a timeline."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from database import Session
from dependencies import actor
from models import Order, OrderEvent
from problems import Problem
from schemas import OrdersPage, OrderView, TimelineView

router = APIRouter(dependencies=[Depends(actor)])

LIMIT_MAX = 200


@router.get("/orders")
async def read_orders(
    session: Session,
    customer: str,
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = 20,
    after: int | None = None,
) -> OrdersPage:
    """Return a buyer's orders, newest first."""
    query = (
        select(Order)
        .where(Order.phone == customer)
        .options(selectinload(Order.lines))
        .order_by(Order.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        query = query.where(Order.id < after)
    orders = list(await session.scalars(query))
    following = str(orders[limit - 1].id) if len(orders) > limit else None
    return OrdersPage(items=[OrderView.of(order) for order in orders[:limit]], next=following)


@router.get("/orders/{number}")
async def read_order(number: str, session: Session) -> OrderView:
    """Return one order."""
    query = select(Order).where(Order.number == number).options(selectinload(Order.lines))
    order = await session.scalar(query)
    if order is None:
        raise Problem(404, "unknown_order")
    return OrderView.of(order)


@router.get("/orders/{number}/timeline")
async def read_timeline(number: str, session: Session) -> TimelineView:
    """Return what happened to an order."""
    query = (
        select(OrderEvent)
        .join(Order, Order.id == OrderEvent.order_id)
        .where(Order.number == number)
        .order_by(OrderEvent.version)
    )
    events = list(await session.scalars(query))
    if not events:
        raise Problem(404, "unknown_order")
    return TimelineView.of(number, events)
