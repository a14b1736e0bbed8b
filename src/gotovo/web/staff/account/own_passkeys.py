"""The own passkeys: created and removed by somebody who proved lately who they are."""

from starlette.responses import Response

from gotovo.access.buyer.passkey_values import PasskeyCreation
from gotovo.access.buyer.user_agent import device_of
from gotovo.access.staff.proofs import passkeys
from gotovo.web.site.errors import PageNotFound
from gotovo.web.site.responses import see_other
from gotovo.web.site.visit import Visit
from gotovo.web.staff.sign_in.sign_in import JSON
from gotovo.web.staff.staff_visitor import (
    HOME,
    StaffVisitor,
    access_of,
    author_of,
    site_of_passkeys,
)


async def own_passkey_options(visit: Visit, visitor: StaffVisitor) -> Response:
    """Return the options with which the browser creates a passkey."""
    session = visitor.session
    options = await passkeys.creation_options(
        access_of(visit),
        site_of_passkeys(visit),
        visitor.token,
        session.person,
        session.login,
        now=visit.now,
    )
    return Response(options, media_type=JSON)


async def create_own_passkey(visit: Visit, visitor: StaffVisitor) -> Response:
    """Store the passkey that the browser created."""
    access, person = access_of(visit), visitor.session.person
    made = PasskeyCreation(
        visit.field("id"), visit.field("client_data"), visit.field("attestation")
    )
    passkey = await passkeys.verified(
        access,
        site_of_passkeys(visit),
        visitor.token,
        person,
        made,
        device=device_of(visit.user_agent),
        now=visit.now,
    )
    is_stored = passkey is not None and await access.credentials.put_passkey(
        passkey, passkeys.PASSKEYS_MAX, visit.now, author_of(visit, visitor)
    )
    return see_other(visit, HOME, passkey="" if is_stored else "failed")


async def remove_own_passkey(visit: Visit, visitor: StaffVisitor, passkey: str) -> Response:
    """Remove a passkey, unless nothing else would sign the person in."""
    try:
        named = bytes.fromhex(passkey)
    except ValueError as error:
        raise PageNotFound from error
    is_removed = await access_of(visit).credentials.remove_passkey(
        visitor.session.person, named, visit.now, author_of(visit, visitor)
    )
    return see_other(visit, HOME, passkey="" if is_removed else "last")
