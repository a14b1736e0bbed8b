"""Cases of a list, and one of them: what is due first before the others."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta
from starlette.responses import Response

from gotovo.access.permissions import limits_of
from gotovo.access.programs.scopes import KeyScope
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.pagination import PAGE_ITEMS, PAGE_ITEMS_MAX, cursor_of, read_cursor
from gotovo.api.dispatch.request import ApiRequest, query_of
from gotovo.api.dispatch.responses import json_response
from gotovo.api.resources.cases.case_view import (
    CaseView,
    asker_of_case,
    case_of_path,
    case_view,
)
from gotovo.cases.case import Case
from gotovo.cases.case_kinds import CaseKind
from gotovo.order.values.actor import OFFICE
from gotovo.order.values.number import parse
from gotovo.store.tables.cases.cases import LATEST_RESOLVED, LONGEST_DUE, CaseFilter
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode


class CaseQuery(Value, frozen=True, forbid_unknown_fields=True):
    """A page of cases: those that are open, overdue, those of who asks, or those resolved.

    `kind` and `order` show only those of a kind, or of the order with this number.
    """

    after: Annotated[str, Meta(max_length=200)] = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_ITEMS_MAX)] = PAGE_ITEMS
    filter: Literal["open", "overdue", "mine", "resolved"] = "open"
    kind: CaseKind | None = None
    order: Annotated[str, Meta(max_length=200)] | None = None


class CasePage(Value, frozen=True):
    """A page; `next` is null on the last one."""

    items: list[CaseView]
    next: str | None


async def list_cases(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return a page of cases: open ones by when they are due, resolved ones from the latest."""
    query = query_of(request, CaseQuery)
    number = None if query.order is None else parse(query.order)
    if query.order is not None and number is None:
        raise ApiError(RequestErrorCode.INVALID_QUERY, "order", query.order, "an order number")
    only = CaseFilter(
        shop=limits_of(request.actor).shop,
        due_by=dependencies.clock() if query.filter == "overdue" else None,
        owner=asker_of_case(request) if query.filter == "mine" else None,
        kind=query.kind,
        number=number,
    )
    after = _cursor(query.after)
    if query.filter == "resolved":
        read, first = dependencies.cases.resolved_cases, LATEST_RESOLVED
    else:
        read, first = dependencies.cases.open_cases, LONGEST_DUE
    found = await read(after or first, query.limit + 1, only)
    shown = found[: query.limit]
    numbers = sorted({each.number for each in shown if each.number})
    await dependencies.access_log.record(request.actor, "list", numbers)
    more = len(found) > query.limit
    next_cursor = cursor_of(_sorted_by(shown[-1]), shown[-1].id.hex) if more else None
    views = [case_view(dependencies, request, each) for each in shown]
    return json_response(CasePage(views, next_cursor))


async def read_case(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return a case with everything that is known of it."""
    case = await case_of_path(dependencies, request)
    note = await dependencies.cases.note_of(case.id)
    if case.number:
        await dependencies.access_log.record(request.actor, "order", (case.number,))
    return json_response(case_view(dependencies, request, case, note))


def _cursor(text: str) -> tuple[datetime, UUID] | None:
    """Return the instant and the id in a cursor, None for the first page."""
    if not text:
        return None
    at, name = read_cursor(text)
    try:
        return at, UUID(name)
    except ValueError:
        raise ApiError(RequestErrorCode.INVALID_QUERY, "after", text, "a cursor") from None


def _sorted_by(case: Case) -> datetime:
    return case.resolved_at or case.due_at


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/api/v1/cases",
        name="listCases",
        tag="cases",
        summary="List what is left to a person",
        description=(
            "Open cases by when they are due; `filter` shows only what is overdue, or yours, or "
            "what was resolved, the latest first."
        ),
        handler=list_cases,
        protected_by=ProtectedBy.SHOP,
        scope=KeyScope.CASES_READ,
        roles=OFFICE,
        query=CaseQuery,
        response=CasePage,
        problems=(RequestErrorCode.INVALID_QUERY,),
    ),
    Endpoint(
        method="GET",
        path="/api/v1/cases/{case}",
        name="getCase",
        tag="cases",
        summary="Read a case",
        handler=read_case,
        protected_by=ProtectedBy.SHOP,
        scope=KeyScope.CASES_READ,
        roles=OFFICE,
        response=CaseView,
        problems=(RequestErrorCode.UNKNOWN_CASE,),
    ),
)
