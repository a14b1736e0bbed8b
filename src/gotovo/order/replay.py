"""State is the fold of events: one event after another, each linked to the one before it.

`EFFECTS` names the function that every kind of event has; `apply` is the only place that makes a
new state, so the engine, the audit and the tests cannot disagree about what an event means.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import reduce
from typing import Any, Final

import msgspec
from msgspec import Struct, structs

from gotovo.order import parcel_movements, refunds
from gotovo.order.checks import code_check
from gotovo.order.steps import (
    arrival,
    attempt,
    attention,
    attention_clearance,
    call,
    cancellation,
    contact_erasure,
    correction,
    departure,
    dispatch,
    handover,
    handover_opening,
    handover_stop,
    help_answer,
    help_question,
    help_settlement,
    packing,
    payment,
    phone_change,
    picking,
    placement,
    promise,
    reception,
    redirection,
    reinstatement,
    return_acceptance,
    return_claim,
    return_refusal,
    shelving,
    slot,
    storage_expiry,
    storage_extension,
    storage_recalculation,
    storage_reminder,
    trusted_person,
    trusted_person_revocation,
    withdrawal,
)
from gotovo.order.values.chain import GENESIS, header_of, link
from gotovo.order.values.order import Order
from gotovo.order.values.payments import payment_events
from gotovo.value import Value

EFFECTS: dict[type[Struct], tuple[str, Callable[[Order, Any, datetime], Order]]] = {
    placement.OrderAccepted: ("placement", placement.accepted),
    payment_events.OrderPaid: ("payment", payment.paid),
    payment.OrderRevived: ("payment", payment.revived),
    payment_events.PaymentReceived: ("", payment_events.payment_received),
    payment_events.PaymentReturned: ("", payment_events.payment_returned),
    picking.PickingStarted: ("picking", picking.picking_started),
    packing.OrderPacked: ("packing", packing.packed),
    parcel_movements.ParcelDispatched: ("dispatch", dispatch.dispatched),
    dispatch.CourierAssigned: ("", dispatch.courier_assigned),
    parcel_movements.ParcelArrived: ("arrival", arrival.arrived),
    shelving.ParcelShelved: ("shelving", shelving.shelved),
    shelving.OrderReady: ("shelving", shelving.ready),
    code_check.HandoverRefused: ("", code_check.handover_refused),
    code_check.CodeChanged: ("", code_check.code_changed),
    trusted_person.TrustedNamed: ("", trusted_person.trusted_named),
    trusted_person_revocation.TrustedRevoked: ("", trusted_person_revocation.trusted_revoked),
    handover_opening.HandoverStarted: ("handover-opening", handover_opening.handover_started),
    handover_stop.HandoverStopped: ("handover-stop", handover_stop.handover_stopped),
    handover.HandoverContested: ("", handover.handover_contested),
    handover.OrderIssued: ("handover", handover.issued),
    handover.LineRefused: ("", handover.line_refused),
    storage_extension.StorageExtended: ("", storage_extension.storage_extended),
    storage_recalculation.StorageRecalculated: ("", storage_recalculation.storage_recalculated),
    storage_reminder.StorageExpiring: ("", storage_reminder.storage_expiring),
    storage_expiry.StorageExpired: ("", storage_expiry.storage_expired),
    reinstatement.OrderReinstated: ("reinstatement", reinstatement.reinstated),
    call.CallLogged: ("", call.call_logged),
    slot.SlotAgreed: ("slot", slot.slot_agreed),
    departure.Departed: ("departure", departure.departed),
    attempt.AttemptFailed: ("attempt", attempt.attempt_failed),
    attempt.NotAttempted: ("attempt", attempt.not_attempted),
    cancellation.OrderCancelled: ("cancellation", cancellation.cancelled),
    return_claim.ReturnClaimed: ("", return_claim.return_claimed),
    return_acceptance.OrderReturned: ("return", return_acceptance.returned),
    return_refusal.ReturnRefused: ("", return_refusal.return_refused),
    parcel_movements.ParcelWithdrawn: ("withdrawal", withdrawal.withdrawn),
    reception.ParcelReceivedBack: ("reception", reception.received_back),
    redirection.DeliveryChanged: ("redirection", redirection.delivery_changed),
    promise.PromiseChanged: ("", promise.promise_changed),
    refunds.RefundStarted: ("", refunds.refund_started),
    refunds.RefundSent: ("", refunds.refund_sent),
    refunds.RefundFailed: ("", refunds.refund_failed),
    refunds.RefundRerouted: ("", refunds.refund_rerouted),
    refunds.RefundCompleted: ("", refunds.refund_completed),
    refunds.RefundCancelled: ("", refunds.refund_cancelled),
    attention.AttentionRaised: ("", attention.attention_raised),
    attention_clearance.AttentionCleared: ("", attention_clearance.attention_cleared),
    help_question.HelpAsked: ("", help_question.help_asked),
    help_answer.HelpAnswered: ("", help_answer.help_answered),
    help_settlement.HelpSettled: ("", help_settlement.help_settled),
    correction.Corrected: ("correction", correction.corrected),
    contact_erasure.ContactErased: ("", contact_erasure.contact_erased),
    phone_change.PhoneChanged: ("", phone_change.phone_changed),
}
"""The step that an event moves the order by (empty: it moves nothing), and the event's effect."""

EVENTS: tuple[type[Struct], ...] = (placement.OrderPlaced, *EFFECTS)

TYPE_OF: dict[type[Struct], str] = {e: str(e.__struct_config__.tag) for e in EVENTS}
"""The type of each event, as programs see it."""

LATER_FIELDS: Final = ("attempt_reason", "brought_by")
"""Fields of a state that earlier versions did not store, though their events tell of them."""

_EVENT_OF = {name: event for event, name in TYPE_OF.items()}
_DECODER_OF = {name: msgspec.json.Decoder(event) for name, event in _EVENT_OF.items()}
_encoder = msgspec.json.Encoder()


class Recorded(Value, frozen=True):
    """One event as it is stored: `body` is its JSON byte for byte, `hash` links it to the last.

    `at` is when it happened, `recorded_at` when it was written down; `actor` is `role:id`.
    """

    number: str
    version: int
    type: str
    at: datetime
    recorded_at: datetime
    actor: str
    command_id: str
    body: bytes
    hash: bytes


class HistoryBroken(Exception):
    """The stored events cannot be the history of one order."""


def decode(type_: str, body: bytes) -> Struct:
    """Return the event of a stored body; unknown types and bodies raise HistoryBroken."""
    try:
        return _DECODER_OF[type_].decode(body)
    except (KeyError, msgspec.DecodeError) as error:
        raise HistoryBroken(type_, str(error)) from error


def record(  # noqa: PLR0917  (the fields of an event that the event itself does not know)
    order: Order | None,
    event: Struct,
    number: str,
    at: datetime,
    recorded_at: datetime,
    actor: str,
    command_id: str,
) -> tuple[Recorded, Order]:
    """Write one event after the order's last one; return it with the state it leads to.

    A line break in `actor` or `command_id` is a ValueError: two histories could share a hash.
    """
    if "\n" in actor or "\n" in command_id:
        raise ValueError(actor, command_id)
    version = order.version + 1 if order else 1
    body = _encoder.encode(event)
    header = header_of(number, version, at, recorded_at, actor, command_id)
    hash_ = link(order.last_hash if order else GENESIS, header, body)
    recorded = Recorded(
        number, version, TYPE_OF[type(event)], at, recorded_at, actor, command_id, body, hash_
    )
    return recorded, apply(order, event, at, version, hash_)


def apply(
    order: Order | None, event: Struct, at: datetime, version: int, last_hash: bytes
) -> Order:
    """Return the state after an event that happened `at`."""
    if isinstance(event, placement.OrderPlaced):
        if order is not None:
            raise HistoryBroken(order.number, version)
        return structs.replace(placement.placed(event, at), version=version, last_hash=last_hash)
    if order is None:
        raise HistoryBroken(version, TYPE_OF[type(event)])
    step, effect = EFFECTS[type(event)]
    after = effect(order, event, at)
    if not step:
        return structs.replace(after, version=version, last_hash=last_hash)
    latest = at >= order.last_at
    return structs.replace(
        after,
        version=version,
        last_hash=last_hash,
        stage_at=order.stage_at if after.stage is order.stage else at,
        last_at=at if latest else order.last_at,
        last_step=step if latest else order.last_step,
    )


def replay(history: Iterable[Recorded]) -> Order:
    """Return the state that a whole history leads to, checking every link of its chain."""
    order = reduce(_verified, history, None)
    if order is None:
        raise HistoryBroken
    return order


def as_stored_before(order: Order, stored: Order) -> Order:
    """Return a replayed order as an earlier version stored it.

    It is without those of the later fields that `stored` lacks; the next event of their kind
    writes them. Counters of codes that never changed are written, or left out, as they were.
    """
    lacking: dict[str, object] = {
        each.name: each.default
        for each in structs.fields(Order)
        if each.name in LATER_FIELDS and getattr(stored, each.name) == each.default
    }
    if stored.codes == order.codes:
        lacking["codes"] = stored.codes
    return structs.replace(order, **lacking)


def _verified(order: Order | None, x: Recorded) -> Order:
    expected = (order.version if order else 0) + 1
    header = header_of(x.number, x.version, x.at, x.recorded_at, x.actor, x.command_id)
    hash_ = link(order.last_hash if order else GENESIS, header, x.body)
    unfit = "\n" in x.actor or "\n" in x.command_id or (order and order.number != x.number)
    if x.version != expected or x.hash != hash_ or unfit:
        raise HistoryBroken(x.number, x.version)
    return apply(order, decode(x.type, x.body), x.at, x.version, x.hash)
