"""The demo's staff: anybody is one of them with one click. The page exists in the demo alone."""

from uuid import UUID

import structlog
from starlette.responses import Response

from gotovo.access.staff.sessions import SignInMethod
from gotovo.access.staff.sign_in import SignInRefused, begin
from gotovo.access.staff.staff_access import DEMO_AUTHOR
from gotovo.order.values.actor import Role
from gotovo.web.site.errors import PageNotFound
from gotovo.web.site.responses import render
from gotovo.web.site.visit import Visit
from gotovo.web.staff.staff_visitor import access_of, arrive, client_of, own_page
from gotovo.web.staff.staff_words import grant_name

_log = structlog.get_logger("gotovo.web")

SHOWN_MAX = 50


async def demo_staff_page(visit: Visit) -> Response:
    """List the demo's staff with what they do."""
    people = await access_of(visit).people.page("", UUID(int=0), None, SHOWN_MAX)
    shown = [
        each for each in people if each.created_by == DEMO_AUTHOR.actor and not each.suspended_at
    ]
    grants = await access_of(visit).people.grants_of([each.id for each in shown])
    own = {each.id: [x for x in grants if x.person == each.id] for each in shown}
    shown.sort(
        key=lambda each: [(x.role != Role.POINT, x.role, x.point or "") for x in own[each.id]]
    )
    listed = [(each, [grant_name(visit, x) for x in own[each.id]]) for each in shown]
    following = own_page(visit.query("next"))
    return render(visit, "staff/demo/demo.html", people=listed, following=following)


async def be_demo_staff(visit: Visit) -> Response:
    """Sign a visitor in as one of the demo's staff."""
    if not visit.dependencies.demo:
        raise PageNotFound
    access = access_of(visit)
    try:
        person = await access.people.find(UUID(visit.field("person")))
    except ValueError as error:
        raise PageNotFound from error
    if person is None or person.created_by != DEMO_AUTHOR.actor:
        raise PageNotFound
    begun = await begin(access, person.id, SignInMethod.DEMO, client_of(visit))
    if isinstance(begun, SignInRefused):
        raise PageNotFound
    _log.warning("demo: a visitor works as one of the staff", person=person.login)
    return arrive(visit, begun)
