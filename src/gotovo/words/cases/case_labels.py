"""What cases are called: their kinds, what can be decided, and what is known of them."""

from collections.abc import Mapping
from typing import Final

from gotovo.cases.case_kinds import CLEARED, SETTLED, CaseDecision, CaseKind
from gotovo.words.language import Language
from gotovo.words.translations import Translator, msgid, pmsgid

KINDS: Final[Mapping[CaseKind, str]] = {
    CaseKind.UNMATCHED_PAYMENT: msgid("Money that belongs to no order"),
    CaseKind.PAYMENT_CONFLICT: msgid("Payment that does not fit what was asked for"),
    CaseKind.REFUND_FAILED: msgid("Refund that cannot be paid out"),
    CaseKind.REFUND_CONFLICT: msgid("Refund that no order has started"),
    CaseKind.RECEIPT_FAILED: msgid("Receipt that the cash register refuses"),
    CaseKind.RECONCILIATION: msgid("Difference between our books and the provider's"),
    CaseKind.HELD_MONEY: msgid("Money of an order that waits for a decision"),
    CaseKind.CONTRADICTION: msgid("Times of an order that contradict each other"),
    CaseKind.DISPUTE: msgid("Objection to how an order stands"),
    CaseKind.DAMAGE: msgid("Goods damaged or lost on the way"),
    CaseKind.SHORTAGE: msgid("Parcel that did not come with its van"),
    CaseKind.SURPLUS: msgid("Parcel that came without being listed"),
    CaseKind.PUT_ASIDE: msgid("Item put aside at a pick-up point"),
}
"""One line for each kind."""

DECISIONS: Final[Mapping[CaseDecision, str]] = {
    CaseDecision.ASSIGN_TO_ORDER: pmsgid("case", "Assign to an order"),
    CaseDecision.REFUND: pmsgid("case", "Pay back"),
    CaseDecision.REROUTE_REFUND: pmsgid("case", "Pay out another way"),
    CaseDecision.RETRY: pmsgid("case", "Try again"),
    CaseDecision.ACCEPT: pmsgid("case", "Take note"),
}
"""What stands on a button."""

RESOLUTIONS: Final[Mapping[str, str]] = {
    CaseDecision.ASSIGN_TO_ORDER: pmsgid("case", "Assigned to an order"),
    CaseDecision.REFUND: pmsgid("case", "Paid back"),
    CaseDecision.REROUTE_REFUND: pmsgid("case", "Paid out another way"),
    CaseDecision.RETRY: pmsgid("case", "Tried again"),
    CaseDecision.ACCEPT: pmsgid("case", "Noted"),
    CLEARED: pmsgid("case", "Flag taken down at the order"),
    SETTLED: pmsgid("case", "Turned up"),
}
"""What became of a case."""

PROOFS: Final[Mapping[str, str]] = {
    "provider": pmsgid("case", "Provider"),
    "payment_id": pmsgid("case", "Payment"),
    "reference": pmsgid("case", "Reference"),
    "account": pmsgid("case", "Account"),
    "refund": pmsgid("case", "Refund"),
    "provider_id": pmsgid("case", "Provider's number"),
    "receipt_id": pmsgid("case", "Receipt"),
    "named_order": pmsgid("case", "Order it names"),
    "named_attempt": pmsgid("case", "Attempt it names"),
    "asked_order": pmsgid("case", "Order it was asked for"),
    "amount": pmsgid("case", "Amount"),
    "captured": pmsgid("case", "Captured"),
    "asked": pmsgid("case", "Asked for"),
    "recorded": pmsgid("case", "Recorded"),
    "refunded": pmsgid("case", "Refunded"),
    "refunded_by_order": pmsgid("case", "Refunded by the order"),
    "captured_at": pmsgid("case", "Captured at"),
    "created_at": pmsgid("case", "Created at"),
    "asked_at": pmsgid("case", "Asked at"),
    "raised_at": pmsgid("case", "Known since"),
    "flag": pmsgid("case", "Flag"),
    "version": pmsgid("case", "Event of the order"),
    "raised_by": pmsgid("case", "Told by"),
    "step": pmsgid("case", "Step"),
    "reason": pmsgid("case", "Reason"),
    "state": pmsgid("case", "State"),
    "difference": pmsgid("case", "Difference"),
    "manifest": pmsgid("case", "Manifest"),
    "acceptance": pmsgid("case", "Acceptance"),
    "point": pmsgid("case", "Pick-up point"),
    "parcel": pmsgid("case", "Parcel"),
    "box": pmsgid("case", "Box"),
    "scan": pmsgid("case", "Scan"),
    "accepted_at": pmsgid("case", "Acceptance closed at"),
    "accepted_by": pmsgid("case", "Acceptance closed by"),
    "answer": pmsgid("case", "Answer to the scan"),
    "belongs_to": pmsgid("case", "Belongs to"),
}
"""The label of each proof that has a type."""


def kind_label(kind: CaseKind, language: Language) -> str:
    """Return what a kind of cases is called."""
    return Translator(language).gettext(KINDS[kind])


def decision_label(decision: CaseDecision, language: Language) -> str:
    """Return what a decision is called before it is made."""
    return Translator(language).pgettext("case", DECISIONS[decision])


def resolution_label(resolution: str, language: Language) -> str:
    """Return what became of a case."""
    return Translator(language).pgettext("case", RESOLUTIONS[resolution])


def proof_label(name: str, language: Language) -> str:
    """Return what a proof is called; one that stands nowhere is called by its own name."""
    if name not in PROOFS:
        return name.replace("_", " ")
    return Translator(language).pgettext("case", PROOFS[name])
