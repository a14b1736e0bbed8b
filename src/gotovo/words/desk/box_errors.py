"""The text of each error about return boxes: what is wrong, and what to do.

By code; `request_errors` has the codes.
"""

from typing import Final

from gotovo.words.problem_text import EXPECTED, ProblemText
from gotovo.words.translations import msgid, pmsgid

BOX_ERRORS: Final[dict[str, ProblemText]] = {
    "unknown_box": ProblemText(
        pmsgid("problem", "Unknown box"),
        msgid("This point has no box with this code. Open it first."),
    ),
    "box_taken": ProblemText(
        pmsgid("problem", "Code taken"),
        msgid("A box with this code is in use already. Take another sticker."),
    ),
    "other_box": ProblemText(
        pmsgid("problem", "Another box"),
        msgid("That is the sticker of another box. Scan the one that you are sealing."),
        EXPECTED,
    ),
    "box_closed": ProblemText(
        pmsgid("problem", "Box sealed"),
        msgid("This box is sealed, and is not opened again. Put it into another one."),
    ),
    "box_open_too_long": ProblemText(
        pmsgid("problem", "Open for too long"),
        msgid("This box has been open for 48 hours. Seal it, and open another one."),
    ),
    "box_full": ProblemText(
        pmsgid("problem", "Box full"),
        msgid("This box is full. Seal it, and open another one."),
        EXPECTED,
    ),
    "box_large_alone": ProblemText(
        pmsgid("problem", "A box of its own"),
        msgid("A large item is a box of its own. Open another one for it."),
    ),
    "box_wrong_kind": ProblemText(
        pmsgid("problem", "Defective goods"),
        msgid("These goods are defective. Put them into a box for defective ones."),
    ),
    "box_moved_too_often": ProblemText(
        pmsgid("problem", "Moved too often"),
        msgid("A parcel moves between boxes twice at most. Leave it where it is."),
    ),
    "parcel_in_closed_box": ProblemText(
        pmsgid("problem", "In another box"),
        msgid("This parcel is in a box that is sealed. Tell whoever is in charge."),
        msgid("That box: {expected}."),
    ),
    "parcel_not_in_box": ProblemText(
        pmsgid("problem", "Not in this box"),
        msgid("This parcel is not in this box."),
    ),
    "box_empty": ProblemText(
        pmsgid("problem", "Box empty"),
        msgid("Nothing is in this box. Scan what goes into it."),
    ),
    "box_not_sealed": ProblemText(
        pmsgid("problem", "Box not sealed"),
        msgid("Only sealed boxes that are here leave. Seal it first."),
        msgid("The box is: {expected}."),
    ),
    "unknown_act": ProblemText(
        pmsgid("problem", "Unknown act"),
        msgid("This point has no such act."),
    ),
}
