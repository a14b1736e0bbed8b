"""Help question: a buyer asks, and the clock of the answer starts.

The words are stored beside the order and can be erased.
"""

from datetime import datetime, timedelta

from msgspec import structs

from gotovo.order.facts import Decision, Facts, OrderTerms, accept, refuse
from gotovo.order.refusals import Code
from gotovo.order.time_zone import time_zone_of
from gotovo.order.values.help.help_clock import HelpChannel, OpenQuestion, with_question
from gotovo.order.values.help.service_hours import after_service
from gotovo.order.values.order import Order
from gotovo.value import Value


class AskHelp(Value, frozen=True, tag="help-question", tag_field="step"):
    """Ask something about the order, through a channel.

    The text is stored under the id of this command, with the instant `asked_at`; so it is in no
    list of commands.
    """

    channel: HelpChannel
    asked_at: datetime


class HelpAsked(Value, frozen=True, tag="order.help_asked", tag_field="type"):
    """The buyer asked something; the text is in the order's help thread.

    The answer is due at `due_at`, which follows from the settings and the place's time zone.
    """

    channel: HelpChannel
    asked_at: datetime
    due_at: datetime


def ask_help(order: Order, command: AskHelp, facts: Facts) -> Decision:
    """Record it at any stage; an erased buyer asks nothing any more (rule 4.16)."""
    if order.erased:
        return refuse(Code.BUYER_ERASED)
    world = facts.world
    zone = time_zone_of(order, world.points, world.warehouses)
    due_at = answer_due(facts.now, world.terms, zone)
    return accept(HelpAsked(command.channel, command.asked_at, due_at))


def answer_due(asked_at: datetime, terms: OrderTerms, time_zone: str) -> datetime:
    """Return until when a question is to be answered: so many of support's hours later."""
    duration = timedelta(minutes=terms.help_answer_minutes)
    return after_service(asked_at, duration, terms.help_hours, time_zone)


def help_asked(order: Order, event: HelpAsked, _at: datetime) -> Order:
    """Start the clock of the answer."""
    question = OpenQuestion(event.asked_at, event.due_at, event.channel)
    return structs.replace(order, help=with_question(order.help, question))
