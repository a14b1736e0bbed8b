"""The page of the demo phone: messages and e-mails as a phone shows them, the newest last."""

from typing import Final

from starlette.responses import Response

from gotovo.access.emails import parse_email
from gotovo.access.phones import parse_phone
from gotovo.web.site.errors import PageNotFound
from gotovo.web.site.responses import render
from gotovo.web.site.time_zone import usual_zone
from gotovo.web.site.visit import Visit
from gotovo.words.formats.phones import format_phone

MESSAGES_MAX: Final = 60
"""A few screens of a phone; nobody needs older messages in a demo."""


async def phone_page(visit: Visit) -> Response:
    """Show the latest messages, those of one phone or e-mail address if the query names it."""
    if visit.dependencies.phone is None:
        raise PageNotFound
    typed = visit.query("phone")
    wanted = _recipient(visit, typed)
    unreadable = bool(typed) and wanted is None
    messages = [] if unreadable else await visit.dependencies.phone.latest(wanted, MESSAGES_MAX)
    phones = list(dict.fromkeys(m.phone for m in reversed(messages)))
    return render(
        visit,
        "demo/phone/phone.html",
        messages=messages,
        wanted=wanted,
        typed=typed,
        phones=phones[:8],
        shown=_shown,
        is_phone=wanted is not None and "@" not in wanted,
        zone=usual_zone(visit),
    )


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
