"""Webhooks and their messages as the API takes and shows them."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType, structs

from gotovo.order.values.actor import DEFAULT_SHOP_NAME
from gotovo.store.tables.webhooks.deliveries import Delivery, WebhookDeliveryState
from gotovo.store.tables.webhooks.webhooks import StoredWebhook
from gotovo.value import Value
from gotovo.webhooks.off_reasons import OffReason
from gotovo.webhooks.registration import (
    OVERLAP_HOURS,
    OVERLAP_HOURS_MAX,
    TITLE_CHARACTERS_MAX,
    TYPES,
)
from gotovo.webhooks.targets import URL_CHARACTERS_MAX

Url = Annotated[
    str,
    Meta(
        min_length=1, max_length=URL_CHARACTERS_MAX, examples=["https://shop.example/hooks/gotovo"]
    ),
]
EventType = Annotated[str, Meta(max_length=100, examples=["order.placed"])]
EventTypes = Annotated[tuple[EventType, ...], Meta(min_length=1, max_length=len(TYPES))]
OwnerEmail = Annotated[str, Meta(max_length=254, examples=["it@shop.example"])]
Title = Annotated[str, Meta(max_length=TITLE_CHARACTERS_MAX)]


class WebhookBody(Value, frozen=True, forbid_unknown_fields=True):
    """A new webhook: `url` gets every event of the shop, or those of some `types`.

    `title` is for people; `owner_email` is written to when the webhook is switched off. A key of a
    shop makes webhooks of its own shop; a key of the network names one with `shop`, the default
    shop by default.
    """

    url: Url
    types: EventTypes | None = None
    title: Title = ""
    owner_email: OwnerEmail = ""
    shop: Annotated[str, Meta(max_length=64)] = ""


class WebhookPatch(Value, frozen=True, forbid_unknown_fields=True):
    """Changes of a webhook. What is left out stays; `types: null` stands for every type.

    Switched on again, a webhook sends everything that has happened meanwhile.
    """

    url: Url | UnsetType = UNSET
    types: EventTypes | UnsetType | None = UNSET
    title: Title | UnsetType = UNSET
    owner_email: OwnerEmail | UnsetType = UNSET
    state: Literal["on", "off"] | UnsetType = UNSET


class WebhookSecretView(Value, frozen=True):
    """A secret that signs: until when; null for the newest, which has no end."""

    ends_at: datetime | None


class WebhookView(Value, frozen=True):
    """A webhook without its secrets, the newest of which comes first in `secrets`.

    `off_reason` says why nothing is sent: `owner`, `gone` (the receiver answered 410), `failing`
    (it took nothing, or one message not, for three days) or `secret` (roll it). `failing_since` is
    the first failure since the last success. `version` counts its changes.
    """

    id: str
    shop: str
    url: str
    title: str
    owner_email: str
    types: list[str] | None
    state: Literal["on", "off"]
    off_reason: OffReason | None
    off_at: datetime | None
    failing_since: datetime | None
    secrets: list[WebhookSecretView]
    created_by: str
    created_at: datetime
    updated_at: datetime
    version: int


class NewWebhookView(Value, frozen=True):
    """A webhook as it is created. Store the secret: a repetition of the request gets null."""

    id: str
    secret: str | None
    shop: str
    url: str
    title: str
    types: list[str] | None
    created_at: datetime


class SecretRollBody(Value, frozen=True, forbid_unknown_fields=True):
    """For how many hours the earlier secrets sign beside the new one; 0 ends them at once."""

    overlap_hours: Annotated[int, Meta(ge=0, le=OVERLAP_HOURS_MAX)] = OVERLAP_HOURS


class RolledSecretView(Value, frozen=True):
    """A rolled webhook. Store the secret: a repetition of the request gets null instead."""

    id: str
    secret: str | None
    old_until: datetime


class ResendBody(Value, frozen=True, forbid_unknown_fields=True):
    """The message that is to be sent again: its `webhook-id`."""

    message: Annotated[str, Meta(min_length=1, max_length=64)]


class DeliveryView(Value, frozen=True):
    """What became of a message; `message` is the `webhook-id` that all its attempts carry.

    `state` is `waiting` for `next_at`, `behind` an earlier event of the same order, `delivered`,
    `resending` by request, or `failed` when it was re-sent in vain. `status` is what the receiver
    answered last; `error` is null after a success, else `status`, `redirect`, `timeout`, `name`,
    `address`, `tls`, `connection` or `protocol`.
    """

    message: str
    number: str
    type: str
    state: WebhookDeliveryState
    attempts: int
    last_at: datetime | None
    next_at: datetime | None
    status: int | None
    error: str | None


def webhook_view(webhook: StoredWebhook) -> WebhookView:
    """Return a webhook as it is shown."""
    return WebhookView(
        id=webhook.id,
        shop=webhook.shop or DEFAULT_SHOP_NAME,
        url=webhook.url,
        title=webhook.title,
        owner_email=webhook.owner_email,
        types=webhook.types,
        state="on" if webhook.is_on else "off",
        off_reason=OffReason(webhook.off_reason) if webhook.off_reason else None,
        off_at=webhook.off_at,
        failing_since=webhook.failing_since,
        secrets=[WebhookSecretView(each) for each in webhook.secret_ends],
        created_by=webhook.created_by,
        created_at=webhook.created_at,
        updated_at=webhook.updated_at,
        version=webhook.version,
    )


def new_webhook_view(webhook: StoredWebhook) -> NewWebhookView:
    """Return the response as it is stored: without the secret."""
    return NewWebhookView(
        id=webhook.id,
        secret=None,
        shop=webhook.shop or DEFAULT_SHOP_NAME,
        url=webhook.url,
        title=webhook.title,
        types=webhook.types,
        created_at=webhook.created_at,
    )


def with_secret(stored: bytes, secret: str) -> NewWebhookView:
    """Return the stored response with the secret: it is in no response that is stored."""
    return structs.replace(_new_decoder.decode(stored), secret=secret)


def with_rolled_secret(stored: bytes, secret: str) -> RolledSecretView:
    """Return the stored response to a roll with the secret."""
    return structs.replace(_rolled_decoder.decode(stored), secret=secret)


def delivery_view(delivery: Delivery) -> DeliveryView:
    """Return a message as it is shown: without its position, which counts events of all shops."""
    return DeliveryView(
        message=delivery.message,
        number=delivery.number,
        type=delivery.type,
        state=WebhookDeliveryState(delivery.state),
        attempts=delivery.attempts,
        last_at=delivery.last_at,
        next_at=delivery.next_at,
        status=delivery.status,
        error=delivery.error or None,
    )


_new_decoder = msgspec.json.Decoder(NewWebhookView)
_rolled_decoder = msgspec.json.Decoder(RolledSecretView)
