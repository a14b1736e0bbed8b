"""YooKassa's notifications: unsigned, sent again until they are taken, in no certain order."""

import asyncio
import json
from collections.abc import Sequence
from random import Random

import httpx

from tests.support.payments.yookassa_ledger import Json, YooKassaLedger

_TAKEN = 200


class YooKassaNotifier:
    """Posts events of a ledger to an address; those that were not taken wait for another turn."""

    def __init__(self, ledger: YooKassaLedger, url: str = "") -> None:
        """With an address each event is posted as soon as it happens, unless `is_held`."""
        self.url = url
        self.is_held = False
        self.untaken: list[Json] = []
        self._ledger = ledger
        self._tasks: set[asyncio.Task[int]] = set()
        ledger.on_event = self._happened

    async def post(self, event: Json, url: str = "") -> int:
        """Post one event and return the status; 0 where nobody answered."""
        try:
            async with httpx.AsyncClient(timeout=10, trust_env=False) as client:
                body = json.dumps(event, ensure_ascii=False).encode()
                headers = {"content-type": "application/json"}
                answered = await client.post(url or self.url, content=body, headers=headers)
                status = answered.status_code
        except httpx.HTTPError:
            status = 0
        if status != _TAKEN and event not in self.untaken:
            self.untaken.append(event)
        elif status == _TAKEN and event in self.untaken:
            self.untaken.remove(event)
        return status

    async def deliver(
        self,
        url: str = "",
        *,
        events: Sequence[Json] | None = None,
        repeat: int = 1,
        lost: float = 0.0,
        seed: int | None = None,
    ) -> list[int]:
        """Post events, all that there were unless some are given, and return the statuses.

        Each is posted `repeat` times, a share is `lost`, and with a seed their order is chance.
        """
        rng = Random(seed)
        chosen = [*(self._ledger.events if events is None else events)] * repeat
        if seed is not None:
            rng.shuffle(chosen)
        return [await self.post(each, url) for each in chosen if rng.random() >= lost]

    async def deliver_untaken(self) -> list[int]:
        """Post again what was not taken."""
        return [await self.post(each) for each in list(self.untaken)]

    async def settled(self) -> None:
        """Wait until everything that is on its way has been answered."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def close(self) -> None:
        """End what is on its way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _happened(self, event: Json) -> None:
        if not self.url:
            return
        if self.is_held:
            self.untaken.append(event)
            return
        task = asyncio.create_task(self.post(event))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
