"""A receiver of webhooks on the loopback interface, which fails as a test tells it to.

It takes note of every message that it has answered with success, in order of arrival.
"""

import asyncio
import ssl
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from random import Random
from typing import Any, NamedTuple

import msgspec


class Received(NamedTuple):
    """A request as it arrived: headers by name in lower case, and the body."""

    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def event(self) -> dict[str, Any]:
        """The event in the payload."""
        return msgspec.json.decode(self.body)["data"]


Answer = Callable[[Received], "int | str | tuple[int, str]"]
"""Returns a status, a status with Retry-After, "reset" or "silence"."""


def always(answer: "int | str | tuple[int, str]") -> Answer:
    """Return what answers everything alike."""
    return lambda _received: answer


def refusing(number: str) -> Answer:
    """Return what answers 500 to the events of one order, and takes all others."""
    return lambda received: 500 if received.event["number"] == number else 204


def failing(share: float, seed: int = 1) -> Answer:
    """Return what fails this share of requests: 500, 429 and resets alike, silence less often."""
    rng = Random(seed)

    def answer(_received: Received) -> "int | str | tuple[int, str]":
        if rng.random() >= share:
            return 204
        return rng.choice((*(500, (429, "0"), "reset") * 3, "silence"))

    return answer


class Receiver:
    """An HTTP server; `url` is where webhooks send to."""

    def __init__(self, answer: Answer | None = None) -> None:
        self.answer = answer or always(204)
        self.received: list[Received] = []
        self.taken: set[str] = set()
        self.requests = 0
        self.under_way: Counter[str] = Counter()
        self.overlaps: list[str] = []
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks"

    @property
    def ids(self) -> list[str]:
        return [each.id for each in self.received]

    async def open(self, tls: ssl.SSLContext | None = None) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
                while await self._one(reader, writer):
                    pass
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lines = head.split("\r\n")[1:-2]
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        body = await reader.readexactly(int(headers["content-length"]))
        received = Received(headers, body)
        self.requests += 1
        number = received.event["number"]
        if self.under_way[number]:
            self.overlaps.append(number)
        answer = self.answer(received)
        if answer == "silence":  # Who has sent it goes away meanwhile.
            await asyncio.sleep(30)
            return False
        self.under_way[number] += 1
        try:
            if answer == "reset":
                writer.transport.abort()
                return False
            status, wait = answer if isinstance(answer, tuple) else (int(answer), "")
            if status < 300:
                self.received.append(received)
                self.taken.add(received.id)
            await asyncio.sleep(0)
        finally:
            self.under_way[number] -= 1
        more = f"retry-after: {wait}\r\n" if wait else ""
        body_length = "" if status == 204 else "content-length: 0\r\n"
        writer.write(f"HTTP/1.1 {status} X\r\n{body_length}{more}\r\n".encode())
        await writer.drain()
        return True


def first_of(received: Sequence[Received]) -> list[Received]:
    """Return what arrived without repetitions, in order of the first arrival."""
    first: dict[str, Received] = {}
    for each in received:
        first.setdefault(each.id, each)
    return list(first.values())


def assert_in_order(receiver: Receiver) -> None:
    """Each event of an order was first taken after all those before it, and never beside one."""
    by_order: dict[str, list[int]] = {}
    for each in first_of(receiver.received):
        by_order.setdefault(each.event["number"], []).append(each.event["version"])
    assert receiver.overlaps == []
    assert [versions for versions in by_order.values() if versions != sorted(versions)] == []
