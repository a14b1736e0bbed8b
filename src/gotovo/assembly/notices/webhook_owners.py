"""Owners of webhooks: they are written to when theirs is switched off by no person.

An e-mail is marked as sent after the mail server has taken it. Two processes that write in the same
second send one e-mail twice, with the same Message-ID, by which mail programs show it once.
"""

from typing import Final
from urllib.parse import urlsplit

import structlog

from gotovo.assembly.runtime import Runtime
from gotovo.notices.channels.mail import MailMessage
from gotovo.notices.channels.port import Channel, MessageRefused
from gotovo.notices.texts.shop_texts import webhook_off_mail
from gotovo.store.tables.webhooks.webhooks import OwnerToTell, WebhookStore

OWNERS_SECONDS: Final = 60.0
"""How often owners are looked for; the receiver has failed for days."""

OWNERS_MAX: Final = 20
"""E-mails of one run."""

PURPOSE: Final = "webhook_off"

_log: Final = structlog.get_logger("gotovo")


async def tell_owners(runtime: Runtime, channel: Channel[MailMessage]) -> None:
    """Write to the owners who have not been; raise ChannelUnavailable when no mail is taken."""
    store = WebhookStore(runtime.pool)
    for each in await store.owners_to_tell(OWNERS_MAX):
        try:
            await channel.send(_mail(runtime, each))
        except MessageRefused as error:
            _log.warning("owner of a webhook not reached", webhook=each.id, reason=str(error))
        await store.owner_told(each, runtime.clock())


def _mail(runtime: Runtime, off: OwnerToTell) -> MailMessage:
    language = runtime.settings.language
    shown_as = off.title or urlsplit(off.url).hostname or off.url
    moment = f"{off.off_at:%Y-%m-%d %H:%M} UTC"
    subject, text = webhook_off_mail(off.id, shown_as, off.off_reason, moment, language)
    return MailMessage(
        key=f"{off.id}:{off.off_at.isoformat()}",
        address=off.owner_email,
        purpose=PURPOSE,
        number="",
        sent_at=runtime.clock(),
        language=language,
        subject=subject,
        text=text,
    )
