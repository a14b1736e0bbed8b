"""Devices: where the buyer is signed in, and signing out one of them, the others, or all."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from msgspec import Struct
from starlette.responses import Response

from gotovo.access.buyer import devices as access
from gotovo.access.buyer.accounts import is_fresh
from gotovo.access.buyer.passkeys import LIFETIME
from gotovo.notices.preferences.labels import CHANNELS
from gotovo.store.tables.access.passkeys import Passkey
from gotovo.store.tables.access.sign_in import Session, SignedIn
from gotovo.store.tables.messages.messages import MessageRecord
from gotovo.store.tables.security.kinds import SecurityKind
from gotovo.web.customer.contact.message_fate import STATES
from gotovo.web.customer.contact.messages import PURPOSES, labels
from gotovo.web.customer.devices.push import listed_browsers
from gotovo.web.site.page import require_fresh
from gotovo.web.site.responses import render, see_other
from gotovo.web.site.time_zone import usual_zone
from gotovo.web.site.visit import Visit
from gotovo.words.device_names import device_name

ACTIVE_WITHIN: Final = access.USE_INTERVAL + timedelta(minutes=5)
"""A use is recorded once an hour, so within the hour nothing more exact is known."""

MESSAGES_SHOWN: Final = 10
"""The latest; older ones are in the export of the buyer's data."""


class DevicesPage(Struct, frozen=True):
    """The devices and passkeys of a buyer; templates name it `page`.

    A device used after `active_since` counts as active now. `is_full`: there may be more devices
    than are listed. `is_fresh`: the person was proved lately, and a passkey can be created.
    `is_moved`: the phone of the account was just changed. `push_browsers` are digests of the
    browsers that get notifications, where those are sent at all. `messages` are the latest about
    the account, with the labels of their purposes, channels and states.
    """

    devices: Sequence[SignedIn]
    is_full: bool
    active_since: datetime
    passkeys: Sequence[Passkey]
    passkey_days: int
    passkey_failed: bool
    is_fresh: bool
    is_moved: bool
    is_push_open: bool
    push_browsers: str
    zone: str
    messages: Sequence[MessageRecord]
    purposes: Mapping[str, str]
    channels: Mapping[str, str]
    states: Mapping[str, str]


async def devices_page(visit: Visit, session: Session) -> Response:
    """List where the buyer is signed in."""
    listed = await access.devices_of(
        visit.dependencies.sign_in, session, visit.identity.session_token, visit.now
    )
    passkeys: Sequence[Passkey] = ()
    if visit.dependencies.passkeys is not None:
        passkeys = await visit.dependencies.passkeys.of_customer(session.customer, visit.now)
    browsers = await listed_browsers(visit, session) if visit.dependencies.is_push_open else ""
    page = DevicesPage(
        devices=listed,
        is_full=len(listed) == access.LISTED_MAX,
        active_since=visit.now - ACTIVE_WITHIN,
        passkeys=passkeys,
        passkey_days=LIFETIME.days,
        passkey_failed=visit.query("passkey") == "failed",
        is_fresh=is_fresh(session, visit.now),
        is_moved=visit.query("phone") == "changed",
        is_push_open=visit.dependencies.is_push_open,
        push_browsers=browsers,
        zone=usual_zone(visit),
        messages=await visit.dependencies.messages.of_account(
            session.customer, session.orders_since, MESSAGES_SHOWN
        ),
        purposes=labels(visit, PURPOSES),
        channels=labels(visit, CHANNELS),
        states=labels(visit, STATES),
    )
    return render(
        visit,
        "customer/devices/devices.html",
        page=page,
        device_name=partial(device_name, language=visit.language),
    )


async def sign_out_device(visit: Visit, session: Session, device: str) -> Response:
    """Sign out a device by its handle, `others` but this one, or `all`.

    All but signing out this very device need a fresh sign-in.
    """
    store = visit.dependencies.sign_in
    is_this = device == access.handle_of(visit.identity.session_token)
    if not is_this:
        require_fresh(visit, session, "devices")
    ended = device if device in {"others", "all"} else "this" if is_this else "one"
    visit.record(SecurityKind.SESSION_ENDED, ended)
    match device:
        case "others":
            await access.sign_out_others(store, session, visit.identity.session_token)
        case "all":
            await access.sign_out_all(store, session)
        case _:
            await access.sign_out_one(store, session, device)
    return see_other(visit, "/devices")
