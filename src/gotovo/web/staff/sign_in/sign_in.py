"""Signing in as staff, with a passkey or a password and a one-time code; and signing out."""

from http import HTTPStatus

from starlette.responses import Response

from gotovo.access.staff.proofs import passkeys
from gotovo.access.staff.sign_in import (
    SignInRefused,
    TypedProof,
    sign_in_with_passkey,
    sign_in_with_password,
)
from gotovo.http.errors import TooManyRequests
from gotovo.store.tables.security.kinds import SecurityKind
from gotovo.store.tables.shifts.shifts import ShiftEnd
from gotovo.web.site import cookies
from gotovo.web.site.responses import render, see_other
from gotovo.web.site.visit import Visit
from gotovo.web.staff.staff_visitor import (
    HOME,
    SIGN_IN,
    StaffSignInRequired,
    StaffVisitor,
    access_of,
    arrive,
    author_of,
    client_of,
    own_page,
    proof_in_form,
    record,
    site_of_passkeys,
    staff_visitor,
)

JSON = "application/json"


async def sign_in_page(visit: Visit) -> Response:
    """Ask who it is; somebody who is signed in is led on."""
    try:
        await staff_visitor(visit, {})
    except StaffSignInRequired:
        return _page(visit)
    return see_other(visit, own_page(visit.query("next")) or HOME)


async def sign_in(visit: Visit) -> Response:
    """Begin a session with a password and a one-time code."""
    typed = TypedProof(visit.field("password"), visit.field("code"))
    begun = await sign_in_with_password(
        access_of(visit), visit.field("login"), typed, client_of(visit)
    )
    if isinstance(begun, SignInRefused):
        if begun.wait is not None:
            raise TooManyRequests(begun.wait)
        return _page(visit, "password", visit.field("login"))
    return arrive(visit, begun)


async def passkey_options(visit: Visit) -> Response:
    """Return the options with which a browser signs in; they don't reveal whose passkeys exist."""
    options = await passkeys.request_options(
        access_of(visit), site_of_passkeys(visit), visit.identity.browser, visit.now
    )
    return Response(options, media_type=JSON)


async def sign_in_by_passkey(visit: Visit) -> Response:
    """Begin a session with a passkey."""
    site_of_passkeys(visit)
    begun = await sign_in_with_passkey(
        access_of(visit), visit.identity.browser, proof_in_form(visit), client_of(visit)
    )
    if isinstance(begun, SignInRefused):
        return _page(visit, "passkey")
    return arrive(visit, begun)


async def sign_out(visit: Visit, visitor: StaffVisitor) -> Response:
    """End the session, here and in the browser, and the shift that it belongs to."""
    access, session = access_of(visit), visitor.session
    if session.shift is not None:
        author = author_of(visit, visitor)
        await access.shifts.end(session.shift, visit.now, author, ShiftEnd.PERSON)
    await access.sessions.store.end(session.digest)
    record(visit, visitor, SecurityKind.SESSION_ENDED, "this")
    visit.cookies.delete(cookies.STAFF)
    return see_other(visit, SIGN_IN)


def _page(visit: Visit, wrong: str = "", login: str = "") -> Response:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    access = access_of(visit)
    return render(
        visit,
        "staff/sign_in/sign_in.html",
        status,
        wrong=wrong,
        login=login,
        following=own_page(visit.field("next") or visit.query("next")),
        has_passwords=not access.passkeys_only,
        has_passkeys=access.site is not None,
    )
