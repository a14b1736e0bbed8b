"""The fixtures of every test that needs pages or orders: the real engine over the real database."""

import os
import secrets
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from gotovo.access.buyer.phone_accounts import PhoneAccounts
from gotovo.access.security_log import SecurityLog
from gotovo.engine.batch import Rules
from gotovo.engine.changes import ChangeReader
from gotovo.engine.engine import Engine
from gotovo.engine.subscriptions import OrderSubscriptions
from gotovo.http.caching.validated_cache import ValidatedCache
from gotovo.keyring.keyring import one_key
from gotovo.notices.channels.demo_phone import DemoMailChannel, DemoPhoneChannel
from gotovo.notices.delivery import MessageDelivery
from gotovo.notices.planning import MessagePlanner
from gotovo.notices.preferences.buyer_channels import BuyerChannels, always
from gotovo.notices.preferences.preferences import NoticePreferences
from gotovo.notices.preferences.unsubscribe import UnsubscribeLinks
from gotovo.notices.routes.mail_route import MailRoute
from gotovo.notices.routes.phone_route import PhoneRoute
from gotovo.notices.routes.route import Route
from gotovo.notices.rules import ChannelName
from gotovo.payments.providers.demo import DemoProvider
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.reads.buyer import BuyerReads
from gotovo.store.reads.changes import ChangeReads
from gotovo.store.reads.order_texts import OrderTextReads
from gotovo.store.tables.access.accounts import AccountStore, PhoneAccountStore
from gotovo.store.tables.access.api_keys import ApiKeyStore
from gotovo.store.tables.access.passkeys import PasskeyStore
from gotovo.store.tables.access.rate_limits import RateLimitStore
from gotovo.store.tables.access.sign_in import SignInStore
from gotovo.store.tables.access.track_links import TrackLinkStore
from gotovo.store.tables.messages.messages import MessageStore
from gotovo.store.tables.messages.notice_choices import NoticeChoiceStore
from gotovo.store.tables.messages.phone_messages import PhoneMessageStore
from gotovo.store.tables.messages.push_subscriptions import PushSubscriptions
from gotovo.store.tables.orders.claim_comments import ClaimComments
from gotovo.store.tables.orders.help_threads import HelpThreads
from gotovo.store.tables.orders.personal_data import PersonalData
from gotovo.store.tables.orders.ratings import Ratings
from gotovo.store.tables.payments.demo_bank import DemoBankStore
from gotovo.store.tables.security.security_log import SecurityLogStore
from gotovo.store.tables.telegram.chats import TelegramChats
from gotovo.web.application import web_app
from gotovo.web.site.caching.page_cache import CACHE_BYTES_MAX
from gotovo.web.site.dependencies import WebDependencies
from tests.support.access.staff import quick_staff_access
from tests.support.attachments.samples import attachments_at
from tests.support.payments.checkout import checkout_at
from tests.support.web.buyer import Buyer
from tests.support.web.cast import KEYRING, SECRET, Cast, Clock
from tests.support.web.goods import CATALOGUE, LAST_ONE
from tests.support.web.network import POINTS, WAREHOUSES
from tests.support.web.teller import Teller

STOCKED = 1000
"""Units of each sku: more than any test orders."""

_MOMENT = timedelta(milliseconds=1)
"""Events of one order are a microsecond apart where the clock stands still."""


@pytest.fixture
def clock() -> Clock:
    """Give the clock that everything in a test goes by."""
    return Clock()


@pytest.fixture
def journal(pool: "asyncpg.Pool[Any]") -> PostgresJournal:
    """Give the journal in the test's own database."""
    return PostgresJournal(pool)


@pytest.fixture
async def engine(
    pool: "asyncpg.Pool[Any]", journal: PostgresJournal, clock: Clock
) -> AsyncIterator[Engine]:
    """Give the engine with goods in stock, of one sku only a single unit."""
    engine = await stocked_engine(pool, journal, clock)
    yield engine
    await engine.close()


@pytest.fixture
def cast(engine: Engine, clock: Clock) -> Cast:
    """Give the means to put orders where a test wants them."""
    return Cast(engine, clock)


@pytest.fixture
def dependencies(pool: "asyncpg.Pool[Any]", engine: Engine, clock: Clock) -> WebDependencies:
    """Give what the pages are made of, as in the demo."""
    return demo_dependencies(pool, engine, clock)


@pytest.fixture
def dispatcher(dependencies: WebDependencies, pool: "asyncpg.Pool[Any]") -> Teller:
    """Give what sends messages to the demo phone."""
    return teller(dependencies, pool)


@pytest.fixture
async def buyer(dependencies: WebDependencies) -> AsyncIterator[Buyer]:
    """Give somebody who reads English, has a browser, and is not signed in."""
    async with browser_of(dependencies) as client:
        yield Buyer(client)


async def stocked_engine(
    pool: "asyncpg.Pool[Any]", journal: PostgresJournal, clock: Clock
) -> Engine:
    """Fill the shelves and return the engine."""
    stock = [(line.sku, line.title, STOCKED) for line in CATALOGUE]
    await pool.executemany(
        "insert into stock (home, warehouse, sku, title, on_hand, reserved)"
        " values (0, 'KZN', $1, $2, $3, 0)",
        [*stock, (LAST_ONE.sku, LAST_ONE.title, 1)],
    )
    return Engine(journal, lambda: (POINTS, WAREHOUSES), Rules(SECRET), clock)


def demo_dependencies(pool: "asyncpg.Pool[Any]", engine: Engine, clock: Clock) -> WebDependencies:
    """Return the dependencies of the demo's pages."""
    bank = DemoProvider(DemoBankStore(pool), clock, secrets.token_urlsafe)
    phone = PhoneMessageStore(pool)
    changes = ChangeReader(PostgresJournal(pool), ChangeReads(pool))
    engine.on_commit(changes.wake)
    log = SecurityLog(SecurityLogStore(pool), ApiKeyStore(pool), clock)
    accounts = PhoneAccounts(PhoneAccountStore(pool), lambda: one_key(SECRET), clock)
    return WebDependencies(
        staff=quick_staff_access(pool, KEYRING, accounts, log),
        engine=engine,
        orders=BuyerReads(pool),
        checkout=checkout_at(pool, engine, clock, bank),
        texts=OrderTextReads(pool),
        sign_in=SignInStore(pool),
        rate_limits=RateLimitStore(pool),
        security_log=log,
        accounts=AccountStore(pool),
        phone_accounts=accounts,
        passkeys=PasskeyStore(pool),
        track_links=TrackLinkStore(pool),
        personal_data=PersonalData(pool),
        push=PushSubscriptions(pool),
        claim_comments=ClaimComments(pool),
        attachments=attachments_at(pool, clock),
        ratings=Ratings(pool),
        messages=MessageStore(pool),
        preferences=NoticePreferences(NoticeChoiceStore(pool), clock),
        buyer_channels=BuyerChannels(
            {ChannelName.SMS: always, ChannelName.MAIL: NoticeChoiceStore(pool).has_email}
        ),
        unsubscribe=UnsubscribeLinks("", lambda: KEYRING.tokens.newest_first),
        help=HelpThreads(pool),
        subscriptions=OrderSubscriptions(changes, ChangeReads(pool)),
        channel=DemoPhoneChannel(phone),
        mail=DemoMailChannel(phone),
        places=lambda: (POINTS, WAREHOUSES),
        keyring=lambda: KEYRING,
        clock=clock,
        random_bytes=os.urandom,
        phone=phone,
        demo_bank=bank,
        is_push_open=True,
        telegram=TelegramChats(pool),
        telegram_bot="shop_bot",
        page_cache=ValidatedCache(changes, CACHE_BYTES_MAX),
    )


def teller(
    dependencies: WebDependencies,
    pool: "asyncpg.Pool[Any]",
    site: str = "",
    hold_seconds: float = 0,
    *,
    by_mail: bool = False,
) -> Teller:
    """Return what tells buyers by SMS; its messages have links where the site is known.

    With `by_mail` e-mails go out too, which the demo phone shows under their address.
    """
    assert dependencies.channel is not None
    routes: dict[ChannelName, Route] = {ChannelName.SMS: PhoneRoute(dependencies.channel)}
    if by_mail:
        assert dependencies.mail is not None
        routes[ChannelName.MAIL] = MailRoute(dependencies.mail, site)
    messages, hold = MessageStore(pool), timedelta(seconds=hold_seconds)
    return Teller(
        MessagePlanner(
            dependencies.orders, messages, dependencies.places, hold=hold, channels=tuple(routes)
        ),
        MessageDelivery(
            dependencies.orders,
            messages,
            dependencies.places,
            routes,
            lambda: KEYRING,
            lambda: dependencies.clock() + _MOMENT,
            site=site,
            preferences=dependencies.preferences,
            tells_past=True,
        ),
    )


def browser_of(
    dependencies: WebDependencies,
    base_url: str = "http://gotovo.test",
    address: str = "127.0.0.1",
) -> httpx.AsyncClient:
    """Return a browser that reaches the pages without a network, from an address."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=web_app(dependencies), client=(address, 50_000)),
        base_url=base_url,
        headers={"accept-language": "en"},
    )
