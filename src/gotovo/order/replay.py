"""State is the fold of events: one event after another, each linked to the one before it.

`EFFECTS` names the function that every kind of event has; `apply` is the only place that makes a
new state, so the engine, the audit and the tests cannot disagree about what an event means.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import reduce
from typing import Any

import msgspec
from msgspec import Struct, structs

from gotovo.order.checks import code_check
from gotovo.order.steps import (
    arrival,
    attention,
    cancellation,
    contact_erasure,
    correction,
    courier,
    dispatch,
    handover,
    help_answer,
    packing,
    payment,
    picking,
    placement,
    redirection,
    refunding,
    returning,
    shelving,
    storage,
    trust,
)
from gotovo.order.values.chain import GENESIS, head_of, link
from gotovo.order.values.order import Order
from gotovo.value import Value

EFFECTS: dict[type[Struct], tuple[str, Callable[[Order, Any, datetime], Order]]] = {
    payment.OrderPaid: ("payment", payment.paid),
    payment.PaymentReturned: ("", payment.payment_returned),
    picking.PickingStarted: ("picking", picking.picking_started),
    packing.OrderPacked: ("packing", packing.packed),
    dispatch.ParcelDispatched: ("dispatch", dispatch.dispatched),
    arrival.ParcelArrived: ("arrival", arrival.arrived),
    shelving.ParcelShelved: ("shelving", shelving.shelved),
    shelving.OrderReady: ("shelving", shelving.ready),
    code_check.HandoverRefused: ("", code_check.handover_refused),
    code_check.CodeChanged: ("", code_check.code_changed),
    trust.TrustedNamed: ("", trust.trusted_named),
    trust.TrustedRevoked: ("", trust.trusted_revoked),
    handover.HandoverStarted: ("handover-opening", handover.handover_started),
    handover.HandoverStopped: ("handover-stop", handover.handover_stopped),
    handover.HandoverContested: ("", handover.handover_contested),
    handover.OrderIssued: ("handover", handover.issued),
    handover.LineRefused: ("", handover.line_refused),
    storage.StorageExtended: ("", storage.storage_extended),
    storage.StorageExpiring: ("", storage.storage_expiring),
    storage.StorageExpired: ("", storage.storage_expired),
    storage.OrderReinstated: ("reinstatement", storage.reinstated),
    courier.CallLogged: ("", courier.call_logged),
    courier.SlotAgreed: ("slot", courier.slot_agreed),
    courier.Departed: ("departure", courier.departed),
    courier.AttemptFailed: ("attempt", courier.attempt_failed),
    courier.NotAttempted: ("attempt", courier.not_attempted),
    cancellation.OrderCancelled: ("cancellation", cancellation.cancelled),
    returning.ReturnClaimed: ("", returning.return_claimed),
    returning.OrderReturned: ("return", returning.returned),
    returning.ParcelWithdrawn: ("withdrawal", returning.withdrawn),
    returning.ParcelReceivedBack: ("reception", returning.received_back),
    redirection.DeliveryChanged: ("redirection", redirection.delivery_changed),
    redirection.PromiseChanged: ("", redirection.promise_changed),
    refunding.RefundStarted: ("", refunding.refund_started),
    refunding.RefundCompleted: ("", refunding.refund_completed),
    refunding.RefundCancelled: ("", refunding.refund_cancelled),
    attention.AttentionRaised: ("", attention.attention_raised),
    attention.AttentionCleared: ("", attention.attention_cleared),
    help_answer.HelpAnswered: ("", help_answer.help_answered),
    correction.Corrected: ("correction", correction.corrected),
    contact_erasure.ContactErased: ("", contact_erasure.contact_erased),
}
"""The step that an event moves the order by (empty: it moves nothing), and the event's effect."""

EVENTS: tuple[type[Struct], ...] = (placement.OrderPlaced, *EFFECTS)

TYPE_OF: dict[type[Struct], str] = {e: str(e.__struct_config__.tag) for e in EVENTS}
"""The past-tense name of each event, as programs see it."""

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
    """Return the event that a stored body says; unknown types and bodies raise HistoryBroken."""
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
    head = head_of(number, version, at, recorded_at, actor, command_id)
    hash_ = link(order.head if order else GENESIS, head, body)
    recorded = Recorded(
        number, version, TYPE_OF[type(event)], at, recorded_at, actor, command_id, body, hash_
    )
    return recorded, apply(order, event, at, version, hash_)


def apply(order: Order | None, event: Struct, at: datetime, version: int, head: bytes) -> Order:
    """Return the state after an event that happened `at`."""
    if isinstance(event, placement.OrderPlaced):
        if order is not None:
            raise HistoryBroken(order.number, version)
        return structs.replace(placement.placed(event, at), version=version, head=head)
    if order is None:
        raise HistoryBroken(version, TYPE_OF[type(event)])
    step, effect = EFFECTS[type(event)]
    after = effect(order, event, at)
    if not step:
        return structs.replace(after, version=version, head=head)
    latest = at >= order.last_at
    return structs.replace(
        after,
        version=version,
        head=head,
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


def _verified(order: Order | None, x: Recorded) -> Order:
    expected = (order.version if order else 0) + 1
    head = head_of(x.number, x.version, x.at, x.recorded_at, x.actor, x.command_id)
    hash_ = link(order.head if order else GENESIS, head, x.body)
    unfit = "\n" in x.actor or "\n" in x.command_id or (order and order.number != x.number)
    if x.version != expected or x.hash != hash_ or unfit:
        raise HistoryBroken(x.number, x.version)
    return apply(order, decode(x.type, x.body), x.at, x.version, x.hash)
