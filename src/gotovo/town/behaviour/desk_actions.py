"""The next action at a pick-up point: acceptance, shelving, hand-over at the desk."""

from gotovo.order.steps.arrival import Arrive
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.handover_opening import OpenHandover
from gotovo.order.steps.shelving import Shelve
from gotovo.order.steps.storage_extension import ExtendStorage
from gotovo.order.steps.trusted_person import NameTrusted
from gotovo.order.values.order import Attention, Order, Stage, Units, all_units, place_of
from gotovo.order.values.pickup_codes import CODES, pickup_code, trusted_code
from gotovo.town.behaviour.action import Action, ActionContext
from gotovo.town.behaviour.scenario import Ending, Scenario
from gotovo.town.dataset.staff import buyer, clerk

_ROWS = "АБВГД"
_CELLS_A_ROW = 30


def next_desk_action(order: Order, scenario: Scenario, context: ActionContext) -> Action | None:
    """Return the next action of an order that is on its way to its point or stored there."""
    desk = clerk(place_of(order))
    match order.stage:
        case Stage.DISPATCHED:
            return Action("arrival", Arrive(), desk, order.stage_at)
        case Stage.ARRIVED_AT_POINT:
            return _shelving(order)
        case Stage.SHELVED:
            return _at_the_shelf(order, scenario, context)
        case Stage.HANDING_OVER if scenario.ending is not Ending.VISITOR:
            scanned = tuple(p.barcode for p in order.parcels if not p.back)
            handed = HandOver(refused=refused_units(order, scenario), scanned=scanned)
            return Action("handover", handed, desk, order.stage_at)
        case _:
            return None


def refused_units(order: Order, scenario: Scenario) -> tuple[Units, ...]:
    """Return the units that the buyer refuses: all of them, one of several, or none."""
    everything = all_units(order)
    if scenario.ending is Ending.REFUSES_ALL:
        return everything
    several = sum(units.quantity for units in everything) > 1
    if scenario.ending is Ending.REFUSES_PART and several:
        return (Units(len(order.lines), 1),)
    return ()


def _shelving(order: Order) -> Action:
    parcel = next(p for p in order.parcels if p.stage is Stage.ARRIVED_AT_POINT)
    place = int(order.number[2:8]) + order.parcels.index(parcel)
    row = _ROWS[place // _CELLS_A_ROW % len(_ROWS)]
    cell = f"{row}-{place % _CELLS_A_ROW + 1:02}"
    shelve = Shelve(parcels=(parcel.barcode,), cell=cell)
    return Action("shelving", shelve, clerk(place_of(order)), order.last_at)


def _at_the_shelf(order: Order, scenario: Scenario, context: ActionContext) -> Action | None:
    since = order.stage_at
    if scenario.ending in {Ending.VISITOR, Ending.FORGETS} or Attention.DISPUTE in order.attention:
        return None
    if scenario.ending is Ending.CANCELS_ON_SHELF:
        return Action("cancellation", Cancel(), buyer(order), since)
    if scenario.extends and order.storage is not None and not order.storage.extended:
        return Action("storage-extension", ExtendStorage(), buyer(order), since)
    if scenario.trusts and not order.codes.trusted:
        return Action("trusted-person", NameTrusted(), buyer(order), since)
    return _collection(order, scenario, context)


def _collection(order: Order, scenario: Scenario, context: ActionContext) -> Action:
    """Return the hand-over to a buyer who shows the code, sometimes a wrong one first."""
    since, desk = order.stage_at, clerk(place_of(order))
    code = _shown_code(order, context)
    if scenario.fumbles and not order.codes.wrong_tries and not order.codes.rotations and code:
        wrong = f"{(int(code) + 1) % CODES:06}"
        return Action("collection", OpenHandover(wrong), desk, since)
    if scenario.opens_first:
        return Action("collection", OpenHandover(code), desk, since)
    refused = refused_units(order, scenario)
    return Action("collection", HandOver(code, refused=refused), desk, since)


def _shown_code(order: Order, context: ActionContext) -> str:
    """Return the code that the buyer shows, empty where the order's number is enough."""
    place, codes = place_of(order), order.codes
    if context.points[place].handover == "number" and not codes.trusted:
        return ""
    if codes.trusted != codes.trusted_used:
        secret = context.codes.of(codes.trusted_key)
        return trusted_code(secret, order.number, place, codes.trusted)
    return pickup_code(context.codes.of(codes.key), order.number, place, codes.counter)
