"""The page of the demo phone: messages and e-mails as a phone shows them, the newest last."""

from collections.abc import Sequence
from typing import Final

from starlette.responses import Response

from gotovo.access.emails import parse_email
from gotovo.access.phones import parse_phone
from gotovo.store.tables.access.sign_in import Session
from gotovo.store.tables.messages.phone_messages import PhoneMessage
from gotovo.web.site.errors import PageNotFound
from gotovo.web.site.responses import render
from gotovo.web.site.time_zone import usual_zone
from gotovo.web.site.visit import Visit
from gotovo.words.formats.phones import format_phone

MESSAGES_MAX: Final = 60
"""A few screens of a phone; nobody needs older messages in a demo."""


async def phone_page(visit: Visit) -> Response:
    """Show the latest messages of the phone or e-mail address that the query names.

    Without one, who is signed in sees their own first, and everybody's behind a link.
    """
    if visit.dependencies.phone is None:
        raise PageNotFound
    typed = visit.query("phone")
    wanted = _recipient(visit, typed)
    unreadable = bool(typed) and wanted is None
    latest = await visit.dependencies.phone.latest(None, MESSAGES_MAX)
    is_own = visit.session is not None and not typed and not visit.query("all")
    if unreadable:
        messages: Sequence[PhoneMessage] = []
    elif visit.session is not None and is_own:
        messages = await _own(visit, visit.session, latest)
    else:
        messages = await visit.dependencies.phone.latest(wanted, MESSAGES_MAX)
    shown = latest if not typed else messages
    phones = list(dict.fromkeys(m.phone for m in reversed(shown)))
    return render(
        visit,
        "demo/phone/phone.html",
        messages=messages,
        wanted=wanted,
        typed=typed,
        is_own=is_own,
        phones=phones[:8],
        shown=_shown,
        is_phone=wanted is not None and "@" not in wanted,
        zone=usual_zone(visit),
    )


async def _own(
    visit: Visit, session: Session, latest: Sequence[PhoneMessage]
) -> Sequence[PhoneMessage]:
    """Return the messages to who is signed in: about their orders, and to their phone."""
    assert visit.dependencies.phone is not None
    phones = {each.phone for each in latest if "@" not in each.phone}
    account_of = await visit.dependencies.phone_accounts.looked_up(phones)
    own = [phone for phone in phones if account_of(phone) == session.customer]
    return await visit.dependencies.phone.latest_of(session.customer, own, MESSAGES_MAX)


def _recipient(visit: Visit, typed: str) -> str | None:
    """Return the e-mail address or the phone (E.164) that was typed, None for neither."""
    if "@" in typed:
        return parse_email(typed)
    if not typed:
        return None
    region = visit.dependencies.region
    # A plus that was not escaped arrives as a space; hand-written links often have one.
    return parse_phone(typed, region) or parse_phone(f"+{typed.lstrip('+')}", region)


def _shown(recipient: str) -> str:
    return recipient if "@" in recipient else format_phone(recipient)
