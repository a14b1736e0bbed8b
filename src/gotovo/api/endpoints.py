"""The table of all endpoints: routing, the OpenAPI document and its page are made of it."""

from gotovo.api.dispatch.endpoint import Endpoint
from gotovo.api.resources import (
    allowed_steps,
    commands,
    customers,
    events,
    help_threads,
    keys,
    orders,
    points,
    steps,
    stock,
    warehouses,
)

ENDPOINTS: tuple[Endpoint, ...] = (
    *orders.ENDPOINTS,
    *allowed_steps.ENDPOINTS,
    *steps.ENDPOINTS,
    *commands.ENDPOINTS,
    *events.ENDPOINTS,
    *points.ENDPOINTS,
    *warehouses.ENDPOINTS,
    *stock.ENDPOINTS,
    *customers.ENDPOINTS,
    *help_threads.ENDPOINTS,
    *keys.ENDPOINTS,
)

TAGS: dict[str, str] = {
    "orders": "Place, find and read orders.",
    "steps": "One address for each step of an order's life, made from the lifecycle table.",
    "commands": "Many steps at once.",
    "events": "The journal, page by page or live.",
    "points": "Pick-up points and their settings.",
    "warehouses": "Warehouses and their settings.",
    "stock": "Units on hand and reserved.",
    "customers": "Buyers, for support.",
    "help": "What buyers ask about their orders, and the answers of support.",
    "keys": "Keys of programs.",
}
"""What each group of endpoints is about, in the order of the documentation."""
