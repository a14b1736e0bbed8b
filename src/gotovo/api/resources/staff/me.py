"""Who sends a request: what a screen of staff reads first."""

from starlette.responses import Response

from gotovo.access.programs.scopes import KeyScope
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.request import ApiRequest
from gotovo.api.dispatch.responses import json_response
from gotovo.api.resources.staff.staff_view import MeView, shop_name


async def read_me(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return who sends this request."""
    holder, actor, session = request.holder, request.actor, request.holder.session
    view = MeView(
        actor=actor.id,
        name=holder.name,
        role=actor.role,
        scopes=sorted(holder.scopes),
        person=session and session.person,
        login=session and session.login,
        locale=session and session.locale,
        point=actor.place,
        warehouse=actor.warehouse,
        shop=None if actor.shop is None else shop_name(actor.shop),
        began_at=session and session.began_at,
        ends_at=session and session.ends_at,
        proved_at=session and session.proved_at,
        proof_age_seconds=None
        if session is None
        else max(0, int((dependencies.clock() - session.proved_at).total_seconds())),
        shift=session and session.shift,
        device=session and session.device,
    )
    return json_response(view)


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/api/v1/staff/me",
        name="readMe",
        tag="staff",
        summary="Read who sends this request",
        description="A program learns what its key is; what is of a person is null there.",
        handler=read_me,
        protected_by=ProtectedBy.NETWORK,
        scope=KeyScope.PLACES_READ,
        response=MeView,
    ),
)
