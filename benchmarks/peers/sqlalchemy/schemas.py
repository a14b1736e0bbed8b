"""Requests and responses as pydantic models."""

from datetime import datetime
from typing import Any, Literal, Self

from pydantic import BaseModel, Field

from models import Order, OrderEvent


class Customer(BaseModel):
    """The buyer."""

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
    """Where the buyer fetches it; the cell is told by us."""

    method: Literal["pickup"]
    point: str = Field(max_length=20)
    cell: str | None = None


class Placement(BaseModel):
    """A new order."""

    customer: Customer
    lines: list[Line] = Field(min_length=1, max_length=200)
    delivery: Delivery


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
    """Nothing needs to be said."""


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
    """The code that the buyer shows; it is no part of the history."""

    code: str = Field(min_length=1, max_length=20, exclude=True)


class Money(BaseModel):
    """A sum in minor units."""

    amount: int
    currency: str


class OrderView(BaseModel):
    """An order with the names of the API."""

    number: str
    version: int
    status: str
    stage: str
    customer: Customer
    delivery: Delivery
    manifest: str | None
    pickup_code: str
    lines: list[Line]
    total: Money
    paid: Money
    placed_at: datetime
    paid_at: datetime | None
    ready_at: datetime | None
    closed_at: datetime | None

    @classmethod
    def of(cls, order: Order) -> Self:
        """Return what is told of an order whose lines are loaded."""
        return cls(
            number=order.number,
            version=order.version,
            status=order.status,
            stage=order.stage,
            customer=Customer(phone=order.phone, name=order.name, email=order.email),
            delivery=Delivery(method="pickup", point=order.point, cell=order.cell),
            manifest=order.manifest,
            pickup_code=order.pickup_code,
            lines=[
                Line(sku=x.sku, title=x.title, quantity=x.quantity, price=x.price)
                for x in order.lines
            ],
            total=Money(amount=order.total, currency=order.currency),
            paid=Money(amount=order.paid, currency=order.currency),
            placed_at=order.placed_at,
            paid_at=order.paid_at,
            ready_at=order.ready_at,
            closed_at=order.closed_at,
        )

    def json_bytes(self) -> bytes:
        """Return the answer as it is sent and stored."""
        return self.model_dump_json().encode()


class OrdersPage(BaseModel):
    """A page, newest first."""

    items: list[OrderView]
    next: str | None


class StageView(BaseModel):
    """What happened, and until when it lasted."""

    event: str
    version: int
    began_at: datetime
    ended_at: datetime | None
    actor: str
    details: dict[str, Any]


class TimelineView(BaseModel):
    """An order's history, oldest first."""

    number: str
    stages: list[StageView]

    @classmethod
    def of(cls, number: str, events: list[OrderEvent]) -> Self:
        """Return the history that these events are."""
        ends = [event.at for event in events[1:]]
        return cls(
            number=number,
            stages=[
                StageView(
                    event=event.type,
                    version=event.version,
                    began_at=event.at,
                    ended_at=ended_at,
                    actor=event.actor,
                    details=event.details,
                )
                for event, ended_at in zip(events, [*ends, None], strict=True)
            ],
        )
