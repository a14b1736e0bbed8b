"""What happens next at a pick-up point: acceptance, shelves, and the buyer at the desk."""

from gotovo.order.steps.arrival import Arrive
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.handover_opening import OpenHandover
from gotovo.order.steps.shelving import Shelve
from gotovo.order.steps.storage_extension import ExtendStorage
from gotovo.order.steps.trusted_person import NameTrusted
from gotovo.order.values.order import Attention, Order, Stage, Units, all_units, place_of
from gotovo.order.values.pickup_codes import pickup_code, trusted_code
from gotovo.town.behaviour.action import Deed, Surroundings
from gotovo.town.behaviour.scenario import Ending, Fate
from gotovo.town.dataset.staff import buyer, clerk

_ROWS = "АБВГД"
_CELLS_A_ROW = 30
_CODES = 10**6


def at_the_desk(order: Order, fate: Fate, around: Surroundings) -> Deed | None:
    """Return the next step of an order that is coming to its point or lies there."""
    desk = clerk(place_of(order))
    match order.stage:
        case Stage.DISPATCHED:
            return Deed("arrival", Arrive(), desk, order.stage_at)
        case Stage.ARRIVED_AT_POINT:
            return _shelving(order)
        case Stage.SHELVED:
            return _at_the_shelf(order, fate, around)
        case Stage.HANDING_OVER if fate.ending is not Ending.VISITOR:
            scanned = tuple(p.barcode for p in order.parcels if not p.back)
            handed = HandOver(refused=refused_units(order, fate), scanned=scanned)
            return Deed("handover", handed, desk, order.stage_at)
        case _:
            return None


def refused_units(order: Order, fate: Fate) -> tuple[Units, ...]:
    """Return what the buyer will not take: everything, one unit of several, or nothing."""
    everything = all_units(order)
    if fate.ending is Ending.REFUSES_ALL:
        return everything
    several = sum(units.quantity for units in everything) > 1
    if fate.ending is Ending.REFUSES_PART and several:
        return (Units(len(order.lines), 1),)
    return ()


def _shelving(order: Order) -> Deed:
    waiting = next(p for p in order.parcels if p.stage is Stage.ARRIVED_AT_POINT)
    place = int(order.number[2:8]) + order.parcels.index(waiting)
    row = _ROWS[place // _CELLS_A_ROW % len(_ROWS)]
    cell = f"{row}-{place % _CELLS_A_ROW + 1:02}"
    shelve = Shelve(parcels=(waiting.barcode,), cell=cell)
    return Deed("shelving", shelve, clerk(place_of(order)), order.last_at)


def _at_the_shelf(order: Order, fate: Fate, around: Surroundings) -> Deed | None:
    since = order.stage_at
    if fate.ending in {Ending.VISITOR, Ending.FORGETS} or Attention.DISPUTE in order.attention:
        return None
    if fate.ending is Ending.CANCELS_ON_SHELF:
        return Deed("cancellation", Cancel(), buyer(order), since)
    if fate.extends and order.storage is not None and not order.storage.extended:
        return Deed("storage-extension", ExtendStorage(), buyer(order), since)
    if fate.trusts and not order.codes.trusted:
        return Deed("trusted-person", NameTrusted(), buyer(order), since)
    return _collection(order, fate, around)


def _collection(order: Order, fate: Fate, around: Surroundings) -> Deed:
    """Return the buyer's coming: the message is shown, sometimes with a slip of the tongue."""
    since, desk = order.stage_at, clerk(place_of(order))
    code = _shown(order, around)
    if fate.fumbles and not order.codes.wrong_tries and not order.codes.rotations and code:
        wrong = f"{(int(code) + 1) % _CODES:06}"
        return Deed("collection", OpenHandover(wrong), desk, since)
    if fate.opens_first:
        return Deed("collection", OpenHandover(code), desk, since)
    refused = refused_units(order, fate)
    return Deed("collection", HandOver(code, refused=refused), desk, since)


def _shown(order: Order, around: Surroundings) -> str:
    """Return the code that is shown; where the number is enough, none is."""
    place, codes = place_of(order), order.codes
    if around.points[place].handover == "number" and not codes.trusted:
        return ""
    if codes.trusted != codes.trusted_used:
        return trusted_code(around.secret, order.number, place, codes.trusted)
    return pickup_code(around.secret, order.number, place, codes.counter)
