"""The closed list of refusals: why a command changed nothing.

A refusal is a value, never an exception. The desk's part of the list stands in order of
precedence (rule 4.4): of several reasons the clerk hears the first.
"""

from enum import StrEnum

from gotovo.value import Value


class Code(StrEnum):
    """Every refusal there is; `words` has a sentence for each in every language."""

    # At the desk, by precedence.
    UNKNOWN_ORDER = "unknown_order"
    WRONG_POINT = "wrong_point"
    OWN_ORDER = "own_order"
    ALREADY_ISSUED = "already_issued"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    UNPAID = "unpaid"
    NOT_READY = "not_ready"
    BLOCKED = "blocked"
    TOO_MANY_ATTEMPTS = "too_many_attempts"
    WRONG_CODE = "wrong_code"
    CODE_REVOKED = "code_revoked"
    APPROVAL_REQUIRED = "approval_required"
    NOT_REFUSABLE = "not_refusable"

    # Who takes the step, and when it is reported to have happened.
    NOT_PERMITTED = "not_permitted"
    NOT_IN_CUSTODY = "not_in_custody"
    IN_THE_FUTURE = "in_the_future"
    TOO_LONG_AGO = "too_long_ago"

    # The step does not fit where the order stands.
    STAGE_FORBIDS = "stage_forbids"
    CLOSED = "closed"

    # What the command names does not exist or does not fit the order.
    NUMBER_TAKEN = "number_taken"
    EXTERNAL_ID_TAKEN = "external_id_taken"
    UNKNOWN_SKU = "unknown_sku"
    UNKNOWN_POINT = "unknown_point"
    UNKNOWN_WAREHOUSE = "unknown_warehouse"
    WAREHOUSE_CLOSED = "warehouse_closed"
    REGION_NOT_SERVED = "region_not_served"
    UNKNOWN_PARCEL = "unknown_parcel"
    UNKNOWN_CELL = "unknown_cell"
    UNKNOWN_LINE = "unknown_line"
    UNKNOWN_REFUND = "unknown_refund"
    POINT_CLOSED = "point_closed"
    POINT_FULL = "point_full"
    ADDRESS_MISSING = "address_missing"
    WRONG_METHOD = "wrong_method"
    PREPAYMENT_REQUIRED = "prepayment_required"
    WRONG_AMOUNT = "wrong_amount"
    WRONG_CURRENCY = "wrong_currency"
    WRONG_QUANTITY = "wrong_quantity"
    PARCEL_MISSING = "parcel_missing"
    WRONG_TIME = "wrong_time"

    # A right that is used up or was never there.
    CALL_FIRST = "call_first"
    ALREADY_PAID = "already_paid"
    EXTENSION_USED = "extension_used"
    RETURN_PERIOD_OVER = "return_period_over"
    CORRECTION_PERIOD_OVER = "correction_period_over"
    REFUND_COMPLETED = "refund_completed"
    BUYER_ERASED = "buyer_erased"


class Refusal(Value, frozen=True, omit_defaults=True):
    """One refusal: the code, the field and value at fault, and what was expected of it.

    `expected` is a value or a list of values separated by commas, never a sentence: the
    sentence is made from the code in the reader's language.
    """

    code: Code
    field: str = ""
    value: str = ""
    expected: str = ""
