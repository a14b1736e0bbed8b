"""An action that the order does not allow now: the error that steps raise."""

from gotovo.order.refusals import Code, Refusal
from gotovo.order.values.order import Order

_STAGE_FORBIDS = Refusal(Code.STAGE_FORBIDS)


class ActionUnavailable(Exception):
    """The order does not allow the action; `refusal` says why."""

    def __init__(self, order: Order, refusal: Refusal = _STAGE_FORBIDS) -> None:
        super().__init__(order.number, refusal.code)
        self.order = order
        self.refusal = refusal
