"""YooKassa over real HTTP: its documented API v3, a page where its buyers pay, and its faults.

In a test it runs in the same process (`yookassa_server`); beside a program that is to be killed it
is a process of its own:

    python -m tests.support.payments.yookassa_server PORT [FILE] [NOTIFY_URL]

What buyers, banks and the network do is told by methods of `ledger`, `faults` and `notifier`, and
from another process by POST /_test/NAME with the arguments as JSON (`CONTROLS`).
"""

import asyncio
import base64
import hashlib
import json
import re
import sys
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from msgspec import Struct

from tests.support.notices.http_peer import HttpPeer, PeerRequest, json_response, response
from tests.support.payments.yookassa_ledger import (
    SECRET,
    Call,
    Handler,
    Json,
    YooKassaError,
    YooKassaLedger,
    invalid,
    shown,
)
from tests.support.payments.yookassa_notifier import YooKassaNotifier
from tests.support.payments.yookassa_receipts import RECEIPT_ROUTES

KEY_LIFE: Final = timedelta(hours=24)
KEY_MAX: Final = 64
LIMIT_DEFAULT, LIMIT_MAX = 10, 100
PREFIX: Final = "/v3"


class Fault(Struct):
    """What goes wrong with the next requests whose method and path begin so.

    `kind`: `lost`, the request is done and the answer lost; `refused`, the connection ends before
    anything is done; `error`, 500 and nothing is done; `error_after`, 500 and it is done;
    `processing`, 202 and nothing is done yet; `processing_after`, 202 and it is done;
    `busy`, 429; `slow`, it is done and answered after `seconds`; `answer`, `body` with `status`
    instead of the answer, and nothing is done.
    """

    kind: str
    start: str = ""
    times: int = 1
    status: int = 200
    body: str = ""
    seconds: float = 0.0
    headers: Mapping[str, str] = {}


def _list(objects: Callable[[YooKassaLedger], Mapping[str, Json]]) -> Handler:
    """Return the handler of a list: the newest first, by pages, with the filters that are given."""

    def listed(ledger: YooKassaLedger, call: Call) -> Json:
        for payment_id in list(ledger.payments):
            ledger.payment(payment_id)
        query = dict(call.query)
        limit = int(query.pop("limit", LIMIT_DEFAULT))
        if not 1 <= limit <= LIMIT_MAX:
            raise invalid("Limit has to be from 1 to 100", "limit")
        cursor = query.pop("cursor", "")
        found = [each for each in objects(ledger).values() if _fits(each, query)]
        newest = sorted(found, key=lambda each: each["created_at"])[::-1]
        ids = [each["id"] for each in newest]
        if cursor and cursor not in ids:
            raise invalid("Cursor is unknown", "cursor")
        begin = ids.index(cursor) if cursor else 0
        items = [shown(each) for each in newest[begin : begin + limit]]
        page: Json = {"type": "list", "items": items}
        if begin + limit < len(newest):
            page["next_cursor"] = ids[begin + limit]
        return page

    return listed


def _fits(thing: Json, query: Mapping[str, str]) -> bool:
    created = datetime.fromisoformat(thing["created_at"])
    comparisons: Mapping[str, Callable[[datetime], bool]] = {
        "gte": lambda moment: created >= moment,
        "gt": lambda moment: created > moment,
        "lte": lambda moment: created <= moment,
        "lt": lambda moment: created < moment,
    }
    for name, value in query.items():
        field, _, comparison = name.partition(".")
        if field == "created_at" and comparison in comparisons:
            if not comparisons[comparison](datetime.fromisoformat(value)):
                return False
        elif name in {"status", "payment_id", "refund_id"}:
            if thing.get(name) != value:
                return False
        else:
            raise invalid("Parameter is unknown", name)
    return True


def _me(ledger: YooKassaLedger, _call: Call) -> Json:
    return {
        "account_id": ledger.shop,
        "status": "enabled",
        "test": True,
        "payment_methods": ["bank_card", "sbp"],
        "fiscalization_enabled": False,
    }


ROUTES: Final[dict[tuple[str, str], Handler]] = {
    ("GET", "/me"): _me,
    ("POST", "/payments"): lambda ledger, call: ledger.create_payment(call.body),
    ("GET", "/payments"): _list(lambda ledger: ledger.payments),
    ("GET", "/payments/([^/]+)"): lambda ledger, call: ledger.payment(call.parts[0]),
    ("POST", "/payments/([^/]+)/capture"): lambda ledger, call: ledger.capture(call.parts[0]),
    ("POST", "/payments/([^/]+)/cancel"): lambda ledger, call: ledger.cancel(call.parts[0]),
    ("POST", "/refunds"): lambda ledger, call: ledger.create_refund(call.body),
    ("GET", "/refunds"): _list(lambda ledger: ledger.refunds),
    ("GET", "/refunds/([^/]+)"): lambda ledger, call: ledger.refund(call.parts[0]),
    ("GET", "/receipts"): _list(lambda ledger: ledger.receipts),
    **RECEIPT_ROUTES,
}
"""What the API answers; a test may add to a copy that it gives a server."""

CONTROLS: Final = (
    "pay",
    "decline",
    "expire",
    "settle_refund",
    "refund_outcomes",
    "fault",
    "notify",
    "hold",
)


class YooKassaServer:
    """Answers requests of the API, of the page where buyers pay, and of tests."""

    def __init__(
        self, ledger: YooKassaLedger, *, secret: str = SECRET, notify_url: str = ""
    ) -> None:
        """Notifications go to the address at once, where there is one."""
        self.ledger = ledger
        self.secret = secret
        self.faults: list[Fault] = []
        self.routes = dict(ROUTES)
        self.notifier = YooKassaNotifier(ledger, notify_url)
        self.url = ""
        self.calls: list[str] = []
        """Method and path of each request of the API, in their order."""

    async def answer(self, request: PeerRequest) -> bytes:
        """Answer a request; a fault may stand in between."""
        path = request.path
        if path.startswith("/pay/"):
            return self._page(request)
        if path.startswith("/_test/"):
            return await self._control(path.removeprefix("/_test/"), json.loads(request.body))
        self.calls.append(f"{request.method} {path.removeprefix(PREFIX)}")
        fault = self._fault(f"{request.method} {path.removeprefix(PREFIX)}")
        if fault is None:
            return self._answer(request)
        return await self._faulty(fault, request)

    def fault(self, kind: str, start: str = "", times: int = 1, **more: Any) -> None:
        """Let something go wrong with the next requests."""
        self.faults.append(Fault(kind, start, times, **more))

    def _fault(self, called: str) -> Fault | None:
        for fault in self.faults:
            if fault.times > 0 and called.startswith(fault.start):
                fault.times -= 1
                return fault
        return None

    async def _faulty(self, fault: Fault, request: PeerRequest) -> bytes:
        done = fault.kind in {"lost", "error_after", "processing_after", "slow"}
        answer = self._answer(request) if done else b""
        if fault.kind in {"lost", "refused"}:
            return b""
        if fault.kind in {"error", "error_after"}:
            error = YooKassaError(500, "internal_server_error", "Internal server error")
            return json_response(error.status, error.body)
        if fault.kind in {"processing", "processing_after"}:
            body = {"type": "processing", "description": "Request accepted", "retry_after": 1800}
            return json_response(202, body)
        if fault.kind == "busy":
            error = YooKassaError(429, "too_many_requests", "Too many requests")
            return json_response(error.status, error.body, **fault.headers)
        if fault.kind == "answer":
            return response(fault.status, fault.body.encode(), **fault.headers)
        await asyncio.sleep(fault.seconds)
        return answer

    def _answer(self, request: PeerRequest) -> bytes:
        try:
            return json_response(200, self._let_in(request))
        except YooKassaError as error:
            return json_response(error.status, error.body)

    def _let_in(self, request: PeerRequest) -> Json:
        basic = base64.b64encode(f"{self.ledger.shop}:{self.secret}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {basic}":
            raise YooKassaError(401, "invalid_credentials", "Basic authentication failed")
        if not request.path.startswith(f"{PREFIX}/"):
            raise YooKassaError(404, "not_found", "Resource doesn't exist")
        path = request.path.removeprefix(PREFIX)
        matching = {
            method: (match.groups(), handler)
            for (method, pattern), handler in self.routes.items()
            if (match := re.fullmatch(pattern, path))
        }
        if not matching:
            raise YooKassaError(404, "not_found", "Resource doesn't exist")
        if request.method not in matching:
            raise YooKassaError(405, "method_not_allowed", "Method is not allowed")
        parts, handler = matching[request.method]
        query = dict(parse_qsl(urlsplit(request.target).query))
        if request.method != "POST":
            return shown(handler(self.ledger, Call(parts, query, {})))
        return self._once(
            request, path, lambda body: handler(self.ledger, Call(parts, query, body))
        )

    def _once(self, request: PeerRequest, path: str, do: Callable[[Json], Json]) -> Json:
        """Do what is asked once for each key; its repetition gets the same object, or error."""
        key = request.headers.get("idempotence-key", "")
        if not key or len(key) > KEY_MAX:
            raise invalid("Idempotence key has to have 1 to 64 characters", "Idempotence-Key")
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            raise YooKassaError(415, "unsupported_media_type", "Content has to be JSON")
        try:
            body = json.loads(request.body or b"{}")
        except json.JSONDecodeError as error:
            raise invalid("Request can't be parsed") from error
        digest = hashlib.sha256(f"{path}\n{json.dumps(body, sort_keys=True)}".encode()).hexdigest()
        before, now = self.ledger.keys.get(key), self.ledger.clock()
        if before and now - datetime.fromisoformat(before["at"]) < KEY_LIFE:
            if before["digest"] != digest:
                raise invalid("Idempotence key duplicated", "Idempotence-Key")
            return self._repeated(before)
        kept: Json = {"at": now.isoformat(), "digest": digest}
        try:
            made = do(body)
        except YooKassaError as error:
            kept |= {"status": error.status, "error": error.body}
            self.ledger.save("key", kept, key)
            raise
        kind = path.split("/")[1].removesuffix("s")
        self.ledger.save("key", kept | {"kind": kind, "id": made["id"]}, key)
        return shown(made)

    def _repeated(self, before: Json) -> Json:
        if "error" in before:
            error = YooKassaError(before["status"], "", "")
            error.body = before["error"]
            raise error
        return shown(self.ledger.object_of(before["kind"], before["id"]))

    def _page(self, request: PeerRequest) -> bytes:
        """Show the page where a buyer pays, or do what they chose there and send them back."""
        _, _, payment_id, *chosen = request.path.split("/")
        try:
            payment = self.ledger.payment(payment_id)
        except YooKassaError as error:
            return response(error.status, b"")
        if request.method == "POST" and chosen:
            back = payment.get("confirmation", {}).get("return_url", "/")
            done = {"pay": self.ledger.pay, "decline": self.ledger.decline}.get(chosen[0])
            if done is not None:
                done(payment_id)
            return response(303, b"", location=back)
        amount = payment["amount"]
        page = (
            "<!doctype html><html lang=en><title>YooMoney</title>"
            f"<h1>{amount['value']} {amount['currency']}</h1><p>{payment['status']}</p>"
            f"<form method=post action=/pay/{payment_id}/pay><button>Pay</button></form>"
            f"<form method=post action=/pay/{payment_id}/decline><button>Decline</button></form>"
        )
        return response(200, page.encode(), content_type="text/html; charset=utf-8")

    async def _control(self, name: str, arguments: Json) -> bytes:
        """Do what a test in another process asks for; the answer is JSON."""
        if name not in CONTROLS:
            return json_response(404, {})
        if name == "notify":
            return json_response(200, {"statuses": await self.notifier.deliver(**arguments)})
        if name == "hold":
            self.notifier.is_held = bool(arguments["held"])
        elif name == "fault":
            self.fault(**arguments)
        elif name == "refund_outcomes":
            outcomes = {key: (status, reason) for key, (status, reason) in arguments.items()}
            self.ledger.refund_outcomes.update(outcomes)
        else:
            try:
                return json_response(200, shown(getattr(self.ledger, name)(**arguments)))
            except (YooKassaError, KeyError) as error:
                return json_response(HTTPStatus.NOT_FOUND, {"error": str(error)})
        return json_response(200, {})


@asynccontextmanager
async def yookassa_server(
    ledger: YooKassaLedger | None = None, *, port: int = 0, notify_url: str = ""
) -> AsyncGenerator[YooKassaServer]:
    """Run a server until the end of the block; `url` is what a client is given."""
    server = YooKassaServer(ledger or YooKassaLedger(), notify_url=notify_url)
    peer = HttpPeer(server.answer)
    listening = await asyncio.start_server(peer.serve, "127.0.0.1", port)
    origin = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    server.url, server.ledger.page_url = f"{origin}{PREFIX}", origin
    try:
        yield server
    finally:
        listening.close()
        await listening.wait_closed()
        await server.notifier.close()


async def main(port: int, file: Path | None, notify_url: str) -> None:
    """Run until this process is killed; the line on stdout says that it listens."""
    ledger = YooKassaLedger(file=file)
    async with yookassa_server(ledger, port=port, notify_url=notify_url) as server:
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    given = [*sys.argv[1:], "", ""]
    asyncio.run(main(int(given[0]), Path(given[1]) if given[1] else None, given[2]))
