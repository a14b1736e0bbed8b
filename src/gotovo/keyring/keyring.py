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
from msgspec import structs

from gotovo.value import Value

ROOT_BYTES = 32
"""As long as the digests that are keyed with it."""


class KeyPurpose(StrEnum):
    """What a key is for."""

    IDENTITY = "identity"  # phones of buyers, contacts in events: the customer's key
    CODES = "codes"  # pick-up codes, codes of trusted persons, QR codes
    TOKENS = "tokens"  # tracking links, browsers that have signed in before
    FORMS = "forms"  # forms, sign-in codes, sealed cookies
    PUSH = "push"  # VAPID: push subscriptions are bound to it
    SIGNING = "signing"  # digests in records that the installation reads itself
    LIMITS = "limits"  # subjects of rate limits, and digests that live for one visit
    NUMBERS = "numbers"  # order numbers
    IMPORTS = "imports"  # customers and numbers of imported orders: the same on every import
    FEEDS = "feeds"  # cursors of the feed, and what the secrets of webhooks are sealed under
    BACKUPS = "backups"  # signatures of backups
    STAFF = "staff"  # what the one-time codes of staff come from is sealed under it


class RootKind(StrEnum):
    """How keys come from a root."""

    PLAIN = "plain"  # every purpose uses the root itself
    DERIVED = "derived"  # every purpose has a key of its own
    SPLIT = "split"  # the root is destroyed, and of the keys that came from it only some are left


class Root(Value, frozen=True):
    """One version of the root key; `ended_at`: from then on nothing made under it is accepted.

    Of a version that is `split`, `key` is the check value, and `left` are the keys by purpose.
    """

    version: int
    kind: RootKind
    begins_at: datetime
    key: bytes
    ended_at: datetime | None = None
    left: tuple[tuple[KeyPurpose, bytes], ...] = ()


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

    def exactly(self, version: int) -> bytes | None:
        """Return the key of a version, None where it is not accepted."""
        return next((key for number, key in self.accepted if number == version), None)

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
    limits: Keys
    numbers: Keys
    imports: Keys
    feeds: Keys
    backups: Keys
    staff: Keys


def one_key(key: bytes, version: int = 1) -> Keys:
    """Return the keys of a purpose that has only this one."""
    return Keys(version, ((version, key),))


def plain_keyring(key: bytes) -> Keyring:
    """Return the keyring in which every purpose uses this key itself."""
    return Keyring(**{purpose.value: one_key(key) for purpose in KeyPurpose})


def keyring_at(secrets: Secrets, now: datetime) -> Keyring:
    """Return the keys at an instant: versions that begin later are accepted, and not yet used.

    What outlives a rotation is read under every version that was not destroyed: cursors,
    backups and the one-time codes of staff. Imports have the key of the oldest one, so that a row
    is the same order each time.
    """
    standing = [x for x in secrets.roots if x.ended_at is None or now < x.ended_at]
    begun = [x.version for x in standing if x.begins_at <= now]
    current = max(begun, default=standing[0].version)

    def of(purpose: KeyPurpose, roots: Sequence[Root], version: int) -> Keys:
        keys = ((x.version, derived_key(x, purpose)) for x in roots)
        return Keys(version, tuple((number, key) for number, key in keys if key is not None))

    def following(purpose: KeyPurpose) -> Keys:
        return of(purpose, standing, current)

    def lasting(purpose: KeyPurpose) -> Keys:
        return of(purpose, secrets.roots, current)

    named = [x for x in secrets.roots if x.version in secrets.identity]
    in_use = max((x.version for x in named if x.begins_at <= now), default=named[0].version)
    imports = lasting(KeyPurpose.IMPORTS)
    return Keyring(
        identity=of(KeyPurpose.IDENTITY, named, in_use),
        codes=following(KeyPurpose.CODES),
        tokens=following(KeyPurpose.TOKENS),
        forms=following(KeyPurpose.FORMS),
        push=of(
            KeyPurpose.PUSH, [x for x in secrets.roots if x.version == secrets.push], secrets.push
        ),
        signing=following(KeyPurpose.SIGNING),
        limits=following(KeyPurpose.LIMITS),
        numbers=following(KeyPurpose.NUMBERS),
        imports=Keys(imports.accepted[0][0], imports.accepted),
        feeds=lasting(KeyPurpose.FEEDS),
        backups=lasting(KeyPurpose.BACKUPS),
        staff=lasting(KeyPurpose.STAFF),
    )


@lru_cache(maxsize=256)
def derived_key(root: Root, purpose: KeyPurpose) -> bytes | None:
    """Return the key of a purpose under a root, None where it was destroyed."""
    if root.kind is RootKind.SPLIT:
        return dict(root.left).get(purpose)
    return root.key if root.kind is RootKind.PLAIN else _hkdf(root.key, purpose)


def check_value(root: Root) -> bytes:
    """Return what the database holds of a root, to tell it from another: no key follows from it."""
    return root.key if root.kind is RootKind.SPLIT else _hkdf(root.key, f"check {root.kind}")


def split(root: Root) -> Root:
    """Return a version without its customer's key, which nobody can compute from what is left.

    Where every purpose uses the root itself, nothing is left.
    """
    left: tuple[tuple[KeyPurpose, bytes], ...] = ()
    if root.kind is RootKind.DERIVED:
        kept = [purpose for purpose in KeyPurpose if purpose is not KeyPurpose.IDENTITY]
        left = tuple((purpose, _hkdf(root.key, purpose)) for purpose in kept)
    elif root.kind is RootKind.SPLIT:
        left = root.left
    return structs.replace(root, kind=RootKind.SPLIT, key=check_value(root), left=left)


def _hkdf(key: bytes, purpose: str) -> bytes:
    info = f"gotovo {purpose}".encode()
    return HKDF(algorithm=SHA256(), length=ROOT_BYTES, salt=None, info=info).derive(key)
