"""Creating, changing and rolling webhooks, for the API and the command line alike."""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from msgspec import Struct, structs

from gotovo.keyring.keyring import Keys
from gotovo.order.replay import TYPE_OF
from gotovo.store.tables.security.entries import Author
from gotovo.store.tables.webhooks.deliveries import DeliveryStore
from gotovo.store.tables.webhooks.webhooks import StoredWebhook, WebhookStore
from gotovo.webhooks.off_reasons import OffReason
from gotovo.webhooks.webhook_secrets import new_secret, rolled, sealed

WEBHOOKS_MAX: Final = 20
"""Webhooks of a shop: each reads the whole feed, and most shops need one or two."""

TITLE_CHARACTERS_MAX: Final = 200

OVERLAP_HOURS: Final = 24
"""How long an earlier secret signs beside the new one if nobody says otherwise."""

OVERLAP_HOURS_MAX: Final = 168
"""A week; a secret that may be known to others must not live longer."""

TYPES: Final = tuple(sorted(TYPE_OF.values()))
"""The types of events that a webhook can be limited to."""

_ID_BYTES: Final = 10


class TooManyWebhooks(Exception):
    """A shop has as many webhooks as it may have."""


class WebhookTerms(Struct, frozen=True):
    """What a new webhook is for; without types it gets events of every type."""

    shop: str
    url: str
    types: Sequence[str] | None = None
    title: str = ""
    owner_email: str = ""


async def create_webhook(  # noqa: PLR0917  (what is made, and by whom)
    store: WebhookStore,
    keys: Keys,
    seed: UUID,
    wanted: WebhookTerms,
    now: datetime,
    by: Author,
) -> tuple[StoredWebhook, str]:
    """Store a webhook and return it with its secret.

    The same seed returns the same webhook, with an empty secret: only its creation tells it. Raises
    TooManyWebhooks where its shop has no room for it.
    """
    webhook = _id_of(seed)
    secret = new_secret()
    new = StoredWebhook(
        id=webhook,
        shop=wanted.shop,
        url=wanted.url,
        title=wanted.title,
        types=types_in_order(wanted.types),
        secrets=[sealed(keys, webhook, secret)],
        secret_ends=[None],
        is_on=True,
        off_reason="",
        off_at=None,
        version=1,
        created_at=now,
        updated_at=now,
        created_by=by.actor,
        owner_email=wanted.owner_email,
    )
    if await store.put(new, WEBHOOKS_MAX, by):
        return new, secret
    stored = await store.find(webhook)
    if stored is None:
        raise TooManyWebhooks(wanted.shop)
    return stored, ""


async def roll_webhook(  # noqa: PLR0917  (what is rolled, and by whom)
    store: WebhookStore,
    keys: Keys,
    webhook: StoredWebhook,
    overlap: timedelta,
    now: datetime,
    by: Author,
) -> str:
    """Give a webhook another secret and return it; empty when it was changed meanwhile.

    Every secret that signs now goes on beside the new one for the overlap.
    """
    secret = new_secret()
    secrets, ends = rolled(webhook, sealed(keys, webhook.id, secret), overlap, now)
    changed = structs.replace(webhook, secrets=secrets, secret_ends=ends)
    return secret if await store.roll(changed, now, by) else ""


async def change_webhook(
    store: WebhookStore,
    deliveries: DeliveryStore,
    changed: StoredWebhook,
    now: datetime,
    by: Author,
) -> bool:
    """Store a changed webhook; False when it was changed meanwhile.

    What waits is tried at once where it was switched on, or sends to another address.
    """
    before = await store.find(changed.id)
    if before is None or not await store.change(changed, now, by):
        return False
    is_new = (before.is_on, before.url) != (changed.is_on, changed.url)
    if changed.is_on and is_new:
        await deliveries.begin_again(changed.id, now)
    return True


def switched(webhook: StoredWebhook, now: datetime, *, is_on: bool) -> StoredWebhook:
    """Return a webhook that its owner has switched on or off; the same where it is so already."""
    if webhook.is_on == is_on:
        return webhook
    if is_on:
        return structs.replace(webhook, is_on=True, off_reason="", off_at=None)
    return structs.replace(webhook, is_on=False, off_reason=OffReason.OWNER.value, off_at=now)


def types_in_order(types: Iterable[str] | None) -> list[str] | None:
    """Return types as they are stored: each once, in order."""
    return None if types is None else sorted(set(types))


def unknown_type(types: Iterable[str]) -> str | None:
    """Return the first of these that no event is of, None when there is none."""
    return next((each for each in types if each not in TYPES), None)


def _id_of(seed: UUID) -> str:
    """Return a webhook's id, the same for the same seed, so that a repetition makes one."""
    digest = hashlib.sha256(b"webhook:" + seed.bytes).digest()[:_ID_BYTES]
    return "wh_" + base64.b32encode(digest).decode().rstrip("=").lower()
