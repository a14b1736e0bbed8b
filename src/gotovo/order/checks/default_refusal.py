"""Default refusal: what a step returns in a stage that its row does not name."""

from gotovo.order.facts import Circumstances, Decision, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.order import Order


def forbid(order: Order, _circumstances: Circumstances) -> Decision:
    """Refuse: the order is closed, or in no stage that this step can be taken from."""
    code = Code.STAGE_FORBIDS if order.outcome is None else Code.CLOSED
    return refuse(code, "stage", order.stage)
