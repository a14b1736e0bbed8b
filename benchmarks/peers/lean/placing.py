"""Placing: goods are reserved, the order and its first event are written, in one transaction."""

import secrets
from datetime import UTC, datetime
from typing import Literal

import asyncpg
import orjson
from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from asking import Asked, Writer
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
async def place(body: Placement, asked: Writer) -> Response:
    """Write an order down."""
    answer = await _placed(body, asked)
    return Response(answer, 201, media_type="application/json")


async def _placed(body: Placement, asked: Asked) -> bytes:
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
    async with asked.pool.acquire() as connection:
        try:
            async with connection.transaction():
                await _reserve(connection, body.lines)
                await connection.execute(_WRITE, *_values(row), asked.actor, *_kept(asked, answer))
        except asyncpg.UniqueViolationError as error:
            return await _answered_before(connection, asked, error)
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


def _kept(asked: Asked, answer: bytes) -> tuple[str, bytes, bytes]:
    return asked.key, asked.fingerprint, answer


async def _answered_before(
    connection: "asyncpg.Connection", asked: Asked, error: Exception
) -> bytes:
    """Return the answer of the same request done before; raise where it was another one."""
    stored = await connection.fetchrow(_STORED, asked.key)
    if stored is None:  # the number was drawn before, once in 10^12
        raise Problem(503, "try_again") from error
    if stored["fingerprint"] != asked.fingerprint:
        raise Problem(422, "idempotency_key_reused") from error
    return stored["answer"]
