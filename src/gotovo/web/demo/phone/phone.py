"""The page of the demo phone: messages as a phone shows them, the newest last."""

from typing import Final

from starlette.responses import Response

from gotovo.access.phones import parse_phone
from gotovo.web.site.errors import PageNotFound
from gotovo.web.site.responses import render
from gotovo.web.site.time_zone import usual_zone
from gotovo.web.site.visit import Visit
from gotovo.words.formats.phones import format_phone

MESSAGES_MAX: Final = 60
"""A few screens of a phone; nobody needs older messages in a demo."""


async def phone_page(visit: Visit) -> Response:
    """Show the latest messages, those of one phone if the query names it."""
    if visit.dependencies.phone is None:
        raise PageNotFound
    typed = visit.query("phone")
    # A plus that was not escaped arrives as a space; hand-written links often have one.
    wanted = parse_phone(typed, visit.dependencies.region) if typed else None
    if typed and wanted is None and not typed.startswith("+"):
        wanted = parse_phone(f"+{typed}", visit.dependencies.region)
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
        format_phone=format_phone,
        zone=usual_zone(visit),
    )
