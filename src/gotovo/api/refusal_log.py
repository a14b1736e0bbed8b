"""Refusals of the API as events of the security log: who had no key, or not the right one."""

from collections import Counter
from collections.abc import Iterable
from http import HTTPStatus
from typing import Final

import msgspec
from starlette.responses import Response
from starlette.types import Scope

from gotovo.access.programs.api_keys import claim_of
from gotovo.access.security_log import CLAIMED, SecurityEvent, SecurityLog
from gotovo.api.dispatch.request import ApiRequest, author_of
from gotovo.order.refusals import Code
from gotovo.order.values.actor import Actor
from gotovo.store.tables.security.kinds import SecurityKind

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
    kind = KIND_OF_STATUS[HTTPStatus(response.status_code)]
    subject, outcome = "", ""
    if kind is SecurityKind.UNAUTHORIZED:
        subject, outcome = _claimed(dict(scope["headers"]).get(b"authorization", b""))
        endpoint = ""
    elif kind is SecurityKind.REFUSED:
        outcome = _refusal.decode(bytes(response.body)).code
    log.record(
        SecurityEvent(
            kind,
            author_of(scope, actor),
            actor.shop if actor else None,
            subject,
            outcome,
            endpoint=endpoint,
        )
    )


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


def _claimed(authorization: bytes) -> tuple[str, str]:
    """Return the id of the key that was claimed, and what is known without looking it up."""
    if not authorization:
        return "", "missing"
    key_id = claim_of(authorization.decode("latin-1"))
    return ("", "malformed") if key_id is None else (key_id, CLAIMED)
