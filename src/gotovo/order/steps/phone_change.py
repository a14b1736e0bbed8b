"""Phone change: the buyer is reached at another phone (rule 4.16)."""

from datetime import datetime

from msgspec import structs

from gotovo.order.facts import ALREADY_DONE, Circumstances, Decision, Facts, accept
from gotovo.order.values.customer import contact_digest
from gotovo.order.values.order import Order
from gotovo.value import Value


class ChangePhone(Value, frozen=True, tag="phone-change", tag_field="step"):
    """Reach the buyer at another phone; it comes beside the command, for no event may hold it."""


class PhoneChanged(Value, frozen=True, tag="order.phone_changed", tag_field="type"):
    """The buyer is reached at another phone; `contact_digest` is of the contact with it."""

    contact_digest: str


def may_change_phone(order: Order, _circumstances: Circumstances) -> Decision | None:
    """Answer "already done" for a buyer who was forgotten: there is nobody to reach."""
    return ALREADY_DONE if order.erased else None


def change_phone(order: Order, _command: ChangePhone, facts: Facts) -> Decision:
    """Give the contact the phone; an order without a contact has nothing to change."""
    if facts.contact is None or facts.phone in {None, facts.contact.phone}:
        return ALREADY_DONE
    contact = structs.replace(facts.contact, phone=facts.phone)
    changed = PhoneChanged(contact_digest(facts.world.secret, contact))
    return may_change_phone(order, facts.circumstances) or accept(changed)


def phone_changed(order: Order, _event: PhoneChanged, _at: datetime) -> Order:
    """Change nothing: the contact stands beside the order."""
    return order
