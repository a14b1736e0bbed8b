"""People who work here: invited, listed and read."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID, uuid5

import msgspec
from msgspec import Meta
from starlette.responses import Response

from gotovo.access.permissions import limits_of
from gotovo.access.programs.scopes import KeyScope
from gotovo.access.staff import invitations
from gotovo.access.staff.invitations import Invited
from gotovo.access.staff.staff_access import login_of
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.idempotency import run_once
from gotovo.api.dispatch.json_body import decode_body
from gotovo.api.dispatch.pagination import PAGE_ITEMS, PAGE_ITEMS_MAX, read_text_cursor, text_cursor
from gotovo.api.dispatch.request import ApiRequest, query_of
from gotovo.api.dispatch.responses import json_response
from gotovo.api.resources.staff.known_person import (
    checked_grant,
    id_of,
    known_person,
    own_customer,
    person_response,
    shown_grants,
    with_url,
)
from gotovo.api.resources.staff.staff_view import (
    StaffBody,
    StaffPage,
    StaffView,
    staff_view,
)
from gotovo.order.values.actor import Role
from gotovo.store.tables.staff.people import NewPerson
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode

_ADMIN = frozenset({Role.ADMIN})
_FIRST = UUID(int=0)


class StaffQuery(Value, frozen=True, forbid_unknown_fields=True):
    """A page of people."""

    after: Annotated[str, Meta(max_length=600)] = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_ITEMS_MAX)] = PAGE_ITEMS


async def list_staff(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return a page of people, suspended ones included."""
    query, shop = query_of(request, StaffQuery), limits_of(request.actor).shop
    name, last_id = read_text_cursor(query.after, 2)
    after = id_of(last_id, "after") if last_id else _FIRST
    store = dependencies.staff.people
    found = await store.page(name, after, shop, query.limit + 1)
    shown = found[: query.limit]
    ids = [each.id for each in shown]
    grants = await store.grants_of(ids)
    invited = await dependencies.staff.credentials.invitations_of(ids)
    views = [
        staff_view(each, shown_grants(grants, each.id, shop), invited.get(each.id))
        for each in shown
    ]
    is_last = len(found) <= query.limit
    following = None if is_last else text_cursor(shown[-1].name, str(shown[-1].id))
    return json_response(StaffPage(views, following))


async def invite(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Store a person with their grants; only this response contains the link for them."""
    body = decode_body(request.content, _body)
    login = login_of(body.login)
    if not login:
        expected = "a word without blanks"
        raise ApiError(RequestErrorCode.INVALID_BODY, "login", body.login, expected)
    invited: Invited | None = None

    async def work(request_id: UUID) -> Response:
        nonlocal invited
        ids = [uuid5(request_id, f"grant {index}") for index in range(len(body.grants))]
        grants = [
            await checked_grant(dependencies, request, id_, each, f"grants[{index}].")
            for index, (id_, each) in enumerate(zip(ids, body.grants, strict=True))
        ]
        person = uuid5(request_id, "person")
        new = NewPerson(
            person, login, body.name, body.locale, await own_customer(dependencies, body.phone)
        )
        invited = await invitations.invite(
            dependencies.staff, new, grants, dependencies.clock(), request.author
        )
        if invited is None and await dependencies.staff.people.find(person) is None:
            raise ApiError(RequestErrorCode.LOGIN_TAKEN, "login", login)
        known = await known_person(dependencies, request, person)
        return await person_response(dependencies, known, HTTPStatus.CREATED)

    response = await run_once(dependencies, request, work)
    return with_url(dependencies, response, invited)


async def read(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return one person."""
    return await person_response(dependencies, await known_person(dependencies, request))


_body = msgspec.json.Decoder(StaffBody)
_CLERK = {"role": "point", "point": "KZN-1"}

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/api/v1/staff",
        name="listStaff",
        tag="staff",
        summary="List staff",
        description="Administrators of a shop see who acts for that shop.",
        handler=list_staff,
        protected_by=ProtectedBy.SHOP,
        scope=KeyScope.STAFF_READ,
        roles=_ADMIN,
        query=StaffQuery,
        response=StaffPage,
        problems=(RequestErrorCode.INVALID_QUERY,),
    ),
    Endpoint(
        method="POST",
        path="/api/v1/staff",
        name="inviteStaff",
        tag="staff",
        summary="Invite a person",
        description=(
            "Only this response contains the link, with which the person chooses how to sign in; "
            "repeating the request returns `invitation.url: null`. It works once, for 72 hours."
        ),
        handler=invite,
        protected_by=ProtectedBy.SHOP,
        scope=KeyScope.STAFF_WRITE,
        roles=_ADMIN,
        body=StaffBody,
        body_example={"name": "Алина Галимова", "login": "alina", "grants": [_CLERK]},
        response=StaffView,
        response_status=HTTPStatus.CREATED,
        repeatable=True,
        problems=(RequestErrorCode.LOGIN_TAKEN,),
    ),
    Endpoint(
        method="GET",
        path="/api/v1/staff/{id}",
        name="readStaff",
        tag="staff",
        summary="Read a person",
        handler=read,
        protected_by=ProtectedBy.SHOP,
        scope=KeyScope.STAFF_READ,
        roles=_ADMIN,
        response=StaffView,
        problems=(RequestErrorCode.UNKNOWN_STAFF,),
    ),
)
