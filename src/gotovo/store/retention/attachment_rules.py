"""Retention rules of photos and files: the buyer's own, those of staff, and proofs.

Money and disputes are recorded for longer than what staff saw, and an open case keeps all of its
order (rule 4.16).
"""

from typing import Final

from gotovo.store.retention.rule import SETTLED, RetentionRule, Walk

_FROM: Final = f"{SETTLED}; not before every case of the order is resolved"
_LONE: Final = "the day on which it was added; not before its case is resolved"

ATTACHMENT_RULES: Final = (
    RetentionRule(
        name="claim-attachments",
        holds="Photos and files that a buyer added to a claim",
        columns=("attachment.content",),
        counted_from=_FROM,
        setting="words_days",
        then="deleted",
        walk=Walk.BESIDE_ORDERS,
    ),
    RetentionRule(
        name="staff-attachments",
        holds="Photos of parcels and goods of an order that staff added",
        columns=("attachment.thumbnail",),
        counted_from=_FROM,
        setting="attachment_days",
        then="deleted",
        walk=Walk.BESIDE_ORDERS,
    ),
    RetentionRule(
        name="proof-attachments",
        holds="Photos and files that prove something in a dispute about an order",
        columns=("attachment.added_by",),
        counted_from=_FROM,
        setting="proof_days",
        then="deleted",
        walk=Walk.BESIDE_ORDERS,
    ),
    RetentionRule(
        name="lone-attachments",
        holds="Photos of boxes and acceptances, which belong to no order",
        columns=("attachment.subject",),
        counted_from=_LONE,
        setting="attachment_days",
        then="deleted",
    ),
    RetentionRule(
        name="lone-proofs",
        holds="Proofs in a case that belongs to no order",
        columns=("attachment.removed_by",),
        counted_from=_LONE,
        setting="proof_days",
        then="deleted",
    ),
)
