"""What a key may give: never more than it has."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from gotovo.access.programs.grants import (
    KeyReach,
    excess,
    excess_limit,
    full_limits,
    inherited,
    inherited_limits,
)
from gotovo.order.values.actor import Role
from gotovo.store.tables.access.api_keys import KeyLimits

NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)
LATER = NOW + timedelta(days=1)

NETWORKS = ["203.0.113.0/24", "2001:db8::/32"]


LIMIT = st.none() | st.integers(1, 20)
LIMITS = st.builds(KeyLimits, st.none() | st.integers(0, 20), LIMIT, LIMIT, LIMIT)
SETTINGS = st.builds(KeyLimits, *[st.integers(1, 20)] * 4)


@given(LIMITS, SETTINGS)
def test_what_a_new_key_inherits_is_never_more_than_its_maker_has(
    own: KeyLimits, settings: KeyLimits
) -> None:
    heir = inherited_limits(own, settings)

    assert excess_limit(full_limits(own, settings), full_limits(heir, settings)) is None
    assert excess_limit(settings, full_limits(heir, settings)) is None


@given(SETTINGS, SETTINGS)
def test_limits_are_within_others_when_each_is(own: KeyLimits, wanted: KeyLimits) -> None:
    pairs = zip(structs.astuple(wanted), structs.astuple(own), strict=True)
    assert (excess_limit(own, wanted) is None) is all(n <= most for n, most in pairs)


def test_any_rate_is_within_no_rate_and_needs_no_burst() -> None:
    any_rate, some = KeyLimits(0, 1, 5, 5), KeyLimits(9, 9, 5, 5)

    assert excess_limit(any_rate, some) is None
    found = excess_limit(some, any_rate)
    assert (found and found.field) == "rate"


def admin(*scopes: str) -> KeyReach:
    """Return the reach of an administrator with these scopes, or all of its role."""
    return KeyReach(Role.ADMIN, list(scopes) or None)


def shop(*scopes: str) -> KeyReach:
    """Return the reach of a storefront with these scopes, or all of its role."""
    return KeyReach(Role.STOREFRONT, list(scopes) or None)


@pytest.mark.parametrize(
    ("own", "wanted"),
    [
        (admin("keys:write", "orders:read"), shop("orders:write")),
        (admin("keys:write", "orders:read"), shop("orders:read", "payments:write")),
        (admin("keys:write", "orders:read"), shop()),
        (admin("keys:write"), admin("keys:write", "of-a-later-version")),
        (admin(), shop("imports")),
    ],
)
def test_nobody_gives_a_scope_that_it_does_not_have(own: KeyReach, wanted: KeyReach) -> None:
    found = excess(own, wanted)

    assert found is not None
    assert found.field == "scopes"


@pytest.mark.parametrize(
    ("own", "wanted"),
    [
        (admin("keys:write", "orders:write"), shop("orders:read")),
        (admin("keys:write", "imports"), shop("imports")),
        (admin(), shop("orders:write")),
        (admin(), shop()),
    ],
)
def test_what_a_key_has_it_may_give(own: KeyReach, wanted: KeyReach) -> None:
    assert excess(own, wanted) is None


@pytest.mark.parametrize(
    ("networks", "is_within"),
    [
        (["203.0.113.0/24"], True),
        (["203.0.113.64/26", "2001:db8:1::/48"], True),
        (["203.0.112.0/23"], False),
        (["203.0.113.0/24", "198.51.100.0/24"], False),
        (["::/0"], False),
        (["0.0.0.0/0"], False),
        (None, False),
    ],
)
def test_nobody_gives_a_network_beyond_its_own(
    networks: list[str] | None, *, is_within: bool
) -> None:
    own = KeyReach(Role.ADMIN, networks=NETWORKS)

    found = excess(own, KeyReach(Role.ADMIN, networks=networks))

    assert (found is None) is is_within
    assert found is None or found.field == "networks"


@pytest.mark.parametrize(
    ("expires_at", "is_within"),
    [(NOW, True), (LATER, True), (LATER + timedelta(microseconds=1), False), (None, False)],
)
def test_nobody_gives_a_longer_life_than_its_own(
    expires_at: datetime | None, *, is_within: bool
) -> None:
    own = KeyReach(Role.ADMIN, expires_at=LATER)

    found = excess(own, KeyReach(Role.ADMIN, expires_at=expires_at))

    assert (found is None) is is_within
    assert found is None or found.field == "expires_at"


def test_what_a_new_key_does_not_limit_is_as_in_the_key_that_makes_it() -> None:
    own = KeyReach(Role.ADMIN, ["keys:write", "orders:read", "places:write"], NETWORKS, LATER)

    left_out = inherited(own, KeyReach(Role.FOLLOWER))
    said = KeyReach(Role.STOREFRONT, ["orders:read"], ["203.0.113.7/32"], NOW)

    assert left_out == KeyReach(Role.FOLLOWER, ["places:read"], NETWORKS, LATER)
    assert inherited(own, said) == said
    assert inherited(admin(), shop()) == shop()
