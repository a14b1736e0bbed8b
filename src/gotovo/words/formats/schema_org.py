"""Structured data: an order and its delivery in the terms of schema.org, as JSON-LD.

It stands on pages and in e-mails in a `script` element whose type nobody executes, so no content
security policy applies to it. It holds neither the buyer, nor goods, nor sums, nor a code.
"""

from typing import Any, Final

import msgspec
from markupsafe import Markup

from gotovo.order.values.order import Order, Pickup
from gotovo.order.values.schema_org import schema_org_status
from gotovo.points.point import Point
from gotovo.words.formats.dates import format_rfc3339

VOCABULARY: Final = "https://schema.org"

_ESCAPED: Final = ((b"<", b"\\u003c"), (b">", b"\\u003e"), (b"&", b"\\u0026"))


def data_element(data: object) -> Markup:
    """Return the element; letters that HTML would read are escaped as JSON allows."""
    json = msgspec.json.encode(data)
    for letter, escaped in _ESCAPED:
        json = json.replace(letter, escaped)
    return Markup(  # noqa: S704  (nothing in it can end the element)
        f'<script type="application/ld+json">{json.decode()}</script>'
    )


def order_data(order: Order, point: Point | None, address: str) -> dict[str, Any]:
    """Return an order without its number; `address` is its page's, empty where there is none."""
    return {
        "@context": VOCABULARY,
        "@type": "Order",
        "orderStatus": f"{VOCABULARY}/{schema_org_status(order)}",
        "orderDate": format_rfc3339(order.placed_at),
        **({"url": address} if address else {}),
        "orderDelivery": _delivery(order, point, address),
    }


def _delivery(order: Order, point: Point | None, address: str) -> dict[str, Any]:
    pickup = isinstance(order.delivery, Pickup)
    method = f"{VOCABULARY}/{'OnSitePickup' if pickup else 'ParcelService'}"
    delivery: dict[str, Any] = {"@type": "ParcelDelivery", "hasDeliveryMethod": method}
    if address:
        delivery["trackingUrl"] = address
    if order.promise is not None:
        until = order.promise.promised_until
        delivery["expectedArrivalUntil"] = (
            format_rfc3339(until) if until else order.promise.promised_for.isoformat()
        )
    if point is not None:
        delivery["deliveryAddress"] = _point(point)
    if order.outcome is None and order.ready_at is not None and order.storage is not None:
        delivery["deliveryStatus"] = {
            "@type": "DeliveryEvent",
            "availableFrom": format_rfc3339(order.ready_at),
            "availableThrough": format_rfc3339(order.storage.deadline_at),
            "hasDeliveryMethod": method,
        }
    return delivery


def _point(point: Point) -> dict[str, Any]:
    return {"@type": "PostalAddress", "name": point.title, "streetAddress": point.address}
