"""Placement: reserve the goods, write the order and its first event, in one transaction."""

import secrets
from collections import Counter
from datetime import UTC, datetime

from fastapi import APIRouter, Response
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from dependencies import RequestContext, Writer
from models import Order, OrderEvent, OrderLine, Point, Stock
from problems import Problem
from schemas import Line, OrderView, Placement

router = APIRouter()


@router.post("/orders", status_code=201, response_model=OrderView)
async def place(body: Placement, context: Writer) -> Response:
    """Write an order down."""
    answer = await context.stored_response()
    if answer is None:
        answer = await _place(body, context)
    return Response(answer, 201, media_type="application/json")


async def _place(body: Placement, context: RequestContext) -> bytes:
    if await context.session.get(Point, body.delivery.point) is None:
        raise Problem(422, "unknown_point")
    await _reserve(context.session, body.lines)
    order = _order(body, context.actor)
    context.session.add(order)
    answer = OrderView.of(order).json_bytes()
    context.remember(answer)
    try:
        await context.session.commit()
    except IntegrityError as error:  # the same request at the same time
        raise Problem(409, "in_flight") from error
    return answer


def _order(body: Placement, actor: str) -> Order:
    now = datetime.now(UTC)
    return Order(
        number=f"{secrets.randbelow(10**12):012}",
        version=1,
        status="awaiting_payment",
        stage="placed",
        phone=body.customer.phone,
        name=body.customer.name,
        email=body.customer.email,
        point=body.delivery.point,
        total=sum(line.price * line.quantity for line in body.lines),
        paid=0,
        currency="RUB",
        pickup_code=f"{secrets.randbelow(10**6):06}",
        placed_at=now,
        lines=[OrderLine(line=n, **x.model_dump()) for n, x in enumerate(body.lines, 1)],
        events=[OrderEvent(version=1, type="order.placed", at=now, actor=actor, details={})],
    )


async def _reserve(session: AsyncSession, lines: list[Line]) -> None:
    """Reserve in the order of skus, so that two orders never wait for each other."""
    wanted: Counter[str] = Counter()
    for line in lines:
        wanted[line.sku] += line.quantity
    for sku, quantity in sorted(wanted.items()):
        reserving = (
            update(Stock)
            .where(Stock.sku == sku, Stock.on_hand - Stock.reserved >= quantity)
            .values(reserved=Stock.reserved + quantity)
            .returning(Stock.sku)
        )
        done = await session.execute(reserving, execution_options={"synchronize_session": False})
        if done.scalar() is None:
            raise Problem(409, "out_of_stock")


async def issue(session: AsyncSession, lines: list[OrderLine]) -> None:
    """Take an order's goods out of the stock."""
    skus = sorted({line.sku for line in lines})
    locking = select(Stock).where(Stock.sku.in_(skus)).order_by(Stock.sku).with_for_update()
    stocks = {stock.sku: stock for stock in await session.scalars(locking)}
    for line in lines:
        stocks[line.sku].on_hand -= line.quantity
        stocks[line.sku].reserved -= line.quantity
