"""Unsubscribing: the link in an e-mail stops e-mails like it, whoever opens it (RFC 8058).

Opening the link changes nothing, because mail programs and filters do so by themselves. Its button,
and the one click of a mail program, send a POST; that needs no session and may be repeated.
"""

from http import HTTPStatus
from typing import Final

from starlette.responses import Response

from gotovo.notices.preferences.labels import KIND_DETAILS, KINDS
from gotovo.notices.preferences.preferences import ChoiceSource
from gotovo.notices.preferences.unsubscribe import UNSUBSCRIBE_PATH, Unsubscription
from gotovo.notices.rules import ChannelName
from gotovo.web.site.responses import render
from gotovo.web.site.visit import Visit
from gotovo.words.translations import msgid

_NO_REFERRER: Final = {"referrer-policy": "no-referrer"}
"""Whoever knows the address can use it, so no other site may learn it."""

_GONE_TITLE: Final = msgid("This link does not work")
_GONE_SENTENCE: Final = msgid(
    "It was copied incorrectly or is too old. Sign in and choose under Notifications."
)


async def unsubscribe_page(visit: Visit, token: str) -> Response:
    """Say what the button stops; nothing is changed yet."""
    wanted = await _wanted(visit, token)
    return _gone(visit) if wanted is None else _page(visit, wanted, token, is_done=False)


async def stop_emails(visit: Visit, token: str) -> Response:
    """Stop e-mails of the kind, as often as asked; no redirect may follow (RFC 8058, 3.1)."""
    wanted = await _wanted(visit, token)
    if wanted is None:
        return _gone(visit)
    choices = {(wanted.kind, ChannelName.MAIL): False}
    await visit.dependencies.preferences.choose(wanted.customer, choices, ChoiceSource.LINK)
    return _page(visit, wanted, token, is_done=True)


async def _wanted(visit: Visit, token: str) -> Unsubscription | None:
    """Return what a token is about, None for one that is not ours, or not this owner's."""
    wanted = visit.dependencies.unsubscribe.read(token)
    if wanted is None:
        return None
    preferences = visit.dependencies.preferences
    is_former = await preferences.is_of_former_owner(wanted.customer, wanted.issued_on)
    return None if is_former else wanted


def _page(visit: Visit, wanted: Unsubscription, token: str, *, is_done: bool) -> Response:
    response = render(
        visit,
        "customer/notifications/unsubscribe.html",
        kind=visit.translate(KINDS[wanted.kind]),
        details=visit.translate(KIND_DETAILS[wanted.kind]),
        address=f"{UNSUBSCRIBE_PATH}{token}",
        is_done=is_done,
    )
    response.headers.update(_NO_REFERRER)
    return response


def _gone(visit: Visit) -> Response:
    return render(
        visit,
        "design/error.html",
        HTTPStatus.NOT_FOUND,
        title=visit.translate(_GONE_TITLE),
        sentence=visit.translate(_GONE_SENTENCE),
        wait=None,
    )
