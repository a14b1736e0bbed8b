"""Refusals of the API as events of the security log: who had no key, or not the right one."""

from collections import Counter
from collections.abc import Iterable
from http import HTTPStatus
from typing import Final

import msgspec
from starlette.responses import Response
from starlette.types import Scope

from gotovo.access.programs.api_keys import KeyRefusal, RefusedKey
from gotovo.access.programs.tokens import claim_of, proof_of
from gotovo.access.security_log import CLAIMED, SecurityEvent, SecurityLog
from gotovo.api.dispatch.request import ApiRequest, author_of
from gotovo.order.refusals import Code
from gotovo.order.values.actor import Actor
from gotovo.store.tables.security.kinds import SecurityKind
from gotovo.store.tables.security.states import key_subject

KIND_OF_STATUS: Final = {
    HTTPStatus.UNAUTHORIZED: SecurityKind.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN: SecurityKind.REFUSED,
    HTTPStatus.TOO_MANY_REQUESTS: SecurityKind.LIMITED,
}
"""The responses that are logged."""

LISTING: Final = "takeCommands"
"""The endpoint that takes lists of commands."""

_LISTED: Final = frozenset({Code.NOT_PERMITTED, Code.WRONG_POINT, Code.NOT_IN_CUSTODY})
"""The refusals of a command in a list that would have been a 403 alone."""


class _Refusal(msgspec.Struct):
    code: str = ""


_refusal: Final = msgspec.json.Decoder(_Refusal)


def record_refusal(
    log: SecurityLog, response: Response, scope: Scope, actor: Actor | None, endpoint: str
) -> None:
    """Collect a response of `KIND_OF_STATUS`; `actor` is None without a valid key."""
    kind, outcome = KIND_OF_STATUS[HTTPStatus(response.status_code)], ""
    if kind is SecurityKind.REFUSED:
        outcome = _refusal.decode(bytes(response.body)).code
    by, shop = author_of(scope, actor), actor.shop if actor else None
    log.record(SecurityEvent(kind, by, shop, outcome=outcome, endpoint=endpoint))


def record_refused_key(log: SecurityLog, scope: Scope, refused: RefusedKey) -> None:
    """Collect a request whose token opens nothing.

    A right token that has expired, or comes from a network that its key does not allow, names its
    key: somebody has it. Any other is looked up later: it may have been right until its key was
    revoked or rolled.
    """
    authorization = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
    key_id = claim_of(authorization)
    proof = b""
    if key_id is None:
        subject, outcome = "", "malformed" if authorization else "missing"
    elif refused.reason is KeyRefusal.UNKNOWN:
        subject, outcome, proof = key_id, CLAIMED, proof_of(authorization)
    else:
        subject, outcome = key_subject(key_id), str(refused.reason)
    by = author_of(scope, None)
    kind = SecurityKind.UNAUTHORIZED
    log.record(SecurityEvent(kind, by, refused.shop, subject, outcome, proof=proof))


def record_listed(log: SecurityLog, request: ApiRequest, codes: Iterable[Code]) -> None:
    """Collect the commands of a list that the key may not give, one event a refusal."""
    for code, times in Counter(code for code in codes if code in _LISTED).items():
        event = SecurityEvent(
            SecurityKind.REFUSED,
            request.author,
            request.actor.shop,
            outcome=code,
            endpoint=LISTING,
        )
        log.record(event, times)
