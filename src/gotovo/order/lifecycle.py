"""Read this first: the life of an order as one table.

A row (`row.py` names its columns) is a step: the noun that URLs, pages, tests and docs share.
`decide` looks up a command's row and leaves the rest to the step's own file. A test walks the
table and draws `docs/concepts/lifecycle.md`: no step does what its row does not say.
"""

from msgspec import Struct

from gotovo.order.row import Row
from gotovo.order.steps import (
    arrival,
    attempt,
    attention,
    attention_clearance,
    call,
    cancellation,
    code_renewal,
    contact_erasure,
    correction,
    departure,
    dispatch,
    handover,
    handover_opening,
    handover_stop,
    handover_timeout,
    help_answer,
    lateness,
    packing,
    payment,
    payment_expiry,
    picking,
    placement,
    promise,
    reception,
    redirection,
    refund_completion,
    reinstatement,
    return_acceptance,
    return_claim,
    shelving,
    slot,
    storage_expiry,
    storage_extension,
    storage_reminder,
    trusted_person,
    trusted_person_revocation,
    withdrawal,
)
from gotovo.order.values.actor import EVERYONE, OFFICE, Role
from gotovo.order.values.order import Stage


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
        fallback=payment.pay_again,
    ),
    Row(
        step="payment-expiry",
        command=payment_expiry.ExpirePayment,
        decide=payment_expiry.expire_payment,
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
        taken_from_imported=_stages(Stage.PAID, Stage.PICKING),
        decide_imported=dispatch.dispatch_unpacked,
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
        command=handover_opening.OpenHandover,
        decide=handover_opening.open_handover,
        taken_from=_stages(Stage.SHELVED),
        leads_to=_stages(Stage.HANDING_OVER),
        who=_DESK,
        fallback=handover_opening.contested_opening,
    ),
    Row(
        step="handover-stop",
        command=handover_stop.StopHandover,
        decide=handover_stop.stop_handover,
        taken_from=_stages(Stage.HANDING_OVER),
        leads_to=_stages(Stage.SHELVED),
        who=_BUYER | {Role.POINT},
    ),
    Row(
        step="handover-timeout",
        command=handover_timeout.LeaveHandover,
        decide=handover_timeout.leave_handover,
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
        fallback=handover.contested,
        taken_from_imported=_ON_ROUND | _TO_POINT,
    ),
    Row(
        step="storage-extension",
        command=storage_extension.ExtendStorage,
        decide=storage_extension.extend_storage,
        taken_from=_stages(Stage.SHELVED),
        who=_BUYER | {Role.POINT},
    ),
    Row(
        step="storage-reminder",
        command=storage_reminder.RemindOfStorage,
        decide=storage_reminder.remind,
        taken_from=_stages(Stage.SHELVED),
        who=_TIMER,
        falls_due=True,
        already=_EVERY - {Stage.SHELVED},
    ),
    Row(
        step="storage-expiry",
        command=storage_expiry.ExpireStorage,
        decide=storage_expiry.expire_storage,
        taken_from=_stages(Stage.SHELVED),
        leads_to=_stages(Stage.TURNED_ROUND),
        who=_TIMER,
        falls_due=True,
        already=_EVERY - {Stage.SHELVED},
    ),
    Row(
        step="reinstatement",
        command=reinstatement.Reinstate,
        decide=reinstatement.reinstate,
        taken_from=_WAY_BACK,
        leads_to=_stages(Stage.SHELVED),
        who=OFFICE,
    ),
    Row(
        step="call",
        command=call.LogCall,
        decide=call.log_call,
        taken_from=_ON_ROUND,
        who=_ROUND,
    ),
    Row(
        step="slot",
        command=slot.AgreeSlot,
        decide=slot.agree_slot,
        taken_from=_ON_ROUND,
        leads_to=_stages(Stage.SLOT_AGREED),
        who=_ROUND | {Role.BUYER},
    ),
    Row(
        step="departure",
        command=departure.Depart,
        decide=departure.depart,
        taken_from=_stages(Stage.SLOT_AGREED),
        leads_to=_stages(Stage.OUT_FOR_DELIVERY),
        who=_ROUND,
        already=_stages(Stage.OUT_FOR_DELIVERY),
    ),
    Row(
        step="attempt",
        command=attempt.RecordAttempt,
        decide=attempt.record_attempt,
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
        fallback=cancellation.cancel_again,
    ),
    Row(
        step="return-claim",
        command=return_claim.ClaimReturn,
        decide=return_claim.claim_return,
        taken_from=_stages(Stage.ISSUED),
        who=_BUYER,
    ),
    Row(
        step="return",
        file="return_acceptance",
        command=return_acceptance.AcceptReturn,
        decide=return_acceptance.accept_return,
        taken_from=_stages(Stage.ISSUED),
        leads_to=_stages(Stage.WITHDRAWN),
        who=_DESK,
    ),
    Row(
        step="withdrawal",
        command=withdrawal.Withdraw,
        decide=withdrawal.withdraw,
        taken_from=_WAY_BACK,
        leads_to=_stages(Stage.WITHDRAWN),
        who=_DESK,
    ),
    Row(
        step="reception",
        command=reception.Receive,
        decide=reception.receive,
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
        command=promise.ChangePromise,
        decide=promise.change_promise,
        taken_from=_OPEN - _STANDING,
        who=_STOCK,
        taken_from_imported=_stages(Stage.PLACED),
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
        command=trusted_person.NameTrusted,
        decide=trusted_person.name_trusted,
        taken_from=_OPEN,
        who=_BUYER,
    ),
    Row(
        step="trusted-person-revocation",
        command=trusted_person_revocation.RevokeTrusted,
        decide=trusted_person_revocation.revoke_trusted,
        taken_from=_OPEN,
        who=_BUYER,
    ),
    Row(
        step="code-renewal",
        command=code_renewal.RenewCode,
        decide=code_renewal.renew_code,
        taken_from=_OPEN,
        who=_BUYER,
    ),
    Row(
        step="refund-completion",
        command=refund_completion.CompleteRefund,
        decide=refund_completion.complete_refund,
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
        command=attention_clearance.ClearAttention,
        decide=attention_clearance.clear_attention,
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
        fallback=contact_erasure.keep_contact,
    ),
)

ROW_OF: dict[type[Struct], Row] = {row.command: row for row in TABLE}
"""The row of each command."""
