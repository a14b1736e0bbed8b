"""What happens next on the courier's round: a call, an agreed time, the door."""

from gotovo.order.steps.attempt import AttemptReason, RecordAttempt
from gotovo.order.steps.call import LogCall
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.departure import Depart
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.redirection import Redirect
from gotovo.order.steps.slot import AgreeSlot
from gotovo.order.values.order import Courier, Order, Pickup, Stage, place_of
from gotovo.order.values.pickup_codes import pickup_code
from gotovo.town.behaviour.action import Deed, Surroundings
from gotovo.town.behaviour.desk import refused_units
from gotovo.town.behaviour.scenario import Ending, Fate
from gotovo.town.dataset.staff import DRIVER, buyer

_UNANSWERED_MODULUS = 5
"""Every fifth buyer does not hear the first call."""


def on_the_round(order: Order, fate: Fate, around: Surroundings) -> Deed | None:
    """Return the next step of an order that a courier carries."""
    since = order.stage_at
    match order.stage:
        case Stage.WITH_COURIER | Stage.ATTEMPT_FAILED:
            return _arranging(order, fate, around)
        case Stage.SLOT_AGREED:
            begins = order.slot[0] if order.slot else since
            return Deed("departure", Depart(), DRIVER, max(since, begins))
        case _:
            return _at_the_door(order, fate, around)


def _arranging(order: Order, fate: Fate, around: Surroundings) -> Deed:
    since = order.stage_at
    if fate.ending is Ending.CANCELS_ON_SHELF:
        return Deed("cancellation", Cancel(), buyer(order), since)
    if order.attempts and fate.gives_up_courier and isinstance(order.delivery, Courier):
        nearest = min(around.points)
        return Deed("redirection", Redirect(Pickup(nearest)), buyer(order), since)
    if order.called:
        # The agenda puts the time in, once it is known when they talk.
        return Deed("slot", AgreeSlot(since, since), DRIVER, since)
    hears = int(order.number[4:8]) % _UNANSWERED_MODULUS or order.version % 2
    return Deed("call", LogCall(answered=bool(hears)), DRIVER, since)


def _at_the_door(order: Order, fate: Fate, around: Surroundings) -> Deed:
    since = max(order.stage_at, order.slot[0] if order.slot else order.stage_at)
    if order.attempts < len(fate.failures):
        failed = RecordAttempt(fate.failures[order.attempts])
        return Deed("attempt", failed, DRIVER, since)
    if fate.ending is Ending.REFUSES_ALL:
        refused = RecordAttempt(AttemptReason.REFUSED, "не подошло")
        return Deed("attempt", refused, DRIVER, since)
    code = pickup_code(around.secret, order.number, place_of(order), order.codes.counter)
    return Deed("door", HandOver(code, refused=refused_units(order, fate)), DRIVER, since)
