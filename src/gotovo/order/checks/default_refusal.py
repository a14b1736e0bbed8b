"""What a step answers in a stage that its row does not name."""

from typing import Any

from gotovo.order.facts import Decision, Facts, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.order import Order


def forbid(order: Order, _command: Any, _facts: Facts) -> Decision:
    """Refuse: the order is closed, or it does not stand where this step begins."""
    code = Code.STAGE_FORBIDS if order.outcome is None else Code.CLOSED
    return refuse(code, "stage", order.stage)
