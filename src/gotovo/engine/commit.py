"""One batch, from what waits to what is told: read, decide, commit, and only then answer.

A lost race is read again. A fault of one command is found by halving the batch, so that only
the culprit hears of it. After a lost connection nobody knows whether the commit happened: the
command ids are looked up, and what is found there was applied; the rest is decided anew.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from random import Random

from msgspec import Struct

from gotovo.engine.batch import (
    Decided,
    Directory,
    Earlier,
    Rules,
    decide_batch,
    external_id_of,
    skus_of,
)
from gotovo.engine.ports import (
    Answered,
    Journal,
    JournalUnreachable,
    Loaded,
    RaceLost,
    Standing,
)
from gotovo.engine.queue import Entry
from gotovo.engine.submission import Outcome
from gotovo.order.replay import replay
from gotovo.order.values.order import Order

RACES_MAX = 20
"""Races one batch may lose. Each means that somebody else committed, so work gets done; twenty
in a row with growing pauses (about a second together) is a fault and no coincidence."""

_RACE_PAUSE_SECONDS = 0.001
_RACE_PAUSE_SECONDS_MAX = 0.1
_AWAY_PAUSE_SECONDS = 0.05
_AWAY_PAUSE_SECONDS_MAX = 1.0


class Counts(Struct):
    """What committing has come across since the start; for metrics."""

    batches: int = 0
    commands: int = 0
    races_lost: int = 0
    connections_lost: int = 0
    halvings: int = 0


class Committer:
    """Turns entries into outcomes; one instance serves every lane."""

    def __init__(
        self,
        journal: Journal,
        directory: Directory,
        rules: Rules,
        clock: Callable[[], datetime],
        chance: Random,
    ) -> None:
        """Use a journal; `chance` only spreads the pauses before a retry."""
        self.counts = Counts()
        self._journal = journal
        self._directory = directory
        self._rules = rules
        self._clock = clock
        self._chance = chance

    async def commit(
        self, lane: int, entries: Sequence[Entry], on_away: Callable[[], None]
    ) -> None:
        """Bring every entry to its outcome or its error; `on_away` is called at each try while
        the journal cannot be reached.
        """
        races, losses = 0, 0
        left = entries
        while left:
            try:
                results = await self._attempt(lane, left)
            except RaceLost as error:
                races += 1
                self.counts.races_lost += 1
                if races > RACES_MAX:
                    await self._halve(lane, left, error, on_away)
                    return
                await self._pause(races, _RACE_PAUSE_SECONDS, _RACE_PAUSE_SECONDS_MAX)
            except JournalUnreachable as error:
                losses += 1
                self.counts.connections_lost += 1
                left = _still_in_time(left, error)
                on_away()
                await self._pause(losses, _AWAY_PAUSE_SECONDS, _AWAY_PAUSE_SECONDS_MAX)
            except Exception as error:  # noqa: BLE001  (whatever it is, it belongs to one command)
                await self._halve(lane, left, error, on_away)
                return
            else:
                self._tell(left, results)
                return

    def _tell(self, entries: Sequence[Entry], results: Sequence[Outcome | Exception]) -> None:
        self.counts.batches += 1
        self.counts.commands += len(entries)
        for entry, result in zip(entries, results, strict=True):
            if isinstance(result, Exception):
                entry.fail(result)
            else:
                entry.succeed(result)

    async def _attempt(self, lane: int, entries: Sequence[Entry]) -> Sequence[Outcome | Exception]:
        """Read, decide and commit once; return the results once they are true."""
        journal = self._journal
        submissions = [entry.submission for entry in entries]
        loaded = await journal.load(
            lane,
            list({s.number: None for s in submissions}),
            [s.command_id for s in submissions],
            [name for s in submissions if (name := external_id_of(s)) is not None],
        )
        places = self._directory()
        skus = skus_of(submissions, loaded, places)
        levels = await journal.levels(skus) if skus else {}
        decided = decide_batch(
            lane,
            submissions,
            loaded=loaded,
            levels=levels,
            places=places,
            rules=self._rules,
            now=self._clock(),
        )
        if decided.batch.answers:
            await self._write(decided, entries)
        earlier = [r.answered for r in decided.results if isinstance(r, Earlier)]
        if not earlier:
            return [r for r in decided.results if not isinstance(r, Earlier)]
        return await self._with_earlier(lane, entries, decided, loaded, earlier)

    async def _write(self, decided: Decided, entries: Sequence[Entry]) -> None:
        """Commit; after any fault but a lost race nobody knows whether it was committed."""
        try:
            await self._journal.write(decided.batch)
        except RaceLost:
            raise
        except Exception:
            for entry in entries:
                entry.uncertain = True
            raise

    async def _with_earlier(
        self,
        lane: int,
        entries: Sequence[Entry],
        decided: Decided,
        loaded: Loaded,
        earlier: Sequence[Answered],
    ) -> Sequence[Outcome | Exception]:
        """Return the results, commands answered before with what they were answered."""
        standings = dict(loaded.standings)
        absent = list({a.number: None for a in earlier if a.number not in standings})
        if absent:
            standings |= (await self._journal.load(lane, absent, [], [])).standings
        moved_on = [
            a.number
            for a in earlier
            if a.number in standings and standings[a.number].order.version != a.version
        ]
        histories = await self._journal.histories(lane, list(dict.fromkeys(moved_on)))
        results: list[Outcome | Exception] = []
        for entry, result in zip(entries, decided.results, strict=True):
            if not isinstance(result, Earlier):
                results.append(result)
                continue
            answered = result.answered
            standing = standings.get(answered.number)
            order = standing.order if standing else None
            if order is not None and order.version != answered.version:
                history = histories[answered.number][: answered.version]
                order = replay(history) if history else None
            results.append(_repeated(answered, standing, order, repeated=not entry.uncertain))
        return results

    async def _halve(
        self,
        lane: int,
        entries: Sequence[Entry],
        error: Exception,
        on_away: Callable[[], None],
    ) -> None:
        """Try each half by itself, the first one first; a single entry gets the error."""
        if len(entries) == 1:
            entries[0].fail(error)
            return
        self.counts.halvings += 1
        middle = len(entries) // 2
        await self.commit(lane, entries[:middle], on_away)
        await self.commit(lane, entries[middle:], on_away)

    async def _pause(self, tries: int, first_seconds: float, most_seconds: float) -> None:
        """Wait longer after each failure, and never as long as the neighbour does."""
        longest = min(most_seconds, first_seconds * 2 ** min(tries - 1, 16))
        await asyncio.sleep(longest * self._chance.uniform(0.5, 1.0))


def _still_in_time(entries: Sequence[Entry], error: Exception) -> Sequence[Entry]:
    """Fail the entries whose time is over; return the others."""
    now = asyncio.get_running_loop().time()
    left: list[Entry] = []
    for entry in entries:
        if entry.deadline > now:
            left.append(entry)
        else:
            entry.fail(error)
    return left


def _repeated(
    answered: Answered, standing: Standing | None, order: Order | None, *, repeated: bool
) -> Outcome:
    return Outcome(
        answered.command_id,
        answered.number,
        answered.kind,
        answered.version,
        answered.refusal,
        order,
        standing.contact if standing else None,
        repeated,
    )
