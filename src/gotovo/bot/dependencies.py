"""The dependencies of the bot, passed in by `assembly`."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct

from gotovo.access.buyer.accounts import IDLE_PHONE
from gotovo.access.buyer.phone_accounts import PhoneAccounts
from gotovo.access.security_log import SecurityLog
from gotovo.engine.ports import PlacesSource
from gotovo.engine.submission import Submission, SubmissionResult
from gotovo.keyring.keyring import Keyring
from gotovo.notices.channels.telegram.client import TelegramClient
from gotovo.notices.help.help_questions import HelpDesk
from gotovo.order.facts import OrderTerms
from gotovo.order.values.help.help_clock import HelpChannel
from gotovo.order.values.order import Order
from gotovo.store.reads.buyer import BuyerReads
from gotovo.store.reads.order_texts import OrderTextReads
from gotovo.store.tables.access.accounts import AccountStore
from gotovo.store.tables.access.rate_limits import RateLimitStore
from gotovo.store.tables.orders.help_threads import HelpThreads
from gotovo.store.tables.telegram.cards import TelegramCards
from gotovo.store.tables.telegram.chats import TelegramChats
from gotovo.store.tables.telegram.updates import TelegramUpdates


class StepSubmitter(Protocol):
    """The engine, which every step of a buyer goes through."""

    async def submit(self, submission: Submission) -> SubmissionResult:
        """Submit one command and return its result, after its commit."""
        ...


class BotDependencies(Struct, frozen=True, kw_only=True):
    """Everything the bot uses.

    `public_url` is where the pages are, empty where people can't reach them, and `pay_url` returns
    where an order is paid now, empty where it can't be. `hotline` is the phone to call. A phone
    without a sign-in for `idle_phone` opens no older orders.
    """

    client: TelegramClient
    chats: TelegramChats
    updates: TelegramUpdates
    cards: TelegramCards
    engine: StepSubmitter
    orders: BuyerReads
    texts: OrderTextReads
    help: HelpThreads
    accounts: AccountStore
    phone_accounts: PhoneAccounts
    rate_limits: RateLimitStore
    security_log: SecurityLog
    places: PlacesSource
    keyring: Callable[[], Keyring]
    clock: Callable[[], datetime]
    terms: OrderTerms = OrderTerms()
    public_url: str = ""
    pay_url: Callable[[Order, datetime], str] = lambda _order, _now: ""
    hotline: str = ""
    region: str = "RU"
    idle_phone: timedelta = IDLE_PHONE

    @property
    def help_desk(self) -> HelpDesk:
        """What takes questions."""
        return HelpDesk(
            self.help,
            self.rate_limits,
            self.keyring().limits.key,
            self.engine.submit,
            HelpChannel.BOT,
        )
