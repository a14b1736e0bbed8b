"""The webhook: Telegram sends updates to a secret path, with a secret header besides.

Both are derived from the key for tokens, so nothing has to be configured, and a key that is rotated
is accepted until it ends. An update is stored before it is confirmed.
"""

import hashlib
import hmac
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

import structlog
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from gotovo.bot.inbox import MalformedUpdate, UpdateInbox
from gotovo.http.caps import JSON_BYTES_MAX
from gotovo.http.deadlines import BODY_SECONDS_MAX, read_body
from gotovo.http.edge.edge import raise_error
from gotovo.http.edge.routes import note_route
from gotovo.http.errors import RequestError
from gotovo.keyring.keyring import Keys

WEBHOOK_PATH: Final = "/hooks/telegram/"
"""What the address begins with, after scheme and host; the token follows."""

SECRET_HEADER: Final = b"x-telegram-bot-api-secret-token"

_TOKEN_CHARACTERS: Final = 40
"""160 bits in hexadecimal, which both places take."""

_log = structlog.get_logger("gotovo.bot")


def webhook_path(key: bytes, bot: int) -> str:
    """Return the path that Telegram calls for a bot, under a key."""
    return WEBHOOK_PATH + _token(key, "path", bot)


def webhook_secret(key: bytes, bot: int) -> str:
    """Return the secret of the header."""
    return _token(key, "header", bot)


class TelegramWebhook:
    """The application of the path."""

    def __init__(self, inbox: UpdateInbox, keys: Callable[[], Keys], bot: int) -> None:
        """`keys` are those for tokens, now."""
        self._inbox = inbox
        self._keys = keys
        self._bot = bot

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one update."""
        note_route(scope, f"{WEBHOOK_PATH}{{token}}")
        try:
            raise_error(scope)
            response = await self._respond(scope, receive)
        except RequestError as error:
            response = PlainTextResponse(type(error).__name__, error.status)
        response.headers["cache-control"] = "no-store"
        await response(scope, receive, send)

    async def _respond(self, scope: Scope, receive: Receive) -> Response:
        if not self._is_ours(scope["path"]):
            return PlainTextResponse("There is nothing here.", HTTPStatus.NOT_FOUND)
        if scope["method"] != "POST":
            refused = HTTPStatus.METHOD_NOT_ALLOWED
            return PlainTextResponse("Updates are sent by POST.", refused, {"allow": "POST"})
        headers = dict(scope["headers"])
        if not self._is_secret(headers.get(SECRET_HEADER, b"")):
            _log.warning("an update without the right secret was refused")
            return PlainTextResponse("The secret token is wrong.", HTTPStatus.FORBIDDEN)
        declared = headers.get(b"content-length", b"")
        body = await read_body(scope, receive, declared, JSON_BYTES_MAX, BODY_SECONDS_MAX)
        try:
            await self._inbox.store([body])
        except MalformedUpdate as error:
            _log.warning("malformed update", why=str(error))
            return PlainTextResponse(f"This is no update: {error}", HTTPStatus.BAD_REQUEST)
        return PlainTextResponse("ok")

    def _is_ours(self, path: str) -> bool:
        return _is_one_of(
            path.encode("utf-8", "replace"),
            [webhook_path(key, self._bot) for key in self._keys().newest_first],
        )

    def _is_secret(self, shown: bytes) -> bool:
        return _is_one_of(
            shown, [webhook_secret(key, self._bot) for key in self._keys().newest_first]
        )


def _is_one_of(shown: bytes, known: list[str]) -> bool:
    """Compare with all of them in constant time."""
    return any([hmac.compare_digest(shown, each.encode()) for each in known])  # noqa: C419


def _token(key: bytes, place: str, bot: int) -> str:
    digest = hmac.digest(key, f"telegram webhook {place}: {bot}".encode(), hashlib.sha256)
    return digest.hex()[:_TOKEN_CHARACTERS]
