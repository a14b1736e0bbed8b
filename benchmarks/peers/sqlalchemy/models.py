"""The tables as SQLAlchemy models."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Model(DeclarativeBase):
    """Base of all tables: large integers, times with a time zone, documents as JSON."""

    type_annotation_map = {  # noqa: RUF012  (SQLAlchemy reads it as a plain attribute)
        int: BigInteger,
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
    }


class ApiKey(Model):
    """Who may ask."""

    __tablename__ = "api_key"

    token_sha256: Mapped[bytes] = mapped_column(primary_key=True)
    name: Mapped[str]
    role: Mapped[str]


class Point(Model):
    """Where orders are fetched."""

    __tablename__ = "point"

    code: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]


class Stock(Model):
    """How much there is, and how much of it is promised."""

    __tablename__ = "stock"
    __table_args__ = (CheckConstraint("reserved between 0 and on_hand"),)

    sku: Mapped[str] = mapped_column(primary_key=True)
    on_hand: Mapped[int]
    reserved: Mapped[int] = mapped_column(server_default="0")


class Order(Model):
    """An order as it is now."""

    __tablename__ = "orders"
    __table_args__ = (Index("orders_by_phone", "phone", text("id desc")),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(default=1)
    status: Mapped[str]
    stage: Mapped[str]
    phone: Mapped[str]
    name: Mapped[str]
    email: Mapped[str]
    point: Mapped[str] = mapped_column(ForeignKey("point.code"))
    total: Mapped[int]
    paid: Mapped[int] = mapped_column(default=0)
    currency: Mapped[str] = mapped_column(default="RUB")
    pickup_code: Mapped[str]
    wrong_codes: Mapped[int] = mapped_column(default=0)
    manifest: Mapped[str | None]
    cell: Mapped[str | None]
    placed_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]
    ready_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    lines: Mapped[list["OrderLine"]] = relationship(
        order_by="OrderLine.line", lazy="raise", cascade="all, delete-orphan"
    )
    events: Mapped[list["OrderEvent"]] = relationship(
        order_by="OrderEvent.version", lazy="raise", cascade="all, delete-orphan"
    )


class OrderLine(Model):
    """So many of one thing; the price is of one, in minor units."""

    __tablename__ = "order_line"

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str]
    title: Mapped[str]
    quantity: Mapped[int]
    price: Mapped[int]


class OrderEvent(Model):
    """What happened to an order."""

    __tablename__ = "order_event"

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]
    details: Mapped[dict[str, Any]]


class IdempotencyKey(Model):
    """What was answered to a request, so that its repetition is answered alike."""

    __tablename__ = "idempotency_key"

    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes]
    answer: Mapped[bytes]
    created_at: Mapped[datetime]
