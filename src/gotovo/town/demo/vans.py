"""The town's vans: what is packed leaves on a manifest, and the desk accepts it from there.

How far each van is stands in the store alone, so a town that was stopped goes on with them, and
each step has an id of its own, so several processes of one demo take it once. A van waits at the
point for a while: a visitor who works there accepts it first, and it is left to them.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from gotovo.desk.acceptance.acceptances import Acceptances, AcceptanceTools
from gotovo.desk.acceptance.closing import close_acceptance
from gotovo.desk.acceptance.scan_request import ScanRequest
from gotovo.desk.manifest_steps import ListSubmitter, ManifestSteps, RunRequest
from gotovo.manifests.lifecycle import ManifestState, ManifestStep
from gotovo.manifests.manifest import BOX_PREFIX, MANIFEST_PREFIX, Manifest
from gotovo.order.values.actor import Actor
from gotovo.order.values.order import Attention, Order, Pickup
from gotovo.points.local_time import zone
from gotovo.store.tables.manifests.manifests import NEWEST_MANIFEST, ListedParcel
from gotovo.town.behaviour.action import Action
from gotovo.town.dataset.places import TIME_ZONE
from gotovo.town.dataset.staff import LOADER, clerk

LOADING: Final = timedelta(minutes=2)
"""A van leaves this long after its first parcel: a few orders of the demo, not one alone."""

WAITING: Final = timedelta(minutes=3)
"""How long a visitor at the desk has to accept a van before the town's clerk does."""

LEFT_TO_VISITORS: Final = timedelta(minutes=30)
"""After this the town's clerk finishes what a visitor has begun to accept, and left."""

UNDER_WAY_MAX: Final = 50
"""Vans that are looked at, the newest of each state: points times the few minutes of a ride."""

_NAMESPACE: Final = UUID("6f0d4d3a-52c8-4b57-9f0e-2014000000f2")


class Vans:
    """Loads the vans of the town, sends them off, and accepts what they bring."""

    def __init__(self, engine: ListSubmitter, tools: AcceptanceTools) -> None:
        """Use an engine, and what acceptances of every point work with."""
        self._tools = tools
        self._acceptances = Acceptances(tools)
        self._steps = ManifestSteps(engine, tools.manifests, tools.clock)
        self._left_to_visitors: frozenset[str] = frozenset()

    async def takes(self, action: Action, order: Order) -> bool:
        """Return whether vans do what somebody was going to do with an order, now or later."""
        if not isinstance(order.delivery, Pickup):
            return False
        match action.name:
            case "dispatch":
                return await self._load(order, order.delivery.point)
            case "arrival":
                return bool(await self._tools.manifests.holders(_barcodes(order)))
            case "shelving":
                return order.number in self._left_to_visitors
            case _:
                return False

    async def drive(self) -> Sequence[str]:
        """Do what is due with every van; return the orders that are the town's to shelve now."""
        now = self._tools.clock()
        for van in await self._vans(ManifestState.OPEN):
            if van.created_at + LOADING <= now:
                await self._send_off(van)
        accepted: list[str] = []
        left: set[str] = set()
        for state in (ManifestState.DISPATCHED, ManifestState.ARRIVED):
            for van in await self._vans(state):
                numbers = [each.number for each in await self._tools.manifests.parcels(van.code)]
                if await self._is_with_visitor(van, now):
                    left.update(numbers)
                elif van.dispatched_at is not None and van.dispatched_at + WAITING <= now:
                    await self._accept(van)
                    accepted += dict.fromkeys(numbers)
        accepted += self._left_to_visitors - left - set(accepted)
        self._left_to_visitors = frozenset(left)
        return accepted

    async def _vans(self, state: ManifestState, point: str | None = None) -> Sequence[Manifest]:
        """Return those of the town in a state: what visitors send is theirs."""
        store = self._tools.manifests
        found = await store.page(NEWEST_MANIFEST, UNDER_WAY_MAX, state=state, point=point)
        return [each for each in found if each.created_by == _name(LOADER)]

    async def _load(self, order: Order, point: str) -> bool:
        """List an order's parcels on the next van to its point; return whether there is one."""
        store, now = self._tools.manifests, self._tools.clock()
        loading = await self._vans(ManifestState.OPEN, point)
        van = loading[0] if loading else _new_van(order.warehouse, point, now)
        if not loading and not await store.create(van):
            return False
        box = van.code.replace(MANIFEST_PREFIX, BOX_PREFIX, 1)
        listed = [
            ListedParcel(barcode=each, number=order.number, box=box) for each in _barcodes(order)
        ]
        await store.list_parcels(van.code, listed, now)
        return True

    async def _send_off(self, van: Manifest) -> None:
        leaves = RunRequest(
            id=uuid5(_NAMESPACE, f"{van.code}:dispatch"), actor=LOADER, step=ManifestStep.DISPATCH
        )
        await self._steps.take(van, leaves)

    async def _is_with_visitor(self, van: Manifest, now: datetime) -> bool:
        """Return whether somebody else has begun to accept a van, and may still be at it."""
        begun = await self._tools.store.of_manifest(van.code)
        if begun is None or begun.closed_at is not None:
            return False
        is_ours = begun.opened_by == _name(clerk(van.point))
        return not is_ours and begun.opened_at + LEFT_TO_VISITORS > now

    async def _accept(self, van: Manifest) -> None:
        """Accept what a van brings as the clerk of its point; what is lost is not in it."""
        desk = clerk(van.point)
        identity = uuid5(_NAMESPACE, van.code)
        acceptance = await self._acceptances.open(identity, van.point, van, _name(desk))
        listed = await self._tools.manifests.parcels(van.code)
        for each in listed:
            found = await self._tools.orders.order(each.number)
            if found is None or Attention.LOST in found.order.attention or each.acceptance:
                continue
            request = ScanRequest(
                id=uuid5(_NAMESPACE, f"{van.code}:{each.barcode}"), actor=desk, code=each.barcode
            )
            await self._acceptances.scan(acceptance, request)
        await close_acceptance(self._tools, acceptance, _name(desk))


def _new_van(warehouse: str, point: str, now: datetime) -> Manifest:
    at = now.astimezone(zone(TIME_ZONE))
    return Manifest(
        code=f"{MANIFEST_PREFIX}{point.upper()}-{at:%y%m%d-%H%M}",
        warehouse=warehouse,
        point=point,
        state=ManifestState.OPEN,
        created_at=now,
        created_by=_name(LOADER),
    )


def _barcodes(order: Order) -> tuple[str, ...]:
    return tuple(each.barcode for each in order.parcels if not each.back)


def _name(actor: Actor) -> str:
    return f"{actor.role}:{actor.id}"
