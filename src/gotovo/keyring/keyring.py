"""Keyring: the keys of each purpose, derived once from versioned root keys.

A root key is 32 random bytes. Each purpose has a key of its own, derived with HKDF (RFC 5869), so
what one purpose shows of its key tells nothing of another's. A new version takes over at an instant
that every process knows before; what was made under an older one is valid until that one has ended.

The first version of an installation that had a bare secret is `plain`: every purpose uses the root
itself, as it did then, so that customers, numbers and codes stay what they are.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gotovo.value import Value

ROOT_BYTES = 32
"""As long as the digests that are keyed with it."""


class KeyPurpose(StrEnum):
    """What a key is for."""

    IDENTITY = "identity"  # customers, contacts, order numbers: the customer's key
    CODES = "codes"  # pick-up codes, codes of trusted persons, QR codes
    TOKENS = "tokens"  # tracking links, browsers that have signed in before
    FORMS = "forms"  # forms, sign-in codes, sealed cookies, rate limits
    PUSH = "push"  # VAPID: push subscriptions are bound to it
    SIGNING = "signing"  # digests in records that the installation reads itself


class RootKind(StrEnum):
    """How keys come from a root."""

    PLAIN = "plain"  # every purpose uses the root itself
    DERIVED = "derived"  # every purpose has a key of its own


class Root(Value, frozen=True):
    """One version of the root key; `ended_at`: from then on nothing made under it is accepted."""

    version: int
    kind: RootKind
    begins_at: datetime
    key: bytes
    ended_at: datetime | None = None


class Secrets(Value, frozen=True):
    """All root keys by ascending version; customers and push subscriptions don't follow the newest.

    `identity` are the versions of the customer's key, the one in use last.
    """

    roots: tuple[Root, ...]
    identity: tuple[int, ...] = (1,)
    push: int = 1


class Keys(Value, frozen=True):
    """The accepted keys of one purpose by ascending version; `version` makes what is new."""

    version: int
    accepted: tuple[tuple[int, bytes], ...]

    @property
    def key(self) -> bytes:
        """Return the key under which new things are made."""
        return self.of(self.version)

    def of(self, version: int) -> bytes:
        """Return the key of a version; where that has ended, of the next one that stands."""
        for number, key in self.accepted:
            if number >= version:
                return key
        return self.accepted[-1][1]

    @property
    def newest_first(self) -> Sequence[bytes]:
        """Return all accepted keys, most of what is shown being new."""
        return [key for _, key in reversed(self.accepted)]


class Keyring(Value, frozen=True):
    """The keys of every purpose at one instant."""

    identity: Keys
    codes: Keys
    tokens: Keys
    forms: Keys
    push: Keys
    signing: Keys


def one_key(key: bytes, version: int = 1) -> Keys:
    """Return the keys of a purpose that has only this one."""
    return Keys(version, ((version, key),))


def plain_keyring(key: bytes) -> Keyring:
    """Return the keyring in which every purpose uses this key itself."""
    keys = one_key(key)
    return Keyring(identity=keys, codes=keys, tokens=keys, forms=keys, push=keys, signing=keys)


def keyring_at(secrets: Secrets, now: datetime) -> Keyring:
    """Return the keys at an instant: versions that begin later are accepted, and not yet used."""
    standing = [x for x in secrets.roots if x.ended_at is None or now < x.ended_at]
    begun = [x.version for x in standing if x.begins_at <= now]
    current = max(begun, default=standing[0].version)

    def following(purpose: KeyPurpose) -> Keys:
        return Keys(current, tuple((x.version, derived_key(x, purpose)) for x in standing))

    def of_versions(purpose: KeyPurpose, versions: Sequence[int]) -> Keys:
        named = [x for x in secrets.roots if x.version in versions]
        accepted = tuple((x.version, derived_key(x, purpose)) for x in named)
        return Keys(versions[-1], accepted)

    return Keyring(
        identity=of_versions(KeyPurpose.IDENTITY, secrets.identity),
        codes=following(KeyPurpose.CODES),
        tokens=following(KeyPurpose.TOKENS),
        forms=following(KeyPurpose.FORMS),
        push=of_versions(KeyPurpose.PUSH, (secrets.push,)),
        signing=following(KeyPurpose.SIGNING),
    )


@lru_cache(maxsize=256)
def derived_key(root: Root, purpose: KeyPurpose) -> bytes:
    """Return the key of a purpose under a root."""
    return root.key if root.kind is RootKind.PLAIN else _hkdf(root.key, purpose)


def check_value(root: Root) -> bytes:
    """Return what the database holds of a root, to tell it from another: no key follows from it."""
    return _hkdf(root.key, f"check {root.kind}")


def _hkdf(key: bytes, purpose: str) -> bytes:
    info = f"gotovo {purpose}".encode()
    return HKDF(algorithm=SHA256(), length=ROOT_BYTES, salt=None, info=info).derive(key)
