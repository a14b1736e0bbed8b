"""Announcements: a buyer is told of what somebody did with the account."""

from collections.abc import Callable

from gotovo.notices.rules import Purpose
from gotovo.order.values.customer import Contact
from gotovo.store.tables.messages.messages import BuyerMessage, account_message_id
from gotovo.web.site.visit import Visit
from gotovo.words.language import Language, preferred_language


async def phone_of(visit: Visit, customer: str) -> Contact | None:
    """Return how an account is reached, if its latest contact has the phone that opens it.

    The session knows only a digest of the phone.
    """
    contact = await visit.dependencies.orders.latest_contact(customer)
    if contact is None:
        return None
    account = await visit.dependencies.phone_accounts.customer_of(contact.phone)
    return contact if account == customer else None


async def announce(  # noqa: PLR0917  (whom, of what, and what is said)
    visit: Visit,
    customer: str,
    contact: Contact,
    purpose: Purpose,
    key: str,
    text_of: Callable[[Language], str],
) -> None:
    """Have a message sent to a phone in the buyer's language: the visitor may be a stranger.

    `key` names what happened: told again, it is the same message.
    """
    dependencies = visit.dependencies
    if dependencies.channel is None and dependencies.mail is None:
        return
    message = BuyerMessage(
        id=account_message_id(customer, purpose, key),
        customer=customer,
        number="",
        version=0,
        purpose=purpose,
        created_at=visit.now,
        due_at=visit.now,
        phone=contact.phone,
        text=text_of(preferred_language(contact.locale)),
    )
    await dependencies.messages.put([message])
