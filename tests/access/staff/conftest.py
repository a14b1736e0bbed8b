"""Staff over the real database, on a site that browsers make passkeys for."""

from typing import Any

import asyncpg
import pytest

from gotovo.access.buyer.phone_accounts import PhoneAccounts
from gotovo.access.security_log import SecurityLog
from gotovo.access.staff.staff_access import StaffAccess
from gotovo.keyring.keyring import one_key, plain_keyring
from gotovo.store.tables.access.accounts import PhoneAccountStore
from gotovo.store.tables.access.api_keys import ApiKeyStore
from gotovo.store.tables.security.security_log import SecurityLogStore
from tests.support.access.staff import quick_staff_access
from tests.support.web.cast import NOW, SECRET

SITE = "https://gotovo.test"


@pytest.fixture
def access(pool: "asyncpg.Pool[Any]") -> StaffAccess:
    """Give what staff sign in with."""
    accounts = PhoneAccounts(PhoneAccountStore(pool), lambda: one_key(SECRET), lambda: NOW)
    log = SecurityLog(SecurityLogStore(pool), ApiKeyStore(pool), lambda: NOW)
    return quick_staff_access(pool, plain_keyring(SECRET), accounts, log, SITE)
