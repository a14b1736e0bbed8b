"""Sending a sign-in code: whether it may be sent, and what is taken back when it can't be."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import structlog

from gotovo.access.buyer import known_browsers, sign_in_codes
from gotovo.access.buyer.sign_in_limits import CodeGrant, CodeLimits
from gotovo.http.errors import TooManyRequests
from gotovo.notices.channels.port import AllowanceSpent, Channel
from gotovo.notices.texts.account_texts import sign_in_text
from gotovo.store.tables.messages.phone_messages import PhoneMessage
from gotovo.web.site.errors import CodeNotSent, CodesUsedUp
from gotovo.web.site.visit import Visit
from gotovo.words.language import Language

_log = structlog.get_logger("gotovo.web")
_KEY_BYTES = 18

CodeText = Callable[[str, Language, str], str]
"""Takes the code, the language and the host of the site; returns the message."""


async def send_sign_in_code(
    visit: Visit,
    channel: Channel[PhoneMessage],
    phone: str,
    number: str,
    browser: str,
    *,
    text_of: CodeText = sign_in_text,
) -> None:
    """Send a code to a phone (E.164) for a browser or session; `number` is an order it named.

    `text_of` says what the code is for. Raise TooManyRequests when a limit refuses, and CodeNotSent
    when the channel fails, CodesUsedUp when the day's limit of its cost does.
    """
    dependencies = visit.dependencies
    limits = CodeLimits(
        dependencies.rate_limits,
        dependencies.limits_key,
        dependencies.code_ceilings,
        phone,
        visit.address,
        visit.now,
    )
    visit.asked_for = customer = await dependencies.phone_accounts.customer_of(phone)
    grant = await _granted(visit, limits, customer, number)
    code = await sign_in_codes.ask(
        dependencies.sign_in,
        dependencies.forms,
        phone,
        browser,
        visit.now,
        customer=customer,
        random_bytes=dependencies.random_bytes,
    )
    message = PhoneMessage(
        key=f"sign-in:{dependencies.random_bytes(_KEY_BYTES).hex()}",
        phone=phone,
        purpose="sign_in",
        number="",
        sent_at=visit.now,
        text=text_of(code, visit.language, urlsplit(dependencies.public_url).hostname or ""),
    )
    try:
        await channel.send(message)
    except AllowanceSpent as error:  # It has said so in the log, once.
        await limits.not_sent(grant)
        raise CodesUsedUp from error
    except Exception as error:
        _log.exception("a sign-in code was not sent")
        await limits.not_sent(grant)
        raise CodeNotSent from error


async def _granted(visit: Visit, limits: CodeLimits, customer: str, number: str) -> CodeGrant:
    """Ask the limits in their order (`access.buyer.sign_in_limits`) and return what was granted."""
    dependencies = visit.dependencies
    token = known_browsers.find(
        dependencies.tokens, visit.identity.known_browser, customer, visit.now
    )
    if token and (grant := await _if_granted(limits.of_known_browser(token))):
        return grant
    if wait := await limits.asker_wait():
        raise TooManyRequests(wait)
    is_named = number and await dependencies.orders.is_order_of(customer, number)
    if is_named and (grant := await _if_granted(limits.of_order(number))):
        return grant
    grant = await limits.of_stranger()
    if grant.wait is not None:
        raise TooManyRequests(grant.wait)
    return grant


async def _if_granted(asked: Awaitable[CodeGrant]) -> CodeGrant | None:
    grant = await asked
    return grant if grant.wait is None else None
