"""Sign-in codes: a one-time code that proves that somebody holds the phone.

A code lives five minutes and allows three attempts. It does not matter whether the phone has ever
ordered, so the response can't reveal it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from gotovo.access.buyer.one_time_codes import OneTimeCodes
from gotovo.keyring.keyring import Keys
from gotovo.store.tables.access.sign_in import CodeAttempt, SignInStore
from gotovo.words.formats.phones import mask_phone

LIFETIME: Final = timedelta(minutes=5)
TRIES_MAX: Final = 3

_codes: Final = OneTimeCodes("sign-in", LIFETIME, TRIES_MAX)


async def ask(
    store: SignInStore,
    keys: Keys,
    phone: str,
    browser: str,
    now: datetime,
    *,
    customer: str,
    random_bytes: Callable[[int], bytes],
) -> str:
    """Make a code for a phone (E.164) and this browser; return it for the message.

    `customer` is the account that the phone opens.
    """
    return await _codes.ask(
        store,
        keys,
        browser,
        now,
        customer=customer,
        shown_as=mask_phone(phone),
        random_bytes=random_bytes,
    )


async def answer(
    store: SignInStore, keys: Keys, browser: str, typed: str, now: datetime
) -> CodeAttempt:
    """Try a typed code; spaces and dashes don't matter."""
    return await _codes.answer(store, keys, browser, typed, now)


async def sent_to(store: SignInStore, browser: str, now: datetime) -> str | None:
    """Return the masked phone that this browser's living code was sent to."""
    return await _codes.sent_to(store, browser, now)
