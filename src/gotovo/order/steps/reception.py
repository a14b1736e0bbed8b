"""Reception: parcels are back in the warehouse; their goods are inspected (rules 4.7 and 4.9).

A parcel may arrive whole and in one condition, or in parts and mixed. Then a reception lists what
has come of it so far: the same list again, or a shorter one, is a second scan and changes nothing
(rule 4.13); a longer one adds what it has more. The rest stays expected until a later reception,
which may also write it off. A parcel that was not scanned on leaving its point has left it all the
same.
"""

from collections import Counter
from datetime import datetime, timedelta

from msgspec import structs

from gotovo.order.checks.custody_check import last_carried_by, still_carried_by
from gotovo.order.checks.goods_check import wrong_units
from gotovo.order.checks.parcel_scan import (
    Found,
    Scan,
    ScanStages,
    barcodes,
    nothing_to_move,
    parcels_to_move,
)
from gotovo.order.facts import ALREADY_DONE, Circumstances, Decision, Facts, accept, refuse
from gotovo.order.parcel_movements import missed_return
from gotovo.order.refunds import start_refund
from gotovo.order.refusals import Code
from gotovo.order.values.order import (
    Condition,
    Order,
    Outcome,
    Parcel,
    ReceivedUnits,
    Stage,
    Units,
    is_partly_received,
    received_units,
    slowest_backward,
    still_expected,
    units_per_line,
    with_parcels,
)
from gotovo.order.values.settlement.balance import value_of_arrival
from gotovo.value import Value

_COMING_BACK = frozenset({Stage.WITHDRAWN, Stage.IN_RETURN, Stage.DISPATCHED, Stage.WITH_COURIER})

_EXPECTED = ScanStages(
    _COMING_BACK,
    frozenset({Stage.RECEIVED_BACK}),
    missed=frozenset({Stage.ARRIVED_AT_POINT, Stage.SHELVED}),
)

_LISTED = ScanStages(_EXPECTED.before | _EXPECTED.missed | _EXPECTED.done, frozenset())
"""Parcels that a list of units can be of: of several, it has to name one."""


class Receive(
    Scan, frozen=True, kw_only=True, tag="reception", tag_field="step", omit_defaults=True
):
    """Record that parcels are back in the warehouse, and what became of their goods.

    All goods are in `condition`, unless `units` lists what has come of one parcel so far.
    """

    condition: Condition = Condition.RESTOCKED
    units: tuple[ReceivedUnits, ...] = ()


class ParcelReceivedBack(
    Value, frozen=True, tag="parcel.received_back", tag_field="type", omit_defaults=True
):
    """Parcels are back in the warehouse, all of them in `condition`, or these `units` of one.

    `rest_expected_until` is present while some of it is still to come.
    """

    parcels: tuple[str, ...]
    condition: Condition | None = None
    units: tuple[ReceivedUnits, ...] = ()
    rest_expected_until: datetime | None = None


def may_receive(order: Order, _circumstances: Circumstances) -> Decision | None:
    """Refuse while no parcel is on its way back."""
    return nothing_to_move(_coming_back(order, None))


def receive(order: Order, command: Receive, facts: Facts) -> Decision:
    """Take goods back in; what a buyer returned is refunded after this inspection."""
    if command.units:
        return _receive_units(order, command, facts)
    found = _coming_back(order, command)
    if isinstance(found, Decision):
        return found
    whole = tuple(p for p in found if not p.received)
    if not whole:  # it was scanned before, and what is left of it has to be listed
        return ALREADY_DONE
    received = ParcelReceivedBack(barcodes(whole), command.condition)
    value = sum(value_of_arrival(order, p, p.contents) for p in whole if p.returned)
    refund = start_refund(order, value, Outcome.RETURNED, facts)
    return accept(*missed_return(whole), received, *refund)


def received_back(order: Order, event: ParcelReceivedBack, _at: datetime) -> Order:
    """Mark what came as received back; an issued order stays issued."""
    if event.units:
        parcels = tuple(
            _with_units(p, event.units) if p.barcode in event.parcels else p for p in order.parcels
        )
    else:
        parcels = with_parcels(order, event.parcels, **_received(event.condition))
    stage = order.stage if order.outcome is Outcome.ISSUED else slowest_backward(parcels)
    until = event.rest_expected_until or order.rest_expected_until
    return structs.replace(
        order,
        parcels=parcels,
        stage=stage,
        rest_expected_until=until if any(map(is_partly_received, parcels)) else None,
        courier=still_carried_by(order, parcels),
        brought_by=last_carried_by(order),
    )


def _coming_back(order: Order, scan: Scan | None) -> Found:
    return parcels_to_move(order, scan, _EXPECTED)


def _receive_units(order: Order, command: Receive, facts: Facts) -> Decision:
    """Take in the units of one parcel that the list has more than was recorded before."""
    parcel = _only_parcel(order, command)
    if isinstance(parcel, Decision):
        return parcel
    contents = units_per_line(order, parcel.contents)
    wrong = wrong_units("units", _without_condition(command.units), contents)
    if wrong:
        return wrong
    listed, recorded = _counted(command.units), _counted(received_units(parcel))
    if listed <= recorded:
        return ALREADY_DONE
    if not recorded <= listed:
        shown, expected = _text(listed), _text(recorded)
        return refuse(Code.WRONG_QUANTITY, "units", shown, expected)
    arrived = _listed(listed - recorded)
    until = facts.known_at + timedelta(days=facts.world.terms.rest_days)
    is_whole = not is_partly_received(_with_units(parcel, arrived))
    came = ParcelReceivedBack(
        (parcel.barcode,), units=arrived, rest_expected_until=None if is_whole else until
    )
    events = (*missed_return((parcel,)), came)
    if not parcel.returned:
        return accept(*events)
    value = value_of_arrival(order, parcel, _without_condition(arrived))
    return accept(*events, *start_refund(order, value, Outcome.RETURNED, facts))


def _only_parcel(order: Order, command: Receive) -> Parcel | Decision:
    """Return the one parcel that a list of units can mean, or the refusal."""
    found = parcels_to_move(order, command, _LISTED)
    if isinstance(found, Decision):
        return found
    parcel, *others = found
    if others:
        return refuse(Code.WRONG_QUANTITY, "parcels", len(found), 1)
    return parcel


def _with_units(parcel: Parcel, units: tuple[ReceivedUnits, ...]) -> Parcel:
    """Return the parcel with these units received; with the last of them it is back."""
    counted = _counted(parcel.received) + _counted(units)
    parcel = structs.replace(parcel, received=_listed(counted))
    if still_expected(parcel):
        return parcel
    conditions = {condition for _, condition in counted}
    return structs.replace(parcel, **_received(conditions.pop() if len(conditions) == 1 else None))


def _received(condition: Condition | None) -> dict[str, object]:
    return {"stage": Stage.RECEIVED_BACK, "at": "", "cell": "", "condition": condition}


def _counted(units: tuple[ReceivedUnits, ...]) -> Counter[tuple[int, Condition]]:
    counted: Counter[tuple[int, Condition]] = Counter()
    for each in units:
        counted[each.line, each.condition] += each.quantity
    return counted


def _listed(counted: Counter[tuple[int, Condition]]) -> tuple[ReceivedUnits, ...]:
    return tuple(
        ReceivedUnits(line, n, condition) for (line, condition), n in sorted(counted.items())
    )


def _without_condition(units: tuple[ReceivedUnits, ...]) -> tuple[Units, ...]:
    return tuple(Units(each.line, each.quantity) for each in units)


def _text(counted: Counter[tuple[int, Condition]]) -> str:
    """Return the counts as a list of values: `1: 2 restocked`."""
    return ", ".join(f"{x.line}: {x.quantity} {x.condition}" for x in _listed(counted))
