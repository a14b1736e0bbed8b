"""Buyers who ask for help, as the page and the bot let them."""

from datetime import timedelta
from uuid import uuid4

from gotovo.engine.submission import Submission
from gotovo.notices.help.help_thread import ask_help
from gotovo.order.steps.help_question import AskHelp
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.customer import customer_id
from gotovo.order.values.help.help_clock import HelpChannel
from gotovo.store.tables.orders.help_threads import HelpThreads
from tests.support.api.network import PLACE, SECRET, Api

MINUTE = timedelta(minutes=1)


async def asked(
    api: Api, number: str, said: str = "Where is it?", channel: HelpChannel = HelpChannel.PAGE
) -> None:
    """Let the buyer ask, a minute after whatever was before."""
    network = api.network
    network.clock.now += MINUTE
    buyer = Actor(Role.BUYER, customer_id(SECRET, PLACE["customer"]["phone"]))
    command = AskHelp(channel, network.clock.now)
    submission = Submission(uuid4(), number, command, buyer, bytes(16))
    result = await ask_help(HelpThreads(network.pool), network.engine.submit, submission, said)
    assert result is not None
    assert result.refusal is None
