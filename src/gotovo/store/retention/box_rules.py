"""Retention rules of what left a point in return boxes (rule 4.16)."""

from typing import Final

from gotovo.store.retention.rule import ACCEPTANCE_DAYS, SCAN_DAYS, RetentionRule

BOX_RULES: Final = (
    RetentionRule(
        name="box-items",
        holds="Who put a parcel into a return box, or took it out",
        columns=("return_box_item.put_by", "return_box_item.taken_out_by"),
        counted_from="the scan",
        days=SCAN_DAYS,
        then="deleted",
    ),
    RetentionRule(
        name="return-boxes",
        holds="Who opened and sealed a return box",
        columns=("return_box.opened_by", "return_box.sealed_by"),
        counted_from="when a driver took it",
        days=ACCEPTANCE_DAYS,
        then="deleted",
    ),
    RetentionRule(
        name="box-handovers",
        holds="Which driver took return boxes, and who handed them over",
        columns=("box_handover.driver", "box_handover.actor"),
        counted_from="the hand-over",
        days=ACCEPTANCE_DAYS,
        then="deleted",
    ),
)
"""Rows of what left; `rules` has them with all the others."""
