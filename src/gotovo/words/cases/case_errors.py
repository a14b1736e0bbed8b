"""The text of each error about cases and what is decided on them.

By code; `request_errors` has the codes.
"""

from typing import Final

from gotovo.words.problem_text import EXPECTED, ProblemText
from gotovo.words.translations import msgid, pmsgid

CASE_ERRORS: Final[dict[str, ProblemText]] = {
    "unknown_case": ProblemText(
        pmsgid("problem", "Unknown case"),
        msgid("There is no such case."),
    ),
    "case_taken": ProblemText(
        pmsgid("problem", "Case taken"),
        msgid("Somebody else is on this case."),
        msgid("Whoever takes over names them: {expected}."),
    ),
    "case_resolved": ProblemText(
        pmsgid("problem", "Case resolved"),
        msgid("This case is resolved; what it says is done."),
        msgid("What was decided: {expected}."),
    ),
    "case_being_decided": ProblemText(
        pmsgid("problem", "Being decided"),
        msgid("A decision on this case is being carried out. Read it again in a minute."),
        msgid("What was decided: {expected}."),
    ),
    "network_decides": ProblemText(
        pmsgid("problem", "The network decides"),
        msgid("This case is for the people of the network: the money may belong to another shop."),
    ),
    "decision_not_possible": ProblemText(
        pmsgid("problem", "Decision not possible"),
        msgid("This case cannot be decided that way."),
        EXPECTED,
    ),
    "decision_field": ProblemText(
        pmsgid("problem", "Field of a decision"),
        msgid("A field does not go with this decision, or is missing."),
        EXPECTED,
    ),
    "payment_has_order": ProblemText(
        pmsgid("problem", "Payment has an order"),
        msgid("An order has this payment: it is neither assigned nor paid back here."),
        msgid("The order is {expected}."),
    ),
    "payment_not_known": ProblemText(
        pmsgid("problem", "Payment not known"),
        msgid("The case does not say which payment it is, or of what sum."),
        EXPECTED,
    ),
}
