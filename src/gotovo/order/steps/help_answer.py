"""Help answer: support has answered; the text is stored beside the order and can be erased."""

from datetime import datetime

from msgspec import structs

from gotovo.order.facts import Decision, Facts, accept
from gotovo.order.values.help.help_clock import without_answered
from gotovo.order.values.order import Attention, Order
from gotovo.value import Value


class AnswerHelp(Value, frozen=True, tag="help-answer", tag_field="step", omit_defaults=True):
    """Answer what the buyer asked until an instant, or all of it.

    The endpoint stores the text under the id of this command; so it is in no list of commands.
    """

    until: datetime | None = None


class HelpAnswered(
    Value, frozen=True, tag="order.help_answered", tag_field="type", omit_defaults=True
):
    """Support answered what the buyer asked until an instant; the text is in the help thread.

    Without one, as the first versions wrote it, everything is answered.
    """

    until: datetime | None = None


def answer_help(_order: Order, command: AnswerHelp, _facts: Facts) -> Decision:
    """Record it at any stage: what is asked of a closed order is answered, too."""
    return accept(HelpAnswered(command.until))


def help_answered(order: Order, event: HelpAnswered, _at: datetime) -> Order:
    """Stop the clock of what was answered."""
    return without_questions(order, event.until)


def without_questions(order: Order, until: datetime | None) -> Order:
    """Return the order without the questions asked until an instant; their flag goes down."""
    clock = without_answered(order.help, until)
    if clock is order.help:
        return order
    attention = tuple(flag for flag in order.attention if flag is not Attention.UNANSWERED)
    return structs.replace(order, help=clock, attention=attention)
