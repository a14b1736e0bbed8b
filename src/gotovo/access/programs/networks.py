"""Networks from which a key may be used, as CIDR of IPv4 and IPv6."""

import ipaddress
from collections.abc import Iterable
from typing import Final

EXPECTED_NETWORK: Final = (
    "a network like 203.0.113.0/24 or 2001:db8::/32, with no bits beyond its prefix"
)

NETWORKS_MAX: Final = 32
"""Networks of one key: a shop's offices and servers; each new address is compared with all."""

NETWORK_CHARACTERS_MAX: Final = 64
"""Longer than any network is written."""

_ADDRESSES_MAX: Final = 1_024
"""Addresses remembered for a key, about 100 KB; strangers can send from any number of them."""

_MAPPED: Final = ipaddress.IPv6Network("::ffff:0:0/96")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class AllowedNetworks:
    """The networks of one key; each address is compared once."""

    def __init__(self, networks: Iterable[str]) -> None:
        self._networks: Final = [ipaddress.ip_network(each) for each in networks]
        self._known: dict[str, bool] = {}

    def allow(self, address: str) -> bool:
        """Tell whether an address is in one of the networks; what is no address is in none."""
        known = self._known.get(address)
        if known is None:
            if len(self._known) >= _ADDRESSES_MAX:
                self._known.clear()
            known = self._known[address] = self._contain(address)
        return known

    def _contain(self, address: str) -> bool:
        parsed = _address(address)
        return parsed is not None and any(parsed in network for network in self._networks)


def parse_network(text: str) -> str | None:
    """Return a network as it is stored, None when it is none; an address is a network of one.

    IPv4 within IPv6 is none: such clients are compared by their IPv4 address.
    """
    if "%" in text:
        return None
    try:
        network = ipaddress.ip_network(text)
    except ValueError:
        return None
    if isinstance(network, ipaddress.IPv6Network) and network.subnet_of(_MAPPED):
        return None
    return str(network)


def is_within(network: str, others: Iterable[str]) -> bool:
    """Tell whether a network is a part of one of the others."""
    parsed = ipaddress.ip_network(network)
    return any(_is_part(parsed, ipaddress.ip_network(each)) for each in others)


def _is_part(network: Network, other: Network) -> bool:
    if isinstance(network, ipaddress.IPv4Network):
        return isinstance(other, ipaddress.IPv4Network) and network.subnet_of(other)
    return isinstance(other, ipaddress.IPv6Network) and network.subnet_of(other)


def _address(text: str) -> Address | None:
    """Return a client's address, without the zone of a link; IPv4 within IPv6 is IPv4."""
    try:
        parsed = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        return parsed.ipv4_mapped
    return parsed
