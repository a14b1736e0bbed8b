"""The security log as a resource: administrators read it, those of a shop what is their shop's."""

from datetime import datetime
from typing import Annotated, Final

import msgspec
from msgspec import UNSET, Meta, UnsetType
from starlette.responses import Response

from gotovo.access.permissions import limits_of
from gotovo.access.programs.scopes import KeyScope
from gotovo.access.security_log import SecurityEvent
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.pagination import PAGE_ITEMS, PAGE_ITEMS_MAX
from gotovo.api.dispatch.request import ApiRequest, query_of
from gotovo.api.dispatch.responses import json_response
from gotovo.order.values.actor import Role
from gotovo.store.tables.security.entries import StoredEntry
from gotovo.store.tables.security.kinds import EntryDetails, SecurityKind
from gotovo.store.tables.security.security_log import EntryFilter
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode

_SEQ_MAX: Final = (1 << 63) - 1


class SecurityLogQuery(Value, frozen=True, forbid_unknown_fields=True):
    """A page of entries, the oldest first; `after` is the `seq` of the last one that was read."""

    after: Annotated[int, Meta(ge=0, le=_SEQ_MAX)] = 0
    limit: Annotated[int, Meta(ge=1, le=PAGE_ITEMS_MAX)] = PAGE_ITEMS
    kind: SecurityKind | None = None
    actor: Annotated[str, Meta(max_length=200)] = ""
    since: datetime | None = None


class SecurityEntryView(Value, frozen=True):
    """An entry; `shop` is absent where it is the network's, `hash` and `state` are hexadecimal."""

    seq: int
    at: datetime
    kind: str
    actor: str
    subject: str
    network: str
    outcome: str
    details: EntryDetails
    hash: str
    state: str | UnsetType = UNSET
    shop: str | UnsetType = UNSET


class SecurityLogPage(Value, frozen=True):
    """A page in the order of `seq`; `next` is null on the last one."""

    items: list[SecurityEntryView]
    next: str | None


async def list_entries(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return a page of the log; reading it is an entry of its own."""
    query = query_of(request, SecurityLogQuery)
    shop = limits_of(request.actor).shop
    wanted = EntryFilter(query.kind or "", query.actor, query.since, shop)
    dependencies.security_log.record(
        SecurityEvent(SecurityKind.LOG_READ, request.author, request.actor.shop)
    )
    found = await dependencies.security_log.after(query.after, wanted, query.limit + 1)
    items = [_view(each) for each in found[: query.limit]]
    following = str(items[-1].seq) if len(found) > query.limit else None
    return json_response(SecurityLogPage(items, following))


def _view(entry: StoredEntry) -> SecurityEntryView:
    return SecurityEntryView(
        seq=entry.seq,
        at=entry.at,
        kind=entry.kind,
        actor=entry.actor,
        subject=entry.subject,
        network=entry.network,
        outcome=entry.outcome,
        details=_details.decode(entry.details),
        hash=entry.hash.hex(),
        state=entry.state.hex() if entry.state else UNSET,
        shop=UNSET if entry.shop is None else entry.shop,
    )


_details = msgspec.json.Decoder(EntryDetails)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/api/v1/security-log",
        name="readSecurityLog",
        tag="security-log",
        summary="Read the security log",
        description=(
            "Who was let in, refused, or changed keys, shops, places and settings. No entry "
            "appears later among those that were read: follow with `after` = the last `seq`."
        ),
        handler=list_entries,
        protected_by=ProtectedBy.SHOP,
        scope=KeyScope.SECURITY_LOG_READ,
        roles=frozenset({Role.ADMIN}),
        query=SecurityLogQuery,
        response=SecurityLogPage,
        problems=(RequestErrorCode.INVALID_QUERY,),
    ),
)
