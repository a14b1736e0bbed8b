"""Call: the courier calls before setting out; a failed attempt begins again with one (rule 4.5)."""

from datetime import datetime

from msgspec import structs

from gotovo.order.checks.custody_check import taken_over
from gotovo.order.facts import Decision, Facts, accept
from gotovo.order.values.order import Order
from gotovo.order.values.texts.order_text import NO_TEXT, FreeText, TextDigest
from gotovo.value import Value


class LogCall(Value, frozen=True, tag="call", tag_field="step", omit_defaults=True):
    """Record a call to the buyer."""

    answered: bool
    note: FreeText = ""


class CallLogged(
    Value, frozen=True, tag="courier.call_logged", tag_field="type", omit_defaults=True
):
    """The courier called; `courier` is present where the caller takes the order over."""

    answered: bool
    note: str = ""
    courier: str = ""
    text_digest: TextDigest = NO_TEXT


def log_call(order: Order, command: LogCall, facts: Facts) -> Decision:
    """Record the call."""
    courier = taken_over(order, facts.actor)
    return accept(CallLogged(command.answered, courier=courier, text_digest=facts.text_digest))


def call_logged(order: Order, event: CallLogged, _at: datetime) -> Order:
    """Record that the buyer answered."""
    return structs.replace(
        order,
        called=order.called or event.answered,
        courier=event.courier or order.courier,
    )
