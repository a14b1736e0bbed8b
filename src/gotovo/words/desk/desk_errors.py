"""The text of each error about what comes to a desk: manifests, acceptances, visits, photos.

By code; `request_errors` has the codes.
"""

from typing import Final

from gotovo.words.problem_text import EXPECTED, ProblemText
from gotovo.words.translations import msgid, pmsgid

DESK_ERRORS: Final[dict[str, ProblemText]] = {
    "unknown_visit": ProblemText(
        pmsgid("problem", "Unknown visit"),
        msgid("This visit is over, or is not at this desk. Identify the buyer again."),
    ),
    "unknown_closure": ProblemText(
        pmsgid("problem", "Unknown closure"),
        msgid("This point has no such closure. Load the list again."),
    ),
    "closure_over": ProblemText(
        pmsgid("problem", "Closure is over"),
        msgid("The point has opened again by itself, so there is nothing to take back."),
    ),
    "unknown_manifest": ProblemText(
        pmsgid("problem", "Unknown manifest"),
        msgid("There is no such manifest. Check its code, or accept what came without one."),
    ),
    "manifest_taken": ProblemText(
        pmsgid("problem", "Code taken"),
        msgid("Another manifest has this code."),
    ),
    "manifest_state": ProblemText(
        pmsgid("problem", "Not in this state"),
        msgid("The manifest is too far for this."),
        msgid("Possible while it is: {expected}."),
    ),
    "parcel_on_manifest": ProblemText(
        pmsgid("problem", "On another manifest"),
        msgid("A parcel travels with one van: another manifest has it."),
        msgid("That manifest: {expected}."),
    ),
    "unknown_acceptance": ProblemText(
        pmsgid("problem", "Unknown acceptance"),
        msgid("This point has no such acceptance. Open one."),
    ),
    "acceptance_closed": ProblemText(
        pmsgid("problem", "Acceptance closed"),
        msgid("This acceptance is closed and its report was sent. Open one without a manifest."),
    ),
    "unknown_attachment": ProblemText(
        pmsgid("problem", "Unknown attachment"),
        msgid("There is no such photo or file. Send it first, then name it."),
    ),
    "attachment_removed": ProblemText(
        pmsgid("problem", "Attachment removed"),
        msgid("This photo or file was removed."),
        msgid("Reason: {expected}."),
    ),
    "attachment_type": ProblemText(
        pmsgid("problem", "Wrong type of file"),
        msgid("A file of this type can't be stored. A phone can save photos as JPEG."),
        EXPECTED,
    ),
    "attachment_unreadable": ProblemText(
        pmsgid("problem", "File can't be read"),
        msgid("The file is damaged, or has more pixels than a camera makes. Take the photo again."),
        EXPECTED,
    ),
    "attachment_too_large": ProblemText(
        pmsgid("problem", "File too large"),
        msgid("The file is too large."),
        EXPECTED,
    ),
    "too_many_attachments": ProblemText(
        pmsgid("problem", "Too many attachments"),
        msgid("There is no room for more photos and files here."),
        EXPECTED,
    ),
}
