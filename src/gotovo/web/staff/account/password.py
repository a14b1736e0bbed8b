"""The own password with its one-time codes: set, or replaced as a whole."""

from http import HTTPStatus

from starlette.responses import Response

from gotovo.access.staff.invitations import MadePassword, new_password
from gotovo.web.site.errors import PageNotFound
from gotovo.web.site.responses import render
from gotovo.web.site.visit import Visit
from gotovo.web.staff.enrolment import chosen_in_form, enrolment
from gotovo.web.staff.staff_visitor import HOME, StaffVisitor, access_of, author_of


async def password_page(visit: Visit, visitor: StaffVisitor) -> Response:
    """Show the form."""
    return _page(visit, visitor)


async def set_password(visit: Visit, visitor: StaffVisitor) -> Response:
    """Store the password and show the recovery codes; all other sessions end."""
    access, session = access_of(visit), visitor.session
    if access.passkeys_only:
        raise PageNotFound
    own = session.login, session.name
    made = await new_password(access, session.person, own, chosen_in_form(visit), visit.now)
    if not isinstance(made, MadePassword):
        return _page(visit, visitor, made)
    by = author_of(visit, visitor)
    await access.credentials.put_password(session.person, made.stored, visit.now, by)
    await access.sessions.store.end_all_of(session.person, session.digest)
    return render(
        visit, "staff/account/recovery_codes.html", codes=made.recovery_codes, following=HOME
    )


def _page(visit: Visit, visitor: StaffVisitor, wrong: str = "") -> Response:
    if access_of(visit).passkeys_only:
        raise PageNotFound
    return render(
        visit,
        "staff/account/password.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        enrolment=enrolment(visit, visitor.session.login, wrong),
    )
