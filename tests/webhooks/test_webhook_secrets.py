"""Secrets: sealed, bound to their webhook, and rolled without a pause."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from gotovo.keyring.keyring import Keys, one_key
from gotovo.store.tables.webhooks.webhooks import StoredWebhook
from gotovo.webhooks.signing import signed_headers
from gotovo.webhooks.webhook_secrets import (
    SECRETS_MAX,
    new_secret,
    opened,
    rolled,
    sealed,
    signing_secrets,
)

KEYS = one_key(b"k" * 32)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def webhook(secrets: list[bytes], ends: list[datetime | None]) -> StoredWebhook:
    """Return a webhook with these secrets."""
    return StoredWebhook(
        id="wh_a",
        shop="",
        url="https://shop.example/",
        title="",
        types=None,
        secrets=secrets,
        secret_ends=ends,
        is_on=True,
        off_reason="",
        off_at=None,
        version=1,
        created_at=NOW,
        updated_at=NOW,
        created_by="admin:boris",
    )


def verify(secret: str, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    """Verify as a receiver does, with the reference library."""
    Webhook(secret).verify(body, {name.decode(): value.decode() for name, value in headers})


def test_a_secret_is_as_the_specification_wants_it() -> None:
    secret = new_secret()
    assert secret.startswith("whsec_")
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    assert secret != new_secret()


def test_a_stored_secret_opens_for_its_own_webhook_under_its_own_key_alone() -> None:
    stored = sealed(KEYS, "wh_a", "whsec_x")
    assert b"whsec_x" not in stored
    assert opened(KEYS, "wh_a", stored) == "whsec_x"
    assert opened(KEYS, "wh_b", stored) is None
    assert opened(one_key(b"o" * 32), "wh_a", stored) is None
    both = Keys(2, ((1, b"k" * 32), (2, b"n" * 32)))
    assert opened(both, "wh_a", stored) == "whsec_x", "it outlives a rotation"


def test_while_a_secret_is_rolled_old_and_new_verify() -> None:
    now = datetime.now(UTC)  # what verifies goes by the machine's clock
    old, new = new_secret(), new_secret()
    before = webhook([sealed(KEYS, "wh_a", old)], [None])
    secrets, ends = rolled(before, sealed(KEYS, "wh_a", new), DAY, now)
    after = webhook(secrets, ends)
    assert ends == [None, now + DAY]

    during = signed_headers(signing_secrets(KEYS, after, now), "evt_a", now, b"{}")
    assert dict(during)[b"webhook-signature"].count(b"v1,") == 2
    for secret in (old, new):
        verify(secret, during, b"{}")
    later = signed_headers(signing_secrets(KEYS, after, now + DAY), "evt_a", now, b"{}")
    verify(new, later, b"{}")
    with pytest.raises(WebhookVerificationError):
        verify(old, later, b"{}")


def test_a_changed_body_id_or_instant_does_not_verify() -> None:
    now, secret = datetime.now(UTC), new_secret()
    headers = dict(signed_headers([secret], "evt_a", now, b"{}"))
    for changed in (
        {b"webhook-id": b"evt_b"},
        {b"webhook-timestamp": str(int(now.timestamp()) - 1).encode()},
    ):
        with pytest.raises(WebhookVerificationError):
            verify(secret, list((headers | changed).items()), b"{}")
    with pytest.raises(WebhookVerificationError):
        verify(secret, list(headers.items()), b"[]")


def test_a_leaked_secret_ends_at_once_and_never_lives_longer_by_a_roll() -> None:
    before = webhook([b"a", b"b", b"c"], [None, NOW + DAY, NOW - DAY])
    assert rolled(before, b"new", timedelta(), NOW) == ([b"new"], [None])
    secrets, ends = rolled(before, b"new", DAY * 7, NOW)
    assert (secrets, ends) == ([b"new", b"a", b"b"], [None, NOW + DAY * 7, NOW + DAY])


def test_only_so_many_secrets_sign_at_once() -> None:
    before = webhook([b"a"] * SECRETS_MAX, [None, *[NOW + DAY] * (SECRETS_MAX - 1)])
    secrets, ends = rolled(before, b"new", DAY, NOW)
    assert len(secrets) == len(ends) == SECRETS_MAX
