"""Web push: sends one message to one browser through the push service that the browser named."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from gotovo.notices.channels.port import (
    ChannelHealth,
    ChannelUnavailable,
    DeliveryState,
    MessageRefused,
    Receipt,
    ReceiptRefused,
    ReceiptRequest,
    Sent,
)
from gotovo.notices.channels.push.authorization import authorization, encoded
from gotovo.notices.channels.push.encryption import encrypted
from gotovo.notices.channels.push.shown_tokens import (
    PUSH_RECEIPTS_PATH,
    message_of_token,
    shown_token,
)
from gotovo.notices.rules import Urgency
from gotovo.outbound.guarded_sender import Attempt, GuardedSender
from gotovo.store.tables.messages.push_subscriptions import Subscription
from gotovo.words.language import Language

TTL_MAX: Final = timedelta(days=28)
"""Four weeks: no maker's service stores a message longer."""

RETRY_AFTER_MAX: Final = 3_600.0
"""Seconds of Retry-After that are believed."""

_TOPIC_CHARACTERS: Final = 32
_HOST_CHARACTERS: Final = 80
_GONE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_REFUSED_HERE: Final = frozenset({"address", "redirect"})


class PushMessage(Struct, frozen=True, kw_only=True):
    """One message to one browser.

    `key` is the UUID of the message. `path` is opened when the notification is clicked. A message
    replaces an earlier one of the same `about`, on the screen and while it waits at the service,
    which stores it for `ttl`.
    """

    key: str
    browser: Subscription
    title: str
    body: str
    language: Language
    path: str
    about: str
    urgency: Urgency
    ttl: timedelta


class BrowserGone(MessageRefused):
    """The subscription has ended: its browser was cleaned up, or took its permission back."""


class PushChannel:
    """Sends messages to browsers; `close` ends its connections.

    `secret` returns the push key of the secret, `keys` those for tokens, the newest first.
    """

    def __init__(
        self,
        sender: GuardedSender,
        contact: str,
        secret: Callable[[], bytes],
        keys: Callable[[], Sequence[bytes]],
        clock: Callable[[], datetime],
    ) -> None:
        """`contact` is a `mailto:` or `https:` address of whoever runs this installation."""
        self._sender = sender
        self._contact = contact
        self._secret = secret
        self._keys = keys
        self._clock = clock

    async def send(self, message: PushMessage) -> Sent:
        """Send a message; raise BrowserGone, another MessageRefused, or ChannelUnavailable."""
        browser, now = message.browser, self._clock()
        body = encrypted(self._payload(message), browser.public_key, browser.auth)
        token = authorization(self._secret(), browser.endpoint, self._contact, now)
        headers = [
            (b"content-type", b"application/octet-stream"),
            (b"content-encoding", b"aes128gcm"),
            (b"user-agent", b"gotovo"),
            (b"authorization", token.encode()),
            (b"ttl", str(int(min(message.ttl, TTL_MAX).total_seconds())).encode()),
            (b"urgency", message.urgency.encode()),
            (b"topic", _topic(message.about).encode()),
        ]
        _raise_failed(await self._sender.send(browser.endpoint, headers, body, now), browser)
        return Sent(provider_id=message.key)

    async def health(self) -> ChannelHealth:
        """Return that it is not known: every browser has a service of its maker."""
        return ChannelHealth(reachable=None, reason="each browser has a push service of its own")

    def receipts(self, request: ReceiptRequest) -> Sequence[Receipt]:
        """Return what a service worker tells; raise ReceiptRefused for a forged token."""
        if request.method != "POST" or request.path != PUSH_RECEIPTS_PATH:
            raise ReceiptRefused(f"expected POST {PUSH_RECEIPTS_PATH} with a token")
        message = message_of_token(request.body.decode("latin-1"), self._keys())
        return (Receipt(message, DeliveryState.DELIVERED, status="shown"),)

    async def close(self) -> None:
        """End all connections."""
        await self._sender.close()

    def _payload(self, message: PushMessage) -> bytes:
        """Return what the service worker reads; workers of older versions know the first four."""
        return msgspec.json.encode(
            {
                "title": message.title,
                "body": message.body,
                "path": message.path,
                "tag": message.about,
                "language": message.language,
                "shown": shown_token(self._keys()[0], message.key, message.browser.endpoint),
            }
        )


def _topic(about: str) -> str:
    """Return what a push service replaces messages by, which shows it nothing of the order."""
    return encoded(hashlib.sha256(f"push: {about}".encode()).digest())[:_TOPIC_CHARACTERS]


def _raise_failed(attempt: Attempt, browser: Subscription) -> None:
    """Raise what an attempt failed of, by the name of the push service alone."""
    if attempt.is_success:
        return
    where = (urlsplit(browser.endpoint).hostname or "")[:_HOST_CHARACTERS]
    status = attempt.status
    if attempt.error in _REFUSED_HERE:
        raise MessageRefused(f"{where}: {attempt.error}", code=attempt.error)
    if status is None:
        raise ChannelUnavailable(f"{where}: {attempt.error}", code=attempt.error)
    reason, code = f"{where}: HTTP {status}", str(status)
    if status in _GONE:
        raise BrowserGone(reason, code=code)
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        wait = None
        if attempt.wait is not None:
            wait = min(attempt.wait.total_seconds(), RETRY_AFTER_MAX)
        raise ChannelUnavailable(reason, retry_after=wait, code=code)
    raise MessageRefused(reason, code=code)
