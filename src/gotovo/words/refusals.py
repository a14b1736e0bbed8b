"""The text of each refusal: what is the matter, and what to do about it.

A text suits a clerk at the desk as well as the log of a program. The field and its value are for
the surface to show in its own way.
"""

from gotovo.order.refusals import Code, Refusal
from gotovo.words.language import Language
from gotovo.words.problem_text import EXPECTED, ProblemText, problem_detail, problem_title
from gotovo.words.translations import Translator, msgid, pmsgid

NEAREST_WITH_ROOM = msgid("The nearest with room: {expected}.")

REFUSALS = {
    Code.UNKNOWN_ORDER: ProblemText(
        pmsgid("problem", "Order not found"),
        msgid("There is no order with this number. Check that all 12 digits are right."),
    ),
    Code.WRONG_POINT: ProblemText(
        pmsgid("problem", "Wrong pick-up point"),
        msgid("This order is handed over at another pick-up point."),
        msgid("Its pick-up point: {expected}."),
    ),
    Code.OWN_ORDER: ProblemText(
        pmsgid("problem", "Your own order"),
        msgid("You are the buyer of this order. Somebody else at the point has to do this."),
    ),
    Code.ALREADY_ISSUED: ProblemText(
        pmsgid("problem", "Already handed over"),
        msgid("This order has already been handed over."),
    ),
    Code.CANCELLED: ProblemText(
        pmsgid("problem", "Cancelled"),
        msgid(
            "This order was cancelled. If it was paid for, the money is going back to the buyer."
        ),
    ),
    Code.EXPIRED: ProblemText(
        pmsgid("problem", "Storage period over"),
        msgid(
            "The storage period is over and the order is closed. Support can reinstate it "
            "while it is still on the shelf."
        ),
    ),
    Code.UNPAID: ProblemText(
        pmsgid("problem", "Not paid"),
        msgid("This order has not been paid for yet."),
    ),
    Code.NOT_READY: ProblemText(
        pmsgid("problem", "Not ready yet"),
        msgid("This order is not ready yet: not all of its parcels are on the shelf."),
    ),
    Code.BLOCKED: ProblemText(
        pmsgid("problem", "Hand-over blocked"),
        msgid("Hand-over is blocked until a dispute is settled. Contact support."),
    ),
    Code.TOO_MANY_ATTEMPTS: ProblemText(
        pmsgid("problem", "Too many attempts"),
        msgid("Too many wrong codes were entered. The buyer needs a new code."),
    ),
    Code.WRONG_CODE: ProblemText(
        pmsgid("problem", "Wrong code"),
        msgid("The code does not match. Ask the buyer for the code of this order."),
    ),
    Code.CODE_REVOKED: ProblemText(
        pmsgid("problem", "Code revoked"),
        msgid("This code is no longer valid. Ask the buyer for the current one."),
    ),
    Code.APPROVAL_REQUIRED: ProblemText(
        pmsgid("problem", "Second person needed"),
        msgid("This needs a second person: ask somebody else to approve it for this order."),
    ),
    Code.NOT_REFUSABLE: ProblemText(
        pmsgid("problem", "Cannot be refused"),
        msgid("These goods can be left at the desk only because of a defect."),
    ),
    Code.NOT_PERMITTED: ProblemText(
        pmsgid("problem", "Not permitted"),
        msgid("This role is not allowed to do this."),
        msgid("Allowed: {expected}."),
    ),
    Code.NOT_IN_CUSTODY: ProblemText(
        pmsgid("problem", "In other hands"),
        msgid("Somebody else holds the parcels. Who holds them does this, or support."),
        msgid("Held by: {expected}."),
    ),
    Code.IN_THE_FUTURE: ProblemText(
        pmsgid("problem", "Time in the future"),
        msgid("The given time is in the future. Check the clock."),
    ),
    Code.TOO_LONG_AGO: ProblemText(
        pmsgid("problem", "Reported too late"),
        msgid("The given time is further back than a key may report. Only imports are older."),
        EXPECTED,
    ),
    Code.STAGE_FORBIDS: ProblemText(
        pmsgid("problem", "Not possible at this stage"),
        msgid("This is not possible at the order's current stage."),
    ),
    Code.CLOSED: ProblemText(
        pmsgid("problem", "Order closed"),
        msgid("This order is already closed."),
    ),
    Code.NUMBER_TAKEN: ProblemText(
        pmsgid("problem", "Number taken"),
        msgid("An order with this number already exists."),
    ),
    Code.EXTERNAL_ID_TAKEN: ProblemText(
        pmsgid("problem", "External id taken"),
        msgid("An order with this external id already exists."),
    ),
    Code.UNKNOWN_SKU: ProblemText(
        pmsgid("problem", "Unknown SKU"),
        msgid("No warehouse that could serve the order has ever stocked this SKU."),
    ),
    Code.UNKNOWN_POINT: ProblemText(
        pmsgid("problem", "Unknown pick-up point"),
        msgid("There is no such pick-up point."),
    ),
    Code.UNKNOWN_WAREHOUSE: ProblemText(
        pmsgid("problem", "Unknown warehouse"),
        msgid("There is no such warehouse."),
        EXPECTED,
    ),
    Code.WAREHOUSE_CLOSED: ProblemText(
        pmsgid("problem", "Warehouse closed to orders"),
        msgid("This warehouse takes no new orders."),
        EXPECTED,
    ),
    Code.REGION_NOT_SERVED: ProblemText(
        pmsgid("problem", "Postal code not served"),
        msgid("No courier delivers to this postal code. Check it, or choose a pick-up point."),
        EXPECTED,
    ),
    Code.UNKNOWN_PARCEL: ProblemText(
        pmsgid("problem", "Unknown parcel"),
        msgid("This order has no parcel with this barcode."),
    ),
    Code.UNKNOWN_CELL: ProblemText(
        pmsgid("problem", "Unknown cell"),
        msgid("This point has no such cell. Scan the label of a cell, or type its number."),
        msgid("Cells: {expected}."),
    ),
    Code.UNKNOWN_LINE: ProblemText(
        pmsgid("problem", "Unknown line"),
        msgid("This order has no line with this number."),
        EXPECTED,
    ),
    Code.UNKNOWN_REFUND: ProblemText(
        pmsgid("problem", "Unknown refund"),
        msgid("This order has no such refund."),
    ),
    Code.POINT_CLOSED: ProblemText(
        pmsgid("problem", "Pick-up point closed to orders"),
        msgid("This pick-up point is not accepting new orders at the moment."),
    ),
    Code.POINT_FULL: ProblemText(
        pmsgid("problem", "Pick-up point full"),
        msgid("The shelves of this pick-up point are full. Please choose another one."),
        NEAREST_WITH_ROOM,
    ),
    Code.ADDRESS_MISSING: ProblemText(
        pmsgid("problem", "Address missing"),
        msgid(
            "There is no address for the courier to deliver to. It needs a house number, or the "
            'words "no number".'
        ),
    ),
    Code.WRONG_METHOD: ProblemText(
        pmsgid("problem", "Wrong delivery method"),
        msgid("This is not possible with the order's delivery method."),
        EXPECTED,
    ),
    Code.PREPAYMENT_REQUIRED: ProblemText(
        pmsgid("problem", "Payment in advance only"),
        msgid(
            "This order can only be paid in advance here: payment at hand-over is not offered for "
            "this place or this sum."
        ),
    ),
    Code.WRONG_AMOUNT: ProblemText(
        pmsgid("problem", "Wrong amount"),
        msgid("The amount does not match."),
        EXPECTED,
    ),
    Code.WRONG_CURRENCY: ProblemText(
        pmsgid("problem", "Wrong currency"),
        msgid("The currency differs from the order's."),
        EXPECTED,
    ),
    Code.WRONG_QUANTITY: ProblemText(
        pmsgid("problem", "Wrong quantity"),
        msgid("The quantity does not match."),
        EXPECTED,
    ),
    Code.PARCEL_MISSING: ProblemText(
        pmsgid("problem", "Parcels do not match"),
        msgid("The scanned parcels are not the parcels of this order."),
        EXPECTED,
    ),
    Code.WRONG_TIME: ProblemText(
        pmsgid("problem", "Time not available"),
        msgid("This time cannot be chosen."),
    ),
    Code.CALL_FIRST: ProblemText(
        pmsgid("problem", "Call first"),
        msgid("Reach the buyer by phone before agreeing on a time."),
    ),
    Code.ALREADY_PAID: ProblemText(
        pmsgid("problem", "Already paid"),
        msgid("The order has already been paid for; this payment is being refunded."),
    ),
    Code.EXTENSION_USED: ProblemText(
        pmsgid("problem", "Extension used"),
        msgid("Storage was already extended and cannot be extended again."),
    ),
    Code.RETURN_PERIOD_OVER: ProblemText(
        pmsgid("problem", "Return period over"),
        msgid("The return period is over."),
        msgid("It ended at {expected}."),
    ),
    Code.CORRECTION_PERIOD_OVER: ProblemText(
        pmsgid("problem", "Too late to undo"),
        msgid("It is too late to undo this hand-over. Take the goods back as a return."),
    ),
    Code.REFUND_COMPLETED: ProblemText(
        pmsgid("problem", "Already refunded"),
        msgid("The refund has already been sent, so the order cannot be reinstated."),
    ),
    Code.BUYER_ERASED: ProblemText(
        pmsgid("problem", "Buyer erased"),
        msgid("The buyer's data was erased: leave out the words, the step is taken without them."),
    ),
}

_WITH_ATTEMPTS = frozenset({Code.WRONG_CODE, Code.CODE_REVOKED})
_ATTEMPTS_LEFT = msgid("Attempts left: {attempts}.")


def refusal_title(code: Code, language: Language) -> str:
    return problem_title(REFUSALS[code], language)


def refusal_notice(refusal: Refusal, language: Language) -> str:
    """Return the sentence for somebody who pressed a button and has no use for values."""
    if refusal.code in _WITH_ATTEMPTS:
        return refusal_detail(refusal, language)
    return problem_detail(REFUSALS[refusal.code], language)


def refusal_detail(refusal: Refusal, language: Language) -> str:
    """Return the sentence for a program, with what was expected where that helps."""
    detail = problem_detail(REFUSALS[refusal.code], language, refusal.expected)
    if refusal.code in _WITH_ATTEMPTS and refusal.expected.isdigit():
        left = Translator(language).gettext(_ATTEMPTS_LEFT, attempts=refusal.expected)
        return f"{detail} {left}"
    return detail
