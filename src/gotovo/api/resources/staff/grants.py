"""What people may act as, and whether they are let in at all."""

from http import HTTPStatus
from uuid import UUID

import msgspec
from starlette.responses import Response

from gotovo.access.programs.scopes import KeyScope
from gotovo.access.staff.grants import person_of
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.idempotency import run_once
from gotovo.api.dispatch.json_body import decode_body
from gotovo.api.dispatch.request import ApiRequest
from gotovo.api.dispatch.responses import json_response
from gotovo.api.resources.staff.known_person import (
    checked_grant,
    id_of,
    known_person,
    managed_person,
    person_response,
    require_another_admin,
)
from gotovo.api.resources.staff.staff_view import (
    GrantBody,
    GrantView,
    StaffView,
    grant_view,
)
from gotovo.order.values.actor import Role
from gotovo.words.request_errors import RequestErrorCode

_ADMIN = frozenset({Role.ADMIN})


async def give_grant(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Let a person act as something more; the same grant again changes nothing."""
    body = decode_body(request.content, _grant_body)

    async def work(request_id: UUID) -> Response:
        known = await known_person(dependencies, request)
        grant = await checked_grant(dependencies, request, request_id, body, "")
        people, person = dependencies.staff.people, known.person.id
        await people.grant(person, grant, dependencies.clock(), request.author)
        stored = await people.grants_of([person])
        reach = (grant.role, grant.shop, grant.point, grant.warehouse)
        given = next(x for x in stored if (x.role, x.shop, x.point, x.warehouse) == reach)
        return json_response(grant_view(given), HTTPStatus.CREATED)

    return await run_once(dependencies, request, work)


async def revoke_grant(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Take a grant back; sessions that act with it end."""
    known = await known_person(dependencies, request)
    id_ = id_of(request.path_params["grant"], "grant")
    grant = next((each for each in known.grants if each.id == id_), None)
    if grant is None:
        raise ApiError(RequestErrorCode.UNKNOWN_GRANT, "grant", request.path_params["grant"])
    if grant.role == Role.ADMIN and grant.shop is None:
        await require_another_admin(dependencies, known.person)
    now = dependencies.clock()
    await dependencies.staff.people.revoke(known.person.id, id_, now, request.author)
    return Response(status_code=HTTPStatus.NO_CONTENT)


async def suspend(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Let a person in nowhere: every session ends within two seconds."""

    async def work(_request_id: UUID) -> Response:
        known = await managed_person(dependencies, request)
        if person_of(request.actor) == known.person.id:
            raise ApiError(RequestErrorCode.OWN_ACCOUNT, "id", str(known.person.id))
        if any(each.role == Role.ADMIN and each.shop is None for each in known.grants):
            await require_another_admin(dependencies, known.person)
        now = dependencies.clock()
        await dependencies.staff.people.suspend(known.person.id, now, request.author)
        return await person_response(dependencies, await known_person(dependencies, request))

    return await run_once(dependencies, request, work)


async def restore(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Let a suspended person in again; what signed them in works as before."""
    known = await managed_person(dependencies, request)
    now = dependencies.clock()
    await dependencies.staff.people.restore(known.person.id, now, request.author)
    return Response(status_code=HTTPStatus.NO_CONTENT)


_grant_body = msgspec.json.Decoder(GrantBody)
_CLERK = {"role": "point", "point": "KZN-1"}

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="POST",
        path="/api/v1/staff/{id}/grants",
        name="grantStaff",
        tag="staff",
        summary="Give a person a grant",
        handler=give_grant,
        protected_by=ProtectedBy.SHOP,
        scope=KeyScope.STAFF_WRITE,
        roles=_ADMIN,
        body=GrantBody,
        body_example=_CLERK,
        response=GrantView,
        response_status=HTTPStatus.CREATED,
        repeatable=True,
        problems=(RequestErrorCode.UNKNOWN_STAFF,),
    ),
    Endpoint(
        method="DELETE",
        path="/api/v1/staff/{id}/grants/{grant}",
        name="revokeStaffGrant",
        tag="staff",
        summary="Take a grant back",
        description="Sessions that act with it end within two seconds in every process.",
        handler=revoke_grant,
        protected_by=ProtectedBy.SHOP,
        scope=KeyScope.STAFF_WRITE,
        roles=_ADMIN,
        response_status=HTTPStatus.NO_CONTENT,
        problems=(
            RequestErrorCode.UNKNOWN_STAFF,
            RequestErrorCode.UNKNOWN_GRANT,
            RequestErrorCode.LAST_ADMINISTRATOR,
        ),
    ),
    Endpoint(
        method="POST",
        path="/api/v1/staff/{id}/suspension",
        name="suspendStaff",
        tag="staff",
        summary="Suspend a person",
        description=(
            "Every session ends within two seconds in every process; invitations are revoked."
        ),
        handler=suspend,
        protected_by=ProtectedBy.SHOP,
        scope=KeyScope.STAFF_WRITE,
        roles=_ADMIN,
        response=StaffView,
        repeatable=True,
        problems=(
            RequestErrorCode.UNKNOWN_STAFF,
            RequestErrorCode.STAFF_OF_OTHERS,
            RequestErrorCode.OWN_ACCOUNT,
            RequestErrorCode.LAST_ADMINISTRATOR,
        ),
    ),
    Endpoint(
        method="DELETE",
        path="/api/v1/staff/{id}/suspension",
        name="restoreStaff",
        tag="staff",
        summary="Restore a person",
        handler=restore,
        protected_by=ProtectedBy.SHOP,
        scope=KeyScope.STAFF_WRITE,
        roles=_ADMIN,
        response_status=HTTPStatus.NO_CONTENT,
        problems=(RequestErrorCode.UNKNOWN_STAFF, RequestErrorCode.STAFF_OF_OTHERS),
    ),
)
