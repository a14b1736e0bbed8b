"""The delivery in request bodies; an address never becomes part of the history."""

from typing import Annotated

from msgspec import Meta, structs

from gotovo.order.checks.address_check import Address
from gotovo.order.values.order import Courier, Delivery, Pickup
from gotovo.points.eligible_warehouses import plain_postcode
from gotovo.value import Value
from gotovo.words.formats.address import format_address
from gotovo.words.language import Language

Text = Annotated[str, Meta(max_length=200)]
Code = Annotated[str, Meta(max_length=64)]


class PickupBody(Value, frozen=True, forbid_unknown_fields=True, tag="pickup", tag_field="method"):
    """Collected at a point."""

    point: Code


class AddressBody(Value, frozen=True, forbid_unknown_fields=True, rename={"flat": "apartment"}):
    """Where the courier goes: one line up to the flat in `text`, or its fields.

    It needs a house: in `text`, in `house` beside a street or a city, or in `street`; where houses
    have no numbers, "no number" or "б/н". `postcode` decides which warehouses serve the order
    (rule 4.1), also beside `text`.
    """

    text: Annotated[str, Meta(max_length=500)] = ""
    postcode: Code = ""
    city: Text = ""
    street: Text = ""
    house: Code = ""
    flat: Code = ""
    entrance: Code = ""
    floor: Code = ""
    intercom: Code = ""
    comment: Annotated[str, Meta(max_length=500)] = ""


class CourierBody(
    Value, frozen=True, forbid_unknown_fields=True, tag="courier", tag_field="method"
):
    """Delivered by courier to this address."""

    address: AddressBody


class RedirectedCourierBody(
    Value, frozen=True, forbid_unknown_fields=True, tag="courier", tag_field="method"
):
    """Delivered by courier to this address, by default to the one given before."""

    address: AddressBody | None = None


DeliveryBody = PickupBody | CourierBody | RedirectedCourierBody


def delivery_of(body: DeliveryBody) -> Delivery:
    """Return the delivery for the history, without its address."""
    return Pickup(body.point) if isinstance(body, PickupBody) else Courier()


def postcode_of(body: DeliveryBody) -> str:
    """Return the address's postal code as regions are written, empty where there is none."""
    if isinstance(body, PickupBody) or body.address is None:
        return ""
    return plain_postcode(body.address.postcode)


def address_of(body: DeliveryBody, language: Language) -> str:
    """Return the address as one line; empty without one, or where it leads to no door."""
    if isinstance(body, PickupBody) or body.address is None:
        return ""
    fields = Address(**structs.asdict(body.address))
    return format_address(fields, language) if fields.leads_to_door else ""
