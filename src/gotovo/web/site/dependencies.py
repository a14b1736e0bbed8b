"""The dependencies of the pages, passed in by `assembly`."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Protocol

from msgspec import Struct, field

from gotovo.access.buyer.accounts import IDLE_PHONE
from gotovo.access.buyer.passkeys import site_of
from gotovo.access.buyer.phone_accounts import PhoneAccounts
from gotovo.access.buyer.sign_in_limits import CodeCeilings
from gotovo.access.feed_cursors import FeedCursors
from gotovo.access.security_log import SecurityLog
from gotovo.access.staff.staff_access import StaffAccess
from gotovo.attachments.attachments import Attachments
from gotovo.engine.ports import FeedEpoch, PlacesSource
from gotovo.engine.submission import Submission, SubmissionResult
from gotovo.engine.subscriptions import OrderSubscriptions
from gotovo.http.caching.validated_cache import ValidatedCache
from gotovo.http.limits import OpenStreams, RunningUploads
from gotovo.keyring.keyring import Keyring, Keys
from gotovo.notices.channels.mail import MailMessage
from gotovo.notices.channels.port import Channel
from gotovo.notices.preferences.buyer_channels import BuyerChannels
from gotovo.notices.preferences.preferences import NoticePreferences
from gotovo.notices.preferences.unsubscribe import UnsubscribeLinks
from gotovo.order.facts import OrderTerms
from gotovo.order.forecast.model import DurationModel
from gotovo.payments.checkout import Checkout
from gotovo.payments.providers.demo import DemoProvider
from gotovo.store.postgres.unreachable import is_disk_full
from gotovo.store.reads.buyer import BuyerReads
from gotovo.store.reads.order_texts import OrderTextReads
from gotovo.store.tables.access.accounts import AccountStore
from gotovo.store.tables.access.passkeys import PasskeyStore
from gotovo.store.tables.access.rate_limits import RateLimitStore
from gotovo.store.tables.access.sign_in import SignInStore
from gotovo.store.tables.access.track_links import TrackLinkStore
from gotovo.store.tables.messages.messages import MessageStore
from gotovo.store.tables.messages.phone_messages import PhoneMessage
from gotovo.store.tables.messages.push_subscriptions import PushSubscriptions
from gotovo.store.tables.money.fiscal_receipts import FiscalReceipts
from gotovo.store.tables.orders.claim_comments import ClaimComments
from gotovo.store.tables.orders.help_threads import HelpThreads
from gotovo.store.tables.orders.personal_data import PersonalData
from gotovo.store.tables.orders.ratings import Ratings
from gotovo.store.tables.telegram.chats import TelegramChats
from gotovo.web.site.caching.cached_page import CachedPage


class CommandSubmitter(Protocol):
    """The engine, which every change goes through."""

    async def submit(self, submission: Submission) -> SubmissionResult:
        """Submit one command and return its result, after its commit."""
        ...


class DemoPhone(Protocol):
    """The messages of the demo phone."""

    async def latest(self, phone: str | None, limit: int) -> Sequence[PhoneMessage]:
        """Return the latest messages of one phone or of all, oldest of them first."""
        ...

    async def latest_of(
        self, customer: str, phones: Collection[str], limit: int
    ) -> Sequence[PhoneMessage]:
        """Return the latest messages to these phones or about a customer's orders."""
        ...


class WebDependencies(Struct, frozen=True, kw_only=True, dict=True):
    """Everything the pages use.

    `channel` carries sign-in codes; without one nobody can sign in, and the front page says so.
    `mail` carries e-mails; without it nothing is offered that needs one.
    `code_ceilings` are how many codes are sent in an hour. A phone without a sign-in for
    `idle_phone` opens no older orders.
    `checkout` begins payments; without an open provider it offers none.
    `phone` is there in the demo only; with it come the page `/phone` and
    `demo_bank`, the bank where orders of the demo are paid.
    `is_push_open`: notifications are sent to browsers that subscribe.
    `unsafe`: a database that may lose orders is accepted, and every page says so.
    `subscriptions` notifies open pages, and `streams` counts how many of them there are.
    `count_page` is told each request's page, status and seconds.
    `hotline` (a phone) and `bot_url` are where a buyer can ask for help elsewhere. `telegram` is
    there with the Telegram bot, and `telegram_bot` is the bot's user name.
    `duration_model` is how long stages have taken; without observations it forecasts nothing.
    `keyring` returns the keys of every purpose.
    `preferences` are what buyers choose to be told, `buyer_channels` where they can be told at all,
    and `unsubscribe` reads the links that are in e-mails.
    `page_cache` holds pages that buyers may return to; without one each is made anew.
    `public_url` is where people reach the site; with `https` cookies are marked as secure.
    """

    engine: CommandSubmitter
    orders: BuyerReads
    checkout: Checkout
    texts: OrderTextReads
    staff: StaffAccess
    sign_in: SignInStore
    rate_limits: RateLimitStore
    security_log: SecurityLog
    accounts: AccountStore
    phone_accounts: PhoneAccounts
    track_links: TrackLinkStore
    personal_data: PersonalData
    push: PushSubscriptions
    claim_comments: ClaimComments
    attachments: Attachments
    ratings: Ratings
    messages: MessageStore
    preferences: NoticePreferences
    buyer_channels: BuyerChannels
    unsubscribe: UnsubscribeLinks
    help: HelpThreads
    subscriptions: OrderSubscriptions
    places: PlacesSource
    keyring: Callable[[], Keyring]
    clock: Callable[[], datetime]
    random_bytes: Callable[[int], bytes]
    terms: OrderTerms = OrderTerms()
    epochs: Sequence[FeedEpoch] = ()
    public_url: str = ""
    receipts: FiscalReceipts | None = None
    region: str = "RU"
    code_ceilings: CodeCeilings = field(default_factory=CodeCeilings)
    idle_phone: timedelta = IDLE_PHONE
    channel: Channel[PhoneMessage] | None = None
    mail: Channel[MailMessage] | None = None
    phone: DemoPhone | None = None
    demo_bank: DemoProvider | None = None
    unsafe: bool = False
    count_page: Callable[[str, int, float], None] = lambda _page, _status, _seconds: None
    passkeys: PasskeyStore | None = None
    is_push_open: bool = False
    hotline: str = ""
    bot_url: str = ""
    telegram: TelegramChats | None = None
    telegram_bot: str = ""
    uploads: RunningUploads = field(default_factory=RunningUploads)
    duration_model: Callable[[], DurationModel] = DurationModel
    is_disk_full: Callable[[BaseException | None], bool] = is_disk_full
    page_cache: ValidatedCache[CachedPage] | None = None
    streams: OpenStreams = field(default_factory=OpenStreams)

    @property
    def can_use_passkeys(self) -> bool:
        """Tell whether browsers will make passkeys for this site."""
        return self.passkeys is not None and site_of(self.public_url) is not None

    @property
    def codes(self) -> Keys:
        """The keys of pick-up codes."""
        return self.keyring().codes

    @property
    def forms(self) -> Keys:
        """The keys of forms, sign-in codes and sealed cookies."""
        return self.keyring().forms

    @property
    def tokens(self) -> Keys:
        """The keys of tracking links and known browsers."""
        return self.keyring().tokens

    @property
    def limits_key(self) -> bytes:
        """The key of the subjects of rate limits, and of digests that live for one visit."""
        return self.keyring().limits.key

    @property
    def demo(self) -> bool:
        """Tell whether this installation is only for trying out."""
        return self.phone is not None

    @property
    def secure(self) -> bool:
        """Tell whether people reach the site over https."""
        return self.public_url.startswith("https://")

    @cached_property
    def feed_cursors(self) -> FeedCursors:
        """Writes and reads the cursors of live pages."""
        return FeedCursors(lambda: self.keyring().feeds, self.epochs)
