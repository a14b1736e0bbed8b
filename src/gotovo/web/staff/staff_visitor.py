"""The member of staff who visits: found by the staff cookie, apart from any buyer's session."""

import re
from datetime import timedelta
from typing import Final

from msgspec import Struct
from starlette.responses import Response

from gotovo.access.buyer.passkey_values import PasskeyProof, RelyingParty
from gotovo.access.buyer.user_agent import device_of
from gotovo.access.rate_limits import wide_network_of
from gotovo.access.security_log import SecurityEvent
from gotovo.access.staff.sessions import BegunStaffSession
from gotovo.access.staff.sign_in import StaffClient, is_proof_fresh
from gotovo.access.staff.staff_access import StaffAccess
from gotovo.order.values.actor import Role
from gotovo.store.tables.security.entries import VISITOR, Author
from gotovo.store.tables.security.kinds import SecurityKind
from gotovo.store.tables.staff.people import staff_subject
from gotovo.store.tables.staff.sessions import StaffSession
from gotovo.web.site import cookies
from gotovo.web.site.errors import PageError, PageNotFound
from gotovo.web.site.responses import see_other
from gotovo.web.site.visit import Visit

HOME = "/staff"
SIGN_IN = "/staff/sign-in"
GRANT = "/staff/grant"
CONFIRMATION = "/staff/confirmation"
DESK = "/desk"

_OWN_PAGE: Final = re.compile(r"/(?:desk|staff)(?:/[A-Za-z0-9][A-Za-z0-9._~-]{0,99}){0,4}")
"""Segments of plain signs: no second slash, no backslash, no dots alone, no query."""


class StaffSignInRequired(PageError):
    """The page is for a member of staff who is signed in."""


class StaffProofRequired(PageError):
    """The person has to prove again who they are."""


class StaffVisitor(Struct, frozen=True):
    """A member of staff who is signed in: the session, and the token that its cookie holds."""

    session: StaffSession
    token: str

    @property
    def author(self) -> str:
        """Return the person as the security log names them."""
        return staff_subject(self.session.person)


async def staff_visitor(visit: Visit, _path_params: dict[str, str]) -> StaffVisitor:
    """Need a member of staff who is signed in."""
    token = visit.cookies.read(cookies.STAFF)
    session = await access_of(visit).sessions.find(token, visit.now) if token else None
    if session is None:
        raise StaffSignInRequired
    return StaffVisitor(session, token)


async def proved_visitor(visit: Visit, path_params: dict[str, str]) -> StaffVisitor:
    """Need one who proved lately who they are: for what changes how they sign in."""
    visitor = await staff_visitor(visit, path_params)
    if not is_proof_fresh(visitor.session, visit.now):
        raise StaffProofRequired
    return visitor


async def sign_in_required(visit: Visit, _error: StaffSignInRequired) -> Response:
    """Lead to the page on which staff sign in, and from there to the one they asked for."""
    following = visit.request.scope["path"] if visit.request.method == "GET" else ""
    return see_other(visit, SIGN_IN, next=own_page(following))


async def proof_required(visit: Visit, _error: StaffProofRequired) -> Response:
    """Lead to the page on which a person proves again who they are."""
    return see_other(visit, CONFIRMATION)


def access_of(visit: Visit) -> StaffAccess:
    """Return what staff sign in with."""
    return visit.dependencies.staff


def site_of_passkeys(visit: Visit) -> RelyingParty:
    """Return the site that passkeys are bound to; elsewhere their pages do not exist."""
    site = access_of(visit).site
    if site is None:
        raise PageNotFound
    return site


def client_of(visit: Visit) -> StaffClient:
    """Return who asks, and when."""
    return StaffClient(visit.address, device_of(visit.user_agent), visit.now)


def author_of(visit: Visit, visitor: StaffVisitor | None = None) -> Author:
    """Return who changes something and from where, for the security log."""
    actor = VISITOR if visitor is None else visitor.author
    return Author(actor, wide_network_of(visit.address))


def proof_in_form(visit: Visit) -> PasskeyProof:
    """Return the signature of a passkey that a form holds."""
    return PasskeyProof(
        id=visit.field("id"),
        client_data=visit.field("client_data"),
        authenticator_data=visit.field("authenticator_data"),
        signature=visit.field("signature"),
    )


def keep(visit: Visit, begun: BegunStaffSession) -> None:
    """Let the browser keep the token of a session that has begun."""
    lifetime: timedelta = begun.ends_at - visit.now
    visit.cookies.set(cookies.STAFF, begun.token, lifetime)


def arrive(visit: Visit, begun: BegunStaffSession) -> Response:
    """Lead somebody who has signed in to the page they asked for, or to where they work."""
    keep(visit, begun)
    following = own_page(visit.field("next"))
    if begun.grant is None:
        return see_other(visit, GRANT, next=following)
    return see_other(visit, following or landing(begun))


def own_page(path: str) -> str:
    """Return a path that somebody may be led on to after a sign-in, empty for any other text.

    Only paths of staff: whoever sends a link with something else behind `next` leads nobody to a
    page of theirs, nor to one that does something.
    """
    return path if _OWN_PAGE.fullmatch(path) else ""


def landing(begun: BegunStaffSession) -> str:
    """Return where somebody works who acts with a grant."""
    if begun.grant is None:
        return GRANT
    return DESK if begun.grant.role == Role.POINT else HOME


def record(visit: Visit, visitor: StaffVisitor, kind: SecurityKind, outcome: str = "") -> None:
    """Collect an event of the security log."""
    event = SecurityEvent(kind, author_of(visit, visitor), outcome=outcome)
    access_of(visit).record(event)
