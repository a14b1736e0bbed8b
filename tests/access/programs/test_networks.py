"""Networks of keys: IPv4 and IPv6, in every way an address is written."""

import pytest

from gotovo.access.programs.networks import AllowedNetworks, is_within, parse_network


@pytest.mark.parametrize(
    ("address", "is_allowed"),
    [
        ("203.0.113.7", True),
        ("203.0.114.7", False),
        ("::ffff:203.0.113.7", True),
        ("::ffff:cb00:7107", True),
        ("::ffff:198.51.100.1", False),
        ("2001:db8:0:1::1", True),
        ("2001:DB8::0001", True),
        ("2001:db9::1", False),
        ("fe80::1%eth0", True),
        ("fe80::1%2", True),
        ("fe81::1%eth0", False),
        ("198.51.100.9", True),
        ("198.51.100.10", False),
        ("", False),
        ("203.0.113.7, 10.0.0.1", False),
        ("203.0.113.7:443", False),
        ("nobody", False),
    ],
)
def test_an_address_is_allowed_by_the_network_that_it_is_in(
    address: str, *, is_allowed: bool
) -> None:
    networks = AllowedNetworks(["203.0.113.0/24", "2001:db8::/32", "fe80::/64", "198.51.100.9/32"])

    assert [networks.allow(address) for _ in range(2)] == [is_allowed] * 2


def test_however_many_strangers_ask_the_answer_stays_right() -> None:
    networks = AllowedNetworks(["10.0.0.0/16"])

    for n in range(3_000):
        assert networks.allow(f"10.0.{n % 256}.{n // 256}")
        assert not networks.allow(f"10.1.{n % 256}.{n // 256}")


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("203.0.113.0/24", "203.0.113.0/24"),
        ("203.0.113.7", "203.0.113.7/32"),
        ("2001:DB8:0::/32", "2001:db8::/32"),
        ("2001:db8::1", "2001:db8::1/128"),
        ("0.0.0.0/0", "0.0.0.0/0"),
        ("203.0.113.0/255.255.255.0", "203.0.113.0/24"),
        ("203.0.113.7/24", None),
        ("203.0.113.0/33", None),
        ("203.0.113", None),
        ("2001:db8::/129", None),
        ("fe80::1%eth0/64", None),
        ("::ffff:203.0.113.0/120", None),
        ("example.org", None),
        ("", None),
    ],
)
def test_a_network_is_read_in_one_form_or_refused(text: str, stored: str | None) -> None:
    assert parse_network(text) == stored


def test_a_part_of_a_network_is_within_it_and_not_the_other_way_round() -> None:
    assert is_within("10.1.0.0/16", ["192.0.2.0/24", "10.0.0.0/8"])
    assert not is_within("10.0.0.0/8", ["10.1.0.0/16"])
    assert not is_within("10.0.0.0/8", ["::/0"])
    assert is_within("2001:db8::/48", ["2001:db8::/32"])
