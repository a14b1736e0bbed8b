"""Arrival: what happens once somebody has signed in, by a code or by a passkey."""

import structlog
from starlette.responses import Response

from gotovo.access.buyer import accounts
from gotovo.notices.wording import new_device_text
from gotovo.order.values.customer import customer_id
from gotovo.store.tables.messages.phone_messages import PhoneMessage
from gotovo.web.site.identity import BegunSession
from gotovo.web.site.responses import see_other
from gotovo.web.site.time_zone import usual_zone
from gotovo.web.site.visit import Visit
from gotovo.words.device_names import device_name
from gotovo.words.formats.dates import format_date_time
from gotovo.words.language import preferred_language

_log = structlog.get_logger("gotovo.web")


async def arrive(visit: Visit, begun: BegunSession, number: str) -> Response:
    """Lead a buyer to the order that was named, or to the list; warn of a new device."""
    if begun.is_new:
        await _announce(visit, begun)
    if number:
        dependencies = visit.dependencies
        await accounts.prove_with_order(
            dependencies.accounts,
            dependencies.rate_limits,
            dependencies.secret,
            begun.session,
            begun.key,
            number,
            visit.now,
        )
    return see_other(visit, f"/orders/{number}" if number else "/orders")


async def _announce(visit: Visit, begun: BegunSession) -> None:
    """Tell the buyer of a new device, in the buyer's language: the visitor may be a stranger.

    The phone is that of the latest order: the session knows only its digest. A message that can't
    be sent does not undo the sign-in.
    """
    dependencies, customer = visit.dependencies, begun.session.customer
    contact = await dependencies.orders.latest_contact(customer)
    if dependencies.channel is None or contact is None:
        return
    if customer_id(dependencies.secret, contact.phone) != customer:
        return
    language = preferred_language(contact.locale)
    moment = format_date_time(visit.now, usual_zone(visit), language, visit.now)
    text = new_device_text(
        device_name(begun.device.browser, begun.device.system, language),
        moment,
        language,
        dependencies.public_url,
    )
    message = PhoneMessage(
        key=f"new-device:{begun.key.hex()}",
        phone=contact.phone,
        purpose="new_device",
        number="",
        sent_at=visit.now,
        text=text,
    )
    try:
        await dependencies.channel.send(message)
    except Exception:  # noqa: BLE001  (whatever a provider raises)
        _log.exception("a buyer was not told of a new device")
