"""The test messages: an e-mail and an SMS to the person who sets up, by the settings' channels."""

from datetime import datetime

from gotovo.notices.channels.mail import MailMessage
from gotovo.notices.channels.port import Channel, ChannelError
from gotovo.notices.texts.account_texts import trial_mail, trial_sms
from gotovo.store.tables.messages.phone_messages import PhoneMessage
from gotovo.words.language import Language
from gotovo.words.translations import Translator


async def send_test_message(
    channel: Channel[MailMessage] | None, address: str, now: datetime, language: Language
) -> str:
    """Send the message if there is a channel and an address; return why it was not taken.

    It has the same key each time, so that mail programs show a repetition once.
    """
    if channel is None or not address:
        return ""
    subject, text = trial_mail(language)
    message = MailMessage(
        key=f"setup:{address}",
        address=address,
        purpose="test",
        number="",
        sent_at=now,
        language=language,
        subject=subject,
        text=text,
    )
    try:
        await channel.send(message)
    except ChannelError as error:
        return Translator(language).gettext("The test message was not sent: {why}", why=error)
    return ""


async def send_test_sms(
    channel: Channel[PhoneMessage] | None, phone: str, now: datetime, language: Language
) -> str:
    """Send the message if there is a channel and a phone (E.164); return why it was not taken.

    Within a minute it is the same message, which a provider that knows our ids sends once.
    """
    if channel is None or not phone:
        return ""
    message = PhoneMessage(
        key=f"setup:{phone}:{now:%Y-%m-%d %H:%M}",
        phone=phone,
        purpose="test",
        number="",
        sent_at=now,
        text=trial_sms(language),
    )
    try:
        await channel.send(message)
    except ChannelError as error:
        return Translator(language).gettext("The test SMS was not sent: {why}", why=error)
    return ""
