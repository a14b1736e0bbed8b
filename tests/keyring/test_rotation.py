"""Rotation: a further version, and which versions end with a secret that has leaked."""

from datetime import UTC, datetime, timedelta

import pytest

from gotovo.keyring.keyring import KeyPurpose, Root, RootKind, Secrets, check_value, keyring_at
from gotovo.keyring.keyring_file import parsed, serialized
from gotovo.keyring.rotation import RotationUnderWay, rotated, without_older_customer_keys

NOW = datetime(2025, 11, 22, 14, 5, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
FIRST = Secrets((Root(1, RootKind.PLAIN, NOW - timedelta(days=9), b"1" * 32),))


def test_all_but_customers_and_push_follow_the_new_version_and_the_old_one_stays_valid() -> None:
    secrets = rotated(FIRST, b"2" * 32, NOW, later=None)
    keyring = keyring_at(secrets, LATER)
    following = (keyring.codes, keyring.tokens, keyring.forms, keyring.signing)
    assert [keys.version for keys in following] == [2] * 4
    assert [len(keys.accepted) for keys in following] == [2] * 4
    assert (keyring.identity.version, keyring.push.version) == (1, 1)


def test_with_a_leaked_secret_everything_but_customers_ends_as_the_new_one_begins() -> None:
    secrets = rotated(FIRST, b"2" * 32, NOW, leaked=True, later=None)
    begins_at = secrets.roots[-1].begins_at
    before = keyring_at(secrets, begins_at - timedelta(seconds=1))
    after = keyring_at(secrets, begins_at)
    assert [version for version, _ in before.codes.accepted] == [1, 2]
    assert [version for version, _ in after.codes.accepted] == [2]
    assert (after.push.version, after.identity.version) == (2, 1)


def test_the_new_version_waits_until_every_process_accepts_it() -> None:
    soon = rotated(FIRST, b"2" * 32, NOW, later=None).roots[-1].begins_at
    assert soon - NOW >= timedelta(seconds=10)
    copied = rotated(FIRST, b"2" * 32, NOW, later=timedelta(hours=5)).roots[-1].begins_at
    assert copied - NOW >= timedelta(hours=5)


def test_a_rotation_waits_for_the_one_before() -> None:
    secrets = rotated(FIRST, b"2" * 32, NOW, later=None)
    with pytest.raises(RotationUnderWay, match="version 2 begins at 2025-11-22 14:05:11 UTC"):
        rotated(secrets, b"3" * 32, NOW, later=None)
    assert len(rotated(secrets, b"3" * 32, LATER, later=None).roots) == 3


def test_without_the_older_customers_key_everything_else_of_its_version_stays() -> None:
    first = Secrets((Root(1, RootKind.DERIVED, NOW - timedelta(days=9), b"1" * 32),))
    both = rotated(first, b"2" * 32, NOW, customers=True, later=None)
    before, both_at = keyring_at(both, LATER), keyring_at(both, NOW)
    assert (both_at.identity.version, before.identity.version) == (1, 2)
    assert [version for version, _ in before.identity.accepted] == [1, 2]
    secrets = parsed(serialized(without_older_customer_keys(both, LATER)))
    after = keyring_at(secrets, LATER)
    assert [version for version, _ in after.identity.accepted] == [2]
    for purpose in set(KeyPurpose) - {KeyPurpose.IDENTITY}:
        assert getattr(after, purpose) == getattr(before, purpose), purpose
    text = serialized(secrets)
    assert before.identity.accepted[0][1].hex() not in text
    assert (b"1" * 32).hex() not in text
    assert check_value(secrets.roots[0]) == check_value(first.roots[0])


def test_a_plain_version_ends_with_its_customers_key() -> None:
    both = rotated(FIRST, b"2" * 32, NOW, customers=True, later=None)
    secrets = parsed(serialized(without_older_customer_keys(both, LATER)))
    after = keyring_at(secrets, LATER)
    assert {getattr(after, purpose).version for purpose in KeyPurpose} == {2}
    assert {len(getattr(after, purpose).accepted) for purpose in KeyPurpose} == {1}
    assert (b"1" * 32).hex() not in serialized(secrets)
