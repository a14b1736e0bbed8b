"""Labels of where an order stands: statuses, stages, reasons.

The names of the four statuses are fixed by the product in both languages.
"""

from functools import cache

from gotovo.order.values.order import Outcome, Reason, Stage
from gotovo.words.language import Language
from gotovo.words.translations import Translator, pmsgid

STATUSES = {
    "awaiting_payment": pmsgid("status", "Awaiting payment"),
    "processing": pmsgid("status", "In processing"),
    "ready_for_pickup": pmsgid("status", "Ready for pick-up"),
}
"""The three open statuses; a closed order is called by its outcome."""

OUTCOMES = {
    Outcome.ISSUED: pmsgid("status", "Issued"),
    Outcome.CANCELLED: pmsgid("status", "Cancelled"),
    Outcome.RETURNED: pmsgid("status", "Returned"),
}

STAGES = {
    Stage.PLACED: pmsgid("stage", "Placed"),
    Stage.PAID: pmsgid("stage", "Paid"),
    Stage.PICKING: pmsgid("stage", "Being picked at the warehouse"),
    Stage.PACKED: pmsgid("stage", "Packed"),
    Stage.DISPATCHED: pmsgid("stage", "On its way"),
    Stage.ARRIVED_AT_POINT: pmsgid("stage", "Arrived at the pick-up point, being checked in"),
    Stage.SHELVED: pmsgid("stage", "On the shelf at the pick-up point"),
    Stage.HANDING_OVER: pmsgid("stage", "Being handed over now"),
    Stage.WITH_COURIER: pmsgid("stage", "With the courier"),
    Stage.SLOT_AGREED: pmsgid("stage", "Delivery time agreed"),
    Stage.OUT_FOR_DELIVERY: pmsgid("stage", "Out for delivery"),
    Stage.ATTEMPT_FAILED: pmsgid("stage", "Delivery attempt failed"),
    Stage.ISSUED: pmsgid("stage", "Handed over"),
    Stage.CANCELLED: pmsgid("stage", "Cancelled"),
    Stage.TURNED_ROUND: pmsgid("stage", "Being turned back to the warehouse"),
    Stage.WITHDRAWN: pmsgid("stage", "Taken off the shelf"),
    Stage.IN_RETURN: pmsgid("stage", "On its way back to the warehouse"),
    Stage.RECEIVED_BACK: pmsgid("stage", "Back at the warehouse"),
}

UNPAID = pmsgid("stage", "Accepted")
"""What the stage `paid` is called of an order that is paid when it is handed over."""

REASONS = {
    Reason.CUSTOMER_REQUEST: pmsgid("reason", "at the buyer's request"),
    Reason.PAYMENT_EXPIRED: pmsgid("reason", "not paid in time"),
    Reason.OUT_OF_STOCK: pmsgid("reason", "out of stock"),
    Reason.NOT_COLLECTED: pmsgid("reason", "not collected in time"),
    Reason.REFUSED_AT_DESK: pmsgid("reason", "refused at hand-over"),
    Reason.LOST: pmsgid("reason", "lost in transit"),
    Reason.DAMAGED: pmsgid("reason", "damaged in transit"),
    Reason.POINT_CLOSED: pmsgid("reason", "the pick-up point has closed"),
    Reason.SELLER_REQUEST: pmsgid("reason", "by the seller"),
}
"""Why an order was cancelled, to stand after «Отменено» or "Cancelled"."""


@cache
def status_label(status: str, outcome: Outcome | None, language: Language) -> str:
    """Return what a buyer reads: one of the four statuses, the last one by its outcome."""
    label = STATUSES[status] if outcome is None else OUTCOMES[outcome]
    return Translator(language).pgettext("status", label)


def stage_label(stage: Stage, language: Language, *, pays_at_point: bool = False) -> str:
    """Return the name of a stage; nothing is called paid because its picking may begin."""
    unpaid = pays_at_point and stage is Stage.PAID
    return Translator(language).pgettext("stage", UNPAID if unpaid else STAGES[stage])


def reason_label(reason: Reason, language: Language) -> str:
    return Translator(language).pgettext("reason", REASONS[reason])
