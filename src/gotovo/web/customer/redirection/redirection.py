"""Redirection: another point, the courier, or another address, each confirmed before it is done."""

import hashlib
import hmac
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from msgspec import Struct
from starlette.responses import Response

from gotovo.http.errors import BadRequest
from gotovo.order.account.handover_place import HandoverPlace, handover_place
from gotovo.order.checks.warehouse_choice import previewed_warehouse
from gotovo.order.steps.redirection import Redirect, can_take_courier
from gotovo.order.values.customer import Contact
from gotovo.order.values.order import COURIER_PLACE, Courier, Delivery, Order, Pickup
from gotovo.order.values.order import place_of as place_code
from gotovo.order.values.payments.captured import is_due_at_point
from gotovo.points.eligible_warehouses import eligible_warehouses, served_regions
from gotovo.web.customer.redirection.address import (
    LENGTHS_MAX,
    CourierAddress,
    PostcodeNeed,
    courier_city,
    read_courier_address,
)
from gotovo.web.customer.redirection.choices import (
    PlaceChange,
    PointSearch,
    PromiseComparison,
    compare_promises,
    is_full,
    place_change,
    search_points,
)
from gotovo.web.customer.steps.action_unavailable import ActionUnavailable
from gotovo.web.customer.steps.permissions import may
from gotovo.web.customer.steps.submit_action import submit_action
from gotovo.web.site.errors import PageNotFound
from gotovo.web.site.responses import render, see_other
from gotovo.web.site.visit import Visit
from gotovo.words.language import preferred_language

_DIGEST_BYTES: Final = 8  # It only has to differ between the addresses that one form is sent with.


class RedirectionPage(Struct, frozen=True):
    """Where the order could go instead; `courier` is None where none can be chosen any more."""

    place: HandoverPlace
    search: PointSearch
    courier: PromiseComparison | None


class ConfirmationPage(Struct, frozen=True):
    """What another point means for the promise and the code, before the buyer confirms it."""

    change: PlaceChange
    is_full: bool


class AddressPage(Struct, frozen=True):
    """The form for a courier's address; `known` is the one on file, empty without one.

    `typed` and `mistakes` are by field; the city is typed only where `city` is empty, the postal
    code where it decides which warehouses serve the order.
    """

    change: PlaceChange
    is_by_courier: bool
    city: str
    known: str
    postcode_need: PostcodeNeed
    typed: Mapping[str, str]
    mistakes: Mapping[str, str]
    lengths_max: Mapping[str, int]


async def redirection_page(visit: Visit, order: Order) -> Response:
    """List the points to choose from, those of the same city first."""
    place = handover_place(order, visit.dependencies.places())
    if not may(visit, order, "redirection"):
        raise ActionUnavailable(order)
    courier = _courier(visit, order)
    page = RedirectionPage(
        place=place,
        search=await search_points(visit, order, place, visit.query("q")),
        courier=compare_promises(order, place, courier, visit.now) if courier else None,
    )
    return render(visit, "customer/redirection/redirection.html", order=order, page=page)


async def redirection_confirmation(visit: Visit, order: Order, place: str) -> Response:
    """Show what another place means for the promise and the code, and ask for confirmation."""
    before = handover_place(order, visit.dependencies.places())
    if not may(visit, order, "redirection"):
        raise ActionUnavailable(order)
    if place == place_code(order) != COURIER_PLACE:
        return see_other(visit, f"/orders/{order.number}")
    if place == COURIER_PLACE:
        contact = await visit.dependencies.orders.contact(order.number)
        return _address_page(visit, order, contact, None)
    after = _point(visit, order, place)
    page = ConfirmationPage(
        change=place_change(visit, order, before, after),
        is_full=await is_full(visit, order, after),
    )
    return render(
        visit, "customer/redirection/redirection_confirmation.html", order=order, page=page
    )


async def redirect(visit: Visit, order: Order) -> Response:
    """Send the order elsewhere."""
    to = visit.field("place")
    if not to:
        raise BadRequest
    address = postcode = ""
    if to == COURIER_PLACE and not visit.field("known"):
        contact = await visit.dependencies.orders.contact(order.number)
        city, need = _city(visit, order, contact), _postcode_need(visit)
        typed_address = read_courier_address(visit.form, city, need)
        if typed_address.mistakes:
            return _address_page(visit, order, contact, typed_address)
        address = typed_address.line(preferred_language(contact.locale if contact else ""))
        postcode = typed_address.postcode
    command = Redirect(_delivery(to))
    once = _once(visit, visit.form, f"{address}:{postcode}" if postcode else address)
    return await submit_action(
        visit, order, command, once, address=address, postcode=postcode, leads_to="#place"
    )


def _address_page(
    visit: Visit, order: Order, contact: Contact | None, typed_address: CourierAddress | None
) -> Response:
    """Ask for the address; what was typed stays in its field, with the mistake beside it."""
    after, before = _courier(visit, order), handover_place(order, visit.dependencies.places())
    if after is None:
        raise PageNotFound
    mistakes = typed_address.mistakes if typed_address else {}
    page = AddressPage(
        change=place_change(visit, order, before, after),
        is_by_courier=isinstance(order.delivery, Courier),
        city=_city(visit, order, contact),
        known=contact.address if contact else "",
        postcode_need=_postcode_need(visit),
        typed=typed_address.typed if typed_address else {},
        mistakes={
            name: visit.translate(mistake, number=LENGTHS_MAX[name])
            for name, mistake in mistakes.items()
        },
        lengths_max=LENGTHS_MAX,
    )
    return render(
        visit,
        "customer/redirection/redirection_address.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if mistakes else HTTPStatus.OK,
        order=order,
        page=page,
    )


def _once(visit: Visit, form: Mapping[str, str], address: str) -> str:
    """Return the form's idempotency key: sent again with another place, it is another command."""
    destination = f"redirection:{form.get('place')}:{address}".encode()
    digest = hmac.digest(visit.dependencies.limits_key, destination, hashlib.sha256)
    return f"{form.get('once', '')}:{digest[:_DIGEST_BYTES].hex()}"


def _delivery(place: str) -> Delivery:
    return Courier() if place == COURIER_PLACE else Pickup(place)


def _courier(visit: Visit, order: Order) -> HandoverPlace | None:
    """Return the courier as a place, None where none can take the goods, or take money for them."""
    points, warehouses = visit.dependencies.places()
    warehouse = warehouses.get(previewed_warehouse(order, Courier(), points, warehouses))
    if warehouse is None or not can_take_courier(order) or is_due_at_point(order):
        return None
    return HandoverPlace(None, warehouse, warehouse.timetable.time_zone)


def _point(visit: Visit, order: Order, code: str) -> HandoverPlace:
    points, warehouses = visit.dependencies.places()
    point = points.get(code)
    if point is None or not point.accepting:
        raise PageNotFound
    warehouse = warehouses.get(previewed_warehouse(order, Pickup(code), points, warehouses))
    return HandoverPlace(point, warehouse, point.timetable.time_zone)


def _postcode_need(visit: Visit) -> PostcodeNeed:
    """Return whether the postal code counts: only where warehouses serve regions."""
    _, warehouses = visit.dependencies.places()
    if not served_regions(warehouses):
        return ""
    return "optional" if eligible_warehouses(warehouses, "") else "required"


def _city(visit: Visit, order: Order, contact: Contact | None) -> str:
    places = visit.dependencies.places()
    known = contact.address if contact else ""
    return courier_city(handover_place(order, places), known, places[0])
