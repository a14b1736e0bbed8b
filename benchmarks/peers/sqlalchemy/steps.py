"""The later steps: lock the row, check it, and write it with its event, in one transaction."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import NamedTuple

from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from dependencies import RequestContext, Writer
from models import Order, OrderEvent
from placement import issue
from problems import Problem
from schemas import (
    Arrival,
    Dispatch,
    Handover,
    OrderView,
    Packing,
    Payment,
    Picking,
    Shelving,
)

router = APIRouter()

WRONG_CODES_MAX = 5


class Step(NamedTuple):
    """From which stage to which, and what that is for the buyer and for the history."""

    before: str
    stage: str
    status: str
    event: str


PAYMENT = Step("placed", "paid", "processing", "order.paid")
PICKING = Step("paid", "picking", "processing", "order.picking_started")
PACKING = Step("picking", "packed", "processing", "order.packed")
DISPATCH = Step("packed", "in_transit", "processing", "order.dispatched")
ARRIVAL = Step("in_transit", "arrived", "processing", "order.arrived")
SHELVING = Step("arrived", "on_shelf", "ready_for_pickup", "order.shelved")
HANDOVER = Step("on_shelf", "handed_over", "closed", "order.handed_over")

Change = Callable[[Order, datetime], Awaitable[None]]


@router.post("/orders/{number}/payment", response_model=OrderView)
async def pay(number: str, body: Payment, context: Writer) -> Response:
    """Accept the money."""

    async def change(order: Order, now: datetime) -> None:
        if (body.amount.amount, body.amount.currency) != (order.total, order.currency):
            raise Problem(409, "wrong_amount")
        order.paid, order.paid_at = body.amount.amount, now

    return await _take(PAYMENT, number, body, context, change)


@router.post("/orders/{number}/picking", response_model=OrderView)
async def pick(number: str, body: Picking, context: Writer) -> Response:
    """Begin to collect the goods."""
    return await _take(PICKING, number, body, context, _nothing_more)


@router.post("/orders/{number}/packing", response_model=OrderView)
async def pack(number: str, body: Packing, context: Writer) -> Response:
    """Close the parcel."""
    return await _take(PACKING, number, body, context, _nothing_more)


@router.post("/orders/{number}/dispatch", response_model=OrderView)
async def dispatch(number: str, body: Dispatch, context: Writer) -> Response:
    """Let the parcel leave; the goods are gone from the stock."""

    async def change(order: Order, _: datetime) -> None:
        order.manifest = body.manifest
        await issue(context.session, order.lines)

    return await _take(DISPATCH, number, body, context, change)


@router.post("/orders/{number}/arrival", response_model=OrderView)
async def arrive(number: str, body: Arrival, context: Writer) -> Response:
    """Take the parcel in at its point."""

    async def change(order: Order, _: datetime) -> None:
        if body.point != order.point:
            raise Problem(409, "wrong_point")

    return await _take(ARRIVAL, number, body, context, change)


@router.post("/orders/{number}/shelving", response_model=OrderView)
async def shelve(number: str, body: Shelving, context: Writer) -> Response:
    """Put the parcel on its shelf; the buyer may come."""

    async def change(order: Order, now: datetime) -> None:
        order.cell, order.ready_at = body.cell, now

    return await _take(SHELVING, number, body, context, change)


@router.post("/orders/{number}/handover", response_model=OrderView)
async def hand_over(number: str, body: Handover, context: Writer) -> Response:
    """Hand the parcel over to who knows the code; wrong ones are counted."""

    async def change(order: Order, now: datetime) -> None:
        if order.wrong_codes >= WRONG_CODES_MAX:
            raise Problem(409, "too_many_attempts")
        if body.code != order.pickup_code:
            order.wrong_codes += 1
            await context.session.commit()
            raise Problem(409, "wrong_code")
        order.closed_at = now

    return await _take(HANDOVER, number, body, context, change)


async def _nothing_more(_: Order, __: datetime) -> None:
    """Change nothing besides what every step does."""


async def _take(
    step: Step, number: str, body: BaseModel, context: RequestContext, change: Change
) -> Response:
    locking = (
        select(Order)
        .where(Order.number == number)
        .options(selectinload(Order.lines))
        .with_for_update()
    )
    order = await context.session.scalar(locking)
    if order is None:
        raise Problem(404, "unknown_order")
    answer = await context.stored_response()
    if answer is None:
        answer = await _taken(step, order, body, context, change)
    return Response(answer, media_type="application/json")


async def _taken(
    step: Step, order: Order, body: BaseModel, context: RequestContext, change: Change
) -> bytes:
    if order.stage != step.before:
        raise Problem(409, "unpaid" if order.paid_at is None else "stage_forbids")
    now = datetime.now(UTC)
    await change(order, now)
    order.version += 1
    order.stage, order.status = step.stage, step.status
    event = OrderEvent(
        order_id=order.id,
        version=order.version,
        type=step.event,
        at=now,
        actor=context.actor,
        details=body.model_dump(),
    )
    context.session.add(event)
    answer = OrderView.of(order).json_bytes()
    context.remember(answer)
    try:
        await context.session.commit()
    except IntegrityError as error:  # the same key for another order at the same time
        raise Problem(409, "in_flight") from error
    return answer
