"""Messages to buyers: who plans them, who sends them, and who takes their receipts."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

import structlog
from msgspec import Struct

from gotovo.assembly.notices.own_texts import message_texts_of
from gotovo.assembly.payments.checkout import pay_links_of
from gotovo.assembly.runtime import Runtime
from gotovo.engine.background.followers import Follower
from gotovo.engine.background.periodic import PeriodicJob
from gotovo.notices.delivery import POLL_SECONDS, MessageDelivery
from gotovo.notices.planning import FOLLOWER, MessagePlanner
from gotovo.notices.preferences.buyer_channels import BuyerChannels, always
from gotovo.notices.preferences.preferences import NoticePreferences
from gotovo.notices.preferences.unsubscribe import UnsubscribeLinks
from gotovo.notices.receipts import ReceiptDesk
from gotovo.notices.routes.mail_route import MailRoute
from gotovo.notices.routes.phone_route import PhoneRoute
from gotovo.notices.routes.push_route import PushRoute
from gotovo.notices.routes.route import Route
from gotovo.notices.routes.telegram_route import TelegramRoute
from gotovo.notices.rules import ChannelName
from gotovo.notices.storage_start import POLL_SECONDS as STORAGE_SECONDS
from gotovo.notices.storage_start import StorageStart
from gotovo.store.reads.buyer import BuyerReads
from gotovo.store.tables.messages.messages import MessageStore
from gotovo.store.tables.messages.notice_choices import NoticeChoiceStore
from gotovo.store.tables.messages.push_subscriptions import PushSubscriptions
from gotovo.store.tables.telegram.chats import TelegramChats

Report = Callable[[str, Exception], None]

_log: Final = structlog.get_logger("gotovo")


class MessageJobs(Struct, frozen=True):
    """The follower that plans messages, the job that sends them, and who takes their receipts.

    Storage deadlines follow what becomes of them by `storage`.
    """

    planner: Follower
    delivery: PeriodicJob
    storage: PeriodicJob
    receipts: ReceiptDesk


def message_jobs(runtime: Runtime, report: Report) -> MessageJobs | None:
    """Return what tells buyers, None where no channel is open."""
    routes = routes_of(runtime)
    if not routes:
        return None
    delivery = _delivery(runtime, routes, report)
    desk = ReceiptDesk(
        MessageStore(runtime.pool), tuple(routes), runtime.clock, on_lost=delivery.wake
    )
    storage = StorageStart(runtime.engine, MessageStore(runtime.pool), runtime.clock)
    job = PeriodicJob("storage-start", storage.run, STORAGE_SECONDS, report=report)
    return MessageJobs(_planner(runtime, routes, delivery, report), delivery, job, desk)


def routes_of(runtime: Runtime) -> Mapping[ChannelName, Route]:
    """Return the ways to buyers that the settings open."""
    channels = runtime.channels
    routes: dict[ChannelName, Route] = {}
    if channels.phone is not None:
        has_receipts = channels.sms is not None and channels.sms.has_receipts
        routes[ChannelName.SMS] = PhoneRoute(channels.phone, has_receipts=has_receipts)
    if channels.mail is not None:
        site, links = runtime.settings.public_url, unsubscribe_links(runtime)
        routes[ChannelName.MAIL] = MailRoute(channels.mail, site, links)
    if channels.push is not None:
        browsers, after = PushSubscriptions(runtime.pool), dict(routes)
        routes[ChannelName.PUSH] = PushRoute(channels.push, browsers, runtime.clock, after)
    if channels.chat is not None:
        chats, reads = TelegramChats(runtime.pool), BuyerReads(runtime.pool)
        routes[ChannelName.TELEGRAM] = TelegramRoute(channels.chat, chats, reads, runtime.clock)
    return routes


def buyer_channels(runtime: Runtime) -> BuyerChannels:
    """Return how to tell which of the ways that are open a buyer has."""
    subscriptions = PushSubscriptions(runtime.pool)

    async def has_browser(customer: str) -> bool:
        return bool(await subscriptions.living(customer, runtime.clock()))

    chats = TelegramChats(runtime.pool)

    async def has_chat(customer: str) -> bool:
        chat = await chats.of_customer(customer)
        return chat is not None and chat.blocked_at is None

    ways = {
        ChannelName.TELEGRAM: has_chat,
        ChannelName.PUSH: has_browser,
        ChannelName.SMS: always,
        ChannelName.MAIL: NoticeChoiceStore(runtime.pool).has_email,
    }
    is_open = routes_of(runtime)
    return BuyerChannels({name: has for name, has in ways.items() if name in is_open})


def preferences_of(runtime: Runtime) -> NoticePreferences:
    """Return what buyers choose to be told."""
    return NoticePreferences(NoticeChoiceStore(runtime.pool), runtime.clock)


def unsubscribe_links(runtime: Runtime) -> UnsubscribeLinks:
    """Return the links with which e-mails are stopped."""
    site = runtime.settings.public_url
    return UnsubscribeLinks(site, lambda: runtime.keyring().tokens.newest_first)


def _delivery(runtime: Runtime, routes: Mapping[ChannelName, Route], report: Report) -> PeriodicJob:
    """Return the job that sends; it runs when the next message is due."""
    delivery = MessageDelivery(
        BuyerReads(runtime.pool),
        MessageStore(runtime.pool),
        runtime.directory,
        routes,
        runtime.keyring,
        runtime.clock,
        site=runtime.settings.public_url,
        pay_links=pay_links_of(runtime),
        texts=message_texts_of(runtime.settings),
        preferences=preferences_of(runtime),
        tells_past=runtime.settings.demo,
        report=lambda error: _log.warning("message not sent", error=str(error)),
    )

    async def send() -> None:
        await delivery.send_due()
        seconds = await delivery.wait_seconds(POLL_SECONDS)
        if seconds < POLL_SECONDS:
            asyncio.get_running_loop().call_later(seconds, job.wake)

    job = PeriodicJob("messages", send, POLL_SECONDS, report=report)
    return job


def _planner(
    runtime: Runtime, routes: Mapping[ChannelName, Route], delivery: PeriodicJob, report: Report
) -> Follower:
    settings = runtime.settings
    # The demo sends at once, and its town has a past of days.
    hours = 0 if settings.demo else settings.storage_starts_within_hours
    planner = MessagePlanner(
        BuyerReads(runtime.pool),
        MessageStore(runtime.pool),
        runtime.directory,
        hold=timedelta(seconds=0 if settings.demo else settings.message_hold_seconds),
        storage_within=timedelta(hours=hours) if hours else None,
        channels=tuple(routes),
        on_planned=delivery.wake,
    )
    return Follower(FOLLOWER, runtime.journal, planner, report=report)
