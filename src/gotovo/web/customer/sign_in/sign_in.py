"""Signing in by phone and a one-time code, and signing out."""

from typing import Final
from urllib.parse import urlsplit

from starlette.responses import Response

from gotovo.access.buyer import sessions, sign_in_codes
from gotovo.access.buyer.user_agent import device_of
from gotovo.access.phones import parse_phone
from gotovo.access.rate_limits import (
    ANSWERS_PER_ADDRESS,
    ANSWERS_PER_ADDRESS_A_DAY,
    CODES_PER_ADDRESS,
    CODES_PER_ADDRESS_A_DAY,
    CODES_PER_PHONE,
    CODES_PER_PHONE_A_DAY,
)
from gotovo.notices.channels.port import Channel
from gotovo.notices.wording import sign_in_text
from gotovo.order.values.number import parse
from gotovo.store.tables.messages.phone_messages import PhoneMessage
from gotovo.web.site.errors import NoChannel
from gotovo.web.site.page import signed_out
from gotovo.web.site.rate_limit import enforce_limits
from gotovo.web.site.visit import Visit

_UNFIT: Final = 422
_KEY_BYTES = 18


async def code_channel(visit: Visit, path_params: dict[str, str]) -> Channel:
    """Need a way to send sign-in codes, for a browser that is not signed in."""
    if visit.dependencies.channel is None:
        raise NoChannel
    await signed_out(visit, path_params)
    return visit.dependencies.channel


async def send_code(visit: Visit, channel: Channel) -> Response:
    """Send a code to any phone: whether it has orders can't be told from the answer."""
    again = "again" in visit.form
    typed = visit.pending_phone if again else visit.field("phone").strip()
    number = visit.field("number").strip()
    phone = parse_phone(typed, visit.dependencies.region)
    found = parse(number) if number else ""
    if phone is None or found is None:
        wrong = "phone" if phone is None else "number"
        return visit.render(
            "customer/sign_in/home.html", _UNFIT, phone=typed, number=number, wrong=wrong
        )
    await enforce_limits(visit, {CODES_PER_ADDRESS: visit.address, CODES_PER_PHONE: phone})
    # What is refused for coming too fast uses up nothing of the day: it may be somebody else's.
    await enforce_limits(
        visit, {CODES_PER_ADDRESS_A_DAY: visit.address, CODES_PER_PHONE_A_DAY: phone}
    )
    dependencies = visit.dependencies
    code = await sign_in_codes.ask(
        dependencies.sign_in,
        dependencies.secret,
        phone,
        visit.browser,
        visit.now,
        chance=dependencies.chance,
    )
    message = PhoneMessage(
        key=f"sign-in:{dependencies.chance(_KEY_BYTES).hex()}",
        phone=phone,
        purpose="sign_in",
        number="",
        sent_at=visit.now,
        text=sign_in_text(code, visit.language, urlsplit(dependencies.public_url).hostname or ""),
    )
    await channel.send(message)
    visit.remember_phone(phone)
    return visit.redirect("/sign-in-code", number=found, again="1" if again else "")


async def sign_in_code_page(visit: Visit) -> Response:
    """Ask for the code."""
    shown_as = await sign_in_codes.sent_to(visit.dependencies.sign_in, visit.browser, visit.now)
    return _sign_in_code_page(visit, shown_as, parse(visit.query("number")) or "")


async def sign_in(visit: Visit) -> Response:
    """Begin a session when the code is right; a browser that has one signs out first.

    A code is bound to the browser's token, which a signed-in browser does not have.
    """
    await enforce_limits(
        visit,
        {ANSWERS_PER_ADDRESS: visit.address, ANSWERS_PER_ADDRESS_A_DAY: visit.address},
    )
    dependencies, number = visit.dependencies, parse(visit.field("number")) or ""
    answer = await sign_in_codes.answer(
        dependencies.sign_in, dependencies.secret, visit.browser, visit.field("code"), visit.now
    )
    if not answer.customer:
        shown_as = await sign_in_codes.sent_to(dependencies.sign_in, visit.browser, visit.now)
        return _sign_in_code_page(visit, shown_as, number, answer.tries_left)
    token = sessions.new_token(dependencies.chance)
    device = device_of(visit.request.headers.get("user-agent", ""))
    await sessions.begin(
        dependencies.sign_in, token, answer.customer, answer.shown_as, visit.now, device
    )
    visit.sign_in(token, answer.customer)
    return visit.redirect(f"/orders/{number}" if number else "/orders")


async def sign_out(visit: Visit) -> Response:
    """End the session."""
    await visit.sign_out()
    return visit.redirect("/")


def _sign_in_code_page(
    visit: Visit, shown_as: str | None, number: str, tries_left: int | None = None
) -> Response:
    """Show where the code went, or that there is none alive; `tries_left` after a wrong one."""
    status = 200 if tries_left is None else _UNFIT
    return visit.render(
        "customer/sign_in/code.html",
        status,
        shown_as=shown_as,
        number=number,
        tries_left=tries_left,
        again=bool(visit.query("again")) and tries_left is None,
        can_repeat=bool(visit.pending_phone),
        minutes=int(sign_in_codes.LIFETIME.total_seconds()) // 60,
    )
