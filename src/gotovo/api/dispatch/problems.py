"""From a refusal to HTTP: the only place that knows both. Problems are RFC 9457.

`STATUS_OF_REFUSAL` is total; a test proves it. Errors of the request itself, which never became
a command, have a table of their own.
"""

from http import HTTPStatus

from msgspec import field as wire_field

from gotovo.order.refusals import Code, Refusal
from gotovo.order.values.order import Order
from gotovo.order.values.status import status_of
from gotovo.value import Value
from gotovo.words.language import Language
from gotovo.words.problem_text import problem_detail, problem_title
from gotovo.words.refusals import refusal_detail, refusal_title
from gotovo.words.request_errors import REQUEST_ERRORS, RequestErrorCode

VALUE_CHARACTERS_MAX = 200
"""How much of a wrong value or field name is repeated: enough to recognise it."""

STATUS_OF_REFUSAL = {
    Code.UNKNOWN_ORDER: HTTPStatus.NOT_FOUND,
    Code.WRONG_POINT: HTTPStatus.FORBIDDEN,
    Code.OWN_ORDER: HTTPStatus.FORBIDDEN,
    Code.ALREADY_ISSUED: HTTPStatus.CONFLICT,
    Code.CANCELLED: HTTPStatus.CONFLICT,
    Code.EXPIRED: HTTPStatus.GONE,
    Code.UNPAID: HTTPStatus.CONFLICT,
    Code.NOT_READY: HTTPStatus.CONFLICT,
    Code.BLOCKED: HTTPStatus.CONFLICT,
    Code.TOO_MANY_ATTEMPTS: HTTPStatus.CONFLICT,
    Code.WRONG_CODE: HTTPStatus.UNPROCESSABLE_ENTITY,
    Code.CODE_REVOKED: HTTPStatus.UNPROCESSABLE_ENTITY,
    Code.APPROVAL_REQUIRED: HTTPStatus.FORBIDDEN,
    Code.NOT_REFUSABLE: HTTPStatus.CONFLICT,
    Code.NOT_PERMITTED: HTTPStatus.FORBIDDEN,
    Code.NOT_IN_CUSTODY: HTTPStatus.FORBIDDEN,
    Code.IN_THE_FUTURE: HTTPStatus.UNPROCESSABLE_ENTITY,
    Code.TOO_LONG_AGO: HTTPStatus.UNPROCESSABLE_ENTITY,
    Code.STAGE_FORBIDS: HTTPStatus.CONFLICT,
    Code.CLOSED: HTTPStatus.CONFLICT,
    Code.NUMBER_TAKEN: HTTPStatus.CONFLICT,
    Code.EXTERNAL_ID_TAKEN: HTTPStatus.CONFLICT,
    Code.UNKNOWN_SKU: HTTPStatus.NOT_FOUND,
    Code.UNKNOWN_POINT: HTTPStatus.NOT_FOUND,
    Code.UNKNOWN_WAREHOUSE: HTTPStatus.NOT_FOUND,
    Code.WAREHOUSE_CLOSED: HTTPStatus.CONFLICT,
    Code.REGION_NOT_SERVED: HTTPStatus.UNPROCESSABLE_ENTITY,
    Code.UNKNOWN_PARCEL: HTTPStatus.NOT_FOUND,
    Code.UNKNOWN_CELL: HTTPStatus.NOT_FOUND,
    Code.UNKNOWN_LINE: HTTPStatus.NOT_FOUND,
    Code.UNKNOWN_REFUND: HTTPStatus.NOT_FOUND,
    Code.POINT_CLOSED: HTTPStatus.CONFLICT,
    Code.POINT_FULL: HTTPStatus.CONFLICT,
    Code.ADDRESS_MISSING: HTTPStatus.UNPROCESSABLE_ENTITY,
    Code.WRONG_METHOD: HTTPStatus.UNPROCESSABLE_ENTITY,
    Code.PREPAYMENT_REQUIRED: HTTPStatus.UNPROCESSABLE_ENTITY,
    Code.WRONG_AMOUNT: HTTPStatus.UNPROCESSABLE_ENTITY,
    Code.WRONG_CURRENCY: HTTPStatus.UNPROCESSABLE_ENTITY,
    Code.WRONG_QUANTITY: HTTPStatus.UNPROCESSABLE_ENTITY,
    Code.PARCEL_MISSING: HTTPStatus.UNPROCESSABLE_ENTITY,
    Code.WRONG_TIME: HTTPStatus.UNPROCESSABLE_ENTITY,
    Code.CALL_FIRST: HTTPStatus.CONFLICT,
    Code.ALREADY_PAID: HTTPStatus.CONFLICT,
    Code.EXTENSION_USED: HTTPStatus.CONFLICT,
    Code.RETURN_PERIOD_OVER: HTTPStatus.GONE,
    Code.CORRECTION_PERIOD_OVER: HTTPStatus.GONE,
    Code.REFUND_COMPLETED: HTTPStatus.CONFLICT,
    Code.BUYER_ERASED: HTTPStatus.CONFLICT,
}

STATUS_OF_ERROR = {
    RequestErrorCode.MALFORMED_JSON: HTTPStatus.BAD_REQUEST,
    RequestErrorCode.TOO_DEEP: HTTPStatus.BAD_REQUEST,
    RequestErrorCode.UNFIT_TEXT: HTTPStatus.BAD_REQUEST,
    RequestErrorCode.DUPLICATE_NAME: HTTPStatus.BAD_REQUEST,
    RequestErrorCode.INTEGER_TOO_LARGE: HTTPStatus.BAD_REQUEST,
    RequestErrorCode.INVALID_BODY: HTTPStatus.UNPROCESSABLE_ENTITY,
    RequestErrorCode.INVALID_QUERY: HTTPStatus.UNPROCESSABLE_ENTITY,
    RequestErrorCode.BODY_TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    RequestErrorCode.SLOW_BODY: HTTPStatus.REQUEST_TIMEOUT,
    RequestErrorCode.UNSUPPORTED_MEDIA_TYPE: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    RequestErrorCode.UNAUTHORIZED: HTTPStatus.UNAUTHORIZED,
    RequestErrorCode.KEY_EXPIRED: HTTPStatus.UNAUTHORIZED,
    RequestErrorCode.SESSION_ENDED: HTTPStatus.UNAUTHORIZED,
    RequestErrorCode.GRANT_NOT_CHOSEN: HTTPStatus.FORBIDDEN,
    RequestErrorCode.CROSS_SITE: HTTPStatus.FORBIDDEN,
    RequestErrorCode.INSUFFICIENT_SCOPE: HTTPStatus.FORBIDDEN,
    RequestErrorCode.EXCEEDS_KEY: HTTPStatus.FORBIDDEN,
    RequestErrorCode.TOO_MANY_KEYS: HTTPStatus.CONFLICT,
    RequestErrorCode.TOO_MANY_WEBHOOKS: HTTPStatus.CONFLICT,
    RequestErrorCode.NOT_FOUND: HTTPStatus.NOT_FOUND,
    RequestErrorCode.METHOD_NOT_ALLOWED: HTTPStatus.METHOD_NOT_ALLOWED,
    RequestErrorCode.IDEMPOTENCY_KEY_MISSING: HTTPStatus.BAD_REQUEST,
    RequestErrorCode.IDEMPOTENCY_KEY_INVALID: HTTPStatus.BAD_REQUEST,
    RequestErrorCode.IDEMPOTENCY_KEY_REUSED: HTTPStatus.UNPROCESSABLE_ENTITY,
    RequestErrorCode.IN_FLIGHT: HTTPStatus.CONFLICT,
    RequestErrorCode.UNKNOWN_KEY: HTTPStatus.NOT_FOUND,
    RequestErrorCode.UNKNOWN_WEBHOOK: HTTPStatus.NOT_FOUND,
    RequestErrorCode.UNKNOWN_MESSAGE: HTTPStatus.NOT_FOUND,
    RequestErrorCode.UNKNOWN_CUSTOMER: HTTPStatus.NOT_FOUND,
    RequestErrorCode.UNKNOWN_STAFF: HTTPStatus.NOT_FOUND,
    RequestErrorCode.UNKNOWN_GRANT: HTTPStatus.NOT_FOUND,
    RequestErrorCode.LOGIN_TAKEN: HTTPStatus.CONFLICT,
    RequestErrorCode.STAFF_OF_OTHERS: HTTPStatus.FORBIDDEN,
    RequestErrorCode.OWN_ACCOUNT: HTTPStatus.CONFLICT,
    RequestErrorCode.LAST_ADMINISTRATOR: HTTPStatus.CONFLICT,
    RequestErrorCode.INVALID_SETTINGS: HTTPStatus.UNPROCESSABLE_ENTITY,
    RequestErrorCode.STOCK_BELOW_RESERVED: HTTPStatus.CONFLICT,
    RequestErrorCode.STOCK_BELOW_ZERO: HTTPStatus.CONFLICT,
    RequestErrorCode.NOTHING_ASKED: HTTPStatus.CONFLICT,
    RequestErrorCode.THREAD_FULL: HTTPStatus.CONFLICT,
    RequestErrorCode.THREAD_TAKEN: HTTPStatus.CONFLICT,
    RequestErrorCode.ANSWERED_MEANWHILE: HTTPStatus.CONFLICT,
    RequestErrorCode.NOTHING_OPEN: HTTPStatus.CONFLICT,
    RequestErrorCode.UNKNOWN_CASE: HTTPStatus.NOT_FOUND,
    RequestErrorCode.UNKNOWN_VISIT: HTTPStatus.NOT_FOUND,
    RequestErrorCode.CASE_TAKEN: HTTPStatus.CONFLICT,
    RequestErrorCode.CASE_RESOLVED: HTTPStatus.CONFLICT,
    RequestErrorCode.CASE_BEING_DECIDED: HTTPStatus.CONFLICT,
    RequestErrorCode.NETWORK_DECIDES: HTTPStatus.FORBIDDEN,
    RequestErrorCode.DECISION_NOT_POSSIBLE: HTTPStatus.CONFLICT,
    RequestErrorCode.DECISION_FIELD: HTTPStatus.UNPROCESSABLE_ENTITY,
    RequestErrorCode.PAYMENT_HAS_ORDER: HTTPStatus.CONFLICT,
    RequestErrorCode.PAYMENT_NOT_KNOWN: HTTPStatus.CONFLICT,
    RequestErrorCode.UNKNOWN_MANIFEST: HTTPStatus.NOT_FOUND,
    RequestErrorCode.MANIFEST_TAKEN: HTTPStatus.CONFLICT,
    RequestErrorCode.MANIFEST_STATE: HTTPStatus.CONFLICT,
    RequestErrorCode.PARCEL_ON_MANIFEST: HTTPStatus.CONFLICT,
    RequestErrorCode.UNKNOWN_ACCEPTANCE: HTTPStatus.NOT_FOUND,
    RequestErrorCode.ACCEPTANCE_CLOSED: HTTPStatus.CONFLICT,
    RequestErrorCode.UNKNOWN_BOX: HTTPStatus.NOT_FOUND,
    RequestErrorCode.BOX_TAKEN: HTTPStatus.CONFLICT,
    RequestErrorCode.OTHER_BOX: HTTPStatus.CONFLICT,
    RequestErrorCode.BOX_CLOSED: HTTPStatus.CONFLICT,
    RequestErrorCode.BOX_OPEN_TOO_LONG: HTTPStatus.CONFLICT,
    RequestErrorCode.BOX_FULL: HTTPStatus.CONFLICT,
    RequestErrorCode.BOX_LARGE_ALONE: HTTPStatus.CONFLICT,
    RequestErrorCode.BOX_WRONG_KIND: HTTPStatus.CONFLICT,
    RequestErrorCode.BOX_MOVED_TOO_OFTEN: HTTPStatus.CONFLICT,
    RequestErrorCode.PARCEL_IN_CLOSED_BOX: HTTPStatus.CONFLICT,
    RequestErrorCode.PARCEL_NOT_IN_BOX: HTTPStatus.CONFLICT,
    RequestErrorCode.BOX_EMPTY: HTTPStatus.CONFLICT,
    RequestErrorCode.BOX_NOT_SEALED: HTTPStatus.CONFLICT,
    RequestErrorCode.UNKNOWN_ACT: HTTPStatus.NOT_FOUND,
    RequestErrorCode.SHIFT_REQUIRED: HTTPStatus.FORBIDDEN,
    RequestErrorCode.SHIFT_ELSEWHERE: HTTPStatus.CONFLICT,
    RequestErrorCode.UNKNOWN_SHIFT: HTTPStatus.NOT_FOUND,
    RequestErrorCode.DEVICE_REQUIRED: HTTPStatus.FORBIDDEN,
    RequestErrorCode.UNKNOWN_DEVICE: HTTPStatus.NOT_FOUND,
    RequestErrorCode.TOO_MANY_DEVICES: HTTPStatus.CONFLICT,
    RequestErrorCode.PROOF_REQUIRED: HTTPStatus.FORBIDDEN,
    RequestErrorCode.NOT_PROVED: HTTPStatus.FORBIDDEN,
    RequestErrorCode.PERSON_REQUIRED: HTTPStatus.FORBIDDEN,
    RequestErrorCode.UNKNOWN_APPROVAL: HTTPStatus.NOT_FOUND,
    RequestErrorCode.TOO_MANY_APPROVALS: HTTPStatus.CONFLICT,
    RequestErrorCode.APPROVAL_OF_SAME_PERSON: HTTPStatus.FORBIDDEN,
    RequestErrorCode.APPROVAL_DECIDED: HTTPStatus.CONFLICT,
    RequestErrorCode.APPROVAL_PENDING: HTTPStatus.CONFLICT,
    RequestErrorCode.APPROVAL_DENIED: HTTPStatus.FORBIDDEN,
    RequestErrorCode.APPROVAL_EXPIRED: HTTPStatus.GONE,
    RequestErrorCode.APPROVAL_TAKEN: HTTPStatus.CONFLICT,
    RequestErrorCode.APPROVER_NEEDED: HTTPStatus.FORBIDDEN,
    RequestErrorCode.UNKNOWN_ATTACHMENT: HTTPStatus.NOT_FOUND,
    RequestErrorCode.ATTACHMENT_REMOVED: HTTPStatus.GONE,
    RequestErrorCode.ATTACHMENT_TYPE: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    RequestErrorCode.ATTACHMENT_UNREADABLE: HTTPStatus.UNPROCESSABLE_ENTITY,
    RequestErrorCode.ATTACHMENT_TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    RequestErrorCode.TOO_MANY_ATTACHMENTS: HTTPStatus.CONFLICT,
    RequestErrorCode.PRECONDITION_REQUIRED: HTTPStatus.PRECONDITION_REQUIRED,
    RequestErrorCode.PRECONDITION_FAILED: HTTPStatus.PRECONDITION_FAILED,
    RequestErrorCode.CURSOR_BEYOND_HEAD: HTTPStatus.GONE,
    RequestErrorCode.FEED_RESTORED: HTTPStatus.GONE,
    RequestErrorCode.INVALID_HOST: HTTPStatus.BAD_REQUEST,
    RequestErrorCode.TOO_MANY_REQUESTS: HTTPStatus.TOO_MANY_REQUESTS,
    RequestErrorCode.OVERLOADED: HTTPStatus.SERVICE_UNAVAILABLE,
    RequestErrorCode.DISK_FULL: HTTPStatus.SERVICE_UNAVAILABLE,
    RequestErrorCode.INTERNAL: HTTPStatus.INTERNAL_SERVER_ERROR,
}

STATUS_OF: dict[str, HTTPStatus] = {**STATUS_OF_REFUSAL, **STATUS_OF_ERROR}
"""The HTTP status of every code that a problem can have."""


class FieldError(Value, frozen=True):
    """One of several wrong fields."""

    field: str
    value: str
    expected: str


class Problem(Value, frozen=True, omit_defaults=True):
    """Why a request changed nothing. `type` ends in `code`, which is from a closed list.

    `field` is the path of the wrong value, `expected` a value, a range or a list. `stage` and
    `order_status` are the order's, where the refusal is about one; `faults` lists every wrong
    field, where there may be several; `violated-policies` names the limit that is used up, as in
    `RateLimit-Policy`. `request_id` names the lines of the log about a fault of ours.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str
    field: str = ""
    value: str = ""
    expected: str = ""
    stage: str = ""
    order_status: str = ""
    faults: tuple[FieldError, ...] = ()
    violated_policies: tuple[str, ...] = wire_field(name="violated-policies", default=())
    request_id: str = ""


def refusal_problem(
    refusal: Refusal, order: Order | None, instance: str, language: Language
) -> Problem:
    """Return the problem of a refusal; an order the client may see adds its stage and status."""
    return Problem(
        type=type_of(refusal.code),
        title=refusal_title(refusal.code, language),
        status=STATUS_OF_REFUSAL[refusal.code],
        detail=refusal_detail(refusal, language),
        code=refusal.code,
        instance=instance,
        field=refusal.field,
        value=shortened(refusal.value),
        expected=refusal.expected,
        stage="" if order is None else order.stage,
        order_status="" if order is None else status_of(order),
    )


def error_problem(
    code: RequestErrorCode,
    instance: str,
    language: Language,
    *,
    field: str = "",
    value: str = "",
    expected: str = "",
) -> Problem:
    """Return the problem of an error of the request."""
    text = REQUEST_ERRORS[code]
    return Problem(
        type=type_of(code),
        title=problem_title(text, language),
        status=STATUS_OF_ERROR[code],
        detail=problem_detail(text, language, expected),
        code=code,
        instance=instance,
        field=shortened(field),
        value=shortened(value),
        expected=expected,
    )


def type_of(code: str) -> str:
    """Return the problem's type: a name, because the project has no site to link to."""
    return f"urn:gotovo:problem:{code}"


def shortened(value: str) -> str:
    """Return the value, truncated and marked with an ellipsis where it is too long."""
    return value if len(value) <= VALUE_CHARACTERS_MAX else value[:VALUE_CHARACTERS_MAX] + "…"
