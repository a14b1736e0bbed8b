"""No receipt is lost or doubled: a register that fails, and senders that are killed."""

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import Process
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from typing_extensions import override

from tests.support.notices.http_peer import PeerRequest, http_peer
from tests.support.payments.cash_registers import AtolServer
from tests.support.payments.fiscal_desk import FiscalDesk
from tests.support.web.cast import ALINA, DAY, HOUR, NOW, Cast
from tests.support.web.goods import MUG

ROOT = Path(__file__).parents[3]
IS_FULL = os.environ.get("GOTOVO_TEST_FULL") == "1"
ORDERS, KILLS, SECONDS_MAX = (300, 12, 600.0) if IS_FULL else (30, 3, 120.0)
PROCESSES = 2


class FailingServer(AtolServer):
    """Loses answers, breaks, forgets tokens; and is slow, so that kills meet requests."""

    def __init__(self) -> None:
        super().__init__()
        self._rng = Random(7)

    @override
    def take(self) -> str:
        """Return the next fault: in four of ten requests there is one."""
        return self._rng.choice(("",) * 6 + ("lost", "lost", "broken", "expired"))

    async def slowly(self, request: PeerRequest) -> bytes:
        """Do what is asked, and answer a little later."""
        answer = self.answer(request)
        await asyncio.sleep(self._rng.uniform(0, 0.02))
        return answer

    @property
    def done(self) -> int:
        """How many documents are registered."""
        return sum(bool(each.get("is_done")) for each in self.documents.values())


@pytest.mark.timeout(3 * SECONDS_MAX)
async def test_every_receipt_is_registered_once_whoever_is_killed(
    cast: Cast, desk: FiscalDesk, database_url: str
) -> None:
    orders = []
    for _ in range(ORDERS):
        order = await cast.send(await cast.place(ALINA, NOW - 5 * DAY, MUG), NOW - 4 * DAY)
        order = await cast.shelve(order, NOW - 3 * DAY)
        orders.append(await cast.hand_over(order, NOW - 3 * DAY + HOUR))
    await desk.plan()
    server, rng, began_at = FailingServer(), Random(7), time.time()
    async with http_peer(server.slowly) as peer:
        senders = [await _sender(database_url, peer.url, began_at) for _ in range(PROCESSES)]
        try:
            for number in range(1, KILLS + 1):
                wanted = 2 * ORDERS * number * rng.uniform(0.7, 0.9) / (KILLS + 1)
                await _until(server, wanted, senders)
                await _kill(senders.pop(0))
                senders.append(await _sender(database_url, peer.url, began_at))
            await _until(server, 2 * ORDERS, senders)
            await _settled(desk)
        finally:
            for sender in senders:
                await _kill(sender)
    assert len(server.documents) == 2 * ORDERS
    told = Counter(key.rsplit("-", 2)[0] for key in server.documents)
    assert set(told.values()) == {2}
    for order in orders:
        assert [state for _, state, _ in await desk.states(order)] == ["registered"] * 2
        keys = [key for key in server.documents if order.number in key]
        methods = [server.documents[key]["receipt"]["items"][0]["payment_method"] for key in keys]
        assert methods == ["full_prepayment", "full_payment"]
    assert not await desk.cases()


async def _until(server: FailingServer, count: float, senders: list[Process]) -> None:
    """Wait until so many are registered."""
    async with asyncio.timeout(SECONDS_MAX):
        while server.done < count:
            assert [sender.returncode for sender in senders] == [None] * PROCESSES
            server.has_changed.clear()
            await asyncio.wait_for(server.has_changed.wait(), SECONDS_MAX)


async def _settled(desk: FiscalDesk) -> None:
    """Wait until no receipt is open: a sender that was killed may have known of more."""
    async with asyncio.timeout(SECONDS_MAX):
        while await desk.receipts.next_at() is not None:  # noqa: ASYNC110  (of other processes)
            await asyncio.sleep(0.1)


async def _sender(url: str, server: str, began_at: float) -> Process:
    module = "tests.support.payments.receipt_process"
    command = (sys.executable, "-m", module, url, server, str(began_at))
    return await asyncio.create_subprocess_exec(*command, cwd=ROOT)


async def _kill(sender: Process) -> None:
    sender.send_signal(signal.SIGKILL)
    await sender.wait()
