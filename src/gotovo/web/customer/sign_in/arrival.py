"""Arrival: what happens once somebody has signed in, by a code or by a passkey."""

from starlette.responses import Response

from gotovo.access.buyer import accounts
from gotovo.notices.rules import Purpose
from gotovo.notices.texts.account_texts import new_device_text
from gotovo.store.tables.security.kinds import SecurityKind
from gotovo.web.customer.contact.announcement import announce, phone_of
from gotovo.web.site.identity import BegunSession
from gotovo.web.site.responses import see_other
from gotovo.web.site.time_zone import usual_zone
from gotovo.web.site.visit import Visit
from gotovo.words.device_names import device_name
from gotovo.words.formats.dates import format_date_time
from gotovo.words.language import Language


async def arrive(visit: Visit, begun: BegunSession, number: str, method: str) -> Response:
    """Lead a buyer to the order that was named, or to the list; warn of a new device.

    `method` is what proved the person, `code` or `passkey`.
    """
    customer = begun.session.customer
    device = "new_device" if begun.is_new else ""
    visit.record(SecurityKind.SIGNED_IN, device, by=customer, method=method)
    if begun.is_new:
        await _announce_device(visit, begun)
    if number:
        dependencies = visit.dependencies
        opened = await accounts.prove_with_order(
            dependencies.accounts,
            dependencies.rate_limits,
            dependencies.limits_key,
            begun.session,
            begun.key,
            number,
            visit.now,
        )
        if opened is True and begun.session.orders_since is not None:
            visit.record(SecurityKind.OLDER_ORDERS_OPENED, by=customer, method="number")
    return see_other(visit, f"/orders/{number}" if number else "/orders")


async def _announce_device(visit: Visit, begun: BegunSession) -> None:
    zone, site, device = usual_zone(visit), visit.dependencies.public_url, begun.device

    def text(language: Language) -> str:
        name = device_name(device.browser, device.system, language)
        moment = format_date_time(visit.now, zone, language, visit.now)
        return new_device_text(name, moment, language, site)

    contact = await phone_of(visit, begun.session.customer)
    if contact is not None:
        await announce(
            visit, begun.session.customer, contact, Purpose.NEW_DEVICE, begun.key.hex(), text
        )
