"""Nothing sent to an address of others reaches one inside the network that Gotovo runs in."""

import ipaddress
from collections.abc import Sequence

import pytest

from gotovo.outbound.ssrf_guard import ForbiddenAddress, SsrfGuard, UnknownName

PUBLIC = ("93.184.215.14", "2606:2800:21f:cb07::1", "::ffff:93.184.215.14", "64:ff9b::5db8:d70e")
INSIDE = (
    "0.0.0.0",  # noqa: S104  (it is refused)
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "192.168.0.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a00:1",
    "2001:db8::1",
    "2001::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "127.1",
    "0x7f000001",
    "",
)


@pytest.mark.parametrize("address", PUBLIC)
def test_the_internet_is_reached(address: str) -> None:
    assert SsrfGuard().allows(address)


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_inside_is_not(address: str) -> None:
    assert not SsrfGuard().allows(address)


def test_a_network_that_the_settings_name_is_reached() -> None:
    guard = SsrfGuard([ipaddress.ip_network("10.0.0.0/8")])
    assert guard.allows("10.1.2.3")
    assert guard.allows("::ffff:10.1.2.3")
    assert not guard.allows("192.168.0.1")
    private = SsrfGuard([ipaddress.ip_network("10.0.0.0/8")], is_public_allowed=False)
    assert private.allows("10.1.2.3")
    assert not private.allows("93.184.215.14")


async def test_of_several_addresses_only_the_public_ones_are_connected_to() -> None:
    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return ["127.0.0.1", "93.184.215.14"]

    assert await SsrfGuard(resolve=resolve).addresses("rebinding.example", 443) == ["93.184.215.14"]


async def test_a_name_that_leads_inside_or_nowhere_is_refused() -> None:
    found: list[str] = []

    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return found

    guard = SsrfGuard(resolve=resolve)
    with pytest.raises(UnknownName):
        await guard.addresses("nowhere.example", 443)
    found.append("169.254.169.254")
    with pytest.raises(ForbiddenAddress):
        await guard.addresses("metadata.example", 443)


@pytest.mark.parametrize("host", ["localhost", "127.1", "0x7f.1", "2130706433"])
async def test_other_ways_to_write_this_machine_are_refused(host: str) -> None:
    with pytest.raises((ForbiddenAddress, UnknownName)):
        await SsrfGuard().addresses(host, 443)
