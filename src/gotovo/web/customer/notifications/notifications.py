"""Notifications: what a buyer is told through which channel, and what can't be switched off."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from msgspec import Struct
from starlette.responses import Response

from gotovo.access.rate_limits import RateLimit
from gotovo.http.errors import BadRequest
from gotovo.notices.preferences.labels import CHANNELS, KIND_DETAILS, KINDS
from gotovo.notices.preferences.preferences import NEEDED, OPTIONAL, ChoiceSource
from gotovo.notices.rules import ChannelName, NoticeKind
from gotovo.store.tables.access.sign_in import Session
from gotovo.web.site.rate_limit import enforce_limits
from gotovo.web.site.responses import render, see_other
from gotovo.web.site.visit import Visit

CHOICES: Final = RateLimit("choices per customer", 20, timedelta(minutes=3))
"""Each may write a row for every box; nobody changes their mind more often."""


class KindRow(Struct, frozen=True):
    """A line of the table: `on` says for each channel whether it is told there."""

    kind: NoticeKind
    label: str
    details: str
    on: Sequence[tuple[ChannelName, bool]]

    @property
    def may_be_off(self) -> bool:
        """Return whether the buyer may switch it off."""
        return self.kind.may_be_off


class NotificationsPage(Struct, frozen=True):
    """Kinds by channels, those that can't be switched off first; templates name it `page`."""

    rows: Sequence[KindRow]
    channels: Sequence[ChannelName]
    labels: dict[str, str]
    can_have_push: bool
    is_saved: bool


async def notifications_page(visit: Visit, session: Session) -> Response:
    """Show what the buyer is told, by kind and channel."""
    channels = await visit.dependencies.buyer_channels.of(session.customer)
    preferences = await visit.dependencies.preferences.of(session.customer)
    rows = [
        KindRow(
            kind,
            visit.translate(KINDS[kind]),
            visit.translate(KIND_DETAILS[kind]),
            [(channel, preferences.is_on(kind, channel)) for channel in channels],
        )
        for kind in (*NEEDED, *OPTIONAL)
    ]
    page = NotificationsPage(
        rows=rows,
        channels=channels,
        labels={each: visit.translate(label) for each, label in CHANNELS.items()},
        can_have_push=ChannelName.PUSH not in channels
        and visit.dependencies.buyer_channels.is_open(ChannelName.PUSH),
        is_saved=visit.query("saved") == "yes",
    )
    return render(visit, "customer/notifications/notifications.html", page=page)


async def choose_notifications(visit: Visit, session: Session) -> Response:
    """Record what the form says of the channels that it showed; a box left empty is off."""
    shown = visit.field("channels").split()
    if not frozenset(shown) <= frozenset(ChannelName):
        raise BadRequest
    await enforce_limits(visit, {CHOICES: session.customer})
    wanted = {
        (kind, ChannelName(channel)): visit.field(f"{kind}.{channel}") == "on"
        for kind in OPTIONAL
        for channel in shown
    }
    await visit.dependencies.preferences.choose(session.customer, wanted, ChoiceSource.PAGE)
    return see_other(visit, "/notifications", saved="yes")
