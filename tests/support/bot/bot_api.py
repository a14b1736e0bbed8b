"""A Bot API server over HTTP on the loopback interface, as strict as Telegram where it matters.

It keeps the messages of every chat, refuses what Telegram refuses, gives updates by long polling or
calls a webhook, and fails when a test says so.
"""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from html.parser import HTMLParser
from typing import Any, Final

import httpx
from aiohttp import web
from msgspec import Struct
from typing_extensions import override

TOKEN: Final = "424242:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"
BOT_ID: Final = 424242
TEXT_MAX: Final = 4_096
CAPTION_MAX: Final = 1_024
CALLBACK_BYTES_MAX: Final = 64
_TAGS: Final = frozenset({"b", "i", "code", "a"})


class SentMessage(Struct):
    """A message in a chat, as the person sees it now; `versions` are what it showed before."""

    id: int
    chat: int
    text: str
    markup: dict[str, Any]
    photo: bytes = b""
    parse_mode: str = ""
    versions: list[str] = []

    @property
    def buttons(self) -> dict[str, str]:
        """What the buttons below carry, by their labels: data, or an address."""
        rows = self.markup.get("inline_keyboard", [])
        return {x["text"]: x.get("callback_data") or x["url"] for row in rows for x in row}


class ApiCall(Struct, frozen=True):
    """A call of a method, with the fields as they came."""

    method: str
    fields: dict[str, Any]


class Fault(Struct, frozen=True):
    """What the next call of a method is answered with."""

    status: int
    description: str
    retry_after: int = 0


class BotApiError(Exception):
    """A call is refused."""

    def __init__(self, status: int, description: str, retry_after: int = 0) -> None:
        super().__init__(description)
        self.fault = Fault(status, description, retry_after)


class BotApi:
    """The server: its chats, its calls, and its updates."""

    def __init__(self) -> None:
        self.url = ""
        self.calls: list[ApiCall] = []
        self.messages: dict[int, list[SentMessage]] = defaultdict(list)
        self.blocked: set[int] = set()
        self.started: set[int] = set()
        self.alerts: list[str] = []
        self.webhook: dict[str, str] = {}
        self.menus: dict[str, list[dict[str, str]]] = {}
        self.polled = asyncio.Event()
        self.sent = asyncio.Event()
        self.registered = asyncio.Event()
        self._open_presses: set[str] = set()
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self._updates: deque[dict[str, Any]] = deque()
        self._arrived = asyncio.Event()
        self._ids = iter(range(1_000, 10_000_000))
        self._methods: dict[str, Callable[[dict[str, Any]], Awaitable[Any] | Any]] = {
            "getMe": self._get_me,
            "getUpdates": self._get_updates,
            "sendMessage": self._send_message,
            "sendPhoto": self._send_photo,
            "editMessageText": self._edit_text,
            "editMessageMedia": self._edit_media,
            "answerCallbackQuery": self._answer_press,
            "setMyCommands": self._set_menu,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
        }

    # What a test does.

    def fail(
        self, method: str, status: int, description: str = "fault", *, retry_after: int = 0
    ) -> None:
        """Answer the next call of a method with an error."""
        self._faults[method].append(Fault(status, description, retry_after))

    def new_id(self) -> int:
        """Return an id that was not used before."""
        return next(self._ids)

    def opens_press(self, press: str) -> None:
        """Let a press wait for its answer."""
        self._open_presses.add(press)

    def queue(self, update: dict[str, Any]) -> None:
        """Let long polling give an update."""
        self._updates.append(update)
        self._arrived.set()

    async def deliver(self, update: dict[str, Any], address: str = "") -> httpx.Response:
        """Send an update to the webhook, as Telegram does."""
        async with httpx.AsyncClient() as client:
            return await client.post(
                address or self.webhook["url"],
                json=update,
                headers={"x-telegram-bot-api-secret-token": self.webhook["secret_token"]},
            )

    def last(self, chat: int) -> SentMessage:
        """Return the latest message of a chat."""
        return self.messages[chat][-1]

    def count(self, method: str) -> int:
        """Return how often a method was called."""
        return sum(each.method == method for each in self.calls)

    # What the bot does.

    async def serve(self, request: web.Request) -> web.Response:
        """Answer one call."""
        prefix, method = f"/bot{TOKEN}/", request.path.rpartition("/")[2]
        if not request.path.startswith(prefix) or method not in self._methods:
            return _refused(Fault(404, "Not Found"))
        fields = await _fields(request)
        self.calls.append(ApiCall(method, fields))
        try:
            if self._faults[method]:
                return _refused(self._faults[method].popleft())
            result = self._methods[method](fields)
            if isinstance(result, Awaitable):
                result = await result
        except BotApiError as error:
            return _refused(error.fault)
        return web.json_response({"ok": True, "result": result})

    def _get_me(self, _fields: dict[str, Any]) -> dict[str, Any]:
        return _BOT

    async def _get_updates(self, fields: dict[str, Any]) -> list[dict[str, Any]]:
        if self.webhook:
            raise BotApiError(409, "Conflict: can't use getUpdates method while webhook is active")
        offset = int(fields.get("offset") or 0)
        while self._updates and self._updates[0]["update_id"] < offset:
            self._updates.popleft()
        self.polled.set()
        if not self._updates:
            self._arrived.clear()
            try:
                async with asyncio.timeout(float(fields.get("timeout") or 0)):
                    await self._arrived.wait()
            except TimeoutError:
                return []
        return list(self._updates)[: int(fields.get("limit") or 100)]

    def _send_message(self, fields: dict[str, Any]) -> dict[str, Any]:
        return self._put(fields, fields["text"], TEXT_MAX)

    def _send_photo(self, fields: dict[str, Any]) -> dict[str, Any]:
        photo = fields[str(fields["photo"]).removeprefix("attach://")]
        return self._put(fields, fields.get("caption", ""), CAPTION_MAX, photo)

    def _put(
        self, fields: dict[str, Any], text: str, length_max: int, photo: bytes = b""
    ) -> dict[str, Any]:
        chat = self._chat(fields)
        markup = json.loads(fields.get("reply_markup") or "{}")
        _check_text(text, fields.get("parse_mode", ""), length_max)
        _check_markup(markup)
        mode = fields.get("parse_mode", "")
        message = SentMessage(self.new_id(), chat, text, markup, photo, mode, [])
        self.messages[chat].append(message)
        self.sent.set()
        return _shown(message)

    def _edit_text(self, fields: dict[str, Any]) -> dict[str, Any]:
        message = self._message(fields)
        if message.photo:
            raise BotApiError(400, "Bad Request: there is no text in the message to edit")
        markup = json.loads(fields.get("reply_markup") or "{}")
        _check_text(fields["text"], fields.get("parse_mode", ""), TEXT_MAX)
        _check_markup(markup)
        if (fields["text"], markup) == (message.text, message.markup):
            raise BotApiError(
                400, "Bad Request: message is not modified: specified new message ..."
            )
        message.versions.append(message.text)
        message.text, message.markup = fields["text"], markup
        return _shown(message)

    def _edit_media(self, fields: dict[str, Any]) -> dict[str, Any]:
        message = self._message(fields)
        media = json.loads(fields["media"])
        _check_text(media.get("caption", ""), media.get("parse_mode", ""), CAPTION_MAX)
        message.versions.append(message.text)
        message.text = media.get("caption", "")
        message.photo = fields[media["media"].removeprefix("attach://")]
        message.markup = json.loads(fields.get("reply_markup") or "{}")
        return _shown(message)

    def _answer_press(self, fields: dict[str, Any]) -> bool:
        press = fields["callback_query_id"]
        if press not in self._open_presses:
            raise BotApiError(
                400,
                "Bad Request: query is too old and response timeout expired or query ID is invalid",
            )
        self._open_presses.discard(press)
        if fields.get("text"):
            assert len(fields["text"]) <= 200, "Telegram shows at most 200 characters"
            self.alerts.append(fields["text"])
        return True

    def _set_menu(self, fields: dict[str, Any]) -> bool:
        self.menus[fields.get("language_code", "")] = json.loads(fields["commands"])
        return True

    def _set_webhook(self, fields: dict[str, Any]) -> bool:
        self.webhook = {"url": fields["url"], "secret_token": fields.get("secret_token", "")}
        self.registered.set()
        return True

    def _delete_webhook(self, _fields: dict[str, Any]) -> bool:
        self.webhook = {}
        return True

    def _chat(self, fields: dict[str, Any]) -> int:
        chat = int(fields["chat_id"])
        if chat in self.blocked:
            raise BotApiError(403, "Forbidden: bot was blocked by the user")
        if chat not in self.started:
            raise BotApiError(400, "Bad Request: chat not found")
        return chat

    def _message(self, fields: dict[str, Any]) -> SentMessage:
        chat, id_ = self._chat(fields), int(fields["message_id"])
        for message in self.messages[chat]:
            if message.id == id_:
                return message
        raise BotApiError(400, "Bad Request: message to edit not found")


@asynccontextmanager
async def bot_api() -> AsyncGenerator[BotApi]:
    """Run a server until the end of the block."""
    api = BotApi()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", api.serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    api.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield api
    finally:
        await runner.cleanup()


_BOT: Final = {"id": BOT_ID, "is_bot": True, "first_name": "Gotovo", "username": "gotovo_bot"}


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS:
            raise BotApiError(
                400, f'Bad Request: can\'t parse entities: Unsupported start tag "{tag}"'
            )
        self.open.append(tag)

    @override
    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise BotApiError(400, "Bad Request: can't parse entities: Unmatched end tag")


def _check_text(text: str, parse_mode: str, length_max: int) -> None:
    if not text.strip() and length_max == TEXT_MAX:
        raise BotApiError(400, "Bad Request: message text is empty")
    if len(text) > length_max:
        raise BotApiError(400, "Bad Request: message is too long")
    if parse_mode == "HTML":
        tags = _Tags()
        tags.feed(text)
        if tags.open:
            raise BotApiError(400, "Bad Request: can't parse entities: Can't find end tag")


def _check_markup(markup: dict[str, Any]) -> None:
    for button in (x for row in markup.get("inline_keyboard", []) for x in row):
        data = button.get("callback_data", "")
        if len(data.encode()) > CALLBACK_BYTES_MAX or not (data or button.get("url")):
            raise BotApiError(400, "Bad Request: BUTTON_DATA_INVALID")


def _shown(message: SentMessage) -> dict[str, Any]:
    return {
        "message_id": message.id,
        "date": 1_763_800_000,
        "chat": {"id": message.chat, "type": "private"},
        "from": _BOT,
        "text": message.text,
    }


async def _fields(request: web.Request) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in (await request.post()).items():
        fields[name] = value.file.read() if isinstance(value, web.FileField) else value
    return fields


def _refused(fault: Fault) -> web.Response:
    body: dict[str, Any] = {
        "ok": False,
        "error_code": fault.status,
        "description": fault.description,
    }
    if fault.retry_after:
        body["parameters"] = {"retry_after": fault.retry_after}
    return web.json_response(body, status=fault.status)
