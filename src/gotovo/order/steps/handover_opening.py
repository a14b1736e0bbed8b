"""Hand-over opening: the code was right, and the buyer sees "being issued now" (rule 4.3)."""

from datetime import datetime, timedelta

from msgspec import structs

from gotovo.order.checks.code_check import blocked, refused_at_desk, used_up, wrong_try
from gotovo.order.facts import ALREADY_DONE, Circumstances, Decision, Facts, accept
from gotovo.order.values.order import Order, Stage
from gotovo.value import Value


class OpenHandover(
    Value, frozen=True, tag="handover-opening", tag_field="step", omit_defaults=True
):
    """Check the code and tell the buyer that the order is being issued now."""

    code: str = ""
    qr: str = ""


class HandoverStarted(
    Value, frozen=True, tag="order.handover_started", tag_field="type", omit_defaults=True
):
    """The code was right; the clerk is fetching the parcels, at the latest until `until`."""

    until: datetime
    by_trusted: bool = False


def may_open_handover(order: Order, _circumstances: Circumstances) -> Decision | None:
    """Refuse while the order is disputed, and when every code was used up by wrong tries."""
    return blocked(order) or used_up(order)


def cannot_open_handover(order: Order, circumstances: Circumstances) -> Decision:
    """Refuse by precedence (rule 4.4); an order being handed over already is no error."""
    if order.stage is Stage.HANDING_OVER:
        return ALREADY_DONE
    return refused_at_desk(order, circumstances)


def open_handover(order: Order, command: OpenHandover, facts: Facts) -> Decision:
    """Tell the buyer, once the code is right."""
    checked = wrong_try(order, command.code, command.qr, facts)
    if isinstance(checked, Decision):
        return checked
    until = facts.now + timedelta(minutes=facts.world.terms.handover_minutes)
    return accept(HandoverStarted(until, checked))


def handover_started(order: Order, event: HandoverStarted, _at: datetime) -> Order:
    """Show the buyer that it is being issued now."""
    return structs.replace(
        order,
        stage=Stage.HANDING_OVER,
        handover_until=event.until,
        handover_by_trusted=event.by_trusted,
    )
