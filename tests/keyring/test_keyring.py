"""The keyring: versions, purposes, and what stays valid while a new version takes over."""

from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gotovo.keyring.keyring import (
    KeyPurpose,
    Keyring,
    Root,
    RootKind,
    Secrets,
    check_value,
    derived_key,
    keyring_at,
    one_key,
    plain_keyring,
)

NOW = datetime(2025, 11, 22, 14, 5, tzinfo=UTC)
SOON = NOW + timedelta(seconds=10)
FIRST = Root(1, RootKind.PLAIN, NOW - timedelta(days=9), b"1" * 32)
SECOND = Root(2, RootKind.DERIVED, SOON, b"2" * 32)
BOTH = Secrets((FIRST, SECOND))


def test_every_purpose_has_a_key_of_its_own() -> None:
    keys = {derived_key(SECOND, purpose) for purpose in KeyPurpose}
    assert len(keys) == len(KeyPurpose)
    assert SECOND.key not in keys


def test_a_key_is_derived_by_rfc_5869() -> None:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"gotovo codes")
    assert derived_key(SECOND, KeyPurpose.CODES) == derivation.derive(SECOND.key)


def test_the_bare_secret_of_an_older_version_is_the_key_of_every_purpose() -> None:
    assert keyring_at(Secrets((FIRST,)), NOW) == plain_keyring(FIRST.key)


def test_a_new_version_is_accepted_at_once_and_used_from_its_beginning_on() -> None:
    before, after = keyring_at(BOTH, NOW), keyring_at(BOTH, SOON)
    assert (before.forms.version, after.forms.version) == (1, 2)
    assert before.forms.accepted == after.forms.accepted
    assert before.codes.key == FIRST.key
    assert after.codes.key == derived_key(SECOND, KeyPurpose.CODES)


def test_customers_and_push_subscriptions_keep_their_key() -> None:
    after = keyring_at(BOTH, SOON)
    assert after.identity == one_key(FIRST.key)
    assert after.push == one_key(FIRST.key)


def test_a_version_that_has_ended_is_accepted_no_more_and_customers_keep_its_key() -> None:
    leaked = Secrets((Root(1, FIRST.kind, FIRST.begins_at, FIRST.key, SOON), SECOND))
    assert FIRST.key in keyring_at(leaked, NOW).tokens.newest_first
    after = keyring_at(leaked, SOON)
    assert FIRST.key not in after.tokens.newest_first
    assert after.identity.key == FIRST.key


def test_what_was_made_under_a_version_that_has_ended_follows_from_the_next_one() -> None:
    leaked = Secrets((Root(1, FIRST.kind, FIRST.begins_at, FIRST.key, SOON), SECOND))
    keys = keyring_at(leaked, SOON).codes
    assert keys.of(1) == keys.of(2) == derived_key(SECOND, KeyPurpose.CODES)
    assert keyring_at(BOTH, SOON).codes.of(1) == FIRST.key


def test_a_check_value_tells_one_root_from_another_and_is_no_key() -> None:
    assert check_value(FIRST) != check_value(SECOND)
    as_derived = Root(1, RootKind.DERIVED, FIRST.begins_at, FIRST.key)
    assert check_value(FIRST) != check_value(as_derived)
    assert check_value(SECOND) not in {derived_key(SECOND, purpose) for purpose in KeyPurpose}
    assert isinstance(keyring_at(BOTH, NOW), Keyring)
