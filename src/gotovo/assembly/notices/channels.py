"""The channels that the settings open, for a process as long as it runs.

The demo has its own, which reach nobody.
"""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import asyncpg
from msgspec import Struct, structs

from gotovo.assembly.notices.channel_limits import ChannelLimits
from gotovo.assembly.observability.traces import Traces
from gotovo.assembly.telegram.bot_client import check_bot, open_telegram
from gotovo.config import Settings
from gotovo.keyring.live_keyring import LiveKeyring
from gotovo.notices.channels.chat_message import ChatMessage
from gotovo.notices.channels.demo_phone import DemoMailChannel, DemoPhoneChannel
from gotovo.notices.channels.limits.channel_watch import ChannelWatch
from gotovo.notices.channels.mail import MailChannel, MailMessage, SmtpServer
from gotovo.notices.channels.port import Channel
from gotovo.notices.channels.push.push_channel import PushChannel, PushMessage
from gotovo.notices.channels.sms.sms_channel import SmsChannel
from gotovo.notices.rules import ChannelName
from gotovo.outbound.guarded_sender import GuardedSender
from gotovo.secret_files import read_mail_password
from gotovo.store.tables.messages.phone_messages import PhoneMessage, PhoneMessageStore

if TYPE_CHECKING:
    from gotovo.notices.channels.telegram.client import TelegramClient


class OpenChannels(Struct, frozen=True, kw_only=True):
    """The channels of a process; None is one that the settings do not open.

    `phone`, `mail`, `push` and `chat` are what messages are sent through. `sms` is the provider's
    own, whose receipts come; in the demo there is none. `telegram` is the client of the bot.
    `watches` tell what became of messages.
    """

    phone: Channel[PhoneMessage] | None = None
    mail: Channel[MailMessage] | None = None
    push: Channel[PushMessage] | None = None
    chat: Channel[ChatMessage] | None = None
    sms: SmsChannel | None = None
    telegram: "TelegramClient | None" = None
    watches: Mapping[ChannelName, ChannelWatch] = {}

    @property
    def watched(self) -> Mapping[ChannelName, Channel[Any]]:
        """Return the channels that can fail, by name."""
        channels = {
            ChannelName.TELEGRAM: self.chat,
            ChannelName.PUSH: self.push,
            ChannelName.SMS: self.phone,
            ChannelName.MAIL: self.mail,
        }
        return {name: x for name, x in channels.items() if x is not None and name in self.watches}


@asynccontextmanager
async def open_channels(
    settings: Settings,
    pool: "asyncpg.Pool[Any]",
    keyring: LiveKeyring,
    traces: Traces | None,
    clock: Callable[[], datetime],
) -> AsyncGenerator[OpenChannels]:
    """Open the channels of the settings; raise SettingError for settings of none."""
    limits = ChannelLimits(settings, pool, clock)
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(open_telegram(settings))
        chat = None if telegram is None else limits.telegram(_chat_channel(telegram))
        if settings.demo:
            store = PhoneMessageStore(pool)
            phone, letters = DemoPhoneChannel(store), DemoMailChannel(store)
            demo = OpenChannels(phone=phone, mail=letters, chat=chat, telegram=telegram)
            yield _traced(demo, traces)
            return
        mail, push = mail_channel(settings), _push_channel(settings, keyring, clock)
        if push is not None:
            stack.push_async_callback(push.close)
        sms = None
        if settings.sms_provider:
            # The client takes 0.1 s to import, which a start without SMS does not pay.
            from gotovo.assembly.notices.sms_channel import sms_channel_of  # noqa: PLC0415
            from gotovo.outbound.exchange import open_client  # noqa: PLC0415

            client = await stack.enter_async_context(open_client())
            sms = sms_channel_of(settings, lambda: keyring().tokens.newest_first, client)
        channels = OpenChannels(
            phone=None if sms is None else limits.sms(sms),
            mail=None if mail is None else limits.mail(mail),
            push=None if push is None else limits.push(push),
            chat=chat,
            sms=sms,
            telegram=telegram,
            watches=limits.watches,
        )
        yield _traced(channels, traces)


def check_channels(settings: Settings) -> None:
    """Raise SettingError for settings of which a channel can't be made; nothing is opened."""
    read_mail_password(settings)
    check_bot(settings)
    if settings.sms_provider and not settings.demo:
        from gotovo.assembly.notices.sms_channel import check_sms  # noqa: PLC0415  (see above)

        check_sms(settings)


def mail_channel(settings: Settings) -> MailChannel | None:
    """Return the channel of the mail server of the settings, None without one."""
    if not settings.smtp_host:
        return None
    host, port = settings.smtp_address
    name, address = settings.sender
    server = SmtpServer(host, port, settings.smtp_security, name, address, settings.smtp_user)
    return MailChannel(server, read_mail_password(settings))


def _chat_channel(client: "TelegramClient") -> Channel[ChatMessage]:
    from gotovo.notices.channels.telegram.channel import TelegramChannel  # noqa: PLC0415  (aiogram)

    return TelegramChannel(client)


def _push_channel(
    settings: Settings, keyring: LiveKeyring, clock: Callable[[], datetime]
) -> PushChannel | None:
    """Return what sends to browsers, None without https: no browser subscribes there."""
    if not settings.public_url.startswith("https://"):
        return None
    _, address = settings.sender
    return PushChannel(
        GuardedSender(),
        f"mailto:{address}" if address else settings.public_url,
        secret=lambda: keyring().push.key,
        keys=lambda: keyring().tokens.newest_first,
        clock=clock,
    )


def _traced(channels: OpenChannels, traces: Traces | None) -> OpenChannels:
    if traces is None:
        return channels
    phone, mail = channels.phone, channels.mail
    push, chat = channels.push, channels.chat
    return structs.replace(
        channels,
        phone=traces.messages(phone, "phone") if phone is not None else None,
        mail=traces.messages(mail, "mail") if mail is not None else None,
        push=traces.messages(push, "push") if push is not None else None,
        chat=traces.messages(chat, "chat") if chat is not None else None,
    )
