"""An order as an event-sourced aggregate, and the application that keeps its events."""

import os
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from psycopg.conninfo import conninfo_to_dict

CONNECTIONS = 6
"""A worker's."""


class Order(Aggregate):
    """An order with eight events."""

    @event("Placed")
    def __init__(self, sku: str, total: int) -> None:
        """Take the order."""
        self.sku = sku
        self.total = total
        self.stage = "placed"

    @event("Paid")
    def pay(self, amount: int) -> None:
        """Accept the money."""
        self._must_be("placed")
        self.paid = amount
        self.stage = "paid"

    @event("PickingStarted")
    def pick(self) -> None:
        """Begin to collect the goods."""
        self._must_be("paid")
        self.stage = "picking"

    @event("Packed")
    def pack(self) -> None:
        """Close the parcel."""
        self._must_be("picking")
        self.stage = "packed"

    @event("Dispatched")
    def dispatch(self, manifest: str) -> None:
        """Let the parcel leave."""
        self._must_be("packed")
        self.manifest = manifest
        self.stage = "in_transit"

    @event("Arrived")
    def arrive(self, point: str) -> None:
        """Take the parcel in at its point."""
        self._must_be("in_transit")
        self.point = point
        self.stage = "arrived"

    @event("Shelved")
    def shelve(self, cell: str) -> None:
        """Put the parcel on its shelf."""
        self._must_be("arrived")
        self.cell = cell
        self.stage = "on_shelf"

    @event("HandedOver")
    def hand_over(self) -> None:
        """Hand the parcel over."""
        self._must_be("on_shelf")
        self.stage = "handed_over"

    def _must_be(self, stage: str) -> None:
        if self.stage != stage:
            message = f"the order is {self.stage}, not {stage}"
            raise ValueError(message)


class Orders(Application[UUID]):
    """Orders are read from their events for each command, and each command is one transaction."""

    def place(self, sku: str, total: int) -> UUID:
        """Take an order."""
        order = Order(sku, total)
        self.save(order)
        return order.id

    def take(self, order_id: UUID, step: str, **values: object) -> Order:
        """Take one of the later steps."""
        order: Order = self.repository.get(order_id)
        getattr(order, step)(**values)
        self.save(order)
        return order


def open_orders(*, create_table: bool = False) -> Orders:
    """Open the application on PostgreSQL."""
    database = conninfo_to_dict(os.environ["DATABASE_URL"])
    return Orders(
        env={
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "CREATE_TABLE": "yes" if create_table else "no",
            "POSTGRES_DBNAME": str(database["dbname"]),
            "POSTGRES_HOST": str(database["host"]),
            "POSTGRES_PORT": str(database["port"]),
            "POSTGRES_USER": str(database["user"]),
            "POSTGRES_PASSWORD": str(database["password"]),
            "POSTGRES_POOL_SIZE": str(CONNECTIONS),
            "POSTGRES_MAX_OVERFLOW": "0",
        }
    )
