"""The text of each error about work at a point: shifts, devices, proofs and approvals.

By code; `request_errors` has the codes.
"""

from typing import Final

from gotovo.words.problem_text import EXPECTED, ProblemText
from gotovo.words.translations import msgid, pmsgid

SHIFT_ERRORS: Final[dict[str, ProblemText]] = {
    "shift_required": ProblemText(
        pmsgid("problem", "No open shift"),
        msgid("Begin a shift at this point first, then repeat what you did."),
    ),
    "shift_elsewhere": ProblemText(
        pmsgid("problem", "Shift at another point"),
        msgid("You have an open shift at another point. End it, then begin one here."),
        msgid("It is at {expected}."),
    ),
    "unknown_shift": ProblemText(
        pmsgid("problem", "Unknown shift"),
        msgid("This point has no such shift."),
    ),
    "device_required": ProblemText(
        pmsgid("problem", "Device not registered"),
        msgid(
            "Shifts begin on a device of this point, and this one is none. Somebody in charge"
            " registers it here."
        ),
    ),
    "unknown_device": ProblemText(
        pmsgid("problem", "Unknown device"),
        msgid("This point has no such device in use."),
    ),
    "too_many_devices": ProblemText(
        pmsgid("problem", "Too many devices"),
        msgid("This point has as many devices as it may have; revoke one that nobody uses."),
        msgid("At most: {expected}."),
    ),
    "proof_required": ProblemText(
        pmsgid("problem", "Prove that it is you"),
        msgid(
            "This step needs a fresh proof of who you are: use your passkey, or type your password"
            " and a one-time code, then repeat it."
        ),
    ),
    "not_proved": ProblemText(
        pmsgid("problem", "That did not prove it"),
        msgid(
            "This did not prove who you are: the passkey is another person's, the password is"
            " wrong, or the code is wrong or was used. Try again with a new code."
        ),
    ),
    "person_required": ProblemText(
        pmsgid("problem", "Only a person can do this"),
        msgid("A program's key cannot do this: sign in as yourself."),
    ),
    "unknown_approval": ProblemText(
        pmsgid("problem", "Unknown approval"),
        msgid("Nobody has asked for such an approval here. Ask for one, then repeat the step."),
    ),
    "too_many_approvals": ProblemText(
        pmsgid("problem", "Too many approvals"),
        msgid("Too many approvals wait at this point. Have some of them decided first."),
        msgid("At most: {expected}."),
    ),
    "approval_of_same_person": ProblemText(
        pmsgid("problem", "A second person is needed"),
        msgid("You asked for this approval yourself. Somebody else has to decide it."),
    ),
    "approval_decided": ProblemText(
        pmsgid("problem", "Already decided"),
        msgid("Somebody has decided this approval already."),
        msgid("What was decided: {expected}."),
    ),
    "approval_pending": ProblemText(
        pmsgid("problem", "Not approved yet"),
        msgid("Nobody has approved this so far. Show the code to a colleague, then repeat."),
    ),
    "approval_denied": ProblemText(
        pmsgid("problem", "Not approved"),
        msgid("The second person said no. Do not go on; ask somebody in charge."),
    ),
    "approval_expired": ProblemText(
        pmsgid("problem", "Approval expired"),
        msgid("This approval was asked for or granted too long ago. Ask for a new one."),
    ),
    "approval_taken": ProblemText(
        pmsgid("problem", "Approval used"),
        msgid("This approval was used for another step. Ask for a new one."),
    ),
    "approver_needed": ProblemText(
        pmsgid("problem", "Somebody else has to approve"),
        msgid("The settings of this point ask for somebody else to decide this."),
        EXPECTED,
    ),
}
