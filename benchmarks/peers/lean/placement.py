"""Placement: reserve the goods, write the order and its first event, in one transaction."""

import secrets
from datetime import UTC, datetime
from typing import Literal

import asyncpg
import orjson
from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from dependencies import RequestContext, Writer
from problems import Problem
from views import order_view

router = APIRouter()

_STORED = "select fingerprint, answer from idempotency_key where key = $1"

# Rows are locked in the order of their sku, so that two orders never wait for each other.
_RESERVE = """
with wanted as (
    select * from unnest($1::text[], $2::bigint[]) as w (sku, quantity)
), locked as (
    select s.sku from stock s join wanted using (sku) order by s.sku for update of s
)
update stock s set reserved = s.reserved + w.quantity
  from wanted w join locked using (sku)
 where s.sku = w.sku and s.on_hand - s.reserved >= w.quantity
"""

_WRITE = """
with placed as (
    insert into orders (number, version, status, stage, phone, name, email, point, lines, total,
                        currency, pickup_code, placed_at)
    values ($1, 1, 'awaiting_payment', 'placed', $2, $3, $4, $5, $6, $7, 'RUB', $8, $9)
    returning id
), noted as (
    insert into order_event (order_id, version, type, at, actor, details)
    select id, 1, 'order.placed', $9, $10, '{}' from placed
)
insert into idempotency_key (key, fingerprint, answer, created_at) values ($11, $12, $13, $9)
"""


class Customer(BaseModel):
    """Who buys."""

    phone: str = Field(pattern=r"^\+[0-9]{8,15}$")
    name: str = Field("", max_length=200)
    email: str = Field("", max_length=200)


class Line(BaseModel):
    """So many of one thing; the price is of one, in minor units."""

    sku: str = Field(max_length=100)
    title: str = Field(max_length=200)
    quantity: int = Field(ge=1, le=1_000)
    price: int = Field(ge=0, le=10**12)


class Delivery(BaseModel):
    """Where the buyer fetches it."""

    method: Literal["pickup"]
    point: str = Field(max_length=20)


class Placement(BaseModel):
    """A new order."""

    customer: Customer
    lines: list[Line] = Field(min_length=1, max_length=200)
    delivery: Delivery


@router.post("/orders", status_code=201)
async def place(body: Placement, context: Writer) -> Response:
    """Place an order."""
    answer = await _place(body, context)
    return Response(answer, 201, media_type="application/json")


async def _place(body: Placement, context: RequestContext) -> bytes:
    lines = [line.model_dump() for line in body.lines]
    row = {
        "number": f"{secrets.randbelow(10**12):012}",
        "version": 1,
        "status": "awaiting_payment",
        "stage": "placed",
        "phone": body.customer.phone,
        "name": body.customer.name,
        "email": body.customer.email,
        "point": body.delivery.point,
        "lines": lines,
        "total": sum(line.price * line.quantity for line in body.lines),
        "paid": 0,
        "currency": "RUB",
        "pickup_code": f"{secrets.randbelow(10**6):06}",
        "manifest": None,
        "cell": None,
        "placed_at": datetime.now(UTC),
        "paid_at": None,
        "ready_at": None,
        "closed_at": None,
    }
    answer = orjson.dumps(order_view(row))
    async with context.pool.acquire() as connection:
        try:
            async with connection.transaction():
                await _reserve(connection, body.lines)
                await connection.execute(
                    _WRITE, *_values(row), context.actor, *_stored(context, answer)
                )
        except asyncpg.UniqueViolationError as error:
            return await _repeat(connection, context, error)
        except asyncpg.ForeignKeyViolationError as error:
            raise Problem(422, "unknown_point") from error
    return answer


async def _reserve(connection: "asyncpg.Connection", lines: list[Line]) -> None:
    wanted: dict[str, int] = {}
    for line in lines:
        wanted[line.sku] = wanted.get(line.sku, 0) + line.quantity
    done = await connection.execute(_RESERVE, list(wanted), list(wanted.values()))
    if done != f"UPDATE {len(wanted)}":
        raise Problem(409, "out_of_stock")


def _values(row: dict[str, object]) -> list[object]:
    names = ("number", "phone", "name", "email", "point", "lines", "total", "pickup_code")
    return [*(row[name] for name in names), row["placed_at"]]


def _stored(context: RequestContext, answer: bytes) -> tuple[str, bytes, bytes]:
    return context.key, context.fingerprint, answer


async def _repeat(
    connection: "asyncpg.Connection", context: RequestContext, error: Exception
) -> bytes:
    """Return the stored response of the same request; raise Problem if the request differs."""
    stored = await connection.fetchrow(_STORED, context.key)
    if stored is None:  # the number was drawn before, once in 10^12
        raise Problem(503, "try_again") from error
    if stored["fingerprint"] != context.fingerprint:
        raise Problem(422, "idempotency_key_reused") from error
    return stored["answer"]
