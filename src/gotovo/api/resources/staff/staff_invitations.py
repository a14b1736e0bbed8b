"""Links with which people choose how to sign in: made again, and revoked."""

from http import HTTPStatus
from uuid import UUID

import msgspec
from starlette.responses import Response

from gotovo.access.programs.scopes import KeyScope
from gotovo.access.staff import invitations
from gotovo.access.staff.invitations import InvitationKind, Invited
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.idempotency import run_once
from gotovo.api.dispatch.json_body import decode_body
from gotovo.api.dispatch.request import ApiRequest
from gotovo.api.resources.staff.known_person import (
    known_person,
    managed_person,
    person_response,
    with_url,
)
from gotovo.api.resources.staff.staff_view import (
    InvitationBody,
    StaffView,
)
from gotovo.order.values.actor import Role
from gotovo.words.request_errors import RequestErrorCode

_ADMIN = frozenset({Role.ADMIN})


async def invite_again(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return another link for a person; only this response contains it."""
    body = decode_body(request.content, _invitation_body)
    invited: Invited | None = None

    async def work(_request_id: UUID) -> Response:
        nonlocal invited
        known = await managed_person(dependencies, request)
        has_means = known.person.has_password or known.person.passkeys
        if has_means and not body.reset:
            raise ApiError(RequestErrorCode.INVALID_BODY, "reset", "false", "true")
        kind = InvitationKind.RESET if body.reset else InvitationKind.INVITATION
        now = dependencies.clock()
        invited = await invitations.invite_again(
            dependencies.staff, known.person.id, kind, now, request.author
        )
        return await person_response(dependencies, await known_person(dependencies, request))

    response = await run_once(dependencies, request, work)
    return with_url(dependencies, response, invited)


async def revoke_invitation(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Revoke the link that a person has not used."""
    known = await managed_person(dependencies, request)
    now = dependencies.clock()
    await dependencies.staff.people.revoke_invitation(known.person.id, now, request.author)
    return Response(status_code=HTTPStatus.NO_CONTENT)


_invitation_body = msgspec.json.Decoder(InvitationBody)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="POST",
        path="/api/v1/staff/{id}/invitation",
        name="inviteStaffAgain",
        tag="staff",
        summary="Make another link for a person",
        description=(
            "In place of the one before. Somebody who can sign in needs `reset`, which deletes "
            "password, one-time codes and passkeys and ends every session."
        ),
        handler=invite_again,
        protected_by=ProtectedBy.SHOP,
        scope=KeyScope.STAFF_WRITE,
        roles=_ADMIN,
        body=InvitationBody,
        body_example={"reset": True},
        response=StaffView,
        repeatable=True,
        problems=(RequestErrorCode.UNKNOWN_STAFF, RequestErrorCode.STAFF_OF_OTHERS),
    ),
    Endpoint(
        method="DELETE",
        path="/api/v1/staff/{id}/invitation",
        name="revokeStaffInvitation",
        tag="staff",
        summary="Revoke the open link of a person",
        handler=revoke_invitation,
        protected_by=ProtectedBy.SHOP,
        scope=KeyScope.STAFF_WRITE,
        roles=_ADMIN,
        response_status=HTTPStatus.NO_CONTENT,
        problems=(RequestErrorCode.UNKNOWN_STAFF, RequestErrorCode.STAFF_OF_OTHERS),
    ),
)
