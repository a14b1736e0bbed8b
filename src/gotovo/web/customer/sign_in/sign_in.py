"""Signing in by phone and a one-time code, and signing out."""

from http import HTTPStatus

from starlette.responses import Response

from gotovo.access.buyer import sign_in_codes
from gotovo.access.buyer.sign_in_limits import ANSWERS_PER_ADDRESS, ANSWERS_PER_ADDRESS_A_DAY
from gotovo.access.phones import parse_phone
from gotovo.access.rate_limits import network_of
from gotovo.notices.channels.port import Channel
from gotovo.order.values.number import parse
from gotovo.store.tables.messages.phone_messages import PhoneMessage
from gotovo.store.tables.security.kinds import SecurityKind
from gotovo.web.customer.sign_in.arrival import arrive
from gotovo.web.customer.sign_in.sending import send_sign_in_code
from gotovo.web.site.errors import NoChannel
from gotovo.web.site.page import signed_out
from gotovo.web.site.rate_limit import enforce_limits
from gotovo.web.site.responses import render, see_other
from gotovo.web.site.visit import Visit


async def code_channel(visit: Visit, path_params: dict[str, str]) -> Channel[PhoneMessage]:
    """Need a way to send sign-in codes, for a browser that is not signed in."""
    if visit.dependencies.channel is None:
        raise NoChannel
    await signed_out(visit, path_params)
    return visit.dependencies.channel


async def send_code(visit: Visit, channel: Channel[PhoneMessage]) -> Response:
    """Send a code to any phone; the response does not reveal whether it has orders."""
    again = "again" in visit.form
    typed = visit.identity.pending_phone if again else visit.field("phone")
    number = visit.field("number")
    phone = parse_phone(typed, visit.dependencies.region)
    found = parse(number) if number else ""
    if phone is None or found is None:
        wrong = "phone" if phone is None else "number"
        return _wrong(visit, typed, number, wrong)
    if not visit.dependencies.code_ceilings.serves(phone):
        return _wrong(visit, typed, number, "country")
    await send_sign_in_code(visit, channel, phone, found, visit.identity.browser)
    visit.identity.remember_phone(phone)
    return see_other(visit, "/sign-in-code", number=found, again="1" if again else "")


async def sign_in_code_page(visit: Visit) -> Response:
    """Ask for the code."""
    return await _sign_in_code_page(visit, parse(visit.query("number")) or "")


async def sign_in(visit: Visit) -> Response:
    """Begin a session when the code is right; a browser that has one signs out first.

    A code is bound to the browser's token, which a signed-in browser does not have.
    """
    dependencies, number = visit.dependencies, parse(visit.field("number")) or ""
    answer = await sign_in_codes.answer(
        dependencies.sign_in,
        dependencies.forms,
        visit.identity.browser,
        visit.field("code"),
        visit.now,
    )
    if not answer.customer:
        why = "wrong_code" if answer.had_code else "no_code"
        visit.record(SecurityKind.SIGN_IN_FAILED, why, about=answer.asked_for, method="code")
    if not answer.had_code:  # Nobody's attempt is counted, so whoever sends it is.
        address = network_of(visit.address)
        limits = {ANSWERS_PER_ADDRESS: address, ANSWERS_PER_ADDRESS_A_DAY: address}
        await enforce_limits(visit, limits)
    if not answer.customer:
        return await _sign_in_code_page(visit, number, answer.tries_left)
    if visit.identity.pending_phone:
        await dependencies.phone_accounts.current([visit.identity.pending_phone])
    begun = await visit.identity.sign_in(answer.customer, answer.shown_as, visit.user_agent)
    return await arrive(visit, begun, number, "code")


async def sign_out(visit: Visit) -> Response:
    """End the session."""
    if visit.session is not None:
        visit.record(SecurityKind.SESSION_ENDED, "this")
    await visit.identity.sign_out()
    return see_other(visit, "/")


def _wrong(visit: Visit, phone: str, number: str, wrong: str) -> Response:
    """Show the form again with what is wrong at its field."""
    return render(
        visit,
        "customer/sign_in/home.html",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        phone=phone,
        number=number,
        wrong=wrong,
    )


async def _sign_in_code_page(visit: Visit, number: str, tries_left: int | None = None) -> Response:
    """Show where the code was sent, or that none is valid; `tries_left` follows a wrong one."""
    store, browser = visit.dependencies.sign_in, visit.identity.browser
    shown_as = await sign_in_codes.sent_to(store, browser, visit.now)
    status = HTTPStatus.OK if tries_left is None else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(
        visit,
        "customer/sign_in/code.html",
        status,
        shown_as=shown_as,
        number=number,
        tries_left=tries_left,
        again=bool(visit.query("again")) and tries_left is None,
        can_repeat=bool(visit.identity.pending_phone),
        minutes=int(sign_in_codes.LIFETIME.total_seconds()) // 60,
    )
