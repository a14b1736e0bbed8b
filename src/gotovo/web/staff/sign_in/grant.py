"""Choosing what to act as, for somebody who may act as several things."""

from uuid import UUID

from starlette.responses import Response

from gotovo.web.site.errors import PageNotFound
from gotovo.web.site.responses import render
from gotovo.web.site.visit import Visit
from gotovo.web.staff.staff_visitor import StaffVisitor, access_of, arrive, own_page
from gotovo.web.staff.staff_words import grant_name


async def grant_page(visit: Visit, visitor: StaffVisitor) -> Response:
    """List what the person may act as."""
    grants = await access_of(visit).people.grants_of([visitor.session.person])
    return render(
        visit,
        "staff/sign_in/grant.html",
        name=visitor.session.name,
        following=own_page(visit.query("next")),
        grants=[
            (each.id, grant_name(visit, each), each.id == visitor.session.grant_id)
            for each in grants
        ],
    )


async def choose_grant(visit: Visit, visitor: StaffVisitor) -> Response:
    """Go on with a session that acts as what was chosen."""
    access = access_of(visit)
    try:
        wanted = UUID(visit.field("grant"))
    except ValueError as error:
        raise PageNotFound from error
    grants = await access.people.grants_of([visitor.session.person])
    grant = next((each for each in grants if each.id == wanted), None)
    if grant is None:
        raise PageNotFound
    begun = await access.sessions.exchange(visitor.session, grant, visit.now)
    if begun is None:
        raise PageNotFound
    return arrive(visit, begun)
