"""Devices: where somebody is signed in, and signing out one of them, the others, or all."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from starlette.responses import Response

from gotovo.access.buyer import devices as access
from gotovo.access.buyer import passkeys as keys
from gotovo.store.tables.access.passkeys import Passkey
from gotovo.store.tables.access.sign_in import Session
from gotovo.web.site.responses import render, see_other
from gotovo.web.site.time_zone import usual_zone
from gotovo.web.site.visit import Visit
from gotovo.words.translations import msgid

LATELY: Final = access.USE_INTERVAL + timedelta(minutes=5)
"""A use is written down once an hour, so within it "just now" is all that is known."""

_TRANSLATED: Final = (msgid("Yandex Browser"),)
"""Browsers with a Russian name; all the others are called the same in both languages."""


async def devices_page(visit: Visit, session: Session) -> Response:
    """List where the owner is signed in."""
    listed = await access.devices_of(
        visit.dependencies.sign_in, session, visit.identity.session_token, visit.now
    )
    passkeys: Sequence[Passkey] = ()
    if visit.dependencies.passkeys is not None:
        passkeys = await visit.dependencies.passkeys.of_customer(session.customer, visit.now)
    return render(
        visit,
        "customer/devices/devices.html",
        devices=listed,
        passkeys=passkeys,
        passkey_days=keys.LIFETIME.days,
        passkey_failed=visit.query("passkey") == "failed",
        is_full=len(listed) == access.LISTED_MAX,
        zone=usual_zone(visit),
        named={browser: visit.translate(browser) for browser in _TRANSLATED},
        lately=visit.now - LATELY,
    )


async def sign_out_device(visit: Visit, session: Session, device: str) -> Response:
    """Sign out a device by its handle, `others` but this one, or `all`."""
    store = visit.dependencies.sign_in
    match device:
        case "others":
            await access.sign_out_others(store, session, visit.identity.session_token)
        case "all":
            await access.sign_out_all(store, session)
        case _:
            await access.sign_out_one(store, session, device)
    return see_other(visit, "/devices")
