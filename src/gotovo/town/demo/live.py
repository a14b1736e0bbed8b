"""The town living in real time inside the server: something happens every second or two.

It follows the feed, so it sees what visitors do too: their orders are picked, packed, carried and
shelved like anybody's, but nobody pays, collects or cancels in a visitor's place. What it keeps
in mind is bounded by `agenda.ORDERS_MAX`, however long it runs.
"""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from gotovo.engine.ports import EngineError
from gotovo.points.local_time import local_date
from gotovo.town.behaviour.action import Surroundings
from gotovo.town.behaviour.agenda import Agenda
from gotovo.town.behaviour.arrivals import is_shown_on, passer_by, to_be_shown
from gotovo.town.behaviour.scenario import KIND_DAY, KIND_NOW
from gotovo.town.behaviour.shopping import Basket, placement
from gotovo.town.behaviour.timing import ByTheDay, WithinMinutes
from gotovo.town.dataset.places import TIME_ZONE
from gotovo.town.demo.seed import restock
from gotovo.town.simulation.replay import follow_up
from gotovo.town.simulation.runtime import House

TICK_SECONDS = 1.2
"""One deed a tick at most: fast enough to see the town live, slow enough to follow it."""

NEW_ORDER_SECONDS = 18
"""An order needs some twelve deeds, so about two thirds of the ticks have something to do."""

RESTOCK_SECONDS = 60
AWAY_SECONDS = 2.0

RECALLED_EVENTS = 50_000
"""Events read again at the start to find what is under way: half a day of the town, a second's
work. Whatever has not moved for longer is left to the timers until it does."""

_PAGE = 500
_LOADED = 200


class Living:
    """A town that goes on; all of its chance comes from the seed and from names."""

    def __init__(self, seed: int, house: House) -> None:
        """Live in a house whose clock is the real one."""
        around = Surroundings(house.secret, house.directory()[0])
        paces = {"": WithinMinutes(), KIND_DAY: ByTheDay()}
        self._seed = seed
        self._house = house
        self._agenda = Agenda(seed, around, paces, self._is_shown)
        self._position = 0
        self._born = house.clock()
        self._placed = 0
        self._next_order_at = self._born
        self._next_restock_at = self._born
        self._shown_on: date | None = None

    async def run(self) -> None:
        """Live until cancelled; while the journal is away, wait for it."""
        recalled = False
        while True:
            try:
                if not recalled:
                    await self.recall()
                    recalled = True
                await self.tick()
            except EngineError:
                await asyncio.sleep(AWAY_SECONDS)
            await asyncio.sleep(TICK_SECONDS)

    async def recall(self) -> None:
        """Find the orders under way among the latest events."""
        head = await self._head()
        self._position = max(0, head - RECALLED_EVENTS)
        while self._position < head:
            await self._look()
            await asyncio.sleep(0)

    async def tick(self) -> None:
        """See what is new, and let one thing happen."""
        await self._look()
        now = self._house.clock()
        if self._shown_on != local_date(now, TIME_ZONE):
            await self._show(now)
        elif now >= self._next_restock_at:
            self._next_restock_at = now + timedelta(seconds=RESTOCK_SECONDS)
            await restock(self._house)
        if now >= self._next_order_at:
            self._next_order_at = now + timedelta(seconds=NEW_ORDER_SECONDS)
            await self._place(now)
        else:
            await self._do_one(now)

    async def _head(self) -> int:
        # A follower of this name never moves, so it is behind by everything there is.
        behind = await self._house.journal.backlogs("town", 1)
        return behind[0].head if behind else 0

    async def _look(self) -> None:
        """Plan what comes next for orders that changed, whoever changed them."""
        events = await self._house.journal.feed(0, self._position, _PAGE)
        if not events:
            return
        self._position = events[-1].position
        numbers = list(dict.fromkeys(x.event.number for x in events))
        for start in range(0, len(numbers), _LOADED):
            await self._plan(numbers[start : start + _LOADED])

    async def _plan(self, numbers: Sequence[str]) -> None:
        loaded = await self._house.journal.load(0, numbers, (), ())
        now = self._house.clock()
        for standing in loaded.orders.values():
            self._agenda.plan(standing.order, now)

    async def _do_one(self, now: datetime) -> None:
        planned = self._agenda.take(now, 1)
        for deed, command in zip(
            planned, self._agenda.submissions(planned, told=False), strict=True
        ):
            outcome = await self._house.engine.submit(command)
            follow_up(self._agenda, deed, outcome, now)

    async def _place(self, now: datetime) -> None:
        self._placed += 1
        name = f"{KIND_NOW}-{self._born:%Y%m%d%H%M%S}-{self._placed}"
        basket = Basket(name, now, passer_by(self._seed, name))
        await self._submit(basket, now)

    async def _show(self, now: datetime) -> None:
        """Place the day's orders that are kept for people to look at; a second time is harmless."""
        self._shown_on = local_date(now, TIME_ZONE)
        for basket in to_be_shown(self._seed, self._shown_on, now):
            await self._submit(basket, now)

    async def _submit(self, basket: Basket, now: datetime) -> None:
        command = placement(self._seed, self._house.secret, basket, told=False)
        outcome = await self._house.engine.submit(command)
        if not outcome.repeated:
            follow_up(self._agenda, None, outcome, now)

    def _is_shown(self, external_id: str) -> bool:
        return is_shown_on(external_id, local_date(self._house.clock(), TIME_ZONE))
