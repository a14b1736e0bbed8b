"""The jobs of the Telegram bot in a process: they receive, answer, and keep cards up to date."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import structlog
from aiogram.methods import SetMyCommands, SetWebhook
from msgspec import Struct
from starlette.types import ASGIApp

from gotovo.access.security_log import SecurityLog
from gotovo.assembly.payments.checkout import pay_links_of
from gotovo.assembly.runtime import Runtime
from gotovo.bot.card_updates import FOLLOWER, CardUpdates
from gotovo.bot.card_updates import POLL_SECONDS as CARD_SECONDS
from gotovo.bot.conversation.routing import conversation, menu
from gotovo.bot.dependencies import BotDependencies
from gotovo.bot.receiving.inbox import POLL_SECONDS as INBOX_SECONDS
from gotovo.bot.receiving.inbox import UpdateInbox
from gotovo.bot.receiving.polling import ALLOWED_UPDATES, UpdatePolling
from gotovo.bot.receiving.troubles import BotTroubles
from gotovo.bot.receiving.webhook import TelegramWebhook
from gotovo.bot.receiving.webhook_address import webhook_path, webhook_secret
from gotovo.engine.background.followers import Follower
from gotovo.engine.background.periodic import PeriodicJob
from gotovo.notices.channels.port import ChannelError
from gotovo.notices.channels.telegram.client import TelegramClient
from gotovo.store.reads.buyer import BuyerReads
from gotovo.store.reads.order_texts import OrderTextReads
from gotovo.store.tables.access.accounts import AccountStore
from gotovo.store.tables.access.rate_limits import RateLimitStore
from gotovo.store.tables.orders.help_threads import HelpThreads
from gotovo.store.tables.telegram.cards import TelegramCards
from gotovo.store.tables.telegram.chats import TelegramChats
from gotovo.store.tables.telegram.updates import TelegramUpdates

Report = Callable[[str, Exception], None]

REGISTER_SECONDS = 3_600.0
"""How often Telegram is told where to send updates: somebody may have told it otherwise."""

_log = structlog.get_logger("gotovo.bot")


class BotJobs(Struct, frozen=True, kw_only=True):
    """What runs for the bot; `webhook` serves its path, None while updates are asked for."""

    cards: Follower
    jobs: tuple[PeriodicJob, ...]
    troubles: BotTroubles
    webhook: ASGIApp | None = None


async def bot_jobs(
    runtime: Runtime, client: TelegramClient, security_log: SecurityLog, report: Report
) -> BotJobs:
    """Return the jobs of the bot; nothing is asked of Telegram before they run."""

    def answer() -> None:
        answering.wake()

    def edit() -> None:
        editing.wake()

    dependencies = bot_dependencies(runtime, client, security_log)
    inbox = UpdateInbox(dependencies, conversation(), answer)
    answering = PeriodicJob("telegram-updates", inbox.handle_waiting, INBOX_SECONDS, report=report)
    cards = CardUpdates(dependencies, edit)
    editing = PeriodicJob("telegram-cards", cards.edit_due, CARD_SECONDS, report=report)
    await dependencies.cards.begin_following(FOLLOWER)
    follower = Follower(FOLLOWER, runtime.journal, cards, report=report)
    troubles = BotTroubles(lambda name, error: _log.warning(error, job=name))
    if runtime.settings.telegram_mode == "webhook":
        receiving = _registration(runtime, client, troubles, report)
        webhook = TelegramWebhook(inbox, lambda: runtime.keyring().tokens, client.bot_id)
    else:
        receiving = _polling(dependencies, inbox, troubles, report)
        webhook = None
    jobs = (answering, editing, receiving)
    return BotJobs(cards=follower, jobs=jobs, troubles=troubles, webhook=webhook)


def bot_dependencies(
    runtime: Runtime, client: TelegramClient, security_log: SecurityLog
) -> BotDependencies:
    """Return what the bot uses."""
    pool, settings = runtime.pool, runtime.settings
    return BotDependencies(
        client=client,
        chats=TelegramChats(pool),
        updates=TelegramUpdates(pool, client.bot_id),
        cards=TelegramCards(pool),
        engine=runtime.engine,
        orders=BuyerReads(pool),
        texts=OrderTextReads(pool),
        help=HelpThreads(pool),
        accounts=AccountStore(pool),
        phone_accounts=runtime.phone_accounts,
        rate_limits=RateLimitStore(pool),
        security_log=security_log,
        places=runtime.directory,
        keyring=runtime.keyring,
        clock=runtime.clock,
        terms=runtime.terms,
        public_url=settings.public_url,
        pay_url=pay_links_of(runtime).url,
        hotline=settings.hotline,
        idle_phone=timedelta(days=settings.idle_phone_days),
    )


def _polling(
    dependencies: BotDependencies, inbox: UpdateInbox, troubles: BotTroubles, report: Report
) -> PeriodicJob:
    client = dependencies.client
    return UpdatePolling(
        client,
        dependencies.updates,
        inbox,
        troubles,
        dependencies.clock,
        uuid4().hex,
        prepare=lambda: _set_menu(client),
        report=report,
    ).job


def _registration(
    runtime: Runtime, client: TelegramClient, troubles: BotTroubles, report: Report
) -> PeriodicJob:
    """Return the job that tells Telegram where to send updates."""

    async def register() -> None:
        key = runtime.keyring().tokens.key
        try:
            await client.call(
                SetWebhook(
                    url=f"{runtime.settings.public_url}{webhook_path(key, client.bot_id)}",
                    secret_token=webhook_secret(key, client.bot_id),
                    allowed_updates=list(ALLOWED_UPDATES),
                )
            )
            await _set_menu(client)
        except ChannelError as error:
            await job.rest(troubles.failed(job.name, error))
            job.wake()
        else:
            troubles.worked(job.name)

    job = PeriodicJob("telegram-webhook", register, REGISTER_SECONDS, report=report)
    return job


async def _set_menu(client: TelegramClient) -> None:
    """Put the commands into Telegram's menu, in Russian for those whose app is."""
    await client.call(SetMyCommands(commands=menu("en")))
    await client.call(SetMyCommands(commands=menu("ru"), language_code="ru"))
