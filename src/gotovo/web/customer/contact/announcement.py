"""Announcements: a buyer is told at once of what somebody did with the account."""

from collections.abc import Callable

import structlog

from gotovo.order.values.customer import Contact
from gotovo.store.tables.messages.phone_messages import PhoneMessage
from gotovo.web.site.visit import Visit
from gotovo.words.language import Language, preferred_language

_log = structlog.get_logger("gotovo.web")


async def phone_of(visit: Visit, customer: str) -> Contact | None:
    """Return how an account is reached, if its latest contact has the phone that opens it.

    The session knows only a digest of the phone.
    """
    contact = await visit.dependencies.orders.latest_contact(customer)
    if contact is None:
        return None
    account = await visit.dependencies.phone_accounts.customer_of(contact.phone)
    return contact if account == customer else None


async def announce(
    visit: Visit, contact: Contact, purpose: str, key: str, text_of: Callable[[Language], str]
) -> None:
    """Send a message in the buyer's language: the visitor may be a stranger.

    A message that can't be sent does not undo what it tells of.
    """
    channel = visit.dependencies.channel
    if channel is None:
        return
    message = PhoneMessage(
        key=f"{purpose}:{key}",
        phone=contact.phone,
        purpose=purpose,
        number="",
        sent_at=visit.now,
        text=text_of(preferred_language(contact.locale)),
    )
    try:
        await channel.send(message)
    except Exception:  # noqa: BLE001  (whatever a provider raises)
        _log.exception("a buyer was not told", purpose=purpose)
