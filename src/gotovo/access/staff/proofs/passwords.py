"""Passwords of staff: Argon2id, and which passwords nobody may choose.

The parameters are the second recommended option of RFC 9106 with one lane: 64 MiB and three passes
take about 0.1 s on a small server, and a guess costs an attacker as much memory. One lane, because
the machine has few cores and other requests to answer. A hash under other parameters is made anew
at the next sign-in. Two hashes at a time are computed, outside the event loop: a flood of guesses
waits, and takes neither the memory nor the cores of the server.
"""

import asyncio
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

MEMORY_KIB: Final = 64 * 1024
PASSES: Final = 3
LANES: Final = 1

AT_ONCE: Final = 2
"""128 MiB at most, whatever is asked."""

LENGTH_MIN: Final = 12
"""Length is what counts (NIST SP 800-63B): no rules about digits and signs."""

LENGTH_MAX: Final = 128
"""A passphrase of twenty words; what is longer only costs time."""

CHARACTERS_MIN: Final = 4
"""Different ones: a key held down is no password."""

_TRIMMINGS: Final = "0123456789 -_.!"
"""What people put around a word that was refused."""

_COMMON: Final = frozenset(
    (
        "password1234",
        "passwordpassword",
        "123456789012",
        "1234567890123",
        "12345678901234",
        "123456123456",
        "qwertyuiop12",
        "qwertyuiopas",
        "qwerty123456",
        "qwertyqwerty",
        "1q2w3e4r5t6y",
        "1qaz2wsx3edc",
        "zaq12wsxcde3",
        "iloveyou1234",
        "administrator",
        "administrator1",
        "adminadminadmin",
        "welcome12345",
        "letmein12345",
        "changeme1234",
        "пароль123456",
        "парольпароль",
        "йцукенгшщзхъ",
        "йцукен123456",
        "пунктвыдачи1",
        "gotovogotovo",
        "gotovo123456",
    )
)
"""What is tried first of passwords this long; a longer list is a matter of guesses that limits
stop anyway."""


class WeakPassword(StrEnum):
    """Why a password can't be chosen."""

    SHORT = "short"
    LONG = "long"
    COMMON = "common"
    OWN = "own"  # it is the login or the name, or begins with it


class Passwords:
    """Makes and verifies hashes, a few at a time."""

    def __init__(
        self, memory_kib: int = MEMORY_KIB, passes: int = PASSES, lanes: int = LANES
    ) -> None:
        """Use these parameters for new hashes."""
        self._hasher = PasswordHasher(
            time_cost=passes, memory_cost=memory_kib, parallelism=lanes, type=Type.ID
        )
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._of_nobody: str | None = None

    async def hashed(self, password: str) -> str:
        """Return the hash of a password, in PHC form."""
        async with self._turn:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def is_right(self, stored: str | None, password: str) -> bool:
        """Tell whether a password has a hash; where there is none, take as long to say no."""
        if stored is None:
            if self._of_nobody is None:
                self._of_nobody = await self.hashed("the password of nobody")
            await self._verified(self._of_nobody, password[:LENGTH_MAX])
            return False
        return await self._verified(stored, password[:LENGTH_MAX])

    def is_outdated(self, stored: str) -> bool:
        """Tell whether a hash was made under other parameters."""
        return self._hasher.check_needs_rehash(stored)

    async def _verified(self, stored: str, password: str) -> bool:
        async with self._turn:
            try:
                return await asyncio.to_thread(self._hasher.verify, stored, password)
            except (VerificationError, InvalidHashError):
                return False


def weakness_of(password: str, own: Iterable[str]) -> WeakPassword | None:
    """Return why a password can't be chosen by somebody with this login and name."""
    if len(password) < LENGTH_MIN:
        return WeakPassword.SHORT
    if len(password) > LENGTH_MAX:
        return WeakPassword.LONG
    plain = password.casefold().strip()
    if plain in _COMMON or len(set(plain)) < CHARACTERS_MIN:
        return WeakPassword.COMMON
    names = [each.casefold() for each in own if each]
    if any(not plain.replace(each, "").strip(_TRIMMINGS) for each in names):
        return WeakPassword.OWN
    return None
