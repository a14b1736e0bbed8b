"""Where an order goes, as programs say it; the address never becomes part of the history."""

from typing import Annotated

from msgspec import Meta

from gotovo.order.values.order import Courier, Delivery, Pickup
from gotovo.value import Value
from gotovo.words.formats.address import Address, format_address
from gotovo.words.language import Language

Text = Annotated[str, Meta(max_length=200)]
Code = Annotated[str, Meta(max_length=64)]


class PickupBody(Value, frozen=True, forbid_unknown_fields=True, tag="pickup", tag_field="method"):
    """Collected at a point."""

    point: Code


class AddressBody(Value, frozen=True, forbid_unknown_fields=True):
    """Where the courier goes: the line up to the flat in `text`, or its dependencies."""

    text: Annotated[str, Meta(max_length=500)] = ""
    postcode: Code = ""
    city: Text = ""
    street: Text = ""
    house: Code = ""
    apartment: Code = ""
    entrance: Code = ""
    floor: Code = ""
    intercom: Code = ""
    comment: Annotated[str, Meta(max_length=500)] = ""


class CourierBody(
    Value, frozen=True, forbid_unknown_fields=True, tag="courier", tag_field="method"
):
    """Carried to the door."""

    address: AddressBody


class DoorBody(Value, frozen=True, forbid_unknown_fields=True, tag="courier", tag_field="method"):
    """Delivered to this address; without one, to the address that was given before."""

    address: AddressBody | None = None


DeliveryBody = PickupBody | CourierBody | DoorBody


def delivery_of(body: DeliveryBody) -> Delivery:
    """Return the delivery without what may not stand in the history."""
    return Pickup(body.point) if isinstance(body, PickupBody) else Courier()


def address_of(body: DeliveryBody, language: Language) -> str:
    """Return the address as one line, empty where there is none."""
    if isinstance(body, PickupBody) or body.address is None:
        return ""
    sent = body.address
    address = Address(
        text=sent.text.strip(),
        postcode=sent.postcode.strip(),
        city=sent.city.strip(),
        street=sent.street.strip(),
        house=sent.house.strip(),
        flat=sent.apartment.strip(),
        entrance=sent.entrance.strip(),
        floor=sent.floor.strip(),
        intercom=sent.intercom.strip(),
        comment=sent.comment.strip(),
    )
    return format_address(address, language)
