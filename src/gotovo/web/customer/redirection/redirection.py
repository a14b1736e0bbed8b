"""Redirection: another point, the courier, or another address; what becomes of it is said first."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

from gotovo.http.errors import BadRequest
from gotovo.order.refusals import Code, Refusal
from gotovo.order.steps.redirection import Redirect, can_take_courier
from gotovo.order.values.customer import Contact
from gotovo.order.values.order import COURIER_PLACE, Courier, Delivery, Order, Pickup
from gotovo.order.values.order import place_of as place_code
from gotovo.order.values.status import status_of
from gotovo.web.customer.redirection.address import (
    LONGEST,
    CourierAddress,
    courier_city,
    read_courier_address,
)
from gotovo.web.customer.redirection.choices import choices, compared, is_full
from gotovo.web.customer.steps.action_unavailable import ActionUnavailable
from gotovo.web.customer.steps.own_order import HandoverPlace, handover_place
from gotovo.web.customer.steps.permissions import may
from gotovo.web.customer.steps.submit_action import submit_action
from gotovo.web.site.errors import PageNotFound
from gotovo.web.site.responses import render, see_other
from gotovo.web.site.visit import Visit
from gotovo.words.language import preferred_language

_INVALID: Final = 422
_SAID_BYTES: Final = 8  # It only has to differ between the addresses that one form is sent with.


async def redirection_page(visit: Visit, order: Order) -> Response:
    """List the points to choose from, those of the same city first."""
    place = handover_place(order, visit.dependencies.places())
    if not may(visit, order, "redirection"):
        raise ActionUnavailable(order)
    wanted = visit.query("q")
    courier = _courier(visit, order)
    return render(
        visit,
        "customer/redirection/redirection.html",
        order=order,
        place=place,
        wanted=wanted,
        found=await choices(visit, order, place, wanted),
        courier=compared(order, place, courier, visit.now) if courier else None,
        zone=place.time_zone,
    )


async def redirection_confirmation(visit: Visit, order: Order, place: str) -> Response:
    """Say what becomes of the promise and of the code, before it is done."""
    now_at = handover_place(order, visit.dependencies.places())
    if not may(visit, order, "redirection"):
        raise ActionUnavailable(order)
    if place == place_code(order) != COURIER_PLACE:
        return see_other(visit, f"/orders/{order.number}")
    if place == COURIER_PLACE:
        contact = await visit.dependencies.orders.contact(order.number)
        return _address_page(visit, order, contact, None)
    new = _point(visit, order, place)
    return render(
        visit,
        "customer/redirection/redirection_asked.html",
        order=order,
        status=status_of(order),
        place=new,
        where=place,
        before=now_at,
        change=compared(order, now_at, new, visit.now),
        full=await is_full(visit, order, new),
    )


async def redirect(visit: Visit, order: Order) -> Response:
    """Send the order elsewhere."""
    to = visit.field("place")
    if not to:
        raise BadRequest
    address = ""
    if to == COURIER_PLACE and not visit.field("known"):
        contact = await visit.dependencies.orders.contact(order.number)
        typed_address = read_courier_address(visit.form, _city(visit, order, contact))
        if typed_address.wrong:
            return _address_page(visit, order, contact, typed_address)
        address = typed_address.line(preferred_language(contact.locale if contact else ""))
    point = visit.dependencies.places()[0].get(to)
    if point and await is_full(visit, order, HandoverPlace(point, None, point.timetable.time_zone)):
        raise ActionUnavailable(order, Refusal(Code.POINT_CLOSED, "delivery.point", to))
    command = Redirect(_delivery(to))
    once = _once(visit, visit.form, address)
    return await submit_action(visit, order, command, once, address=address, leads_to="#place")


def _address_page(
    visit: Visit, order: Order, contact: Contact | None, typed_address: CourierAddress | None
) -> Response:
    """Ask for the address; what was typed stays, and what is wrong is said beside it."""
    new, before = _courier(visit, order), handover_place(order, visit.dependencies.places())
    if new is None:
        raise PageNotFound
    wrong = typed_address.wrong if typed_address else {}
    said = {name: visit.translate(each, number=LONGEST[name]) for name, each in wrong.items()}
    return render(
        visit,
        "customer/redirection/redirection_address.html",
        _INVALID if wrong else 200,
        order=order,
        status=status_of(order),
        place=new,
        before=before,
        change=compared(order, before, new, visit.now),
        city=_city(visit, order, contact),
        known=contact.address if contact else "",
        is_now=isinstance(order.delivery, Courier),
        typed=typed_address.typed if typed_address else {},
        wrong_fields=said,
        longest=LONGEST,
    )


def _once(visit: Visit, form: Mapping[str, str], address: str) -> str:
    """Return what makes a form one command: sent again with another place, it is another."""
    said = f"{form.get('place')}:{address}".encode()
    digest = hmac.digest(visit.dependencies.secret, b"redirection:" + said, hashlib.sha256)
    return f"{form.get('once', '')}:{digest[:_SAID_BYTES].hex()}"


def _delivery(place: str) -> Delivery:
    return Courier() if place == COURIER_PLACE else Pickup(place)


def _courier(visit: Visit, order: Order) -> HandoverPlace | None:
    """Return the courier as a place, None once the goods are on their way."""
    _, warehouses = visit.dependencies.places()
    warehouse = warehouses.get(order.warehouse)
    if warehouse is None or not can_take_courier(order):
        return None
    return HandoverPlace(None, warehouse, warehouse.timetable.time_zone)


def _point(visit: Visit, order: Order, code: str) -> HandoverPlace:
    points, warehouses = visit.dependencies.places()
    point = points.get(code)
    if point is None or not point.accepting:
        raise PageNotFound
    return HandoverPlace(point, warehouses.get(order.warehouse), point.timetable.time_zone)


def _city(visit: Visit, order: Order, contact: Contact | None) -> str:
    places = visit.dependencies.places()
    known = contact.address if contact else ""
    return courier_city(handover_place(order, places), known, places[0])
