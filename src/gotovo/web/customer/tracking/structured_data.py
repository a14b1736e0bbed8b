"""Structured data of a tracking page: the order and its delivery in the terms of schema.org.

The block is JSON-LD in a `script` element whose type no browser executes, so the content security
policy does not apply to it. It holds what the page shows: neither the number, nor the buyer, nor
goods, nor sums.
"""

from typing import Any

import msgspec
from markupsafe import Markup

from gotovo.order.values.order import Order, Pickup
from gotovo.order.values.schema_org import schema_org_status
from gotovo.points.point import Point
from gotovo.web.customer.steps.own_order import HandoverPlace
from gotovo.words.formats.dates import format_rfc3339

_VOCABULARY = "https://schema.org"
_ESCAPED = ((b"<", b"\\u003c"), (b">", b"\\u003e"), (b"&", b"\\u0026"))


def data_block(order: Order, place: HandoverPlace, address: str) -> Markup:
    """Return the element; letters that HTML would read are escaped as JSON allows."""
    json = msgspec.json.encode({"@context": _VOCABULARY, **_order(order, place, address)})
    for letter, escaped in _ESCAPED:
        json = json.replace(letter, escaped)
    return Markup(  # noqa: S704  (nothing in it can end the element)
        f'<script type="application/ld+json">{json.decode()}</script>'
    )


def _order(order: Order, place: HandoverPlace, address: str) -> dict[str, Any]:
    return {
        "@type": "Order",
        "orderStatus": f"{_VOCABULARY}/{schema_org_status(order)}",
        "orderDate": format_rfc3339(order.placed_at),
        "url": address,
        "orderDelivery": _delivery(order, place, address),
    }


def _delivery(order: Order, place: HandoverPlace, address: str) -> dict[str, Any]:
    pickup = isinstance(order.delivery, Pickup)
    method = f"{_VOCABULARY}/{'OnSitePickup' if pickup else 'ParcelService'}"
    delivery: dict[str, Any] = {
        "@type": "ParcelDelivery",
        "hasDeliveryMethod": method,
        "trackingUrl": address,
    }
    if order.promise is not None:
        until = order.promise.promised_until
        delivery["expectedArrivalUntil"] = (
            format_rfc3339(until) if until else order.promise.promised_for.isoformat()
        )
    if place.point is not None:
        delivery["deliveryAddress"] = _point(place.point)
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
