"""Passwords: argon2id, bounded in memory, and none that is guessed first."""

import pytest

from gotovo.access.staff.proofs.passwords import (
    LANES,
    MEMORY_KIB,
    PASSES,
    Passwords,
    WeakPassword,
    weakness_of,
)


async def test_a_hash_says_its_parameters_and_no_two_are_alike() -> None:
    passwords = Passwords()
    first, second = [await passwords.hashed("several ordinary words") for _ in range(2)]
    assert first.startswith(f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$")
    assert first != second
    assert not passwords.is_outdated(first)
    assert Passwords(passes=PASSES + 1).is_outdated(first)


async def test_a_right_password_is_told_from_a_wrong_one_and_from_no_hash_at_all() -> None:
    passwords = Passwords(memory_kib=64, passes=1)
    stored = await passwords.hashed("several ordinary words")
    assert await passwords.is_right(stored, "several ordinary words")
    assert not await passwords.is_right(stored, "several ordinary word")
    assert not await passwords.is_right(None, "several ordinary words")
    assert not await passwords.is_right("no hash", "several ordinary words")


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("eleven char", WeakPassword.SHORT),
        ("twelve chars", None),
        ("Парольпароль", WeakPassword.COMMON),
        ("aaaaaaaaaaaaaaa", WeakPassword.COMMON),
        ("alina.galimova", WeakPassword.OWN),
        ("Алина Галимова 1", WeakPassword.OWN),
        ("alina.galimova likes tea", None),
    ],
)
def test_what_is_guessed_first_is_refused(password: str, expected: WeakPassword | None) -> None:
    assert weakness_of(password, ("alina.galimova", "Алина Галимова")) is expected
