"""A chat visit: one update as the conversation sees it, with its buyer and its language."""

from datetime import datetime
from functools import cached_property
from typing import Final

from msgspec import Struct

from gotovo.access.buyer_requests.buyer_commands import buyer_submission
from gotovo.access.security_log import SecurityEvent
from gotovo.bot.dependencies import BotDependencies
from gotovo.engine.ports import Places
from gotovo.engine.submission import SubmissionResult
from gotovo.order.account.offered_actions import buyer_circumstances
from gotovo.order.facts import Circumstances
from gotovo.order.values.actor import Role
from gotovo.order.values.number import is_valid
from gotovo.order.values.order import Order
from gotovo.store.tables.security.entries import Author
from gotovo.store.tables.security.kinds import SecurityKind
from gotovo.store.tables.telegram.chats import TelegramChat
from gotovo.words.language import LANGUAGES, Language
from gotovo.words.translations import Translator


class ChatVisit:
    """What is known of whoever wrote, before anything else is read."""

    def __init__(
        self,
        dependencies: BotDependencies,
        chat: int,
        once: str,
        linked: TelegramChat | None,
        spoken: str,
    ) -> None:
        """`once` is the same when the update comes again; `spoken` is the app's language."""
        self.dependencies: Final = dependencies
        self.chat: Final = chat
        self.once: Final = once
        self.linked: Final = linked
        self.now: Final[datetime] = dependencies.clock()
        self.language: Final[Language] = language_of_chat(linked, spoken)
        self.translate: Final = Translator(self.language)

    @cached_property
    def places(self) -> Places:
        """Points and warehouses by code."""
        return self.dependencies.places()

    async def order(self, number: str) -> Order | None:
        """Return an order of the chat's buyer; None also for anybody else's."""
        linked = self.linked
        if linked is None or not is_valid(number):
            return None
        return await self.dependencies.orders.order(linked.customer, number, linked.orders_since)

    def circumstances(self, order: Order) -> Circumstances:
        """Return the circumstances of a step that the buyer takes now."""
        points, terms = self.places[0], self.dependencies.terms
        return buyer_circumstances(order, self.now, points, terms)

    async def submit(self, order: Order, command: Struct) -> SubmissionResult:
        """Submit a step of the buyer; the update that comes again is the same command."""
        submission = buyer_submission(
            "telegram", order.customer, order.number, command, self.once, role=Role.BUYER
        )
        return await self.dependencies.engine.submit(submission)

    def record(
        self, kind: SecurityKind, customer: str, outcome: str = "", method: str = ""
    ) -> None:
        """Collect an event of the security log; Telegram tells no address."""
        author = Author(f"{Role.BUYER}:{customer}", "")
        self.dependencies.security_log.record(
            SecurityEvent(kind, author, outcome=outcome, method=method)
        )


def language_of_chat(linked: TelegramChat | None, spoken: str) -> Language:
    """Return the language of a chat: the one that was chosen, or that of the app.

    Whose app speaks neither gets English.
    """
    return language_of_tag(spoken if linked is None else linked.language)


def language_of_tag(tag: str) -> Language:
    """Return the language of a tag like `ru` or `en-GB`; English for any other."""
    wanted = tag.partition("-")[0].lower()
    for language in LANGUAGES:
        if language == wanted:
            return language
    return "en"
