"""An invitation: whom it invites, and how they want to sign in from now on."""

from http import HTTPStatus

from starlette.responses import Response

from gotovo.access.buyer.passkey_values import PasskeyCreation
from gotovo.access.buyer.user_agent import device_of
from gotovo.access.staff import invitations
from gotovo.access.staff.invitations import Accepted
from gotovo.access.staff.proofs import passkeys
from gotovo.access.staff.sessions import SignInMethod
from gotovo.access.staff.sign_in import SignInRefused, begin
from gotovo.access.staff.sign_in_limits import invitation_wait
from gotovo.http.errors import TooManyRequests
from gotovo.store.tables.staff.credentials import OpenInvitation
from gotovo.web.site.errors import PageNotFound
from gotovo.web.site.responses import render
from gotovo.web.site.visit import Visit
from gotovo.web.staff.enrolment import chosen_in_form, enrolment
from gotovo.web.staff.sign_in.sign_in import JSON
from gotovo.web.staff.staff_visitor import (
    access_of,
    arrive,
    client_of,
    keep,
    landing,
    site_of_passkeys,
)
from gotovo.web.staff.staff_words import grant_name


async def invitation_page(visit: Visit, token: str) -> Response:
    """Show whom the link invites, and the ways to sign in."""
    found = await _found(visit, token)
    return _gone(visit) if found is None else await _page(visit, token, found)


async def accept_with_password(visit: Visit, token: str) -> Response:
    """Store the password with its one-time codes, and show the recovery codes once."""
    found = await _found(visit, token)
    if found is None:
        return _gone(visit)
    chosen = chosen_in_form(visit)
    accepted = await invitations.accept_with_password(access_of(visit), token, chosen, visit.now)
    if accepted is None:
        return _gone(visit)
    if not isinstance(accepted, Accepted):
        return await _page(visit, token, found, accepted)
    begun = await begin(
        access_of(visit), accepted.person, SignInMethod.INVITATION, client_of(visit)
    )
    if isinstance(begun, SignInRefused):
        return _gone(visit)
    keep(visit, begun)
    return render(
        visit,
        "staff/account/recovery_codes.html",
        codes=accepted.recovery_codes,
        following=landing(begun),
    )


async def invitation_passkey_options(visit: Visit, token: str) -> Response:
    """Return the options with which the browser of an invited person creates a passkey."""
    site, found = site_of_passkeys(visit), await _found(visit, token)
    if found is None:
        raise PageNotFound
    options = await passkeys.creation_options(
        access_of(visit), site, token, found.person, found.login, now=visit.now
    )
    return Response(options, media_type=JSON)


async def accept_with_passkey(visit: Visit, token: str) -> Response:
    """Store the passkey that the browser created."""
    access, site, found = access_of(visit), site_of_passkeys(visit), await _found(visit, token)
    if found is None:
        return _gone(visit)
    made = PasskeyCreation(
        visit.field("id"), visit.field("client_data"), visit.field("attestation")
    )
    device = device_of(visit.user_agent)
    passkey = await passkeys.verified(
        access, site, token, found.person, made, device=device, now=visit.now
    )
    if passkey is None:
        return await _page(visit, token, found, "passkey")
    accepted = await invitations.accept_with_passkey(access, token, passkey, visit.now)
    if accepted is None:
        return _gone(visit)
    begun = await begin(access, accepted.person, SignInMethod.INVITATION, client_of(visit))
    return _gone(visit) if isinstance(begun, SignInRefused) else arrive(visit, begun)


async def _found(visit: Visit, token: str) -> OpenInvitation | None:
    wait = await invitation_wait(access_of(visit), visit.address, visit.now)
    if wait is not None:
        raise TooManyRequests(wait)
    return await invitations.find(access_of(visit), token, visit.now)


async def _page(visit: Visit, token: str, found: OpenInvitation, wrong: str = "") -> Response:
    access = access_of(visit)
    grants = await access.people.grants_of([found.person])
    return render(
        visit,
        "staff/invitation/invitation.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        invited=found,
        token=token,
        grants=[grant_name(visit, each) for each in grants],
        enrolment=enrolment(visit, found.login, wrong),
        has_passwords=not access.passkeys_only,
        has_passkeys=access.site is not None,
        wrong=wrong,
    )


def _gone(visit: Visit) -> Response:
    return render(visit, "staff/invitation/gone.html", HTTPStatus.NOT_FOUND)
