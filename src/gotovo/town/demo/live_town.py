"""The town in real time inside the server: an action every second or two.

It follows the event feed and so processes visitors' orders too: they are picked, packed, carried
and shelved, but paying, collecting and cancelling is left to the visitor. Memory is bounded by
`agenda.ORDERS_MAX`, however long it runs.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta

from gotovo.access.buyer.phone_accounts import PhoneAccounts
from gotovo.engine.ports import CommandIdReused
from gotovo.points.local_time import local_date
from gotovo.town.behaviour.action import ActionContext
from gotovo.town.behaviour.agenda import Agenda, PlannedAction
from gotovo.town.behaviour.arrivals import is_showcase_on, random_buyer, showcase_baskets
from gotovo.town.behaviour.scenario import KIND_DAY, KIND_NOW
from gotovo.town.behaviour.shopping import Basket, placement
from gotovo.town.behaviour.timing import DailyTiming, QuickTiming
from gotovo.town.dataset.places import TIME_ZONE
from gotovo.town.demo.seed import restock
from gotovo.town.demo.vans import Vans
from gotovo.town.simulation.runtime import TownRuntime
from gotovo.town.simulation.simulator import follow_up

TICK_SECONDS = 1.2
"""At most one action per tick: fast enough to watch, slow enough to follow."""

NEW_ORDER_SECONDS = 18
"""An order needs about twelve actions, so about two thirds of the ticks have one."""

RESTOCK_SECONDS = 60

VANS_SECONDS = 10
"""A van is late by this at most, where a ride takes minutes."""

RECALLED_EVENTS = 50_000
"""Events read at the start to find the orders under way: half a day of the town, about a second.
Orders without an event for longer are left to the timers."""

_PAGE = 500
_LOADED = 200


class LiveTown:
    """The running town; all random choices are derived from the seed and from names."""

    def __init__(
        self,
        seed: int,
        runtime: TownRuntime,
        accounts: PhoneAccounts | None = None,
        vans: Vans | None = None,
    ) -> None:
        """Run in a runtime with the real clock; without `accounts` phones open their digests'.

        Without `vans` each order travels by itself, on no manifest.
        """
        context = ActionContext(runtime.secret, runtime.keyring().codes, runtime.directory()[0])
        timings = {"": QuickTiming(), KIND_DAY: DailyTiming()}
        self._seed = seed
        self._runtime = runtime
        self._accounts = accounts
        self._vans = vans
        self._agenda = Agenda(seed, context, timings, self._is_shown)
        self._position: int | None = None
        self._born = runtime.clock()
        self._placed = 0
        self._next_order_at = self._born
        self._next_restock_at = self._born
        self._next_vans_at = self._born
        self._shown_on: date | None = None

    async def tick(self) -> None:
        """Read the events since the last tick and take at most one action."""
        await self._catch_up()
        now = self._runtime.clock()
        if self._shown_on != local_date(now, TIME_ZONE):
            await self._show(now)
        elif now >= self._next_restock_at:
            self._next_restock_at = now + timedelta(seconds=RESTOCK_SECONDS)
            await restock(self._runtime)
        if self._vans is not None and now >= self._next_vans_at:
            self._next_vans_at = now + timedelta(seconds=VANS_SECONDS)
            await self._plan_anew(await self._vans.drive())
        if now >= self._next_order_at:
            self._next_order_at = now + timedelta(seconds=NEW_ORDER_SECONDS)
            await self._place(now)
        else:
            await self._do_one(now)

    async def _head(self) -> int:
        # A follower of this name never advances, so its lag is the whole journal.
        behind = await self._runtime.journal.backlogs("town", 1)
        return behind[0].head if behind else 0

    async def _catch_up(self) -> None:
        """Plan the next actions of all orders that changed, at first those under way."""
        if self._position is None:
            self._position = max(0, await self._head() - RECALLED_EVENTS)
        while events := await self._runtime.journal.feed(0, self._position, _PAGE):
            numbers = list(dict.fromkeys(x.event.number for x in events))
            for start in range(0, len(numbers), _LOADED):
                await self._plan(numbers[start : start + _LOADED])
            self._position = events[-1].position

    async def _plan(self, numbers: Sequence[str]) -> None:
        loaded = await self._runtime.journal.load(0, numbers, (), ())
        now = self._runtime.clock()
        for stored in loaded.orders.values():
            self._agenda.plan(stored.order, now)

    async def _do_one(self, now: datetime) -> None:
        planned = self._agenda.take(now, 1)
        for action, command in zip(
            planned, self._agenda.submissions(planned, backdated=False), strict=True
        ):
            if await self._is_done_by_vans(action):
                self._agenda.forget(action.number)
                continue
            outcome = await self._runtime.engine.submit(command)
            follow_up(self._agenda, action, outcome, now)

    async def _is_done_by_vans(self, planned: PlannedAction) -> bool:
        """Return whether vans do it; what is held for show travels by itself."""
        if self._vans is None:
            return False
        loaded = await self._runtime.journal.load(0, (planned.number,), (), ())
        stored = loaded.orders.get(planned.number)
        if stored is None or self._is_shown(stored.order.external_id):
            return False
        return await self._vans.takes(planned.action, stored.order)

    async def _plan_anew(self, numbers: Sequence[str]) -> None:
        """Plan what was left to vans, or to a visitor who accepted one."""
        for number in numbers:
            self._agenda.forget(number)
        for start in range(0, len(numbers), _LOADED):
            await self._plan(numbers[start : start + _LOADED])

    async def _place(self, now: datetime) -> None:
        self._placed += 1
        name = f"{KIND_NOW}-{self._born:%Y%m%d%H%M%S}-{self._placed}"
        basket = Basket(name, now, random_buyer(self._seed, name))
        await self._submit(basket, now)

    async def _show(self, now: datetime) -> None:
        """Place the day's orders that are held for show; those that are there stay as they are.

        On the day of an upgrade an earlier version may have placed them with other goods.
        """
        self._shown_on = local_date(now, TIME_ZONE)
        for basket in showcase_baskets(self._seed, self._shown_on, now):
            with suppress(CommandIdReused):
                await self._submit(basket, now)

    async def _submit(self, basket: Basket, now: datetime) -> None:
        secret, phone = self._runtime.keyring().identity.key, basket.person.phone
        customer = "" if self._accounts is None else (await self._accounts.current([phone]))(phone)
        command = placement(self._seed, secret, basket, backdated=False, customer=customer)
        outcome = await self._runtime.engine.submit(command)
        if not outcome.repeated:
            follow_up(self._agenda, None, outcome, now)

    def _is_shown(self, external_id: str) -> bool:
        return is_showcase_on(external_id, local_date(self._runtime.clock(), TIME_ZONE))
