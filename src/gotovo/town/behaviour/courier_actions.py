"""The courier's next action: a call, an agreed slot, a hand-over at the address."""

from gotovo.order.steps.attempt import AttemptReason, RecordAttempt
from gotovo.order.steps.call import LogCall
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.departure import Depart
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.redirection import Redirect
from gotovo.order.steps.slot import AgreeSlot
from gotovo.order.values.order import Courier, Order, Pickup, Stage, place_of
from gotovo.order.values.pickup_codes import pickup_code
from gotovo.town.behaviour.action import Action, ActionContext
from gotovo.town.behaviour.desk_actions import refused_units
from gotovo.town.behaviour.scenario import Ending, Scenario
from gotovo.town.dataset.staff import DRIVER, buyer

_UNANSWERED_MODULUS = 5
"""Every fifth buyer misses the first call."""


def next_courier_action(order: Order, scenario: Scenario, context: ActionContext) -> Action | None:
    """Return the next step of an order that a courier carries."""
    since = order.stage_at
    match order.stage:
        case Stage.WITH_COURIER | Stage.ATTEMPT_FAILED:
            return _arranging(order, scenario, context)
        case Stage.SLOT_AGREED:
            begins = order.slot[0] if order.slot else since
            return Action("departure", Depart(), DRIVER, max(since, begins))
        case _:
            return _at_the_address(order, scenario, context)


def _arranging(order: Order, scenario: Scenario, context: ActionContext) -> Action:
    since = order.stage_at
    if scenario.ending is Ending.CANCELS_ON_SHELF:
        return Action("cancellation", Cancel(), buyer(order), since)
    if order.attempts and scenario.gives_up_courier and isinstance(order.delivery, Courier):
        nearest = min(context.points)
        return Action("redirection", Redirect(Pickup(nearest)), buyer(order), since)
    if order.called:
        # The agenda fills in the slot once the time of the call is known.
        return Action("slot", AgreeSlot(since, since), DRIVER, since)
    hears = int(order.number[4:8]) % _UNANSWERED_MODULUS or order.version % 2
    return Action("call", LogCall(answered=bool(hears)), DRIVER, since)


def _at_the_address(order: Order, scenario: Scenario, context: ActionContext) -> Action:
    since = max(order.stage_at, order.slot[0] if order.slot else order.stage_at)
    if order.attempts < len(scenario.failures):
        failed = RecordAttempt(scenario.failures[order.attempts])
        return Action("attempt", failed, DRIVER, since)
    if scenario.ending is Ending.REFUSES_ALL:
        refused = RecordAttempt(AttemptReason.REFUSED, "не подошло")
        return Action("attempt", refused, DRIVER, since)
    secret = context.codes.of(order.codes.key)
    code = pickup_code(secret, order.number, place_of(order), order.codes.counter)
    return Action("door", HandOver(code, refused=refused_units(order, scenario)), DRIVER, since)
