"""Receipts of notifications, taken beside the pages as the program takes them."""

import asyncio
from collections.abc import Callable, Sequence

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gotovo.api.receipts import ReceiptsApp
from gotovo.notices.channels.port import Receipt
from gotovo.notices.channels.push.push_channel import PushChannel
from gotovo.notices.channels.push.shown_tokens import PUSH_RECEIPTS_PATH
from gotovo.outbound.guarded_sender import GuardedSender
from tests.support.web.cast import KEYRING, NOW

SECONDS_MAX = 10


class ReceiptTaker:
    """Takes receipts, and answers 503 while it is down."""

    def __init__(self) -> None:
        self.is_down = False
        self.count = 0
        self._receipts: asyncio.Queue[Receipt] = asyncio.Queue()
        self._refused = asyncio.Event()
        channel = PushChannel(
            GuardedSender(),
            "mailto:shop@example.ru",
            secret=lambda: KEYRING.push.key,
            keys=lambda: KEYRING.tokens.newest_first,
            clock=lambda: NOW,
        )
        self._app = ReceiptsApp(channel.receipts, self._take, "", route=PUSH_RECEIPTS_PATH)

    async def next(self) -> Receipt:
        """Return the next receipt when it comes."""
        return await asyncio.wait_for(self._receipts.get(), SECONDS_MAX)

    async def refused(self) -> None:
        """Wait until one was refused for now."""
        await asyncio.wait_for(self._refused.wait(), SECONDS_MAX)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if self.is_down:
            await Response(status_code=503)(scope, receive, send)
            self._refused.set()
            return
        await self._app(scope, receive, send)

    async def _take(self, receipts: Sequence[Receipt]) -> int:
        for receipt in receipts:
            self.count += 1
            self._receipts.put_nowait(receipt)
        return len(receipts)


def with_receipts(taker: ReceiptTaker) -> Callable[[ASGIApp], ASGIApp]:
    """Return how to serve receipts beside the pages."""

    def around(pages: ASGIApp) -> ASGIApp:
        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            is_receipt = scope["type"] == "http" and scope["path"] == PUSH_RECEIPTS_PATH
            await (taker if is_receipt else pages)(scope, receive, send)

        return app

    return around
