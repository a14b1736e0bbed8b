"""A shop that sends orders through their lives over HTTP, and remembers what it was told.

Each request has its own Idempotency-Key. What was answered is kept byte for byte; what got no
answer is asked again, with the same key, once the program is back.
"""

import asyncio
import itertools
import time
from collections import Counter
from typing import Any

import httpx

from gotovo.order.values.pickup_codes import pickup_code
from tests.support.api.network import captured

PLACES_OPEN = [[{"opens": "00:00:00", "closes": "00:00:00"}]] * 7
TIMETABLE = {
    "time_zone": "Europe/Moscow",
    "week": PLACES_OPEN,
    "exceptions": {},
    "country": "RU",
    "closed_on_holidays": False,
}
SKU = "MUG"
PRICE = 49_900
UNITS = 1_000_000
REPEATED_AT_ONCE = 32

GOES_ON_SECONDS_MAX = 120
"""After this a fault is taken for one that nothing mends; the promise is 5 seconds."""

_ACCEPTED = frozenset({200, 201})
_UNAVAILABLE = 503


class Shop:
    """Several customers at once; `answers` is what was acknowledged, by key.

    `unserved` counts the answers that something can't be served now, by the problem's code, and
    `asked_again` the requests that were refused for the moment, or got no answer.
    """

    def __init__(
        self, url: str, token: str, secret: bytes, name: str = "", warehouse: str = "KZN"
    ) -> None:
        """Talk to the program at `url`; the keys of requests begin with the name."""
        self.answers: dict[str, bytes] = {}
        self.requests: dict[str, tuple[str, dict[str, Any]]] = {}
        self.asked_again = 0
        self.url = url
        self._token = token
        self._secret = secret
        self._numbers = itertools.count(1)
        self._stopped = False
        self._name = name
        self.unserved: Counter[str] = Counter()
        self._spans: list[tuple[float, float]] = []
        self._warehouse = warehouse
        self._point = f"{warehouse}-1"
        self._news = asyncio.Event()

    async def open(self) -> None:
        """Set up a warehouse, a point and goods."""
        async with self._client() as client:
            body: dict[str, Any] = {"title": "Склад", "timetable": TIMETABLE}
            (await client.put(f"/warehouses/{self._warehouse}", json=body)).raise_for_status()
            body |= {"address": "Казань", "warehouse": self._warehouse, "cut_off": "20:00:00"}
            (await client.put(f"/points/{self._point}", json=body)).raise_for_status()
            entry = {"sku": SKU, "title": "Кружка", "delta": UNITS}
            stock = {"warehouse": self._warehouse, "reason": "receipt", "entries": [entry]}
            headers = {"Idempotency-Key": f"{self._name}receipt"}
            (await client.post("/stock", json=stock, headers=headers)).raise_for_status()

    def stop(self) -> None:
        """Let every customer finish the step they are in."""
        self._stopped = True

    def first_answer_after(self, instant: float) -> float | None:
        """Return how long after an instant the first request sent after it was accepted.

        Times are those of `time.monotonic`, in seconds.
        """
        answered = [answered for sent, answered in self._spans if sent >= instant]
        return min(answered) - instant if answered else None

    async def goes_on(self, instant: float, customers: int) -> float:
        """Wait until every customer has been served again; return the seconds to the first."""
        count = len(self._spans)
        async with asyncio.timeout(GOES_ON_SECONDS_MAX):
            while len(self._spans) < count + customers:  # noqa: ASYNC110  (no event)
                await asyncio.sleep(0.05)
            while (seconds := self.first_answer_after(instant)) is None:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        return seconds

    async def answered(self, more: int) -> None:
        """Wait until so many more requests were answered."""
        enough = len(self.answers) + more
        while len(self.answers) < enough:
            self._news.clear()
            await self._news.wait()

    def longest_gap(self) -> float:
        """Return the longest time without an answer, in seconds."""
        answered = sorted(each for _, each in self._spans)
        return max(after - before for before, after in itertools.pairwise(answered))

    async def serve(self, customers: int) -> None:
        """Live until stopped: place an order, take all its steps, place the next."""
        self._stopped = False
        async with self._client() as client, asyncio.TaskGroup() as group:
            for customer in range(customers):
                group.create_task(self._customer(client, customer))

    async def repeat_all(self) -> list[str]:
        """Send everything that was acknowledged again; return the keys whose answer differs."""
        turns = asyncio.Semaphore(REPEATED_AT_ONCE)

        async def differs(client: httpx.AsyncClient, key: str) -> bool:
            async with turns:
                answer = await self._until_answered(client, key, *self.requests[key])
            return answer != self.answers[key]

        async with self._client() as client:
            keys = list(self.answers)
            found = await asyncio.gather(*(differs(client, key) for key in keys))
        return [key for key, differing in zip(keys, found, strict=True) if differing]

    async def carry(self, orders: int, last: str) -> list[str]:
        """Place orders at once and take each as far as a step; return their numbers."""
        self._stopped = False
        async with self._client() as client:
            return await asyncio.gather(
                *(self._carry(client, customer, last) for customer in range(orders))
            )

    def code_of(self, number: str) -> str:
        """Return an order's first pick-up code."""
        return pickup_code(self._secret, number, self._point, 1)

    async def _customer(self, client: httpx.AsyncClient, customer: int) -> None:
        while not self._stopped:
            await self._carry(client, customer)

    async def _carry(self, client: httpx.AsyncClient, customer: int, last: str = "") -> str:
        name = f"{self._name}{customer}-{next(self._numbers)}"
        body: dict[str, Any] = {
            "external_id": name,
            "customer": {"phone": f"+7900{customer:07}"},
            "lines": [{"sku": SKU, "title": "Кружка", "quantity": 1, "price": PRICE}],
            "delivery": {"method": "pickup", "point": self._point},
        }
        placed = httpx.Response(200, content=await self._told(client, name, "/orders", body))
        number: str = placed.json()["number"]
        for step, said in (
            ("payment", captured(number, PRICE)),
            ("packing", {}),
            ("dispatch", {}),
            ("arrival", {}),
            ("shelving", {"cell": "A-1"}),
            ("handover", {"code": self.code_of(number)}),
        ):
            if self._stopped:
                break
            await self._told(client, f"{name}-{step}", f"/orders/{number}/{step}", said)
            if step == last:
                break
        return number

    async def _told(
        self, client: httpx.AsyncClient, key: str, path: str, body: dict[str, Any]
    ) -> bytes:
        self.requests[key] = (path, body)
        self.answers[key] = await self._until_answered(client, key, path, body)
        self._news.set()
        return self.answers[key]

    async def _until_answered(
        self, client: httpx.AsyncClient, key: str, path: str, body: dict[str, Any]
    ) -> bytes:
        """Ask with the same key until there is an answer; only a missing one may be repeated."""
        while True:
            sent = time.monotonic()
            try:
                answer = await client.post(path, json=body, headers={"Idempotency-Key": key})
            except httpx.HTTPError:
                self.asked_again += 1
                await asyncio.sleep(0.1)
                continue
            if answer.status_code in _ACCEPTED:
                self._spans.append((sent, time.monotonic()))
                return answer.content
            is_unserved = answer.status_code == _UNAVAILABLE
            assert is_unserved or self._is_in_flight(answer), answer.text
            if is_unserved:
                self.unserved[answer.json()["code"]] += 1
            self.asked_again += 1
            await asyncio.sleep(0.1)

    @staticmethod
    def _is_in_flight(answer: httpx.Response) -> bool:
        return answer.json().get("code") == "in_flight"

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=f"{self.url}/api/v1",
            headers={"Authorization": f"Bearer {self._token}"},
            timeout=30,
        )
