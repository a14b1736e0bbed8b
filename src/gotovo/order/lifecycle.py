"""Read this first: the life of an order as one table.

A row (`row.py` names its columns) is a step: the noun that URLs, pages, tests and docs share.
`decide` looks up a command's row and leaves the rest to the step's own file. A test walks the
table and draws `docs/concepts/lifecycle.md`: no step does what its row does not say.
"""

from msgspec import Struct

from gotovo.order.row import Row
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
    lateness,
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
from gotovo.order.values.actor import EVERYONE, OFFICE, Role
from gotovo.order.values.order import Order, Stage

STATUS_OF = {
    Stage.PLACED: "awaiting_payment",
    Stage.PAID: "processing",
    Stage.PICKING: "processing",
    Stage.PACKED: "processing",
    Stage.DISPATCHED: "processing",
    Stage.ARRIVED_AT_POINT: "processing",
    Stage.WITH_COURIER: "processing",
    Stage.SLOT_AGREED: "processing",
    Stage.OUT_FOR_DELIVERY: "processing",
    Stage.ATTEMPT_FAILED: "processing",
    Stage.SHELVED: "ready_for_pickup",
    Stage.HANDING_OVER: "ready_for_pickup",
    Stage.ISSUED: "closed",
    Stage.CANCELLED: "closed",
    Stage.TURNED_ROUND: "closed",
    Stage.WITHDRAWN: "closed",
    Stage.IN_RETURN: "closed",
    Stage.RECEIVED_BACK: "closed",
}
"""The four statuses a buyer sees; each stage belongs to one."""


def _stages(*stages: Stage) -> frozenset[Stage]:
    return frozenset(stages)


_IN_WAREHOUSE = _stages(Stage.PAID, Stage.PICKING, Stage.PACKED)
_ON_ROUND = _stages(Stage.WITH_COURIER, Stage.SLOT_AGREED, Stage.ATTEMPT_FAILED)
_COURIER = _ON_ROUND | {Stage.OUT_FOR_DELIVERY}
_TO_POINT = _stages(Stage.DISPATCHED, Stage.ARRIVED_AT_POINT)
_READY = _stages(Stage.SHELVED, Stage.HANDING_OVER)
_OPEN = _stages(Stage.PLACED) | _IN_WAREHOUSE | _COURIER | _TO_POINT | _READY
_WAY_BACK = _stages(Stage.TURNED_ROUND, Stage.WITHDRAWN, Stage.IN_RETURN, Stage.RECEIVED_BACK)
_CLOSED = _WAY_BACK | {Stage.ISSUED, Stage.CANCELLED}
_EVERY = _OPEN | _CLOSED
_STANDING = _READY | {Stage.PLACED}
_PICKED = _COURIER | _TO_POINT | _READY | {Stage.PICKING, Stage.PACKED, Stage.ISSUED}
_DESK = frozenset({Role.POINT}) | OFFICE
_STOCK = frozenset({Role.WAREHOUSE}) | OFFICE
_ROUND = frozenset({Role.COURIER}) | OFFICE
_BUYER = frozenset({Role.BUYER, Role.STOREFRONT}) | OFFICE
_STAFF = frozenset({Role.WAREHOUSE, Role.POINT, Role.COURIER}) | OFFICE
_TIMER = frozenset({Role.SYSTEM})

TABLE: tuple[Row, ...] = (
    Row(
        step="placement",
        command=placement.Place,
        decide=placement.place,
        leads_to=_stages(Stage.PLACED),
        who=_BUYER - {Role.BUYER},
    ),
    Row(
        step="payment",
        command=payment.Pay,
        decide=payment.pay,
        taken_from=_stages(Stage.PLACED),
        leads_to=_stages(Stage.PAID, Stage.CANCELLED),
        who=_BUYER - {Role.BUYER} | {Role.SYSTEM},
        otherwise=payment.pay_again,
    ),
    Row(
        step="payment-expiry",
        command=payment.ExpirePayment,
        decide=payment.expire_payment,
        taken_from=_stages(Stage.PLACED),
        leads_to=_stages(Stage.CANCELLED),
        who=_TIMER,
        falls_due=True,
        already=_EVERY - {Stage.PLACED},
    ),
    Row(
        step="picking",
        command=picking.StartPicking,
        decide=picking.start_picking,
        taken_from=_stages(Stage.PAID),
        leads_to=_stages(Stage.PICKING),
        who=_STOCK,
        already=_PICKED,
    ),
    Row(
        step="packing",
        command=packing.Pack,
        decide=packing.pack,
        taken_from=_stages(Stage.PAID, Stage.PICKING),
        leads_to=_stages(Stage.PACKED),
        who=_STOCK,
        already=_PICKED - {Stage.PICKING},
    ),
    Row(
        step="dispatch",
        command=dispatch.Dispatch,
        decide=dispatch.dispatch,
        taken_from=_stages(Stage.PACKED) | _TO_POINT | _COURIER | _READY | _CLOSED,
        leads_to=_stages(Stage.DISPATCHED, Stage.WITH_COURIER, Stage.IN_RETURN),
        who=_STAFF,
        carried_over=_stages(Stage.PAID, Stage.PICKING),
        decide_carried_over=dispatch.dispatch_unpacked,
    ),
    Row(
        step="arrival",
        command=arrival.Arrive,
        decide=arrival.arrive,
        taken_from=_stages(Stage.PACKED) | _TO_POINT | _READY | _CLOSED,
        leads_to=_stages(Stage.ARRIVED_AT_POINT),
        who=_DESK,
    ),
    Row(
        step="shelving",
        command=shelving.Shelve,
        decide=shelving.shelve,
        taken_from=_stages(Stage.PACKED, Stage.SHELVED) | _TO_POINT,
        leads_to=_stages(Stage.ARRIVED_AT_POINT, Stage.SHELVED),
        who=_DESK,
    ),
    Row(
        step="handover-opening",
        command=handover.OpenHandover,
        decide=handover.open_handover,
        taken_from=_stages(Stage.SHELVED),
        leads_to=_stages(Stage.HANDING_OVER),
        who=_DESK,
        otherwise=handover.contested_opening,
    ),
    Row(
        step="handover-stop",
        command=handover.StopHandover,
        decide=handover.stop_handover,
        taken_from=_stages(Stage.HANDING_OVER),
        leads_to=_stages(Stage.SHELVED),
        who=_BUYER | {Role.POINT},
    ),
    Row(
        step="handover-timeout",
        command=handover.LeaveHandover,
        decide=handover.leave_handover,
        taken_from=_stages(Stage.HANDING_OVER),
        leads_to=_stages(Stage.SHELVED),
        who=_TIMER,
        falls_due=True,
        already=_EVERY - {Stage.HANDING_OVER},
    ),
    Row(
        step="handover",
        command=handover.HandOver,
        decide=handover.hand_over,
        taken_from=_READY | {Stage.OUT_FOR_DELIVERY},
        leads_to=_stages(Stage.ISSUED, Stage.TURNED_ROUND),
        who=_DESK | {Role.COURIER},
        otherwise=handover.contested,
        carried_over=_ON_ROUND | _TO_POINT,
    ),
    Row(
        step="storage-extension",
        command=storage.ExtendStorage,
        decide=storage.extend_storage,
        taken_from=_stages(Stage.SHELVED),
        who=_BUYER | {Role.POINT},
    ),
    Row(
        step="storage-reminder",
        command=storage.RemindOfStorage,
        decide=storage.remind,
        taken_from=_stages(Stage.SHELVED),
        who=_TIMER,
        falls_due=True,
        already=_EVERY - {Stage.SHELVED},
    ),
    Row(
        step="storage-expiry",
        command=storage.ExpireStorage,
        decide=storage.expire_storage,
        taken_from=_stages(Stage.SHELVED),
        leads_to=_stages(Stage.TURNED_ROUND),
        who=_TIMER,
        falls_due=True,
        already=_EVERY - {Stage.SHELVED},
    ),
    Row(
        step="reinstatement",
        command=storage.Reinstate,
        decide=storage.reinstate,
        taken_from=_WAY_BACK,
        leads_to=_stages(Stage.SHELVED),
        who=OFFICE,
    ),
    Row(
        step="call",
        command=courier.LogCall,
        decide=courier.log_call,
        taken_from=_ON_ROUND,
        who=_ROUND,
    ),
    Row(
        step="slot",
        command=courier.AgreeSlot,
        decide=courier.agree_slot,
        taken_from=_ON_ROUND,
        leads_to=_stages(Stage.SLOT_AGREED),
        who=_ROUND | {Role.BUYER},
    ),
    Row(
        step="departure",
        command=courier.Depart,
        decide=courier.depart,
        taken_from=_stages(Stage.SLOT_AGREED),
        leads_to=_stages(Stage.OUT_FOR_DELIVERY),
        who=_ROUND,
        already=_stages(Stage.OUT_FOR_DELIVERY),
    ),
    Row(
        step="attempt",
        command=courier.RecordAttempt,
        decide=courier.record_attempt,
        taken_from=_stages(Stage.OUT_FOR_DELIVERY),
        leads_to=_stages(Stage.ATTEMPT_FAILED, Stage.WITH_COURIER, Stage.TURNED_ROUND),
        who=_ROUND,
    ),
    Row(
        step="cancellation",
        command=cancellation.Cancel,
        decide=cancellation.cancel,
        taken_from=_OPEN,
        leads_to=_stages(Stage.CANCELLED, Stage.TURNED_ROUND, Stage.RECEIVED_BACK),
        who=_BUYER | _STAFF,
        otherwise=cancellation.cancel_again,
    ),
    Row(
        step="return-claim",
        command=returning.ClaimReturn,
        decide=returning.claim_return,
        taken_from=_stages(Stage.ISSUED),
        who=_BUYER,
    ),
    Row(
        step="return",
        command=returning.AcceptReturn,
        decide=returning.accept_return,
        taken_from=_stages(Stage.ISSUED),
        leads_to=_stages(Stage.WITHDRAWN),
        who=_DESK,
    ),
    Row(
        step="withdrawal",
        command=returning.Withdraw,
        decide=returning.withdraw,
        taken_from=_WAY_BACK,
        leads_to=_stages(Stage.WITHDRAWN),
        who=_DESK,
    ),
    Row(
        step="reception",
        command=returning.Receive,
        decide=returning.receive,
        taken_from=_WAY_BACK | {Stage.ISSUED},
        leads_to=_WAY_BACK - {Stage.TURNED_ROUND},
        who=_STOCK,
    ),
    Row(
        step="redirection",
        command=redirection.Redirect,
        decide=redirection.redirect,
        taken_from=_stages(Stage.PLACED) | _IN_WAREHOUSE | _ON_ROUND,
        leads_to=_stages(Stage.DISPATCHED),
        who=_BUYER,
    ),
    Row(
        step="promise",
        command=redirection.ChangePromise,
        decide=redirection.change_promise,
        taken_from=_OPEN - _STANDING,
        who=_STOCK,
        carried_over=_stages(Stage.PLACED),
    ),
    Row(
        step="lateness",
        command=lateness.MarkLate,
        decide=lateness.mark_late,
        taken_from=_OPEN - _STANDING,
        who=_TIMER,
        falls_due=True,
        already=_STANDING | _CLOSED,
    ),
    Row(
        step="trusted-person",
        command=trust.NameTrusted,
        decide=trust.name_trusted,
        taken_from=_OPEN,
        who=_BUYER,
    ),
    Row(
        step="trusted-person-revocation",
        command=trust.RevokeTrusted,
        decide=trust.revoke_trusted,
        taken_from=_OPEN,
        who=_BUYER,
    ),
    Row(
        step="code-renewal",
        command=trust.RenewCode,
        decide=trust.renew_code,
        taken_from=_OPEN,
        who=_BUYER,
    ),
    Row(
        step="refund-completion",
        command=refunding.CompleteRefund,
        decide=refunding.complete_refund,
        taken_from=_EVERY,
        who=OFFICE | {Role.STOREFRONT, Role.SYSTEM},
    ),
    Row(
        step="attention",
        command=attention.RaiseAttention,
        decide=attention.raise_attention,
        taken_from=_EVERY,
        who=EVERYONE,
    ),
    Row(
        step="attention-clearance",
        command=attention.ClearAttention,
        decide=attention.clear_attention,
        taken_from=_EVERY,
        who=OFFICE,
    ),
    Row(
        step="help-answer",
        command=help_answer.AnswerHelp,
        decide=help_answer.answer_help,
        taken_from=_EVERY,
        who=OFFICE,
    ),
    Row(
        step="correction",
        command=correction.Correct,
        decide=correction.correct,
        taken_from=_stages(Stage.ISSUED),
        leads_to=_stages(Stage.SHELVED, Stage.WITH_COURIER),
        who=_DESK,
    ),
    Row(
        step="contact-erasure",
        command=contact_erasure.EraseContact,
        decide=contact_erasure.erase_contact,
        taken_from=_CLOSED,
        who=_BUYER,
        otherwise=contact_erasure.keep_contact,
    ),
)

ROW_OF: dict[type[Struct], Row] = {row.command: row for row in TABLE}
"""The row of each command."""


def status_of(order: Order) -> str:
    """Return the one of four statuses that the order's stage belongs to."""
    return STATUS_OF[order.stage]
