"""Supervisor: keeps a number of workers running, whatever becomes of each of them.

A worker that ends or hangs is replaced; the others go on meanwhile, and the socket they serve on
stays open, so that clients wait instead of being refused. It never gives up: docs/decisions/0030.
"""

import asyncio
import random
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import structlog

from gotovo.supervision.backoff import Backoff
from gotovo.supervision.messages import ProgramProblems, Ready
from gotovo.supervision.worker import Worker, WorkerCommand, WorkerEnd

_log: Final = structlog.get_logger("gotovo")


class WorkerStartError(Exception):
    """The first worker could not start; the message says why and what to do."""


class Supervisor:
    """Runs `count` workers until it is asked to stop.

    `on_ready` is called once, with what the first worker that is ready has to say. `on_change` is
    called whenever the list of problems changes.
    """

    def __init__(
        self,
        command: WorkerCommand,
        count: int,
        *,
        on_ready: Callable[[Ready], None] = lambda _: None,
        on_change: Callable[[], None] = lambda: None,
    ) -> None:
        self._command = command
        self._count = count
        self._on_ready = on_ready
        self._on_change = on_change
        self._slots: dict[int, _Slot] = {}
        self._stopping = asyncio.Event()
        self._was_ready = False
        self._elsewhere: tuple[str, ...] = ()
        self._is_disk_full = False
        self._told: tuple[str, ...] = ()
        self._failure = ""
        self._restarts = 0
        self._leaving: set[asyncio.Task[WorkerEnd]] = set()

    @property
    def problems(self) -> tuple[str, ...]:
        """Return what is wrong at the moment, in sentences."""
        return (*self._elsewhere, *(slot.problem for slot in self._slots.values() if slot.problem))

    @property
    def pids(self) -> tuple[int, ...]:
        """Return the processes of the workers that serve."""
        workers = (slot.worker for slot in self._slots.values())
        return tuple(each.pid for each in workers if each is not None and each.is_ready)

    def stop(self) -> None:
        """Let every worker finish what it has begun, and `run` return."""
        self._stopping.set()

    def tell(self, problems: Sequence[str], *, is_disk_full: bool = False) -> None:
        """Let the workers know what is wrong elsewhere, with the database for example."""
        self._elsewhere = tuple(problems)
        self._is_disk_full = is_disk_full
        self._changed()

    async def run(self) -> None:
        """Run until stopped; raise WorkerStartError when no worker can start at all."""
        async with asyncio.TaskGroup() as group:
            for number in range(1, self._count + 1):
                slot = self._slots[number] = _Slot(number)
                group.create_task(self._keep(slot))
        await asyncio.gather(*self._leaving)
        if self._failure:
            raise WorkerStartError(self._failure)

    async def reload(self, command: WorkerCommand) -> bool:
        """Replace the workers one after the other, each new one being ready before the old stops.

        Return whether all were replaced; at the first that does not get ready the old ones stay.
        """
        before, self._command = self._command, command
        for slot in self._slots.values():
            fresh = Worker(command, slot.number)
            if not await self._gets_ready(fresh):
                self._command = before
                ending = await fresh.stop()
                _log.error("a reload failed; the workers before it go on", reason=ending.reason)
                return False
            if slot.successor is not None:
                self._leave(slot.successor)
            slot.successor = fresh
            slot.replaced.set()
        return True

    async def _keep(self, slot: "_Slot") -> None:
        backoff = Backoff(random.Random())  # noqa: S311  (spreads restarts, keeps no secret)
        while not self._stopping.is_set():
            ending = await self._run_worker(slot)
            if ending is None:
                continue
            if ending.gave_up and not self._was_ready:
                self._failure = ending.reason
                self.stop()
                return
            pause = backoff.pause(ending.worked_seconds)
            self._restarts += 1
            slot.problem = f"worker {slot.number} is being started again: {ending.reason}"
            self._changed()
            _log.error(
                "a worker ended and is replaced",
                worker=slot.number,
                reason=ending.reason,
                pause_seconds=round(pause, 1),
            )
            await self._waits({asyncio.create_task(asyncio.sleep(pause))})
        if slot.successor is not None:
            self._leave(slot.successor)

    async def _run_worker(self, slot: "_Slot") -> WorkerEnd | None:
        """Run one worker to its end; return None when it was replaced or the program stops."""
        worker, slot.successor = slot.successor or Worker(self._command, slot.number), None
        slot.replaced.clear()
        slot.worker = worker
        if await self._gets_ready(worker):
            slot.problem = ""
            self._changed(worker)
            if not self._was_ready:
                self._was_ready = True
                self._on_ready(worker.ready.result())
            replaced = asyncio.create_task(slot.replaced.wait())
            await self._waits({worker.ended, replaced})
            replaced.cancel()
        if worker.ended.done() and not slot.replaced.is_set():
            return worker.ended.result()
        self._leave(worker)
        return None

    def _leave(self, worker: Worker) -> None:
        """Let a worker finish what it has begun, beside its successor."""
        self._leaving = {each for each in self._leaving if not each.done()}
        self._leaving.add(asyncio.create_task(worker.stop()))

    async def _gets_ready(self, worker: Worker) -> bool:
        await self._waits({worker.ready, worker.ended})
        return worker.is_ready

    async def _waits(self, futures: "Iterable[asyncio.Future[Any]]") -> None:
        """Wait for the first of these, or until the program is to stop."""
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({stopping, *futures}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()

    def _changed(self, newcomer: Worker | None = None) -> None:
        problems = self.problems
        told = ProgramProblems(problems, self._restarts, self._is_disk_full)
        if problems != self._told:
            self._told = problems
            for slot in self._slots.values():
                if slot.worker is not None and slot.worker.is_ready:
                    slot.worker.condition(told)
            self._on_change()
        elif newcomer is not None and (problems or self._restarts):
            newcomer.condition(told)


class _Slot:
    """The place of one worker, which successive processes take."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.worker: Worker | None = None
        self.successor: Worker | None = None
        self.replaced = asyncio.Event()
        self.problem = ""
