"""The webhook: Telegram sends updates to a secret path, with a secret header besides.

Those of a key that was rotated are accepted until it ends. An update is stored before it is
confirmed.
"""

import hmac
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

import structlog
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from gotovo.bot.receiving.inbox import MalformedUpdate, UpdateInbox
from gotovo.bot.receiving.webhook_address import WEBHOOK_PATH, webhook_path, webhook_secret
from gotovo.http.caps import JSON_BYTES_MAX
from gotovo.http.deadlines import BODY_SECONDS_MAX, read_body
from gotovo.http.edge.edge import raise_error
from gotovo.http.edge.routes import note_route
from gotovo.http.errors import RequestError
from gotovo.keyring.keyring import Keys

SECRET_HEADER: Final = b"x-telegram-bot-api-secret-token"

_log = structlog.get_logger("gotovo.bot")


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
