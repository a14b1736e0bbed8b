"""The dependencies of the API, supplied by the assembly."""

import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import cached_property
from urllib.parse import urlsplit
from uuid import UUID

from msgspec import Struct, field

from gotovo.access.access_log import AccessLog
from gotovo.access.buyer.phone_accounts import PhoneAccounts
from gotovo.access.feed_cursors import FeedCursors
from gotovo.access.programs.api_keys import KEYS_PER_SHOP, ApiKeyCache
from gotovo.access.security_log import SecurityLog
from gotovo.access.staff.session_cache import StaffSessionCache
from gotovo.access.staff.staff_access import StaffAccess
from gotovo.access.staff.work.point_work import PointWork
from gotovo.api.cache.event_buffer import STREAMS_MAX, EventBuffer
from gotovo.api.cache.feed_cache import FeedCache
from gotovo.api.cache.order_cache import OrderCache
from gotovo.api.cache.response_cache import ResponseCache
from gotovo.api.limits.key_limits import CONCURRENCY, KeyLimiter
from gotovo.api.metrics import ApiMetrics, MetricReading
from gotovo.api.scrape import Scrape
from gotovo.attachments.attachments import Attachments
from gotovo.casework.decisions import Decisions
from gotovo.desk.acceptance.acceptances import Acceptances, AcceptanceTools
from gotovo.desk.boxes.boxes import ReturnBoxes, ReturnBoxTools
from gotovo.desk.boxes.handovers import BoxHandovers
from gotovo.desk.handover.visiting import Visiting
from gotovo.desk.manifest_steps import ManifestSteps
from gotovo.desk.returns.returning import Returning
from gotovo.engine.changes import ChangeReader
from gotovo.engine.engine import Engine
from gotovo.engine.ports import EventFeed, FeedEpoch
from gotovo.http.limits import ClientLimits, OpenStreams, RequestsUnderWay, RunningUploads
from gotovo.http.slices import Slices
from gotovo.keyring.keyring import Keyring
from gotovo.order.facts import OrderTerms
from gotovo.order.values.order import Order
from gotovo.store.postgres.unreachable import is_disk_full
from gotovo.store.reads.desk.scans import DeskReads
from gotovo.store.reads.order_texts import OrderTextReads
from gotovo.store.reads.programs import ProgramReads
from gotovo.store.tables.access.api_keys import ApiKeyStore, KeyLimits
from gotovo.store.tables.cases.cases import CaseStore
from gotovo.store.tables.money.fiscal_receipts import FiscalReceipts
from gotovo.store.tables.money.fiscal_terms import FiscalTermsStore
from gotovo.store.tables.network.directory import Directory
from gotovo.store.tables.network.shops import Shops
from gotovo.store.tables.network.stock import StockStore
from gotovo.store.tables.orders.help_threads import HelpThreads
from gotovo.store.tables.orders.personal_data import PersonalData
from gotovo.store.tables.payments.payment_attempts import PaymentAttempts
from gotovo.store.tables.webhooks.deliveries import DeliveryStore
from gotovo.store.tables.webhooks.webhooks import WebhookStore

UPLOADS_PER_KEY = 3
"""A desk has a key, a handheld and a tablet; half of what a process reads is left to others."""


class Readiness(Struct, frozen=True):
    """Whether requests can be served: `faults` lists what is missing, empty when all is well.

    `lag` is how many events each follower is behind, by name. `unsafe` means that a database which
    may lose confirmed orders is accepted. `warnings` are about what works, and not well: a
    worker that is being replaced, for example, while this one serves, or a proxy that hides its
    visitors.
    """

    faults: tuple[str, ...] = ()
    lag: dict[str, int] = {}
    unsafe: bool = False
    warnings: tuple[str, ...] = ()


async def no_readings(_scrape: Scrape) -> Sequence[MetricReading]:
    """Return the metrics of an API that nothing runs beside."""
    return ()


async def no_workers() -> Sequence[bytes]:
    """Return the figures of the others, where there are none."""
    return ()


class ApiDependencies(Struct, frozen=True, kw_only=True, dict=True):
    """Everything that handlers use. `keyring` returns the keys of every purpose.

    `unsafe`: the installation accepts a database that may lose orders; every page warns of it.
    `has_webhook_networks`: webhooks may go to some private networks, and there over plain HTTP.
    `pay_url` returns where an order is paid now, empty where it can't be.
    `is_disk_full` tells why the database does not serve, by the error there is, if any.
    """

    engine: Engine
    feed: EventFeed
    reads: ProgramReads
    desk_reads: DeskReads
    texts: OrderTextReads
    changes: ChangeReader
    directory: Directory
    stock: StockStore
    shops: Shops
    keys: ApiKeyStore
    api_keys: ApiKeyCache
    staff: StaffAccess
    staff_sessions: StaffSessionCache
    access_log: AccessLog
    security_log: SecurityLog
    help: HelpThreads
    cases: CaseStore
    attachments: Attachments
    decisions: Decisions
    acceptance: AcceptanceTools
    boxes: ReturnBoxTools
    visiting: Visiting
    returning: Returning
    receipts: FiscalReceipts
    fiscal_terms: FiscalTermsStore
    payment_attempts: PaymentAttempts
    personal_data: PersonalData
    phone_accounts: PhoneAccounts
    webhooks: WebhookStore
    webhook_deliveries: DeliveryStore
    work: PointWork
    keyring: Callable[[], Keyring]
    clock: Callable[[], datetime]
    ready: Callable[[], Awaitable[Readiness]]
    readings: Callable[[Scrape], Awaitable[Sequence[MetricReading]]] = no_readings
    other_workers: Callable[[], Awaitable[Sequence[bytes]]] = no_workers
    is_disk_full: Callable[[BaseException | None], bool] = is_disk_full
    terms: OrderTerms = OrderTerms()
    pay_url: Callable[[Order, datetime], str] = lambda _order, _now: ""
    epochs: Sequence[FeedEpoch] = ()
    unsafe: bool = False
    limits: ClientLimits = ClientLimits()
    keys_per_shop: int = KEYS_PER_SHOP
    has_webhook_networks: bool = False
    public_url: str = ""
    metrics: ApiMetrics = field(default_factory=ApiMetrics)
    order_cache: OrderCache = field(default_factory=OrderCache)
    slices: Slices = field(default_factory=Slices)
    in_flight: set[UUID] = field(default_factory=set)
    monotonic_ns: Callable[[], int] = time.monotonic_ns

    @cached_property
    def is_secure(self) -> bool:
        """Whether people reach the site over https, so that its cookies are marked."""
        return self.public_url.startswith("https://")

    @cached_property
    def host(self) -> str:
        """The host, with its port, where people reach the site; empty where it is not known."""
        return urlsplit(self.public_url).netloc

    @cached_property
    def key_settings(self) -> KeyLimits:
        """The limits of a key that has none of its own."""
        limits = self.limits
        return KeyLimits(
            limits.rate_per_key,
            limits.burst_per_key,
            limits.requests_per_key,
            limits.streams_per_key,
        )

    @cached_property
    def requests_by_key(self) -> RequestsUnderWay:
        """The requests under way in this process, by key."""
        return RequestsUnderWay(self.limits.requests_per_key, CONCURRENCY)

    @cached_property
    def uploads(self) -> RunningUploads:
        """The files that this process is reading."""
        return RunningUploads(UPLOADS_PER_KEY)

    @cached_property
    def event_streams(self) -> OpenStreams:
        """The event streams of this process, by key."""
        return OpenStreams(STREAMS_MAX, self.limits.streams_per_key)

    @cached_property
    def key_limiter(self) -> KeyLimiter:
        """What each key uses of its limits in this process."""
        return KeyLimiter(self.limits, self.requests_by_key, self.event_streams, self.monotonic_ns)

    @cached_property
    def acceptances(self) -> Acceptances:
        """Opens acceptances at points and answers their scans."""
        return Acceptances(self.acceptance)

    @cached_property
    def return_boxes(self) -> ReturnBoxes:
        """Opens return boxes, puts parcels in and seals them."""
        return ReturnBoxes(self.boxes)

    @cached_property
    def box_handovers(self) -> BoxHandovers:
        """Hands sealed return boxes over to drivers."""
        return BoxHandovers(self.boxes)

    @cached_property
    def manifest_steps(self) -> ManifestSteps:
        """Takes the steps of manifests."""
        return ManifestSteps(self.engine, self.acceptance.manifests, self.clock)

    @cached_property
    def response_cache(self) -> ResponseCache:
        """Cached responses about orders and buyers."""
        return ResponseCache(self.changes)

    @cached_property
    def feed_cursors(self) -> FeedCursors:
        """Writes and reads the cursors of the feed."""
        return FeedCursors(lambda: self.keyring().feeds, self.epochs)

    @cached_property
    def feed_cache(self) -> FeedCache:
        """The events of the journal that were read last."""
        return FeedCache(self.feed, self.feed_cursors)

    @cached_property
    def event_buffer(self) -> EventBuffer:
        """The event buffer, shared by all event streams of this process."""
        return EventBuffer(self.changes, self.feed_cursors)
