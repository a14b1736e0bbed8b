"""SSRF guard: a request to an address that somebody gave reaches none inside our own network.

A name is resolved once for each connection, every address is checked, and the connection is made to
the address that was checked: a name that resolves to another address a moment later gains nothing.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Final

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_NOT_PUBLIC: Final = tuple(
    ipaddress.ip_network(each)
    for each in (
        "0.0.0.0/8",
        "100.64.0.0/10",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "240.0.0.0/4",
        "::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "5f00::/16",
        "fec0::/10",
    )
)
"""Networks that `is_global` of some versions of Python counts as public."""


class AddressError(Exception):
    """A receiver can't be connected to."""


class UnknownName(AddressError):
    """A name has no address."""


class ForbiddenAddress(AddressError):
    """A receiver is at no address that may be connected to."""


class SsrfGuard:
    """Tells which addresses may be connected to.

    `allowed` are private networks that may be connected to; without `is_public_allowed` they
    are the only ones.
    """

    def __init__(
        self,
        allowed: Iterable[Network] = (),
        resolve: Resolve | None = None,
        *,
        is_public_allowed: bool = True,
    ) -> None:
        self._allowed = tuple(allowed)
        self._resolve = resolve or resolved
        self._is_public_allowed = is_public_allowed

    async def addresses(self, host: str, port: int) -> Sequence[str]:
        """Return the addresses of a host that may be connected to.

        Raises UnknownName where it has none, ForbiddenAddress where none of them may be.
        """
        found = await self._resolve(host, port)
        if not found:
            raise UnknownName(host)
        passed = [each for each in found if self.allows(each)]
        if not passed:
            raise ForbiddenAddress(host)
        return passed

    def allows(self, text: str) -> bool:
        """Tell whether an address may be connected to."""
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return False
        meant = meant_by(address)
        if any(meant in network or address in network for network in self._allowed):
            return True
        return self._is_public_allowed and is_public(address)


def is_public(address: Address) -> bool:
    """Tell whether an address belongs to the Internet, also what is meant by one that embeds one.

    Not public: private, loopback, link-local, multicast, unspecified and reserved addresses, those
    of carriers and of documentation, and all of these within IPv6.
    """
    meant = meant_by(address)
    if meant != address:
        return is_public(meant)
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not any(address in network for network in _NOT_PUBLIC)
    )


def meant_by(address: Address) -> Address:
    """Return the IPv4 address that one of IPv6 leads to: mapped, 6to4, NAT64; else itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    embedded = address.ipv4_mapped or address.sixtofour
    if embedded is not None:
        return embedded
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


async def resolved(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host, none where it has none."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return ()
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
