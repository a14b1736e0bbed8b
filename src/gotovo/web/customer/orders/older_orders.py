"""Older orders: closed after a phone was idle, until a person is proved.

The number of one of them proves the person, or a code sent to the e-mail of the latest of them,
where this installation sends e-mail.
"""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

import structlog
from msgspec import Struct
from starlette.responses import Response

from gotovo.access.buyer.accounts import prove_with_order
from gotovo.access.buyer.older_order_codes import LIFETIME, OlderOrderCodes
from gotovo.http.errors import TooManyRequests
from gotovo.notices.channels.mail import MailMessage
from gotovo.notices.texts.account_texts import older_orders_mail
from gotovo.order.values.customer import Contact
from gotovo.order.values.number import parse
from gotovo.store.tables.access.sign_in import Session
from gotovo.store.tables.security.kinds import SecurityKind
from gotovo.web.site.errors import PageNotFound
from gotovo.web.site.responses import render, see_other
from gotovo.web.site.time_zone import usual_zone
from gotovo.web.site.visit import Visit
from gotovo.words.formats.emails import mask_email
from gotovo.words.language import preferred_language

_KEY_BYTES: Final = 18
_MINUTES: Final = int(LIFETIME.total_seconds()) // 60
_UNSENT: Final = "not_sent"
_STATUSES: Final = {"": HTTPStatus.OK, _UNSENT: HTTPStatus.SERVICE_UNAVAILABLE}

_log = structlog.get_logger("gotovo.web")


class OlderOrdersPage(Struct, frozen=True):
    """The form for a number or, once a code is on its way, for the code; templates name it `page`.

    `mail_to` is the masked address that a code can be sent to, None where there is none; `sent_to`
    the one that it was sent to. `wrong` is what was wrong: `slip` and `unknown` numbers, a `code`
    with the attempts left, an e-mail `not_sent`.
    """

    since: datetime
    zone: str
    mail_to: str | None
    sent_to: str | None
    typed: str = ""
    wrong: str = ""
    tries_left: int = 0
    minutes: int = _MINUTES


async def older_orders_page(visit: Visit, session: Session) -> Response:
    """Say why older orders are closed, and ask for a number or for the code that was sent."""
    return await _page(visit, session, by_number=visit.query("by") == "number")


async def send_older_orders_code(visit: Visit, session: Session) -> Response:
    """Send a code to the e-mail of the latest order that is closed to this phone."""
    dependencies = visit.dependencies
    if dependencies.mail is None:
        raise PageNotFound
    codes = _codes(visit, session)
    mailbox = await codes.mailbox()
    if mailbox is None:
        return see_other(visit, "/older-orders")
    ceiling = dependencies.code_ceilings.per_hour
    if wait := await codes.wait(mailbox.email, ceiling):
        raise TooManyRequests(wait)
    code = await codes.ask(mailbox.email, dependencies.random_bytes)
    try:
        await dependencies.mail.send(_mail(visit, session, mailbox, code))
    except Exception:  # noqa: BLE001  (whatever a channel raises)
        _log.exception("a code for older orders was not sent")
        await codes.not_sent(mailbox.email, ceiling)
        return await _page(visit, session, wrong=_UNSENT, by_number=True)
    return see_other(visit, "/older-orders")


async def open_older_orders(visit: Visit, session: Session) -> Response:
    """Open older orders to whoever knows the number of one, or the code that was sent."""
    if "code" in visit.form:
        return await _open_with_code(visit, session)
    return await _open_with_number(visit, session)


async def _open_with_number(visit: Visit, session: Session) -> Response:
    """Take a number; a wrong one says nothing more."""
    dependencies, typed = visit.dependencies, visit.field("number")
    number = parse(typed)
    if not number:
        return await _page(visit, session, typed, wrong="slip", by_number=True)
    opened = await prove_with_order(
        dependencies.accounts,
        dependencies.rate_limits,
        dependencies.limits_key,
        session,
        visit.identity.session_key,
        number,
        visit.now,
    )
    if isinstance(opened, timedelta):
        raise TooManyRequests(opened)
    if not opened:
        visit.record(SecurityKind.OLDER_ORDERS_REFUSED, method="number")
        return await _page(visit, session, typed, wrong="unknown", by_number=True)
    return _opened(visit, session, "number")


async def _open_with_code(visit: Visit, session: Session) -> Response:
    """Take the code of this session; a right one works once."""
    if session.orders_since is None:
        return see_other(visit, "/orders")
    is_right, tries_left = await _codes(visit, session).prove(visit.field("code"))
    if not is_right:
        visit.record(SecurityKind.OLDER_ORDERS_REFUSED, method="code")
        return await _page(visit, session, wrong="code", tries_left=tries_left)
    return _opened(visit, session, "code")


def _opened(visit: Visit, session: Session, method: str) -> Response:
    if session.orders_since is not None:
        visit.record(SecurityKind.OLDER_ORDERS_OPENED, method=method)
    return see_other(visit, "/orders")


def _mail(visit: Visit, session: Session, mailbox: Contact, code: str) -> MailMessage:
    """Return the e-mail with a code, in the language of the order: the visitor may be anybody."""
    language = preferred_language(mailbox.locale)
    subject, text = older_orders_mail(code, session.shown_as, _MINUTES, language)
    return MailMessage(
        key=f"older-orders:{visit.dependencies.random_bytes(_KEY_BYTES).hex()}",
        address=mailbox.email,
        purpose="older_orders",
        number="",
        sent_at=visit.now,
        language=language,
        subject=subject,
        text=text,
        code=code,
    )


def _codes(visit: Visit, session: Session) -> OlderOrderCodes:
    dependencies, identity = visit.dependencies, visit.identity
    return OlderOrderCodes(
        sign_in=dependencies.sign_in,
        accounts=dependencies.accounts,
        limits=dependencies.rate_limits,
        secret=dependencies.limits_key,
        forms=dependencies.forms,
        session=session,
        token=identity.session_token,
        key=identity.session_key,
        now=visit.now,
    )


async def _page(
    visit: Visit,
    session: Session,
    typed: str = "",
    wrong: str = "",
    tries_left: int = 0,
    *,
    by_number: bool = False,
) -> Response:
    if session.orders_since is None:
        return see_other(visit, "/orders")
    codes, sends = _codes(visit, session), visit.dependencies.mail is not None
    mailbox = await codes.mailbox() if sends else None
    page = OlderOrdersPage(
        since=session.orders_since,
        zone=usual_zone(visit),
        mail_to=mask_email(mailbox.email) if mailbox else None,
        sent_to=await codes.sent_to() if sends and not by_number else None,
        typed=typed,
        wrong=wrong,
        tries_left=tries_left,
    )
    status = _STATUSES.get(wrong, HTTPStatus.UNPROCESSABLE_ENTITY)
    return render(visit, "customer/orders/older_orders.html", status, page=page)
