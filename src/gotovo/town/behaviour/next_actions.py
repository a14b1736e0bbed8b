"""The next actions of an order: who takes which step, given its state and its scenario.

A function of the state alone, so it does not matter whether the town, a visitor at the desk or a
timer took the step before.
"""

from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.packing import Box, Pack
from gotovo.order.steps.payment import Pay
from gotovo.order.steps.picking import StartPicking
from gotovo.order.steps.refund_completion import CompleteRefund
from gotovo.order.values.money import Money
from gotovo.order.values.order import (
    Attention,
    Order,
    Reason,
    Stage,
    Units,
    all_units,
    place_of,
    total,
)
from gotovo.order.values.payments.refund import RefundState
from gotovo.points.local_time import DAY, local_date
from gotovo.town.behaviour.action import Action, ActionContext
from gotovo.town.behaviour.courier_actions import next_courier_action
from gotovo.town.behaviour.desk_actions import next_desk_action
from gotovo.town.behaviour.return_actions import next_return_action
from gotovo.town.behaviour.scenario import Ending, Scenario
from gotovo.town.dataset.places import TIME_ZONE
from gotovo.town.dataset.staff import (
    BANK,
    DRIVER,
    LOADER,
    PACKER,
    PICKER,
    PROVIDER,
    SUPPORT,
    buyer,
)

_ON_ROUND = frozenset(
    {Stage.WITH_COURIER, Stage.SLOT_AGREED, Stage.OUT_FOR_DELIVERY, Stage.ATTEMPT_FAILED}
)


def next_actions(order: Order, scenario: Scenario, context: ActionContext) -> tuple[Action, ...]:
    """Return the next step of the order's lifecycle, and the bank's refund if one is due."""
    if order.imported or scenario.halt is order.stage:
        return ()
    actions = (_next_step(order, scenario, context), _refund(order))
    return tuple(action for action in actions if action is not None)


def _next_step(order: Order, scenario: Scenario, context: ActionContext) -> Action | None:
    if order.outcome is not None:
        return next_return_action(order, scenario, context)
    if order.stage is Stage.PLACED:
        return _payment(order, scenario)
    if order.stage in {Stage.PAID, Stage.PICKING, Stage.PACKED}:
        return _in_warehouse(order, scenario)
    if order.stage in {Stage.DISPATCHED, Stage.WITH_COURIER}:
        mishap = _on_the_way(order, scenario)
        if mishap is not None:
            return mishap
    if order.stage in _ON_ROUND:
        return next_courier_action(order, scenario, context)
    return next_desk_action(order, scenario, context)


def _payment(order: Order, scenario: Scenario) -> Action | None:
    match scenario.ending:
        case Ending.VISITOR | Ending.NEVER_PAYS:
            return None
        case Ending.CANCELS_UNPAID:
            return Action("cancellation", Cancel(), buyer(order), order.placed_at)
        case _:
            pay = Pay(Money(total(order), order.currency), PROVIDER, f"town-{order.number}")
            return Action("payment", pay, BANK, order.placed_at)


def _in_warehouse(order: Order, scenario: Scenario) -> Action:
    since = order.stage_at
    if order.stage is Stage.PAID:
        if scenario.ending is Ending.CANCELS_EARLY:
            return Action("cancellation", Cancel(), buyer(order), since)
        wave = f"{local_date(since, TIME_ZONE):%d.%m}-{order.warehouse}"
        return Action("picking", StartPicking(wave), PICKER, since)
    if order.stage is Stage.PICKING:
        if scenario.ending is Ending.SHORTAGE:
            shortage = Cancel(Reason.OUT_OF_STOCK, "на полке не оказалось")
            return Action("cancellation", shortage, PICKER, since)
        return Action("packing", Pack(_boxes(order, scenario.parcels)), PACKER, since)
    leaves_from = since + DAY if scenario.late else since
    run = f"{place_of(order)}-{local_date(leaves_from, TIME_ZONE):%Y%m%d}"
    return Action("dispatch", Dispatch(manifest=run), LOADER, leaves_from)


def _on_the_way(order: Order, scenario: Scenario) -> Action | None:
    if scenario.ending is Ending.CANCELS_ON_WAY:
        return Action("cancellation", Cancel(), buyer(order), order.stage_at)
    if scenario.ending is not Ending.LOST:
        return None
    if Attention.LOST not in order.attention:
        missing = RaiseAttention(Attention.LOST, "в рейсе не найдено")
        return Action("attention", missing, DRIVER, order.stage_at)
    lost = Cancel(Reason.LOST, "поиск ничего не дал")
    return Action("cancellation", lost, SUPPORT, order.stage_at)


def _refund(order: Order) -> Action | None:
    """Give back what came by the town's bank; what a visitor paid is its provider's to refund."""
    refund = next((r for r in order.refunds if r.state is RefundState.STARTED), None)
    if refund is None or any(source.provider != PROVIDER for source in refund.sources):
        return None
    paid_out = CompleteRefund(refund.id, f"town-{refund.id}")
    return Action("refund-completion", paid_out, BANK, refund.started_at)


def _boxes(order: Order, parcels: int) -> tuple[Box, ...]:
    """Distribute the order's units over at most `parcels` boxes."""
    single = [units.line for units in all_units(order) for _ in range(units.quantity)]
    count = min(parcels, len(single))
    boxes: list[Box] = []
    for box in range(count):
        lines = single[box::count]
        contents = tuple(Units(line, lines.count(line)) for line in sorted(set(lines)))
        boxes.append(Box(contents))
    return tuple(boxes)
