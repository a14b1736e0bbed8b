"""The dependencies of the API and of the pages, and whether the installation is ready."""

import secrets
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any, cast

import asyncpg

from gotovo.access.buyer.sign_in_limits import CodeCeilings
from gotovo.access.programs.api_keys import ApiKeyCache
from gotovo.access.staff.session_cache import StaffSessionCache
from gotovo.access.staff.staff_access import StaffAccess, staff_access_on
from gotovo.api.dispatch.dependencies import ApiDependencies, Readiness
from gotovo.api.metrics import ApiMetrics
from gotovo.assembly.background import Background
from gotovo.assembly.cases.case_jobs import case_decisions, overdue_cases
from gotovo.assembly.desk.acceptances import acceptance_of
from gotovo.assembly.desk.visits import desk_returns, desk_visits
from gotovo.assembly.notices.messages import buyer_channels, preferences_of, unsubscribe_links
from gotovo.assembly.observability.readings import program_readings
from gotovo.assembly.observability.worker_figures import figures_of_others
from gotovo.assembly.payments.checkout import checkout_of, pay_links_of
from gotovo.assembly.payments.demo_bank import demo_bank
from gotovo.assembly.payments.intake import payment_intake
from gotovo.assembly.runtime import Runtime
from gotovo.assembly.staff.point_work import work_of
from gotovo.assembly.telegram.bot_client import bot_address
from gotovo.attachments.attachments import Attachments, DrawingQueue, Quotas
from gotovo.config import Settings
from gotovo.desk.boxes.tools import return_box_tools
from gotovo.engine.changes import ChangeReader
from gotovo.engine.subscriptions import OrderSubscriptions
from gotovo.http.caching.validated_cache import ValidatedCache
from gotovo.http.limits import ClientLimits
from gotovo.payments.providers.demo import DEMO, DemoProvider
from gotovo.store.postgres.errors import SchemaError
from gotovo.store.postgres.migrations import pending
from gotovo.store.postgres.unreachable import DATABASE_UNREACHABLE, is_disk_full
from gotovo.store.reads.buyer import BuyerReads
from gotovo.store.reads.changes import ChangeReads
from gotovo.store.reads.desk.scans import DeskReads
from gotovo.store.reads.order_texts import OrderTextReads
from gotovo.store.reads.programs import ProgramReads
from gotovo.store.tables.access.accounts import AccountStore
from gotovo.store.tables.access.api_keys import ApiKeyStore
from gotovo.store.tables.access.passkeys import PasskeyStore
from gotovo.store.tables.access.rate_limits import RateLimitStore
from gotovo.store.tables.access.sign_in import SignInStore
from gotovo.store.tables.access.track_links import TrackLinkStore
from gotovo.store.tables.attachments.attachments import AttachmentStore
from gotovo.store.tables.cases.cases import CaseStore
from gotovo.store.tables.messages.messages import MessageStore
from gotovo.store.tables.messages.phone_messages import PhoneMessageStore
from gotovo.store.tables.messages.push_subscriptions import PushSubscriptions
from gotovo.store.tables.money.fiscal_receipts import FiscalReceipts
from gotovo.store.tables.money.fiscal_terms import FiscalTermsStore
from gotovo.store.tables.orders.claim_comments import ClaimComments
from gotovo.store.tables.orders.help_threads import HelpThreads
from gotovo.store.tables.orders.personal_data import PersonalData
from gotovo.store.tables.orders.ratings import Ratings
from gotovo.store.tables.payments.payment_attempts import PaymentAttempts
from gotovo.store.tables.telegram.chats import TelegramChats
from gotovo.store.tables.webhooks.deliveries import DeliveryStore
from gotovo.store.tables.webhooks.webhooks import WebhookStore
from gotovo.supervision.link import WorkerLink
from gotovo.web.site.caching.page_cache import CACHE_BYTES_MAX
from gotovo.web.site.dependencies import WebDependencies

LATE_EVENTS = 10_000
"""A follower this far behind makes the installation not ready: buyers wait for messages."""


_drawing = DrawingQueue()
"""Pages and API of a process draw pictures one after the other: memory is for one at a time."""


def change_reader(runtime: Runtime) -> ChangeReader:
    """Return the one reader of the journal for streams, pages and caches; each commit wakes it."""
    reader = ChangeReader(runtime.journal, ChangeReads(runtime.pool))
    runtime.engine.on_commit(reader.wake)
    return reader


def api_dependencies(
    runtime: Runtime,
    background: Background,
    changes: ChangeReader,
    link: WorkerLink | None = None,
    warnings: Callable[[], tuple[str, ...]] = tuple,
) -> ApiDependencies:
    """Return what the API uses; `link` tells of other processes, `warnings` of this one."""
    program = link or WorkerLink()
    keys = ApiKeyStore(runtime.pool)
    staff, work = staff_access_of(runtime, background), work_of(runtime)
    visiting = desk_visits(runtime, work.approvals, background.access_log, background.security_log)
    return ApiDependencies(
        engine=runtime.engine,
        feed=runtime.journal,
        reads=ProgramReads(runtime.pool),
        desk_reads=DeskReads(runtime.pool),
        texts=OrderTextReads(runtime.pool),
        changes=changes,
        directory=runtime.directory,
        stock=runtime.stock,
        shops=runtime.shops,
        keys=keys,
        api_keys=ApiKeyCache(keys, uses=background.key_uses),
        staff=staff,
        staff_sessions=StaffSessionCache(staff.sessions, runtime.clock),
        access_log=background.access_log,
        security_log=background.security_log,
        help=HelpThreads(runtime.pool),
        cases=CaseStore(runtime.pool),
        attachments=attachments_of(runtime),
        decisions=case_decisions(runtime),
        acceptance=acceptance_of(runtime, attachments_of(runtime)),
        boxes=return_box_tools(runtime.pool, runtime.engine, runtime.clock),
        visiting=visiting,
        returning=desk_returns(runtime, visiting, attachments_of(runtime)),
        receipts=FiscalReceipts(runtime.pool),
        fiscal_terms=FiscalTermsStore(runtime.pool),
        payment_attempts=PaymentAttempts(runtime.pool),
        pay_url=pay_links_of(runtime).url,
        personal_data=PersonalData(runtime.pool),
        phone_accounts=runtime.phone_accounts,
        webhooks=WebhookStore(runtime.pool),
        webhook_deliveries=DeliveryStore(runtime.pool),
        work=work,
        keyring=runtime.keyring,
        clock=runtime.clock,
        ready=_ready(runtime, background, program, warnings),
        readings=partial(program_readings, runtime, background, program),
        other_workers=partial(figures_of_others, program),
        metrics=ApiMetrics(worker=str(program.worker)),
        is_disk_full=disk_check(program),
        terms=runtime.terms,
        epochs=runtime.epochs,
        unsafe=runtime.settings.unsafe,
        keys_per_shop=runtime.settings.keys_per_shop,
        public_url=runtime.settings.public_url,
        has_webhook_networks=bool(runtime.settings.webhook_networks),
        limits=_client_limits(runtime.settings),
    )


def staff_access_of(runtime: Runtime, background: Background) -> StaffAccess:
    """Return what staff sign in with."""
    return staff_access_on(
        runtime.pool,
        keyring=runtime.keyring,
        phone_accounts=runtime.phone_accounts,
        security_log=background.security_log,
        random_bytes=secrets.token_bytes,
        public_url=runtime.settings.public_url,
        passkeys_only=runtime.settings.staff_passkeys_only,
    )


def _client_limits(settings: Settings) -> ClientLimits:
    return ClientLimits(
        rate_per_key=settings.rate_per_key,
        burst_per_key=settings.burst_per_key,
        requests_per_key=settings.requests_per_key,
        streams_per_key=settings.streams_per_key,
    )


def web_dependencies(
    runtime: Runtime,
    background: Background,
    changes: ChangeReader,
    count_page: Callable[[str, int, float], None] = lambda _page, _status, _seconds: None,
    link: WorkerLink | None = None,
) -> WebDependencies:
    """Return what the pages use."""
    return WebDependencies(
        engine=runtime.engine,
        orders=BuyerReads(runtime.pool),
        checkout=checkout_of(runtime),
        texts=OrderTextReads(runtime.pool),
        staff=staff_access_of(runtime, background),
        sign_in=SignInStore(runtime.pool),
        rate_limits=RateLimitStore(runtime.pool),
        security_log=background.security_log,
        accounts=AccountStore(runtime.pool),
        phone_accounts=runtime.phone_accounts,
        passkeys=PasskeyStore(runtime.pool),
        track_links=TrackLinkStore(runtime.pool),
        personal_data=PersonalData(runtime.pool),
        push=PushSubscriptions(runtime.pool),
        claim_comments=ClaimComments(runtime.pool),
        attachments=attachments_of(runtime),
        ratings=Ratings(runtime.pool),
        messages=MessageStore(runtime.pool),
        preferences=preferences_of(runtime),
        buyer_channels=buyer_channels(runtime),
        unsubscribe=unsubscribe_links(runtime),
        help=HelpThreads(runtime.pool),
        subscriptions=OrderSubscriptions(changes, ChangeReads(runtime.pool)),
        channel=runtime.channels.phone,
        mail=runtime.channels.mail,
        places=runtime.directory,
        duration_model=runtime.durations,
        keyring=runtime.keyring,
        clock=runtime.clock,
        random_bytes=secrets.token_bytes,
        terms=runtime.terms,
        epochs=runtime.epochs,
        public_url=runtime.settings.public_url,
        receipts=FiscalReceipts(runtime.pool) if runtime.register else None,
        code_ceilings=code_ceilings(runtime.settings),
        idle_phone=timedelta(days=runtime.settings.idle_phone_days),
        phone=PhoneMessageStore(runtime.pool) if runtime.settings.demo else None,
        demo_bank=_demo_bank(runtime),
        unsafe=runtime.settings.unsafe,
        is_disk_full=disk_check(link or WorkerLink()),
        count_page=count_page,
        page_cache=ValidatedCache(changes, CACHE_BYTES_MAX),
        is_push_open=runtime.channels.push is not None,
        hotline=runtime.settings.hotline,
        bot_url=bot_address(runtime.settings),
        telegram=TelegramChats(runtime.pool) if runtime.channels.telegram else None,
        telegram_bot=runtime.settings.telegram_bot,
    )


def _ready(
    runtime: Runtime,
    background: Background,
    program: WorkerLink,
    warnings: Callable[[], tuple[str, ...]],
) -> Callable[[], Awaitable[Readiness]]:
    async def ready() -> Readiness:
        return await _readiness(runtime, background, (*program.problems, *warnings()))

    return ready


def attachments_of(runtime: Runtime) -> Attachments:
    """Return the store of attachments; the limits of who adds them hold for all processes."""
    quotas = Quotas(RateLimitStore(runtime.pool), lambda: runtime.keyring().limits.key)
    return Attachments(AttachmentStore(runtime.pool), quotas, _drawing, runtime.clock)


def _demo_bank(runtime: Runtime) -> DemoProvider | None:
    """Return the bank behind its page in the demo: it tells of each decision at once."""
    if not runtime.settings.demo:
        return None
    intake = payment_intake(runtime)

    async def on_change(reference: str) -> None:
        await intake.check(DEMO, reference)

    return demo_bank(runtime.pool, runtime.clock, on_change)


def disk_check(program: WorkerLink) -> Callable[[BaseException | None], bool]:
    """Return how to tell by an error, or by the program's parent, that the disk is full.

    PostgreSQL ends when its log finds no room, and the error is a lost connection then.
    """
    return lambda error: program.is_disk_full or is_disk_full(error)


def code_ceilings(settings: Settings) -> CodeCeilings:
    """Return how many sign-in codes may be sent, in all and by country."""
    countries = dict(settings.country_codes)
    elsewhere = countries.pop("*")
    per_country = {int(country): number for country, number in countries.items()}
    return CodeCeilings(settings.codes_per_hour, per_country, elsewhere)


async def _readiness(
    runtime: Runtime, background: Background, warnings: tuple[str, ...]
) -> Readiness:
    """List what is missing: the database, its schema, a failing job, a follower that is late."""
    failures: list[str] = []
    overdue: tuple[str, ...] = ()
    try:
        async with runtime.pool.acquire() as connection:
            missing = await pending(cast("asyncpg.Connection[Any]", connection))
        failures += [f"schema {migration.number:04} is missing" for migration in missing]
        overdue = () if missing else await overdue_cases(runtime)
    except (*DATABASE_UNREACHABLE, SchemaError) as error:
        failures.append(f"database: {error}")
    for name, job in background.jobs.items():
        if job.failure is not None:
            failures.append(f"{name}: {job.failure.error}")
    lag = {follower.name: follower.lag for follower in background.followers}
    late = {name: events for name, events in lag.items() if events > LATE_EVENTS}
    failures += [f"{name}: {events} events behind" for name, events in late.items()]
    held = tuple(
        f"timers hold {hold.what} since {hold.since:%Y-%m-%d %H:%M}Z; see gotovo timers status"
        for hold in background.timers.held
        if hold.released_at is None
    )
    channels = background.channel_health.warnings if background.channel_health else ()
    troubles = background.telegram.troubles.told if background.telegram else ()
    told = (*warnings, *held, *channels, *background.payments.warnings, *troubles, *overdue)
    return Readiness(tuple(failures), lag, runtime.settings.unsafe, told)
