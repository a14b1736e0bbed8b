"""What happens next to an order: who would do which step, given its state and its fate.

A function of the state alone, so it does not matter who brought the order there: the town, a
visitor at the desk, or a timer.
"""

from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.packing import Box, Pack
from gotovo.order.steps.payment import Pay
from gotovo.order.steps.picking import StartPicking
from gotovo.order.steps.refund_completion import CompleteRefund
from gotovo.order.values.order import (
    Attention,
    Order,
    Reason,
    RefundState,
    Stage,
    Units,
    all_units,
    place_of,
    total,
)
from gotovo.points.local_time import DAY, local_date
from gotovo.town.behaviour.action import Deed, Surroundings
from gotovo.town.behaviour.courier_round import on_the_round
from gotovo.town.behaviour.desk import at_the_desk
from gotovo.town.behaviour.return_shipment import way_back
from gotovo.town.behaviour.scenario import Ending, Fate
from gotovo.town.dataset.places import TIME_ZONE
from gotovo.town.dataset.staff import BANK, LOADER, PACKER, PICKER, SUPPORT, buyer

_ON_ROUND = frozenset(
    {Stage.WITH_COURIER, Stage.SLOT_AGREED, Stage.OUT_FOR_DELIVERY, Stage.ATTEMPT_FAILED}
)


def next_deeds(order: Order, fate: Fate, around: Surroundings) -> tuple[Deed, ...]:
    """Return what will be done next: a step of the order's way, and the bank's refund."""
    if order.carried_over or fate.halt is order.stage:
        return ()
    deeds = (_next_step(order, fate, around), _refund(order))
    return tuple(deed for deed in deeds if deed is not None)


def _next_step(order: Order, fate: Fate, around: Surroundings) -> Deed | None:
    if order.outcome is not None:
        return way_back(order, fate, around)
    if order.stage is Stage.PLACED:
        return _payment(order, fate)
    if order.stage in {Stage.PAID, Stage.PICKING, Stage.PACKED}:
        return _in_warehouse(order, fate)
    if order.stage in {Stage.DISPATCHED, Stage.WITH_COURIER}:
        mishap = _on_the_way(order, fate)
        if mishap is not None:
            return mishap
    if order.stage in _ON_ROUND:
        return on_the_round(order, fate, around)
    return at_the_desk(order, fate, around)


def _payment(order: Order, fate: Fate) -> Deed | None:
    match fate.ending:
        case Ending.VISITOR | Ending.NEVER_PAYS:
            return None
        case Ending.CANCELS_UNPAID:
            return Deed("cancellation", Cancel(), buyer(order), order.placed_at)
        case _:
            pay = Pay(total(order), order.currency, f"demo-{order.number}", "demo")
            return Deed("payment", pay, BANK, order.placed_at)


def _in_warehouse(order: Order, fate: Fate) -> Deed:
    since = order.stage_at
    if order.stage is Stage.PAID:
        if fate.ending is Ending.CANCELS_EARLY:
            return Deed("cancellation", Cancel(), buyer(order), since)
        wave = f"{local_date(since, TIME_ZONE):%d.%m}-{order.warehouse}"
        return Deed("picking", StartPicking(wave), PICKER, since)
    if order.stage is Stage.PICKING:
        if fate.ending is Ending.SHORTAGE:
            shortage = Cancel(Reason.OUT_OF_STOCK, "на полке не оказалось")
            return Deed("cancellation", shortage, PICKER, since)
        return Deed("packing", Pack(_boxes(order, fate.parcels)), PACKER, since)
    leaves_from = since + DAY if fate.late else since
    run = f"{place_of(order)}-{local_date(leaves_from, TIME_ZONE):%Y%m%d}"
    return Deed("dispatch", Dispatch(manifest=run), LOADER, leaves_from)


def _on_the_way(order: Order, fate: Fate) -> Deed | None:
    if fate.ending is Ending.CANCELS_ON_WAY:
        return Deed("cancellation", Cancel(), buyer(order), order.stage_at)
    if fate.ending is not Ending.LOST:
        return None
    if Attention.LOST not in order.attention:
        missing = RaiseAttention(Attention.LOST, "в рейсе не найдено")
        return Deed("attention", missing, LOADER, order.stage_at)
    lost = Cancel(Reason.LOST, "поиск ничего не дал")
    return Deed("cancellation", lost, SUPPORT, order.stage_at)


def _refund(order: Order) -> Deed | None:
    refund = next((r for r in order.refunds if r.state is RefundState.STARTED), None)
    if refund is None:
        return None
    paid_out = CompleteRefund(refund.id, f"demo-{refund.id}")
    return Deed("refund-completion", paid_out, BANK, refund.started_at)


def _boxes(order: Order, parcels: int) -> tuple[Box, ...]:
    """Return the order's units spread over at most so many boxes, one after the other."""
    single = [units.line for units in all_units(order) for _ in range(units.quantity)]
    count = min(parcels, len(single))
    boxes: list[Box] = []
    for box in range(count):
        lines = single[box::count]
        contents = tuple(Units(line, lines.count(line)) for line in sorted(set(lines)))
        boxes.append(Box(contents))
    return tuple(boxes)
