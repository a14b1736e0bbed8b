"""The later steps: lock the row, check it, and write it with its event, in one transaction."""

from datetime import UTC, datetime
from typing import Any, NamedTuple

import asyncpg
import orjson
from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from dependencies import RequestContext, Writer
from problems import Problem
from views import ROW, order_view

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

# The lock is taken and the key looked up in one round trip.
_LOCK = f"""
select {ROW}, k.fingerprint, k.answer
  from orders left join idempotency_key k on k.key = $2
 where number = $1
   for update of orders
"""  # noqa: S608  (names of columns, written above)

_WRITE = """
with changed as (
    update orders
       set version = $2, status = $3, stage = $4, paid = $5, paid_at = $6, ready_at = $7,
           closed_at = $8, manifest = $9, cell = $10, point = $11
     where id = $1
), noted as (
    insert into order_event (order_id, version, type, at, actor, details)
    values ($1, $2, $12, $13, $14, $15)
)
insert into idempotency_key (key, fingerprint, answer, created_at) values ($16, $17, $18, $13)
"""

_CHANGING = (
    *("id", "version", "status", "stage", "paid", "paid_at", "ready_at", "closed_at"),
    *("manifest", "cell", "point"),
)

_ISSUE = """
with wanted as (
    select * from unnest($1::text[], $2::bigint[]) as w (sku, quantity)
), locked as (
    select s.sku from stock s join wanted using (sku) order by s.sku for update of s
)
update stock s set on_hand = s.on_hand - w.quantity, reserved = s.reserved - w.quantity
  from wanted w join locked using (sku)
 where s.sku = w.sku
"""

_COUNT_WRONG_CODE = "update orders set wrong_codes = wrong_codes + 1 where number = $1"


class Captured(BaseModel):
    """A sum in minor units."""

    amount: int = Field(ge=1, le=2**62)
    currency: str = Field(min_length=3, max_length=3)


class Payment(BaseModel):
    """What the provider has taken."""

    amount: Captured
    provider: str = Field(min_length=1, max_length=200)
    payment_id: str = Field(min_length=1, max_length=200)


class Picking(BaseModel):
    """The wave that the order is picked in."""

    wave: str = Field("", max_length=50)


class Packing(BaseModel):
    """A body without fields."""


class Dispatch(BaseModel):
    """The manifest that the parcel travels on."""

    manifest: str = Field(min_length=1, max_length=50)


class Arrival(BaseModel):
    """Where the parcel has come to."""

    point: str = Field(min_length=1, max_length=20)


class Shelving(BaseModel):
    """The cell that the parcel lies in."""

    cell: str = Field(min_length=1, max_length=50)


class Handover(BaseModel):
    """The code that the buyer shows."""

    code: str = Field(min_length=1, max_length=20)


@router.post("/orders/{number}/payment")
async def pay(number: str, body: Payment, context: Writer) -> Response:
    """Accept the money."""

    def change(row: dict[str, Any], now: datetime) -> None:
        if (body.amount.amount, body.amount.currency) != (row["total"], row["currency"]):
            raise Problem(409, "wrong_amount")
        row["paid"], row["paid_at"] = body.amount.amount, now

    return await _take(PAYMENT, number, body, context, change)


@router.post("/orders/{number}/picking")
async def pick(number: str, body: Picking, context: Writer) -> Response:
    """Begin to collect the goods."""
    return await _take(PICKING, number, body, context)


@router.post("/orders/{number}/packing")
async def pack(number: str, body: Packing, context: Writer) -> Response:
    """Close the parcel."""
    return await _take(PACKING, number, body, context)


@router.post("/orders/{number}/dispatch")
async def dispatch(number: str, body: Dispatch, context: Writer) -> Response:
    """Let the parcel leave; the goods are gone from the stock."""

    def change(row: dict[str, Any], _: datetime) -> None:
        row["manifest"] = body.manifest

    return await _take(DISPATCH, number, body, context, change)


@router.post("/orders/{number}/arrival")
async def arrive(number: str, body: Arrival, context: Writer) -> Response:
    """Take the parcel in at its point."""

    def change(row: dict[str, Any], _: datetime) -> None:
        if body.point != row["point"]:
            raise Problem(409, "wrong_point")

    return await _take(ARRIVAL, number, body, context, change)


@router.post("/orders/{number}/shelving")
async def shelve(number: str, body: Shelving, context: Writer) -> Response:
    """Put the parcel on its shelf; the buyer may come."""

    def change(row: dict[str, Any], now: datetime) -> None:
        row["cell"], row["ready_at"] = body.cell, now

    return await _take(SHELVING, number, body, context, change)


@router.post("/orders/{number}/handover")
async def hand_over(number: str, body: Handover, context: Writer) -> Response:
    """Hand the parcel over to who knows the code."""

    def change(row: dict[str, Any], now: datetime) -> None:
        if row["wrong_codes"] >= WRONG_CODES_MAX:
            raise Problem(409, "too_many_attempts")
        if body.code != row["pickup_code"]:
            raise Problem(409, "wrong_code")
        row["closed_at"] = now

    try:
        return await _take(HANDOVER, number, Packing(), context, change)
    except Problem as problem:
        if problem.code == "wrong_code":
            await context.pool.execute(_COUNT_WRONG_CODE, number)
        raise


async def _take(
    step: Step, number: str, body: BaseModel, context: RequestContext, change: Any = None
) -> Response:
    async with context.pool.acquire() as connection:
        try:
            async with connection.transaction():
                answer = await _taken(connection, step, number, body, context, change=change)
        except asyncpg.UniqueViolationError as error:
            raise Problem(409, "in_flight") from error
    return Response(answer, media_type="application/json")


async def _taken(
    connection: "asyncpg.Connection",
    step: Step,
    number: str,
    body: BaseModel,
    context: RequestContext,
    *,
    change: Any,
) -> bytes:
    found = await connection.fetchrow(_LOCK, number, context.key)
    if found is None:
        raise Problem(404, "unknown_order")
    if found["answer"] is not None:
        if found["fingerprint"] != context.fingerprint:
            raise Problem(422, "idempotency_key_reused")
        return found["answer"]
    if found["stage"] != step.before:
        raise Problem(409, "unpaid" if found["paid_at"] is None else "stage_forbids")
    row, now = dict(found), datetime.now(UTC)
    if change is not None:
        change(row, now)
    row["version"] += 1
    row["stage"], row["status"] = step.stage, step.status
    answer = orjson.dumps(order_view(row))
    if step is DISPATCH:
        await _issue(connection, row["lines"])
    changed = [row[name] for name in _CHANGING]
    event = (step.event, now, context.actor, body.model_dump())
    await connection.execute(_WRITE, *changed, *event, context.key, context.fingerprint, answer)
    return answer


async def _issue(connection: "asyncpg.Connection", lines: list[dict[str, Any]]) -> None:
    wanted: dict[str, int] = {}
    for line in lines:
        wanted[line["sku"]] = wanted.get(line["sku"], 0) + line["quantity"]
    await connection.execute(_ISSUE, list(wanted), list(wanted.values()))
