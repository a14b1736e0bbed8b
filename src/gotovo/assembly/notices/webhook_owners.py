"""Owners of webhooks: they are written to when theirs is switched off by no person.

An e-mail is marked as sent after the mail server has taken it. Two processes that write in the same
second send one e-mail twice, with the same Message-ID, by which mail programs show it once.
"""

from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

import structlog

from gotovo.assembly.runtime import Runtime
from gotovo.notices.channels.mail import MailMessage
from gotovo.notices.channels.port import Channel, ChannelUnavailable, MessageRefused
from gotovo.notices.texts.shop_texts import webhook_off_mail
from gotovo.store.tables.webhooks.webhooks import OwnerToTell, WebhookStore

OWNERS_SECONDS: Final = 60.0
"""How often owners are looked for; the receiver has failed for days."""

OWNERS_MAX: Final = 20
"""E-mails of one run."""

GIVE_UP: Final = timedelta(days=7)
"""How long after a webhook was switched off an e-mail about it is tried: its page says it, too."""

PURPOSE: Final = "webhook_off"

_log: Final = structlog.get_logger("gotovo")


async def tell_owners(runtime: Runtime, channel: Channel[MailMessage]) -> None:
    """Write to the owners who have not been; raise ChannelUnavailable when a mail is not taken.

    The others are written to all the same: a server may put off one address alone, day by day. One
    that is put off longer than `GIVE_UP` is given up, so that a page of them holds up nobody.
    """
    store = WebhookStore(runtime.pool)
    put_off: ChannelUnavailable | None = None
    for each in await store.owners_to_tell(OWNERS_MAX):
        try:
            await channel.send(_mail(runtime, each))
        except MessageRefused as error:
            _log.warning("owner of a webhook not reached", webhook=each.id, reason=str(error))
        except ChannelUnavailable as error:
            put_off = put_off or error
            if runtime.clock() - each.off_at <= GIVE_UP:
                continue
            _log.warning("owner of a webhook not reached", webhook=each.id, reason=str(error))
        await store.owner_told(each, runtime.clock())
    if put_off is not None:
        raise put_off


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
