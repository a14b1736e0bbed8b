"""Recalculation: running orders follow the changed settings of their point and warehouse.

A place that was changed stands in the database until all its running orders are recalculated, page
by page, as ordinary commands (rules 4.1 and 4.2). A command's id is made of the place, the version
of its settings and the order, so a page that is submitted again after a crash, or by another
process, changes nothing.
"""

import asyncio
import hashlib
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random

from msgspec import structs

from gotovo.engine.background.periodic import PeriodicJob
from gotovo.engine.engine import Engine
from gotovo.engine.ports import (
    ChangedPlace,
    ChangedPlaces,
    EngineClosed,
    JournalUnreachable,
    RunningOrder,
)
from gotovo.engine.submission import ResultKind, Submission
from gotovo.order.lifecycle import ROW_OF
from gotovo.order.steps.promise_recalculation import RecalculatePromise
from gotovo.order.steps.storage_recalculation import RecalculateStorage
from gotovo.order.values import stages
from gotovo.order.values.actor import TIMER
from gotovo.value import Value

PLACES_MAX = 100
"""Places looked up at once; the next run takes the others."""

SCANS_MAX = 3
"""How often the orders of a place are gone through while one of them fails. One that fails for good
must not be tried forever: it looks at the present settings itself when its deadline passes."""

_NAMESPACE = uuid.UUID("0f4d6f0e-7c55-5d0b-8a36-6f3a1b9f4c21")


class RecalculationTerms(Value, frozen=True):
    """How orders are recalculated.

    A place settles for three seconds, three times what a process's copy of the settings may be old,
    so that no process decides by the old ones afterwards. 256 orders are one commit. Resting as
    long as a page took leaves half of the time to people.
    """

    poll_seconds: float = 1.0
    settle_seconds: float = 3.0
    page: int = 256
    resting: float = 1.0


class RecalculationFailed(Exception):
    """An order could not be recalculated; its place stays listed until the last of `SCANS_MAX`."""


class Recalculation:
    """Recalculates the running orders of changed places."""

    def __init__(
        self,
        engine: Engine,
        places: ChangedPlaces,
        clock: Callable[[], datetime],
        terms: RecalculationTerms | None = None,
        *,
        report: Callable[[str, Exception], None] | None = None,
        rng: Random | None = None,
    ) -> None:
        self._engine = engine
        self._places = places
        self._clock = clock
        self._terms = terms or RecalculationTerms()
        self._scans: Counter[tuple[str, str]] = Counter()
        self.job = PeriodicJob(
            "recalculation", self.run, self._terms.poll_seconds, report=report, rng=rng
        )

    async def run(self) -> int:
        """Recalculate the orders of all places that have settled; return how many changed.

        A place with an order that fails does not hold up the others; RecalculationFailed has the
        first such error.
        """
        before = self._clock() - timedelta(seconds=self._terms.settle_seconds)
        changed = 0
        first: RecalculationFailed | None = None
        for place in await self._places.changed_places(before, PLACES_MAX):
            try:
                changed += await self._recalculate(place)
            except RecalculationFailed as error:
                first = first or error
        if first is not None:
            raise first
        return changed

    async def _recalculate(self, place: ChangedPlace) -> int:
        """Go on with a place where the last run stopped."""
        changed = 0
        first: BaseException | None = None
        loop = asyncio.get_running_loop()
        while page := await self._places.running_orders(place, self._terms.page):
            if self.job.is_stopping:
                return changed
            began = loop.time()
            count, error = await self._submit(place, page)
            changed, first = changed + count, first or error
            last = page[-1]
            place = structs.replace(place, after_placed_at=last.placed_at, after_number=last.number)
            await self._places.advance(place)
            await self.job.rest((loop.time() - began) * self._terms.resting)
        if first is None:
            await self._finish(place)
            return changed
        await self._scan_again(place)
        raise RecalculationFailed(f"{place.code}: {first!r}") from first

    async def _scan_again(self, place: ChangedPlace) -> None:
        """Begin anew with a place, unless that was done often enough."""
        key = (place.kind, place.code)
        self._scans[key] += 1
        if self._scans[key] >= SCANS_MAX:
            await self._finish(place)
        else:
            beginning = structs.replace(place, after_placed_at=None, after_number=None)
            await self._places.advance(beginning)

    async def _finish(self, place: ChangedPlace) -> None:
        self._scans.pop((place.kind, place.code), None)
        await self._places.finish(place)

    async def _submit(
        self, place: ChangedPlace, page: Sequence[RunningOrder]
    ) -> tuple[int, BaseException | None]:
        """Return how many orders changed, and the first error of a single one."""
        results = await self._engine.submit_each([_submission(place, order) for order in page])
        changed = 0
        first: BaseException | None = None
        for result in results:
            if isinstance(result, EngineClosed | JournalUnreachable):
                raise result
            if isinstance(result, BaseException):
                first = first or result
            else:
                changed += result.kind is ResultKind.DONE and not result.repeated
        return changed, first


def _submission(place: ChangedPlace, order: RunningOrder) -> Submission:
    on_shelf = order.stage in stages.READY
    command = RecalculateStorage() if on_shelf else RecalculatePromise()
    step = ROW_OF[type(command)].step
    name = f"{place.kind}:{place.code}:{place.version}:{order.number}:{step}"
    return Submission(
        command_id=uuid.uuid5(_NAMESPACE, name),
        number=order.number,
        command=command,
        actor=TIMER,
        fingerprint=hashlib.blake2b(step.encode(), digest_size=16).digest(),
    )
