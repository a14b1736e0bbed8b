"""What payment providers tell is stored before it is answered; all else gets no 200."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import asyncpg
import httpx
import pytest
import structlog

from gotovo.api.payment_hooks import BODY_BYTES_MAX, LINES_LIMIT, PAYMENT_HOOKS, PaymentHooksApp
from gotovo.payments.intake.notification_counts import NotificationCounts, RefusedAs
from gotovo.payments.intake.notification_desk import UNKNOWN_LIMIT, WAITING_MAX, NotificationDesk
from gotovo.payments.providers.demo import DemoProvider
from gotovo.payments.providers.yookassa import YooKassa, YooKassaAccount
from gotovo.store.tables.payments.demo_bank import DemoBankStore
from gotovo.store.tables.payments.payment_attempts import PaymentAttempts
from gotovo.store.tables.payments.payment_notifications import PaymentNotifications
from tests.support.http.asgi import Sent, never, scope_of

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
HOOK = f"{PAYMENT_HOOKS}yookassa"
ID = "2d9f7c1e-000f-5000-8000-1a2b3c4d5e6f"


def told(reference: str = ID, event: str = "payment.succeeded", **more: Any) -> bytes:
    """Return a notification of YooKassa."""
    thing = {"id": reference, "status": "succeeded"} | more
    return json.dumps({"type": "notification", "event": event, "object": thing}).encode()


class Hooks:
    """The hooks over a database, and a client."""

    def __init__(self, pool: "asyncpg.Pool[Any]", client: httpx.AsyncClient) -> None:
        self.pool = pool
        self.waiting = 0
        self.woken = 0
        self.now_ns = 0
        self.suspicious: list[tuple[str, RefusedAs, str]] = []
        self.counts = NotificationCounts(self._note)
        yookassa = YooKassa(YooKassaAccount("1", "s"), client)
        self.desk = NotificationDesk(
            {"yookassa": yookassa},
            PaymentNotifications(pool),
            PaymentAttempts(pool),
            self.counts,
            lambda: NOW,
            on_taken=self._wake,
            waiting=lambda: self.waiting,
            monotonic_ns=lambda: self.now_ns,
        )
        self.app = PaymentHooksApp(self.desk, monotonic_ns=lambda: self.now_ns)
        self.client = self.from_address("192.0.2.1")

    def from_address(self, address: str) -> httpx.AsyncClient:
        """Return a client at an address."""
        transport = httpx.ASGITransport(app=self.app, client=(address, 1))
        return httpx.AsyncClient(transport=transport, base_url="http://gotovo.test")

    async def stored(self) -> list[tuple[str, str, int]]:
        """Return what is stored: what is looked up, its outcome, and its replays."""
        rows = await self.pool.fetch("select reference, outcome, replays from payment_notification")
        return [tuple(row) for row in rows]

    def _note(self, provider: str, refused_as: RefusedAs, address: str) -> None:
        self.suspicious.append((provider, refused_as, address))

    def _wake(self) -> None:
        self.woken += 1


@pytest.fixture
async def hooks(pool: "asyncpg.Pool[Any]") -> AsyncIterator[Hooks]:
    """Give the hooks; the provider is not asked while a notification is taken."""
    async with httpx.AsyncClient() as client:
        yield Hooks(pool, client)


async def test_a_notification_is_stored_once_and_answered_with_200(hooks: Hooks) -> None:
    for _ in range(3):
        answer = await hooks.client.post(HOOK, content=told())
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["cache-control"] == "no-store"
    assert await hooks.stored() == [(ID, "waiting", 2)]
    assert hooks.woken == 3
    assert hooks.counts.by_outcome == {"taken": 1, "replayed": 2}


async def test_what_concerns_no_payment_is_answered_and_not_stored(hooks: Hooks) -> None:
    answer = await hooks.client.post(HOOK, content=told(event="deal.closed"))
    assert answer.status_code == 200
    assert await hooks.stored() == []
    assert hooks.counts.by_outcome == {"ignored": 1}


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"\xff", b"[" * 100_000, told("a b"), told("x" * 300), told("\x00"), told("й")],
    ids=["empty", "nothing", "binary", "deep", "blank", "long", "zero", "letter"],
)
async def test_what_cannot_be_read_is_refused_and_counted(hooks: Hooks, body: bytes) -> None:
    answer = await hooks.client.post(HOOK, content=body)
    assert answer.status_code == 400
    assert answer.text.startswith("malformed: ")
    assert await hooks.stored() == []
    assert hooks.suspicious == [("yookassa", RefusedAs.MALFORMED, "192.0.2.1")]


async def test_unknown_providers_other_methods_and_endless_bodies_are_refused(
    hooks: Hooks,
) -> None:
    for path in ("stripe", "", "yookassa/", "YOOKASSA"):
        answer = await hooks.client.post(f"{PAYMENT_HOOKS}{path}", content=told())
        assert answer.status_code == 404, path
    answer = await hooks.client.get(HOOK)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    long = await hooks.client.post(HOOK, content=b"x" * (BODY_BYTES_MAX + 1))
    assert long.status_code == 413
    assert await hooks.stored() == []


async def test_of_an_unknown_provider_no_body_is_read(hooks: Hooks) -> None:
    sent = Sent()
    scope = scope_of("POST", f"{PAYMENT_HOOKS}stripe", content_length="100000")
    async with asyncio.timeout(10):
        await hooks.app(scope, never, sent)
    assert sent.messages[0]["status"] == 404


async def test_an_address_can_invent_only_so_many_payments(hooks: Hooks) -> None:
    for nth in range(UNKNOWN_LIMIT.burst):
        assert (await hooks.client.post(HOOK, content=told(f"no-{nth}"))).status_code == 200
    refused = await hooks.client.post(HOOK, content=told("no-more"))
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    async with hooks.from_address("198.51.100.7") as other:
        assert (await other.post(HOOK, content=told("mine"))).status_code == 200
    hooks.now_ns += 1_000_000_000
    assert (await hooks.client.post(HOOK, content=told("no-more"))).status_code == 200
    assert len(await hooks.stored()) == UNKNOWN_LIMIT.burst + 2


async def test_what_is_known_here_is_taken_from_an_address_that_has_used_up_its_limit(
    hooks: Hooks,
) -> None:
    await hooks.pool.execute(
        "insert into payment_attempt (home, number, attempt, shop, provider, method, amount,"
        " currency, state, created_at, expires_at, check_at, reference)"
        " values (0, '200785804776', 1, '', 'yookassa', 'sbp', 1, 'RUB', 'pending',"
        " $1, $1, $1, $2)",
        NOW,
        ID,
    )
    for nth in range(UNKNOWN_LIMIT.burst + 1):
        await hooks.client.post(HOOK, content=told(f"no-{nth}"))
    assert (await hooks.client.post(HOOK, content=told())).status_code == 200
    statuses = [
        (await hooks.client.post(HOOK, content=told(status=f"s{nth}"))).status_code
        for nth in range(40)
    ]
    assert statuses.count(429) == 11, "whoever pays can't make up notifications without end"


async def test_while_too_many_wait_nothing_invented_is_added(hooks: Hooks) -> None:
    hooks.waiting = WAITING_MAX
    answer = await hooks.client.post(HOOK, content=told())
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert await hooks.stored() == []


async def test_without_the_database_nothing_is_answered_with_200(hooks: Hooks) -> None:
    await hooks.pool.execute("alter table payment_notification rename to away")
    assert (await hooks.client.post(HOOK, content=told())).status_code == 500
    await hooks.pool.execute("alter table away rename to payment_notification")
    await hooks.pool.close()
    answer = await hooks.client.post(HOOK, content=told())
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


async def test_what_is_not_signed_by_its_provider_is_forged(
    hooks: Hooks, pool: "asyncpg.Pool[Any]"
) -> None:
    demo = DemoProvider(DemoBankStore(pool), lambda: NOW, lambda: "")
    hooks.desk = NotificationDesk(
        {"demo": demo}, PaymentNotifications(pool), PaymentAttempts(pool), hooks.counts, lambda: NOW
    )
    hooks.app = PaymentHooksApp(hooks.desk)
    async with hooks.from_address("192.0.2.1") as client:
        answer = await client.post(f"{PAYMENT_HOOKS}demo", content=told())
    assert answer.status_code == 403
    assert hooks.suspicious == [("demo", RefusedAs.FORGED, "192.0.2.1")]


async def test_forged_notifications_fill_no_log_and_each_is_counted(hooks: Hooks) -> None:
    with structlog.testing.capture_logs() as lines:
        for _ in range(LINES_LIMIT.burst + 30):
            assert (await hooks.client.post(HOOK, content=b"{")).status_code == 400
        assert len(lines) == LINES_LIMIT.burst
        hooks.now_ns += 60 * 10**9
        await hooks.client.post(HOOK, content=b"{")
    assert len(lines) == LINES_LIMIT.burst + 1
    assert lines[-1]["unlogged"] == 30
    assert hooks.counts.by_outcome[RefusedAs.MALFORMED] == LINES_LIMIT.burst + 31
