"""Nothing is lost or doubled: a provider that fails, and senders that are killed."""

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import Process
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from gotovo.store.tables.messages.messages import MessageState
from tests.support.notices.http_peer import PeerRequest, http_peer, json_response, response
from tests.support.notices.message_desk import MessageDesk
from tests.support.web.cast import Cast
from tests.support.web.sample_orders.open_orders import ready

ROOT = Path(__file__).parents[2]
IS_FULL = os.environ.get("GOTOVO_TEST_FULL") == "1"
ORDERS, KILLS, SECONDS_MAX = (900, 20, 900.0) if IS_FULL else (150, 2, 120.0)
PROCESSES = 2
"""As many send at the same time; one of them is killed, and another takes its place."""


class FailingProvider:
    """Takes what it is sent, in seven of ten requests; otherwise it fails, or takes it silently."""

    def __init__(self) -> None:
        self.texts: dict[str, set[str]] = defaultdict(set)
        self.answered: set[str] = set()
        self.has_changed = asyncio.Event()
        self._rng = Random(7)

    async def answer(self, request: PeerRequest) -> bytes:
        """Answer as a provider does that knows a message by its id."""
        message = request.fields["id"]
        how = self._rng.choice(("taken",) * 7 + ("refused", "reset", "silent"))
        if how == "refused":
            return response(self._rng.choice((429, 500)))
        self.texts[message].add(request.fields["text"])
        if how == "reset":
            return b""
        if how == "silent":
            await asyncio.sleep(30)
            return b""
        self.answered.add(message)
        self.has_changed.set()
        return json_response(200, {"id": message})

    async def until_answered(self, count: float, senders: Sequence[Process]) -> None:
        """Wait until so many messages are taken and their senders know it."""
        async with asyncio.timeout(SECONDS_MAX):
            while len(self.answered) < count:
                assert [sender.returncode for sender in senders] == [None] * PROCESSES
                self.has_changed.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.has_changed.wait(), 1)


@pytest.mark.timeout(3 * SECONDS_MAX)
async def test_no_message_is_lost_or_doubled_when_providers_fail_and_senders_are_killed(
    desk: MessageDesk, cast: Cast, database_url: str
) -> None:
    """A repetition has the id and the text of the first time, by which the provider knows it."""
    orders = [await ready(cast) for _ in range(ORDERS)]
    await desk.plan_all()
    provider, began_at = FailingProvider(), time.time()
    rng = Random(7)
    async with http_peer(provider.answer) as peer:
        senders = [await _sender(database_url, peer.url, began_at) for _ in range(PROCESSES)]
        try:
            for number in range(1, KILLS + 1):
                wanted = ORDERS * number * rng.uniform(0.7, 0.9) / (KILLS + 1)
                await provider.until_answered(wanted, senders)
                await _kill(senders.pop(0))
                senders.append(await _sender(database_url, peer.url, began_at))
            await provider.until_answered(ORDERS, senders)
            await _settled(desk)
        finally:
            for sender in senders:
                await _kill(sender)
    assert len(provider.texts) == ORDERS
    assert {len(texts) for texts in provider.texts.values()} == {1}
    for order in orders:
        assert await desk.states(order) == [("ready", MessageState.DELIVERED)]


async def _sender(url: str, provider: str, began_at: float) -> Process:
    module = "tests.support.notices.sender_process"
    command = (sys.executable, "-m", module, url, provider, str(began_at))
    return await asyncio.create_subprocess_exec(*command, cwd=ROOT)


async def _kill(sender: Process) -> None:
    sender.send_signal(signal.SIGKILL)
    await sender.wait()


async def _settled(desk: MessageDesk) -> None:
    """Wait until no message is open: a sender that was killed may have known of more."""
    async with asyncio.timeout(SECONDS_MAX):
        while await desk.messages.next_at() is not None:  # noqa: ASYNC110  (of other processes)
            await asyncio.sleep(0.1)
