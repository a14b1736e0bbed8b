"""A runtime over a test's own database, engine and clock."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

from gotovo.access.buyer.phone_accounts import PhoneAccounts
from gotovo.access.security_log import SecurityLog
from gotovo.assembly.notices.channels import OpenChannels
from gotovo.assembly.payments.providers import OpenProviders
from gotovo.assembly.runtime import Clock, Runtime
from gotovo.engine.engine import Engine, one_lane
from gotovo.keyring.keyring import Root, RootKind, Secrets, one_key
from gotovo.keyring.live_keyring import LiveKeyring
from gotovo.order.facts import OrderTerms
from gotovo.settings_sources import load_settings
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.tables.access.accounts import PhoneAccountStore
from gotovo.store.tables.access.api_keys import ApiKeyStore
from gotovo.store.tables.network.directory import Directory
from gotovo.store.tables.network.shops import Shops
from gotovo.store.tables.network.stock import StockStore
from gotovo.store.tables.orders.stage_durations import DurationStore
from gotovo.store.tables.security.security_log import SecurityLogStore
from tests.support.web.cast import SECRET

_SECRETS = Secrets((Root(1, RootKind.PLAIN, datetime(2000, 1, 1, tzinfo=UTC), SECRET),))


def runtime_over(
    pool: "asyncpg.Pool[Any]", engine: Engine, clock: Clock, **settings: int
) -> Runtime:
    """Return a runtime with these settings; nothing is opened."""
    given = {f"GOTOVO_{name.upper()}": str(value) for name, value in settings.items()}
    chosen = load_settings({"HOME": "/nowhere", **given})
    directory = Directory(pool)
    return Runtime(
        settings=chosen,
        secret=SECRET,
        keyring=LiveKeyring(Path("/nowhere/secret"), _SECRETS, clock),
        clock=clock,
        terms=OrderTerms(return_days=chosen.return_days),
        pool=pool,
        journal=PostgresJournal(pool),
        directory=directory,
        stock=StockStore(pool),
        shops=Shops(pool),
        durations=DurationStore(pool, directory, clock, one_lane),
        phone_accounts=PhoneAccounts(PhoneAccountStore(pool), lambda: one_key(SECRET), clock),
        engine=engine,
        channels=OpenChannels(),
        providers=OpenProviders(),
    )


def security_log_over(runtime: Runtime) -> SecurityLog:
    """Return a security log that nothing writes down."""
    keys = ApiKeyStore(runtime.pool)
    return SecurityLog(SecurityLogStore(runtime.pool), keys, runtime.clock)
