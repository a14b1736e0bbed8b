"""Help settlement: support leaves a question without an answer, as it needs none."""

from datetime import datetime

from gotovo.order.facts import ALREADY_DONE, Circumstances, Decision, Facts, accept
from gotovo.order.steps.help_answer import without_questions
from gotovo.order.values.order import Order
from gotovo.value import Value


class SettleHelp(Value, frozen=True, tag="help-settlement", tag_field="step"):
    """Leave what was asked until an instant without an answer; so it is in no list of commands."""

    until: datetime


class HelpSettled(Value, frozen=True, tag="order.help_settled", tag_field="type"):
    """What the buyer asked until an instant needs no answer."""

    until: datetime


def may_settle_help(order: Order, _circumstances: Circumstances) -> Decision | None:
    """Answer "already done" while no question is open."""
    return ALREADY_DONE if order.help is None else None


def settle_help(order: Order, command: SettleHelp, _facts: Facts) -> Decision:
    """Record it, if such a question is open."""
    if order.help is None or order.help.asked_at > command.until:
        return ALREADY_DONE
    return accept(HelpSettled(command.until))


def help_settled(order: Order, event: HelpSettled, _at: datetime) -> Order:
    """Stop the clock of these questions."""
    return without_questions(order, event.until)
