"""Signing in by phone and a one-time code, and signing out."""

from typing import Final

from gotovo.access import codes, sessions
from gotovo.access.limits import (
    ANSWERS_PER_ADDRESS,
    CODES_PER_ADDRESS,
    CODES_PER_PHONE,
    Limit,
    refused_for,
)
from gotovo.access.phones import parse_phone
from gotovo.notices.wording import sign_in_text
from gotovo.order.number import parse
from gotovo.store.phone_message import PhoneMessage
from gotovo.web.answer import Answer
from gotovo.web.faults import NoChannel, TooOften
from gotovo.web.visit import Visit

_UNFIT: Final = 422
_KEY_BYTES = 18


async def send_code(visit: Visit) -> Answer:
    """Send a code to any phone: whether it has orders can't be told from the answer."""
    channel = visit.parts.channel
    if channel is None:
        raise NoChannel
    form = await visit.form()
    typed, number = form.get("phone", "").strip(), form.get("number", "").strip()
    phone = parse_phone(typed, visit.parts.region)
    found = parse(number) if number else ""
    if phone is None or found is None:
        wrong = "phone" if phone is None else "number"
        return visit.page("customer/front.html", _UNFIT, phone=typed, number=number, wrong=wrong)
    await _within(visit, CODES_PER_ADDRESS, visit.address)
    await _within(visit, CODES_PER_PHONE, phone)
    parts = visit.parts
    code = await codes.ask(
        parts.sign_in, parts.secret, phone, visit.browser, visit.now, chance=parts.chance
    )
    message = PhoneMessage(
        key=f"sign-in:{parts.chance(_KEY_BYTES).hex()}",
        phone=phone,
        purpose="sign_in",
        number="",
        sent_at=visit.now,
        text=sign_in_text(code, visit.language),
    )
    await channel.send(message)
    return visit.go("/sign-in-code", number=found)


async def code_page(visit: Visit) -> Answer:
    """Ask for the code."""
    shown_as = await codes.sent_to(visit.parts.sign_in, visit.browser, visit.now)
    return _code_page(visit, shown_as, parse(visit.query("number")) or "")


async def sign_in(visit: Visit) -> Answer:
    """Begin a session when the code is right."""
    form = await visit.form()
    await _within(visit, ANSWERS_PER_ADDRESS, visit.address)
    parts, number = visit.parts, parse(form.get("number", "")) or ""
    answer = await codes.answer(
        parts.sign_in, parts.secret, visit.browser, form.get("code", ""), visit.now
    )
    if not answer.customer:
        shown_as = await codes.sent_to(parts.sign_in, visit.browser, visit.now)
        return _code_page(visit, shown_as, number, answer.tries_left)
    token = sessions.new_token(parts.chance)
    await sessions.begin(parts.sign_in, token, answer.customer, answer.shown_as, visit.now)
    visit.sign_in(token, answer.customer)
    return visit.go(f"/orders/{number}" if number else "/orders")


async def sign_out(visit: Visit) -> Answer:
    """End the session."""
    await visit.form()
    await visit.sign_out()
    return visit.go("/")


def _code_page(
    visit: Visit, shown_as: str | None, number: str, tries_left: int | None = None
) -> Answer:
    """Show where the code went, or that there is none alive; `tries_left` after a wrong one."""
    status = 200 if tries_left is None else _UNFIT
    return visit.page(
        "customer/code.html",
        status,
        shown_as=shown_as,
        number=number,
        tries_left=tries_left,
        minutes=int(codes.LIFETIME.total_seconds()) // 60,
    )


async def _within(visit: Visit, limit: Limit, subject: str) -> None:
    wait = await refused_for(visit.parts.sign_in, visit.parts.secret, limit, subject, visit.now)
    if wait is not None:
        raise TooOften(wait)
