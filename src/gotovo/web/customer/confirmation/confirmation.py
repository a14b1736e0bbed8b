"""Confirmation: a code or a passkey proves again that a session is still its person's."""

from http import HTTPStatus
from typing import Final

from msgspec import Struct
from starlette.responses import Response

from gotovo.access.buyer import passkeys, sign_in_codes
from gotovo.access.buyer.accounts import CONFIRMATIONS_PER_SESSION
from gotovo.access.buyer.passkey_values import PasskeyProof
from gotovo.access.phones import parse_phone
from gotovo.http.errors import BadRequest
from gotovo.store.tables.access.sign_in import Session
from gotovo.store.tables.security.kinds import SecurityKind
from gotovo.web.customer.devices.passkeys import PasskeySite
from gotovo.web.customer.sign_in.sending import send_sign_in_code
from gotovo.web.site.errors import NoChannel, StaleForm
from gotovo.web.site.rate_limit import enforce_limits
from gotovo.web.site.responses import render, see_other
from gotovo.web.site.visit import Visit

_PAGES: Final = {
    "erasure": "/privacy/erasure",
    "devices": "/devices",
    "phone": "/phone-change",
    "telegram": "/telegram",
}
"""Where each action that needs a confirmation begins."""


class PersonConfirmationPage(Struct, frozen=True):
    """What proves the person; templates name it `page`.

    `is_sent`: a code is on its way. `tries_left` follows a wrong one, and `wrong` is the field or
    the way that failed, empty for none.
    """

    action: str
    back: str
    is_sent: bool
    has_passkey: bool
    wrong: str = ""
    tries_left: int = 0
    minutes: int = int(sign_in_codes.LIFETIME.total_seconds()) // 60


async def confirmation_page(visit: Visit, session: Session) -> Response:
    """Ask who it is."""
    return await _page(visit, session, _action(visit.query("for")))


async def send_confirmation_code(visit: Visit, session: Session) -> Response:
    """Send a code to the phone of the session, which has to be typed: only its digest is stored."""
    dependencies, action = visit.dependencies, _action(visit.field("for"))
    if dependencies.channel is None:
        raise NoChannel
    await enforce_limits(visit, {CONFIRMATIONS_PER_SESSION: visit.identity.session_key.hex()})
    phone = parse_phone(visit.field("phone"), dependencies.region)
    customer = None if phone is None else await dependencies.phone_accounts.customer_of(phone)
    if phone is None or customer != session.customer:
        visit.record(SecurityKind.PERSON_NOT_CONFIRMED, method="phone")
        return await _page(visit, session, action, wrong="phone")
    token = visit.identity.session_token
    await send_sign_in_code(visit, dependencies.channel, phone, "", token)
    return see_other(visit, "/confirmation", **{"for": action})


async def confirm(visit: Visit, session: Session) -> Response:
    """Take the code, and lead back to what was wanted."""
    dependencies, action = visit.dependencies, _action(visit.field("for"))
    answer = await sign_in_codes.answer(
        dependencies.sign_in,
        dependencies.forms,
        visit.identity.session_token,
        visit.field("code"),
        visit.now,
    )
    if answer.customer != session.customer:
        visit.record(SecurityKind.PERSON_NOT_CONFIRMED, method="code")
        return await _page(visit, session, action, wrong="code", tries_left=answer.tries_left)
    return await _proved(visit, action, "code")


async def confirmation_options(visit: Visit, site: PasskeySite) -> Response:
    """Return the options with which a passkey of this browser proves the person."""
    if visit.session is None:
        raise StaleForm
    options = await passkeys.request_options(
        site.store,
        site.site,
        visit.identity.session_token,
        visit.now,
        random_bytes=visit.dependencies.random_bytes,
    )
    return Response(options, media_type="application/json")


async def confirm_with_passkey(visit: Visit, site: PasskeySite) -> Response:
    """Take the signature of a passkey; one of somebody else proves nothing."""
    session, action = visit.session, _action(visit.field("for"))
    if session is None:
        raise StaleForm
    proof = PasskeyProof(
        id=visit.field("id"),
        client_data=visit.field("client_data"),
        authenticator_data=visit.field("authenticator_data"),
        signature=visit.field("signature"),
    )
    token = visit.identity.session_token
    passkey = await passkeys.prove(site.store, site.site, token, proof, visit.now)
    if passkey is None or passkey.customer != session.customer:
        visit.record(SecurityKind.PERSON_NOT_CONFIRMED, method="passkey")
        return await _page(visit, session, action, wrong="passkey")
    return await _proved(visit, action, "passkey")


async def _proved(visit: Visit, action: str, method: str) -> Response:
    visit.record(SecurityKind.PERSON_CONFIRMED, method=method)
    await visit.dependencies.sign_in.prove(visit.identity.session_key, visit.now)
    return see_other(visit, _PAGES[action])


async def _page(
    visit: Visit, session: Session, action: str, *, wrong: str = "", tries_left: int = 0
) -> Response:
    dependencies = visit.dependencies
    sent_to = await sign_in_codes.sent_to(
        dependencies.sign_in, visit.identity.session_token, visit.now
    )
    has_passkey = dependencies.can_use_passkeys and dependencies.passkeys is not None
    if has_passkey and dependencies.passkeys is not None:
        has_passkey = bool(await dependencies.passkeys.of_customer(session.customer, visit.now))
    page = PersonConfirmationPage(
        action=action,
        back=_PAGES[action],
        is_sent=sent_to is not None,
        has_passkey=has_passkey,
        wrong=wrong,
        tries_left=tries_left,
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(visit, "customer/confirmation/confirmation.html", status, page=page)


def _action(name: str) -> str:
    """Return what is to be confirmed; anything else is a BadRequest."""
    if name not in _PAGES:
        raise BadRequest
    return name
