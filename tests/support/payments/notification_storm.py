"""Buyers who pay in every way that goes wrong, and the notifications that tell of it.

Everything is drawn from a seed. What really happened at the provider is written into the model; the
storm tells of it as providers do, repeated and out of order, among forgeries and rubbish.
"""

import asyncio
import hmac
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

import asyncpg
import httpx
from msgspec import Struct

from gotovo.order.values.money import Money
from gotovo.payments.providers.port import AttemptName
from gotovo.payments.providers.yookassa import YooKassa
from gotovo.store.tables.payments.payment_attempts import NewAttempt, PaymentAttempts
from tests.support.payments.money_model import ModelOrder
from tests.support.payments.requests import basket

AT_ONCE: Final = 16
ADDRESSES: Final = [f"127.0.0.{nth}" for nth in range(1, 9)]
"""Where the provider sends from."""

FORGERS: Final = [f"127.0.1.{nth}" for nth in range(1, 41)]

WAYS: Final = {
    "paid": 62,
    "declined": 10,
    "again": 8,
    "twice": 6,
    "wrong_sum": 6,
    "cancelled": 4,
    "unknown": 4,
}
"""How buyers pay, in hundredths."""

SIGNING_SECRET: Final = b"whsec_of-a-test-and-nobody-else"
"""Stripe's, for the endpoint of the program."""

LOST_ANSWERS: Final = 60
"""Some creations get no answer: each is looked for in a list that has all payments of a test."""

LOST: Final = 0.03
"""The share of what happened that no notification tells."""


class Told(Struct):
    """One notification: where it goes, from where, and what it is.

    `genuine`: the provider repeats it until it is taken. `invented`: of a payment that nobody made.
    `lie`: a payment that was made is said to have succeeded. `rubbish` can't be read. `forged` and
    `stale` bear Stripe's signature, of nobody or too old.
    """

    kind: str
    body: bytes
    address: str
    headers: dict[str, str] = {}
    path: str = "yookassa"


class Storm:
    """The buyers of one run."""

    def __init__(
        self,
        seed: int,
        pool: "asyncpg.Pool[Any]",
        provider: YooKassa,
        control: Callable[..., Awaitable[Any]],
        cancel: Callable[[str], Awaitable[None]],
    ) -> None:
        """`control` tells the provider what its buyers do, `cancel` cancels an order."""
        self.rng = Random(seed)
        self.model: dict[str, ModelOrder] = {}
        self.conflicts: set[str] = set()
        """Payments of another sum than was asked for."""

        self.unmatched: set[str] = set()
        """Payments that belong to no order."""

        self.pending: list[str] = []
        """Payments that were never finished, or were declined."""

        self.untold: set[str] = set()
        """Payments that no notification tells of."""

        self.events: list[tuple[str, str]] = []
        """What happened, as the provider tells it: event and payment."""

        self._attempts = PaymentAttempts(pool)
        self._provider = provider
        self._control = control
        self._cancel = cancel
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._lost_answers = 0.0

    async def live(self, numbers: Sequence[str], price: int) -> None:
        """Let every order be paid in one of the ways."""
        self._lost_answers = min(0.1, LOST_ANSWERS / max(1, len(numbers)))
        ways = self.rng.choices(list(WAYS), weights=list(WAYS.values()), k=len(numbers))
        await asyncio.gather(
            *(self._pay(n, price, way) for n, way in zip(numbers, ways, strict=True))
        )

    def notifications(self, count: int) -> list[Told]:
        """Return so many notifications: a quarter repeats others, 15 % are forged, 5 % are stale.

        What happened is told once at its time, a share of it never. A repetition comes later than
        the first; a fifth of all comes at another time than it was sent.
        """
        forged, stale, rubbish = count * 15 // 100, count // 20, count // 50
        others, replayed = forged + stale + rubbish, count // 4
        chance = self.rng
        told: list[tuple[float, Told]] = []
        for nth, (event, payment) in enumerate(self.events):
            if chance.random() < LOST or len(told) == count - others - replayed:
                self.untold.add(payment)
            else:
                told.append((nth / len(self.events), self._event(event, payment)))
        replays = [chance.choice(told) for _ in range(count - others - len(told))]
        told += [(chance.uniform(at, 1), each) for at, each in replays]
        lies, invented = forged // 5, forged // 2
        told += [(chance.random(), self._lie()) for _ in range(lies)]
        told += [(chance.random(), self._invented()) for _ in range(invented)]
        told += [(chance.random(), self._forged()) for _ in range(forged - lies - invented)]
        told += [(chance.random(), self._stale()) for _ in range(stale)]
        told += [(chance.random(), self._rubbish()) for _ in range(rubbish)]
        late = [(chance.random() if chance.random() < 0.2 else at, each) for at, each in told]
        return [each for _, each in sorted(late, key=lambda pair: pair[0])]

    async def _pay(self, number: str, price: int, way: str) -> None:
        async with self._turns:
            if way == "unknown":
                await self._stranger(number)
                return
            order = self.model[number] = ModelOrder(price)
            if way in {"declined", "again"}:
                await self._decline(await self._begin(number, price))
                if way == "declined":
                    return
            payment = await self._begin(number, price)
            if way == "cancelled":
                await self._cancel(number)
                order.is_cancelled = True
            sum_ = price + self.rng.choice((-5_000, 7_000)) if way == "wrong_sum" else price
            if way == "wrong_sum":
                self.conflicts.add(payment)
            second = await self._begin(number, price) if way == "twice" else ""
            await self._capture(order, payment, sum_)
            if second:
                await self._capture(order, second, price)

    async def _begin(self, number: str, price: int) -> str:
        now = datetime.now(UTC)
        # Notifications come first: nobody asks about an attempt before `test_many_notifications`
        # says that the time has come.
        check_at = now + timedelta(hours=1)
        attempt = await self._attempts.begin(
            NewAttempt(
                number=number,
                shop="",
                provider="yookassa",
                method="sbp",
                amount=Money(price, "RUB"),
                created_at=now,
                expires_at=now + timedelta(hours=1),
                check_at=check_at,
            )
        )
        name = AttemptName(number, attempt.attempt)
        payment = await self._provider.create(basket(attempt=name, amount=attempt.amount))
        if self.rng.random() >= self._lost_answers:
            await self._attempts.created(
                attempt,
                reference=payment.reference,
                payment_id=payment.payment_id,
                url=payment.url,
                check_at=check_at,
            )
        return payment.reference

    async def _capture(self, order: ModelOrder, payment: str, sum_: int) -> None:
        value = f"{sum_ // 100}.{sum_ % 100:02d}"
        await self._control("pay", payment_id=payment, value=value)
        order.captured[payment] = sum_
        self.events.append(("payment.succeeded", payment))

    async def _decline(self, payment: str) -> None:
        await self._control("decline", payment_id=payment)
        self.pending.append(payment)
        self.events.append(("payment.canceled", payment))

    async def _stranger(self, number: str) -> None:
        """Pay without an attempt: in the name of an order, and of one that does not exist."""
        self.model[number] = ModelOrder(1)
        named = number if self.rng.random() < 0.5 else "200785804776"
        request = basket(attempt=AttemptName(named, 9), amount=Money(123, "RUB"))
        payment = await self._provider.create(
            basket(
                attempt=AttemptName(named, self.rng.randrange(9, 999_999)), amount=request.amount
            )
        )
        await self._control("pay", payment_id=payment.reference)
        self.unmatched.add(payment.reference)
        self.events.append(("payment.succeeded", payment.reference))

    def _event(self, event: str, payment: str) -> Told:
        status = event.partition(".")[2]
        return Told("genuine", _body(event, payment, status), self.rng.choice(ADDRESSES))

    def _forged(self) -> Told:
        """Sign what Stripe would say with a secret that is nobody's."""
        return self._signed("forged", b"whsec_" + self.rng.randbytes(12).hex().encode(), 0)

    def _stale(self) -> Told:
        """Send what was rightly signed an hour or more ago."""
        return self._signed("stale", SIGNING_SECRET, self.rng.randrange(3_600, 90_000))

    def _signed(self, kind: str, secret: bytes, age: int) -> Told:
        thing = {"id": f"cs_test_{self.rng.getrandbits(64):x}", "object": "checkout.session"}
        event = {
            "id": f"evt_{self.rng.getrandbits(64):x}",
            "object": "event",
            "type": "checkout.session.completed",
            "created": int(time.time()) - age,
            "data": {"object": thing},
        }
        body = json.dumps(event).encode()
        signed_at = str(int(time.time()) - age)
        digest = hmac.digest(secret, signed_at.encode() + b"." + body, "sha256").hex()
        headers = {"stripe-signature": f"t={signed_at},v1={digest}"}
        return Told(kind, body, self.rng.choice(FORGERS), headers, "stripe")

    def _invented(self) -> Told:
        invented = f"{self.rng.getrandbits(128):032x}"
        body = _body("payment.succeeded", invented, "succeeded")
        return Told("invented", body, self.rng.choice(FORGERS))

    def _lie(self) -> Told:
        payment = self.rng.choice(self.pending)
        body = _body("payment.succeeded", payment, "succeeded")
        return Told("lie", body, self.rng.choice(FORGERS))

    def _rubbish(self) -> Told:
        bodies = (b"", b"{}", b"\xff\xfe", b"[" * 999, b'{"type":"notification","event":"payment"}')
        return Told("rubbish", self.rng.choice(bodies), self.rng.choice(FORGERS))


class Senders:
    """Posts notifications from many addresses, and repeats what is genuine until it is taken."""

    def __init__(self, url: str) -> None:
        """Send to the hooks of the program at this address."""
        self.statuses: dict[str, dict[int, int]] = {}
        self._url = url
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._clients = {
            address: httpx.AsyncClient(
                transport=httpx.AsyncHTTPTransport(local_address=address), timeout=20
            )
            for address in (*ADDRESSES, *FORGERS)
        }

    async def send(self, told: Sequence[Told]) -> None:
        """Send all of them, some at once."""
        await asyncio.gather(*(self._send(each) for each in told))

    async def close(self) -> None:
        """Close all connections."""
        for client in self._clients.values():
            await client.aclose()

    async def _send(self, told: Told) -> None:
        async with self._turns:
            while True:
                status = await self._post(told)
                counts = self.statuses.setdefault(told.kind, {})
                counts[status] = counts.get(status, 0) + 1
                if status == 200 or (told.kind != "genuine" and status):
                    return
                await asyncio.sleep(0.25)

    async def _post(self, told: Told) -> int:
        """Post once; 0 where nobody answers."""
        client = self._clients[told.address]
        try:
            answer = await client.post(
                f"{self._url}/hooks/payments/{told.path}", content=told.body, headers=told.headers
            )
        except httpx.HTTPError:
            return 0
        return answer.status_code


def _body(event: str, payment: str, status: str) -> bytes:
    thing = {"id": payment, "status": status, "amount": {"value": "1.00", "currency": "RUB"}}
    return json.dumps({"type": "notification", "event": event, "object": thing}).encode()
