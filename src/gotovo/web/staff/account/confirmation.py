"""Confirmation: a person proves again who they are, before what changes how they sign in."""

from http import HTTPStatus

from starlette.responses import Response

from gotovo.access.staff.proofs import passkeys
from gotovo.access.staff.sign_in import (
    SignInRefused,
    TypedProof,
    confirm_with_passkey,
    confirm_with_password,
)
from gotovo.http.errors import TooManyRequests
from gotovo.web.site.responses import render, see_other
from gotovo.web.site.visit import Visit
from gotovo.web.staff.sign_in.sign_in import JSON
from gotovo.web.staff.staff_visitor import (
    HOME,
    StaffVisitor,
    access_of,
    client_of,
    proof_in_form,
    site_of_passkeys,
)


async def confirmation_page(visit: Visit, visitor: StaffVisitor) -> Response:
    """Ask for a proof."""
    return await _page(visit, visitor)


async def confirm(visit: Visit, visitor: StaffVisitor) -> Response:
    """Take a password with a one-time code as proof."""
    typed = TypedProof(visit.field("password"), visit.field("code"))
    refused = await confirm_with_password(
        access_of(visit), visitor.session, typed, client_of(visit)
    )
    return await _answer(visit, visitor, refused, "password")


async def confirmation_options(visit: Visit, visitor: StaffVisitor) -> Response:
    """Return the options with which the browser proves it by a passkey."""
    options = await passkeys.request_options(
        access_of(visit), site_of_passkeys(visit), visitor.token, visit.now
    )
    return Response(options, media_type=JSON)


async def confirm_by_passkey(visit: Visit, visitor: StaffVisitor) -> Response:
    """Take a passkey as proof."""
    site_of_passkeys(visit)
    refused = await confirm_with_passkey(
        access_of(visit), visitor.session, visitor.token, proof_in_form(visit), client_of(visit)
    )
    return await _answer(visit, visitor, refused, "passkey")


async def _answer(
    visit: Visit, visitor: StaffVisitor, refused: SignInRefused | None, way: str
) -> Response:
    if refused is None:
        return see_other(visit, HOME)
    if refused.wait is not None:
        raise TooManyRequests(refused.wait)
    return await _page(visit, visitor, way)


async def _page(visit: Visit, visitor: StaffVisitor, wrong: str = "") -> Response:
    access = access_of(visit)
    person = await access.people.find(visitor.session.person)
    assert person is not None, "the session was found with its person"
    return render(
        visit,
        "staff/account/confirmation.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        name=person.name,
        has_password=person.has_password and not access.passkeys_only,
        has_passkey=person.passkeys > 0 and access.site is not None,
        wrong=wrong,
    )
