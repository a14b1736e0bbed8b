"""One ordinary command for every step, for tests that walk the whole table."""

from datetime import date, timedelta

from msgspec import Struct

from gotovo.order.lifecycle import Row
from gotovo.order.steps.attempt import AttemptReason, RecordAttempt
from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.steps.attention_clearance import ClearAttention
from gotovo.order.steps.call import LogCall
from gotovo.order.steps.correction import Correct
from gotovo.order.steps.help_question import AskHelp
from gotovo.order.steps.help_settlement import SettleHelp
from gotovo.order.steps.promise import ChangePromise
from gotovo.order.steps.redirection import Redirect
from gotovo.order.steps.refund_completion import CompleteRefund
from gotovo.order.steps.refund_failure import FailRefund
from gotovo.order.steps.refund_reroute import RerouteRefund
from gotovo.order.steps.refund_sending import SendRefund
from gotovo.order.steps.return_refusal import RefuseReturn
from gotovo.order.steps.slot import AgreeSlot
from gotovo.order.values.handover.declined_units import DeclinedUnits, ReturnDecline
from gotovo.order.values.help.help_clock import HelpChannel
from gotovo.order.values.order import Attention, Pickup
from tests.support.order import stories
from tests.support.order.cast import NOON, basket

_HOUR = timedelta(hours=1)

_WITH_FIELDS: dict[str, Struct] = {
    "placement": basket(),
    "payment": stories.pay(),
    "point-payment": stories.pay_at_point(),
    "call": LogCall(answered=True),
    "slot": AgreeSlot(NOON + _HOUR, NOON + 2 * _HOUR),
    "attempt": RecordAttempt(AttemptReason.ABSENT),
    "redirection": Redirect(Pickup("KZN-2")),
    "promise": ChangePromise(date(2026, 12, 1), NOON + timedelta(days=8), "snow"),
    "refund-sending": SendRefund("R1"),
    "refund-completion": CompleteRefund("R1"),
    "refund-failure": FailRefund("R1"),
    "refund-reroute": RerouteRefund("R1"),
    "attention": RaiseAttention(Attention.DAMAGED),
    "attention-clearance": ClearAttention(Attention.DAMAGED),
    "help-question": AskHelp(HelpChannel.BOT, NOON),
    "help-settlement": SettleHelp(NOON),
    "return-refusal": RefuseReturn((DeclinedUnits(1, 1, ReturnDecline.USED),)),
    "correction": Correct(9, "a mistake"),
}


def of(row: Row) -> Struct:
    """Return a command of this row; those without fields need no example."""
    return _WITH_FIELDS.get(row.step) or row.command()
