"""All pages of somebody with an order in every place, and the windows to look at them through."""

import os
from collections.abc import Iterator
from itertools import product
from typing import Final, Literal

from msgspec import Struct

from gotovo.order.order import Order
from tests.browser.site import DESK, PHONE

FULL: Final = os.environ.get("GOTOVO_TEST_FULL") == "1"

Light = Literal["light", "dark"]


class Window(Struct, frozen=True):
    """What the reader's browser is like."""

    width: int
    height: int
    light: Light
    language: str


_ALL: Final = tuple(
    Window(size["width"], size["height"], light, language)
    for size, light, language in product((PHONE, DESK), ("light", "dark"), ("ru-RU", "en-GB"))
)
_SAMPLE: Final = (
    Window(PHONE["width"], PHONE["height"], "light", "ru-RU"),
    Window(DESK["width"], DESK["height"], "dark", "en-GB"),
)


def windows() -> tuple[Window, ...]:
    """Return every size, light and language; a sample of two unless the long form is asked for."""
    return _ALL if FULL else _SAMPLE


def paths(orders: dict[str, Order]) -> Iterator[str]:
    """Return the pages of whoever has these orders, by name of their place in life."""
    yield from ("/orders", "/orders?status=closed", "/orders?q=zzz", "/devices", "/phone", "/look")
    yield from ("/nowhere", "/privacy")
    for order in orders.values():
        yield f"/orders/{order.number}"
    unpaid = orders["waiting_for_payment"]
    yield f"/orders/{unpaid.number}/cancellation"
    yield f"/orders/{unpaid.number}/tracking-link"
