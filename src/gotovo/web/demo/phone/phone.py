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
"""A phone's screen and a good scroll; older messages prove nothing any more."""


async def phone_page(visit: Visit) -> Response:
    """Show the latest messages, of one phone if the address names it."""
    if visit.dependencies.phone is None:
        raise PageNotFound
    typed = visit.query("phone")
    # A plus that was not escaped arrives as a space, which people's links do all the time.
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
