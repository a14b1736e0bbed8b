"""The test message: an e-mail to the person who sets up, sent by the channel of the settings."""

from datetime import datetime

from gotovo.notices.account_texts import trial_mail
from gotovo.notices.channels.mail import MailMessage
from gotovo.notices.channels.port import Channel, ChannelError
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
