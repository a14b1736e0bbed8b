"""The VAPID key: the secret alone gives it, the same in every version of this program."""

from gotovo.notices.channels.push.vapid import vapid_key, vapid_public

SECRET = bytes(range(32))
PUBLIC = (
    "0469d43ef9f290066f3c3405af3c9f7e1a428570d82cb97db142d2fcafa4cf1dcd"
    "1872275a27534aa2fc91f21d7d33b3695bbe67b6c9c002a38241ce32b7bc2ba0"
)
"""Computed by the textbook: HMAC-SHA-512 of the secret reduced below the order, times the base."""


def test_a_key_stays_the_same_as_long_as_its_secret() -> None:
    """Browsers that subscribed years ago are bound to it."""
    assert vapid_public(SECRET).hex() == PUBLIC
    vapid_key.cache_clear()
    assert vapid_public(SECRET).hex() == PUBLIC


def test_another_secret_has_another_key() -> None:
    assert vapid_public(SECRET[::-1]).hex() != PUBLIC
