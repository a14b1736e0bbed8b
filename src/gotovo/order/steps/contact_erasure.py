"""Erasure: the buyer is forgotten; the order, its money and its disputes stay."""

from datetime import datetime

from msgspec import structs

from gotovo.order.facts import ALREADY_DONE, Circumstances, Decision, Facts, accept, refuse
from gotovo.order.refusals import Code
from gotovo.order.steps.help_answer import without_questions
from gotovo.order.values.order import Order
from gotovo.value import Value


class EraseContact(Value, frozen=True, tag="contact-erasure", tag_field="step"):
    """Forget who the buyer was; the order, its money and its disputes stay."""


class ContactErased(Value, frozen=True, tag="order.contact_erased", tag_field="type"):
    """The buyer is forgotten: nobody gets messages about this order any more."""


def may_erase_contact(order: Order, _circumstances: Circumstances) -> Decision | None:
    """Answer "already done" for a buyer who was forgotten before."""
    return ALREADY_DONE if order.erased else None


def erase_contact(order: Order, _command: EraseContact, facts: Facts) -> Decision:
    """Forget the buyer of a closed order."""
    return may_erase_contact(order, facts.circumstances) or accept(ContactErased())


def cannot_erase_contact(order: Order, _circumstances: Circumstances) -> Decision:
    """Refuse while messages may still have to be sent."""
    return refuse(Code.STAGE_FORBIDS, "status", order.stage, "closed")


def contact_erased(order: Order, _event: ContactErased, _at: datetime) -> Order:
    """Mark the order as erased: its buyer can't be notified any more, nor be answered."""
    return structs.replace(without_questions(order, None), erased=True)
