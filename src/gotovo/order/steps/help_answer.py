"""Help answer: support has answered; the text is stored beside the order and can be erased."""

from datetime import datetime

from gotovo.order.facts import Decision, Facts, accept
from gotovo.order.values.order import Order
from gotovo.value import Value


class AnswerHelp(Value, frozen=True, tag="help-answer", tag_field="step"):
    """Answer what the buyer has asked.

    The endpoint stores the text under the id of this command; so it is in no list of commands.
    """


class HelpAnswered(Value, frozen=True, tag="order.help_answered", tag_field="type"):
    """Support answered what the buyer has asked; the text is in the order's help thread."""


def answer_help(_order: Order, _command: AnswerHelp, _facts: Facts) -> Decision:
    """Record it at any stage: what is asked of a closed order is answered, too."""
    return accept(HelpAnswered())


def help_answered(order: Order, _event: HelpAnswered, _at: datetime) -> Order:
    """Leave the order as it is."""
    return order
