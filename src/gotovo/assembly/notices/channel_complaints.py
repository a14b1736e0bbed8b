"""What is wrong with the channels of the settings, as their providers say when asked now."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from gotovo.assembly.notices.channels import mail_channel
from gotovo.assembly.notices.sms_channel import receipts_to_enter, sms_channel_of
from gotovo.assembly.setup_checks import Complaint
from gotovo.config import Settings
from gotovo.notices.channels.port import Channel, ChannelHealth
from gotovo.notices.rules import ChannelName
from gotovo.outbound.exchange import open_client
from gotovo.setting_checks import SettingError
from gotovo.store.tables.messages.messages import MessageStore

HEALTH_SECONDS_MAX: Final = 3.0
"""For each provider; they are asked side by side, and a person waits."""

NO_KEYS: Final[Sequence[bytes]] = ()
"""Nobody is told an address for receipts while a provider is only asked."""

_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)


async def channel_complaints(settings: Settings) -> list[Complaint]:
    """Ask the providers, and return which can't be reached, and whose account is nearly empty."""
    if settings.demo:
        return []
    try:
        async with open_client() as client:
            channels: dict[ChannelName, Channel[Any] | None] = {
                ChannelName.SMS: sms_channel_of(settings, lambda: NO_KEYS, client),
                ChannelName.MAIL: mail_channel(settings),
            }
            asked = {name: each for name, each in channels.items() if each is not None}
            found = await asyncio.gather(*(_health(each) for each in asked.values()))
    except SettingError:
        return []  # `sms_complaints` and the settings themselves say so.
    return [
        complaint
        for name, health in zip(asked, found, strict=True)
        if (complaint := _complaint(settings, name, health)) is not None
    ]


async def receipt_complaints(connection: Any, settings: Settings, now: datetime) -> list[Complaint]:
    """Advise to enter the address for receipts, where messages went out and none has come."""
    address = receipts_to_enter(settings, now)
    if not address:
        return []
    store = MessageStore(connection)
    if not await store.are_receipts_missing(ChannelName.SMS, now - _DAY, now - _HOUR):
        return []
    return [
        Complaint(
            "of the SMS of the last day no receipt has come",
            f"enter this address for receipts at the provider: {address}",
            advice=True,
        )
    ]


async def _health(channel: Channel[Any]) -> ChannelHealth:
    try:
        async with asyncio.timeout(HEALTH_SECONDS_MAX):
            return await channel.health()
    except TimeoutError:
        return ChannelHealth(
            reachable=False, reason=f"no answer within {HEALTH_SECONDS_MAX:.0f} seconds"
        )


def _complaint(settings: Settings, name: ChannelName, health: ChannelHealth) -> Complaint | None:
    fix = {
        ChannelName.SMS: "look at the account and at docs/guides/sms.md; messages wait meanwhile",
        ChannelName.MAIL: "look at the mail server and at smtp_host; messages wait meanwhile",
    }[name]
    if health.reachable is False:
        return Complaint(f"{name} can't be reached now: {health.reason}", fix)
    balance = health.balance
    if name is ChannelName.SMS and balance and balance.amount < settings.sms_low_balance:
        left = f"{balance.amount:.2f} {balance.currency}"
        return Complaint(
            f"{left} are left at the SMS provider; sms_low_balance is {settings.sms_low_balance}",
            "pay in more: without money no code and no message is sent",
        )
    return None
