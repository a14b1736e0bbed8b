"""Which channels a buyer has, known before there is anything to tell."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from gotovo.notices.rules import ChannelName

Has = Callable[[str], Awaitable[bool]]
"""Tells whether a customer has what a channel needs: an address, an app, a browser."""


class BuyerChannels:
    """The channels that are open, and how to tell who has them."""

    def __init__(self, ways: Mapping[ChannelName, Has]) -> None:
        self._ways = ways

    def is_open(self, channel: ChannelName) -> bool:
        """Return whether anybody can be told through a channel."""
        return channel in self._ways

    async def of(self, customer: str) -> Sequence[ChannelName]:
        """Return the channels of a customer, in the order in which they are tried."""
        return [
            name for name in ChannelName if name in self._ways and await self._ways[name](customer)
        ]


async def always(_customer: str) -> bool:
    """Everybody has a phone."""
    return True
