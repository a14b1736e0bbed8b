"""The text of each error of a request that never became a command."""

from enum import StrEnum

from gotovo.words.cases.case_errors import CASE_ERRORS
from gotovo.words.desk.box_errors import BOX_ERRORS
from gotovo.words.desk.desk_errors import DESK_ERRORS
from gotovo.words.problem_text import EXPECTED, ProblemText
from gotovo.words.shifts.shift_errors import SHIFT_ERRORS
from gotovo.words.translations import msgid, pmsgid


class RequestErrorCode(StrEnum):
    """What can be wrong with a request before an order is looked at."""

    MALFORMED_JSON = "malformed_json"
    TOO_DEEP = "too_deep"
    UNFIT_TEXT = "unfit_text"
    DUPLICATE_NAME = "duplicate_name"
    INTEGER_TOO_LARGE = "integer_too_large"
    INVALID_BODY = "invalid_body"
    INVALID_QUERY = "invalid_query"
    BODY_TOO_LARGE = "body_too_large"
    SLOW_BODY = "slow_body"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    UNAUTHORIZED = "unauthorized"
    KEY_EXPIRED = "key_expired"
    SESSION_ENDED = "session_ended"
    GRANT_NOT_CHOSEN = "grant_not_chosen"
    CROSS_SITE = "cross_site"
    INSUFFICIENT_SCOPE = "insufficient_scope"
    EXCEEDS_KEY = "exceeds_key"
    TOO_MANY_KEYS = "too_many_keys"
    TOO_MANY_WEBHOOKS = "too_many_webhooks"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    IDEMPOTENCY_KEY_MISSING = "idempotency_key_missing"
    IDEMPOTENCY_KEY_INVALID = "idempotency_key_invalid"
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused"
    IN_FLIGHT = "in_flight"
    UNKNOWN_KEY = "unknown_key"
    UNKNOWN_WEBHOOK = "unknown_webhook"
    UNKNOWN_MESSAGE = "unknown_message"
    UNKNOWN_CUSTOMER = "unknown_customer"
    UNKNOWN_STAFF = "unknown_staff"
    UNKNOWN_GRANT = "unknown_grant"
    LOGIN_TAKEN = "login_taken"
    STAFF_OF_OTHERS = "staff_of_others"
    OWN_ACCOUNT = "own_account"
    LAST_ADMINISTRATOR = "last_administrator"
    INVALID_SETTINGS = "invalid_settings"
    STOCK_BELOW_RESERVED = "stock_below_reserved"
    STOCK_BELOW_ZERO = "stock_below_zero"
    NOTHING_ASKED = "nothing_asked"
    THREAD_FULL = "thread_full"
    THREAD_TAKEN = "thread_taken"
    ANSWERED_MEANWHILE = "answered_meanwhile"
    NOTHING_OPEN = "nothing_open"
    UNKNOWN_CASE = "unknown_case"
    UNKNOWN_VISIT = "unknown_visit"
    CASE_TAKEN = "case_taken"
    CASE_RESOLVED = "case_resolved"
    CASE_BEING_DECIDED = "case_being_decided"
    NETWORK_DECIDES = "network_decides"
    DECISION_NOT_POSSIBLE = "decision_not_possible"
    DECISION_FIELD = "decision_field"
    PAYMENT_HAS_ORDER = "payment_has_order"
    PAYMENT_NOT_KNOWN = "payment_not_known"
    UNKNOWN_MANIFEST = "unknown_manifest"
    MANIFEST_TAKEN = "manifest_taken"
    MANIFEST_STATE = "manifest_state"
    PARCEL_ON_MANIFEST = "parcel_on_manifest"
    UNKNOWN_ACCEPTANCE = "unknown_acceptance"
    ACCEPTANCE_CLOSED = "acceptance_closed"
    UNKNOWN_BOX = "unknown_box"
    BOX_TAKEN = "box_taken"
    OTHER_BOX = "other_box"
    BOX_CLOSED = "box_closed"
    BOX_OPEN_TOO_LONG = "box_open_too_long"
    BOX_FULL = "box_full"
    BOX_LARGE_ALONE = "box_large_alone"
    BOX_WRONG_KIND = "box_wrong_kind"
    BOX_MOVED_TOO_OFTEN = "box_moved_too_often"
    PARCEL_IN_CLOSED_BOX = "parcel_in_closed_box"
    PARCEL_NOT_IN_BOX = "parcel_not_in_box"
    BOX_EMPTY = "box_empty"
    BOX_NOT_SEALED = "box_not_sealed"
    UNKNOWN_ACT = "unknown_act"
    SHIFT_REQUIRED = "shift_required"
    SHIFT_ELSEWHERE = "shift_elsewhere"
    UNKNOWN_SHIFT = "unknown_shift"
    DEVICE_REQUIRED = "device_required"
    UNKNOWN_DEVICE = "unknown_device"
    TOO_MANY_DEVICES = "too_many_devices"
    PROOF_REQUIRED = "proof_required"
    NOT_PROVED = "not_proved"
    PERSON_REQUIRED = "person_required"
    UNKNOWN_APPROVAL = "unknown_approval"
    TOO_MANY_APPROVALS = "too_many_approvals"
    APPROVAL_OF_SAME_PERSON = "approval_of_same_person"
    APPROVAL_DECIDED = "approval_decided"
    APPROVAL_PENDING = "approval_pending"
    APPROVAL_DENIED = "approval_denied"
    APPROVAL_EXPIRED = "approval_expired"
    APPROVAL_TAKEN = "approval_taken"
    APPROVER_NEEDED = "approver_needed"
    UNKNOWN_ATTACHMENT = "unknown_attachment"
    ATTACHMENT_REMOVED = "attachment_removed"
    ATTACHMENT_TYPE = "attachment_type"
    ATTACHMENT_UNREADABLE = "attachment_unreadable"
    ATTACHMENT_TOO_LARGE = "attachment_too_large"
    TOO_MANY_ATTACHMENTS = "too_many_attachments"
    PRECONDITION_REQUIRED = "precondition_required"
    PRECONDITION_FAILED = "precondition_failed"
    CURSOR_BEYOND_HEAD = "cursor_beyond_head"
    FEED_RESTORED = "feed_restored"
    INVALID_HOST = "invalid_host"
    TOO_MANY_REQUESTS = "too_many_requests"
    OVERLOADED = "overloaded"
    DISK_FULL = "disk_full"
    INTERNAL = "internal"


REQUEST_ERRORS = {
    RequestErrorCode.MALFORMED_JSON: ProblemText(
        pmsgid("problem", "Malformed JSON"),
        msgid("The body is not JSON in UTF-8."),
    ),
    RequestErrorCode.TOO_DEEP: ProblemText(
        pmsgid("problem", "Nested too deeply"),
        msgid("The JSON is nested too deeply."),
        EXPECTED,
    ),
    RequestErrorCode.UNFIT_TEXT: ProblemText(
        pmsgid("problem", "Invalid character"),
        msgid("A text contains a character that cannot be stored, or nothing that can be seen."),
        EXPECTED,
    ),
    RequestErrorCode.DUPLICATE_NAME: ProblemText(
        pmsgid("problem", "Duplicate name"),
        msgid("A name stands twice in one object, so its value is ambiguous."),
    ),
    RequestErrorCode.INTEGER_TOO_LARGE: ProblemText(
        pmsgid("problem", "Integer too large"),
        msgid("An integer does not fit into 63 bits."),
    ),
    RequestErrorCode.INVALID_BODY: ProblemText(
        pmsgid("problem", "Invalid body"),
        msgid("A field of the body is not valid."),
        EXPECTED,
    ),
    RequestErrorCode.INVALID_QUERY: ProblemText(
        pmsgid("problem", "Invalid query"),
        msgid("A query parameter is not valid."),
        EXPECTED,
    ),
    RequestErrorCode.BODY_TOO_LARGE: ProblemText(
        pmsgid("problem", "Body too large"),
        msgid("The body is too large."),
        msgid("Maximum, in bytes: {expected}."),
    ),
    RequestErrorCode.SLOW_BODY: ProblemText(
        pmsgid("problem", "Body too slow"),
        msgid("The body did not arrive in time."),
    ),
    RequestErrorCode.UNSUPPORTED_MEDIA_TYPE: ProblemText(
        pmsgid("problem", "Unsupported media type"),
        msgid("The body must be JSON."),
        EXPECTED,
    ),
    RequestErrorCode.UNAUTHORIZED: ProblemText(
        pmsgid("problem", "Unauthorized"),
        msgid(
            "A valid key is required in the header Authorization: Bearer, sent from a network that"
            " the key allows."
        ),
    ),
    RequestErrorCode.KEY_EXPIRED: ProblemText(
        pmsgid("problem", "Key expired"),
        msgid("This key has expired; a new one, or a later expiry, is needed."),
    ),
    RequestErrorCode.SESSION_ENDED: ProblemText(
        pmsgid("problem", "Signed out"),
        msgid("This session has ended; sign in again at /staff."),
    ),
    RequestErrorCode.GRANT_NOT_CHOSEN: ProblemText(
        pmsgid("problem", "Nothing chosen to act as"),
        msgid("This session does not say what its person acts as; choose it at /staff."),
    ),
    RequestErrorCode.CROSS_SITE: ProblemText(
        pmsgid("problem", "From another site"),
        msgid(
            "The cookie of staff counts only in requests of this site's own pages, which send the"
            " header X-Gotovo-Client."
        ),
    ),
    RequestErrorCode.INSUFFICIENT_SCOPE: ProblemText(
        pmsgid("problem", "Scope missing"),
        msgid("This key is restricted and lacks the scope that this needs."),
        msgid("Scope: {expected}."),
    ),
    RequestErrorCode.EXCEEDS_KEY: ProblemText(
        pmsgid("problem", "More than the own key"),
        msgid("A key cannot make, roll or widen a key that may do more than itself."),
        msgid("Within: {expected}."),
    ),
    RequestErrorCode.TOO_MANY_KEYS: ProblemText(
        pmsgid("problem", "Too many keys"),
        msgid("This shop has as many keys as it may have; revoke one that nobody needs."),
        msgid("At most: {expected}."),
    ),
    RequestErrorCode.TOO_MANY_WEBHOOKS: ProblemText(
        pmsgid("problem", "Too many webhooks"),
        msgid("This shop has as many webhooks as it may have; delete one that nobody needs."),
        msgid("At most: {expected}."),
    ),
    RequestErrorCode.NOT_FOUND: ProblemText(
        pmsgid("problem", "Not found"),
        msgid("There is nothing at this address."),
    ),
    RequestErrorCode.METHOD_NOT_ALLOWED: ProblemText(
        pmsgid("problem", "Method not allowed"),
        msgid("This address does not support this method."),
        EXPECTED,
    ),
    RequestErrorCode.IDEMPOTENCY_KEY_MISSING: ProblemText(
        pmsgid("problem", "Idempotency-Key missing"),
        msgid("Every POST needs the header Idempotency-Key, so that it is safe to repeat."),
    ),
    RequestErrorCode.IDEMPOTENCY_KEY_INVALID: ProblemText(
        pmsgid("problem", "Idempotency-Key invalid"),
        msgid("The header Idempotency-Key is not valid."),
        EXPECTED,
    ),
    RequestErrorCode.IDEMPOTENCY_KEY_REUSED: ProblemText(
        pmsgid("problem", "Idempotency-Key reused"),
        msgid("This key was already used for a different request."),
    ),
    RequestErrorCode.IN_FLIGHT: ProblemText(
        pmsgid("problem", "Still in progress"),
        msgid("A request with this key is still in progress; try again in a second."),
    ),
    RequestErrorCode.UNKNOWN_KEY: ProblemText(
        pmsgid("problem", "Unknown key"),
        msgid("There is no such key."),
    ),
    RequestErrorCode.UNKNOWN_WEBHOOK: ProblemText(
        pmsgid("problem", "Unknown webhook"),
        msgid("There is no such webhook."),
    ),
    RequestErrorCode.UNKNOWN_MESSAGE: ProblemText(
        pmsgid("problem", "Unknown message"),
        msgid("This webhook has no such message, or its entry was deleted for its age."),
    ),
    RequestErrorCode.UNKNOWN_CUSTOMER: ProblemText(
        pmsgid("problem", "Unknown customer"),
        msgid("This customer has no orders."),
    ),
    RequestErrorCode.UNKNOWN_STAFF: ProblemText(
        pmsgid("problem", "Unknown person"),
        msgid("Nobody who works here has this id."),
    ),
    RequestErrorCode.UNKNOWN_GRANT: ProblemText(
        pmsgid("problem", "Unknown grant"),
        msgid("This person has no such grant."),
    ),
    RequestErrorCode.LOGIN_TAKEN: ProblemText(
        pmsgid("problem", "Login taken"),
        msgid("Somebody else has this login; choose another one."),
    ),
    RequestErrorCode.STAFF_OF_OTHERS: ProblemText(
        pmsgid("problem", "Works for others, too"),
        msgid(
            "This person works for others, too: take back the grants of your shop, or ask an"
            " administrator of the network."
        ),
    ),
    RequestErrorCode.OWN_ACCOUNT: ProblemText(
        pmsgid("problem", "Your own account"),
        msgid("Nobody suspends themselves; ask another administrator."),
    ),
    RequestErrorCode.LAST_ADMINISTRATOR: ProblemText(
        pmsgid("problem", "The last administrator"),
        msgid("Nobody else administers the network; make somebody an administrator first."),
    ),
    RequestErrorCode.INVALID_SETTINGS: ProblemText(
        pmsgid("problem", "Invalid settings"),
        msgid("These settings are not valid; `faults` lists what is wrong."),
    ),
    RequestErrorCode.STOCK_BELOW_RESERVED: ProblemText(
        pmsgid("problem", "Stock below reserved"),
        msgid("This many cannot be taken off: the goods are reserved for orders."),
    ),
    RequestErrorCode.STOCK_BELOW_ZERO: ProblemText(
        pmsgid("problem", "Stock below zero"),
        msgid("This many cannot be taken off: there are fewer in stock."),
    ),
    RequestErrorCode.NOTHING_ASKED: ProblemText(
        pmsgid("problem", "No question"),
        msgid("The buyer has not asked anything about this order, so there is nothing to answer."),
    ),
    RequestErrorCode.THREAD_FULL: ProblemText(
        pmsgid("problem", "Thread full"),
        msgid("This thread is full. Call the buyer."),
        msgid("Maximum number of answers: {expected}."),
    ),
    RequestErrorCode.THREAD_TAKEN: ProblemText(
        pmsgid("problem", "Thread taken"),
        msgid("Somebody else is answering this buyer."),
        msgid("Whoever takes over names them: {expected}."),
    ),
    RequestErrorCode.ANSWERED_MEANWHILE: ProblemText(
        pmsgid("problem", "Answered meanwhile"),
        msgid("Somebody has answered since you read this thread. Read it again."),
        msgid("The latest answer is by {expected}."),
    ),
    RequestErrorCode.NOTHING_OPEN: ProblemText(
        pmsgid("problem", "No open question"),
        msgid("No question about this order is open, so there is nothing to take."),
    ),
    RequestErrorCode.PRECONDITION_REQUIRED: ProblemText(
        pmsgid("problem", "If-Match missing"),
        msgid(
            "Replacing settings needs the header If-Match with the ETag they were read with,"
            " so that nobody's change is lost."
        ),
        EXPECTED,
    ),
    RequestErrorCode.PRECONDITION_FAILED: ProblemText(
        pmsgid("problem", "Changed meanwhile"),
        msgid("These settings are not the version that was named. Read them again and repeat."),
        EXPECTED,
    ),
    RequestErrorCode.CURSOR_BEYOND_HEAD: ProblemText(
        pmsgid("problem", "Cursor beyond the head"),
        msgid(
            "The feed has never reached this cursor: it was not given out, or belongs to another"
            " journal."
        ),
        msgid("The newest cursor is {expected}."),
    ),
    RequestErrorCode.FEED_RESTORED: ProblemText(
        pmsgid("problem", "Feed restored"),
        msgid(
            "The database was put back to an earlier instant, and some of what you received up to"
            " this cursor is gone: drop what came after the cursor named here, read those orders"
            " anew, and continue from it."
        ),
        msgid("Continue from {expected}."),
    ),
    RequestErrorCode.INVALID_HOST: ProblemText(
        pmsgid("problem", "Host missing"),
        msgid("A request needs exactly one header Host."),
    ),
    RequestErrorCode.TOO_MANY_REQUESTS: ProblemText(
        pmsgid("problem", "Too many requests"),
        msgid(
            "This address or key sends more requests than it may, or has as many requests or"
            " streams under way as it may. Nothing was changed; repeat the request a little later."
        ),
    ),
    RequestErrorCode.OVERLOADED: ProblemText(
        pmsgid("problem", "Overloaded"),
        msgid("The server is overloaded. Nothing was changed; repeat the request a little later."),
    ),
    RequestErrorCode.DISK_FULL: ProblemText(
        pmsgid("problem", "Disk full"),
        msgid(
            "The disk of the database is full, and nothing can be saved. Nothing was changed; "
            "repeat the request once there is room again."
        ),
    ),
    RequestErrorCode.INTERNAL: ProblemText(
        pmsgid("problem", "Internal error"),
        msgid("This is an error of Gotovo, not yours. Give the request id to support."),
    ),
    **{
        RequestErrorCode(code): text
        for code, text in (CASE_ERRORS | SHIFT_ERRORS | DESK_ERRORS | BOX_ERRORS).items()
    },
}
