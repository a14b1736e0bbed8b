"""What a key may give: never more than it has."""

import pytest

from gotovo.access.programs.api_keys import KeyHolder
from gotovo.access.programs.grants import excess, inherited_scopes
from gotovo.access.programs.scopes import granted
from gotovo.order.values.actor import Actor, Role


def holder(*scopes: str, role: Role = Role.ADMIN) -> KeyHolder:
    """Return a key that is restricted to these scopes, or has all of its role."""
    listed = list(scopes) or None
    return KeyHolder("key", "a", Actor(role, "key"), granted(role, listed), bool(scopes))


@pytest.mark.parametrize(
    ("own", "listed"),
    [
        (holder("keys:write", "orders:read"), ["orders:write"]),
        (holder("keys:write", "orders:read"), ["orders:read", "payments:write"]),
        (holder("keys:write", "orders:read"), None),
        (holder(), ["imports"]),
    ],
)
def test_nobody_gives_a_scope_that_it_does_not_have(
    own: KeyHolder, listed: list[str] | None
) -> None:
    found = excess(own, Role.STOREFRONT, listed)

    assert found is not None
    assert found.field == "scopes"


@pytest.mark.parametrize(
    ("own", "listed"),
    [
        (holder("keys:write", "orders:write"), ["orders:read"]),
        (holder("keys:write", "imports"), ["imports"]),
        (holder(), ["orders:write"]),
        (holder(), None),
    ],
)
def test_what_a_key_has_it_may_give(own: KeyHolder, listed: list[str] | None) -> None:
    assert excess(own, Role.STOREFRONT, listed) is None


def test_scopes_that_are_not_listed_are_those_of_the_key_as_far_as_the_role_has_them() -> None:
    own = holder("keys:write", "orders:read", "places:write")

    assert inherited_scopes(own, Role.STOREFRONT) == ["orders:read", "places:read"]
    assert inherited_scopes(own, Role.FOLLOWER) == ["places:read"]
    assert inherited_scopes(holder(), Role.STOREFRONT) is None
