"""Hand-over stop: the buyer reports a stranger at the desk, or the clerk gives up (rule 4.3)."""

from datetime import datetime

from msgspec import structs

from gotovo.order.checks.code_check import CodeChanged
from gotovo.order.facts import Decision, Facts, accept
from gotovo.order.values.actor import Role
from gotovo.order.values.order import Attention, Order, Stage
from gotovo.value import Value


class StopHandover(Value, frozen=True, tag="handover-stop", tag_field="step"):
    """Stop an opened hand-over: the buyer is not at the desk, or the clerk's customer has left."""


class HandoverStopped(
    Value, frozen=True, tag="order.handover_stopped", tag_field="type", omit_defaults=True
):
    """Nothing was handed over. When the buyer stopped it, the order is blocked."""

    by_buyer: bool = False


def stop_handover(_order: Order, _command: StopHandover, facts: Facts) -> Decision:
    """Stop the hand-over; a buyer also gets a new code."""
    if facts.actor.role is Role.POINT:
        return accept(HandoverStopped())
    changed = CodeChanged(asked=True, key=facts.world.code_keys.version)
    return accept(HandoverStopped(by_buyer=True), changed)


def stopped_before(order: Order, _command: StopHandover, facts: Facts) -> bool:
    """Return whether it lies on its shelf again; a buyer's stop has also blocked it."""
    if order.stage is not Stage.SHELVED:
        return False
    return facts.actor.role is Role.POINT or Attention.DISPUTE in order.attention


def handover_stopped(order: Order, event: HandoverStopped, _at: datetime) -> Order:
    """Return to the shelf; a trusted code that a stranger may know is revoked."""
    codes, attention = order.codes, order.attention
    if event.by_buyer:
        codes = structs.replace(codes, trusted_used=codes.trusted)
        attention = tuple(sorted({*attention, Attention.DISPUTE}))
    return structs.replace(
        order,
        stage=Stage.SHELVED,
        handover_until=None,
        handover_by_trusted=False,
        handover_proof=None,
        handover_proved_by="",
        codes=codes,
        attention=attention,
    )
