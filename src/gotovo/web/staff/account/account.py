"""The own account: what signs the person in, where they are signed in, and what they work as."""

from functools import partial

from starlette.responses import Response

from gotovo.access.staff.sign_in import is_proof_fresh
from gotovo.store.tables.security.kinds import SecurityKind
from gotovo.web.site import cookies
from gotovo.web.site.errors import PageNotFound
from gotovo.web.site.responses import render, see_other
from gotovo.web.site.time_zone import usual_zone
from gotovo.web.site.visit import Visit
from gotovo.web.staff.staff_visitor import DESK, HOME, SIGN_IN, StaffVisitor, access_of, record
from gotovo.web.staff.staff_words import grant_name
from gotovo.words.device_names import device_name

OTHERS = "others"


async def account_page(visit: Visit, visitor: StaffVisitor) -> Response:
    """Show everything about the own account."""
    access, session = access_of(visit), visitor.session
    grants = await access.people.grants_of([session.person])
    chosen = next((each for each in grants if each.id == session.grant_id), None)
    person = await access.people.find(session.person)
    assert person is not None, "the session was found with its person"
    return render(
        visit,
        "staff/account/account.html",
        visitor=session,
        person=person,
        acts_as="" if chosen is None else grant_name(visit, chosen),
        has_choice=len(grants) > 1,
        desk=DESK if chosen is not None and chosen.role == "point" else "",
        passkeys=await access.credentials.passkeys_of(session.person),
        recovery_codes=await access.credentials.recovery_codes_left(session.person),
        sessions=await access.sessions.store.of_person(session.person, visit.now),
        is_fresh=is_proof_fresh(session, visit.now),
        has_passkeys=access.site is not None,
        has_passwords=not access.passkeys_only,
        failed=visit.query("passkey"),
        zone=usual_zone(visit),
        device_name=partial(device_name, language=visit.language),
    )


async def end_session(visit: Visit, visitor: StaffVisitor, session: str) -> Response:
    """Sign out one of the own sessions, or all others."""
    store, own = access_of(visit).sessions.store, visitor.session
    if session == OTHERS:
        await store.end_all_of(own.person, own.digest)
        record(visit, visitor, SecurityKind.SESSION_ENDED, "others")
        return see_other(visit, HOME)
    try:
        digest = bytes.fromhex(session)
    except ValueError as error:
        raise PageNotFound from error
    if not await store.end_of(own.person, digest):
        raise PageNotFound
    is_this = digest == own.digest
    record(visit, visitor, SecurityKind.SESSION_ENDED, "this" if is_this else "other")
    if is_this:
        visit.cookies.delete(cookies.STAFF)
    return see_other(visit, SIGN_IN if is_this else HOME)
