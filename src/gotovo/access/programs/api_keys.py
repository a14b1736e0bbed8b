"""API keys of programs: a token identifies its key and proves it; the key has a role."""

import asyncio
import hmac
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from msgspec import Struct, structs

from gotovo.access.programs.grants import KeyReach, reach_of
from gotovo.access.programs.key_uses import KeyUses
from gotovo.access.programs.networks import AllowedNetworks
from gotovo.access.programs.scopes import KeyScope, granted
from gotovo.access.programs.tokens import claim_of, digest_of, key_id_of, new_token, proof_of
from gotovo.access.rate_limits import LeakyBucket, RateLimit
from gotovo.order.values.actor import DEFAULT_SHOP, DEFAULT_SHOP_NAME, Actor, Role
from gotovo.store.tables.access.api_keys import ApiKey, ApiKeyStore, KeyLimits
from gotovo.store.tables.security.entries import PROGRAM, Author
from gotovo.store.tables.staff.sessions import StaffSession

REFRESH_SECONDS = 1.0
"""How old the cache may be before it is refreshed in the background."""

STALE_SECONDS = 3.0
"""How old the cache may be at most: beyond it, requests wait for a refresh. A revocation takes
effect after this time at the latest."""

LOOKUPS = RateLimit("lookups", 20, timedelta(milliseconds=50))
"""How often a token that the cache does not know is looked up in the table: it may have been told a
moment ago. Beyond it such tokens are refused until the next refresh, so guesses cost the database
little."""

OVERLAP_HOURS = 24
"""How long the earlier token of a rolled key is valid if nobody says otherwise: a day to put the
new one everywhere."""

OVERLAP_HOURS_MAX = 168
"""A week; a token that may be known to others must not live longer."""

RATE_MAX = 100_000
"""Requests a second: more than a process answers."""

AT_ONCE_MAX = 1_000_000
"""The largest burst, and the largest number of requests under way."""

STREAMS_MAX = 1_000
"""As many event streams as a process has."""

KEYS_PER_SHOP = 100
"""Keys of a shop that are not revoked, unless the setting says otherwise: of each some for its
programs, staff and changes of them."""

CLI = "cli"
"""The creator of keys that `gotovo key create` made."""


class TooManyKeys(Exception):
    """A shop has as many keys as it may have."""

    def __init__(self, keys_max: int) -> None:
        super().__init__(f"{keys_max} keys that are not revoked")
        self.keys_max = keys_max


class KeyHolder(Struct, frozen=True):
    """The program or person behind a request: who it acts as, what it may do, how far it reaches.

    `session` is that of a member of staff, None for the key of a program.
    """

    key_id: str
    name: str
    actor: Actor
    scopes: frozenset[KeyScope]
    reach: KeyReach
    limits: KeyLimits = KeyLimits()
    session: StaffSession | None = None

    @property
    def is_restricted(self) -> bool:
        """Whether its scopes were listed, so that it may do less than its role."""
        return self.reach.scopes is not None


class KeyRefusal(StrEnum):
    """Why a token opens nothing; who sends it learns no more than whether it has expired."""

    UNKNOWN = "unknown"  # no key in use has this token
    NETWORK = "network"  # the token is right, and comes from a network that the key does not allow
    EXPIRED = "expired"  # the token is right, and the key has expired


class RefusedKey(Struct, frozen=True):
    """A token that opens nothing: why, and of a right one its key's shop, None for the network."""

    reason: KeyRefusal
    shop: str | None = None


class KeyTerms(Struct, frozen=True):
    """What a new key is for: a name for people, its role, and what it is limited to.

    Without a shop a storefront's key belongs to the default shop, any other to the network.
    Without a warehouse a warehouse's key serves all of them.
    Without scopes it may do all of its role, without networks it is used from anywhere, without
    `expires_at` for ever. `limits` are its own in place of the settings. `creator` is the id of the
    key that makes it.
    """

    name: str
    role: Role
    point: str = ""
    shop: str | None = None
    scopes: Sequence[str] | None = None
    creator: str = CLI
    networks: Sequence[str] | None = None
    expires_at: datetime | None = None
    warehouse: str = ""
    limits: KeyLimits = KeyLimits()


IN_SHOP = frozenset({Role.STOREFRONT, Role.SUPPORT, Role.ADMIN, Role.FOLLOWER})
"""Roles whose keys may belong to a shop; who carries and hands over serves all of them."""


def shop_of(wanted: KeyTerms) -> str | None:
    """Return the shop that a new key belongs to, None for the network."""
    if wanted.shop is None and wanted.role is Role.STOREFRONT:
        return DEFAULT_SHOP
    return wanted.shop


def shop_named(text: str) -> str | None:
    """Return the shop that a text names, None where it names none."""
    return DEFAULT_SHOP if text == DEFAULT_SHOP_NAME else text or None


def shown_shop(key: ApiKey) -> str | None:
    """Return the name of a key's shop, None for the network.

    That of the default shop is shown where the key could be of the network as well.
    """
    if key.shop == DEFAULT_SHOP and key.role != Role.STOREFRONT:
        return DEFAULT_SHOP_NAME
    return key.shop or None


def in_order(names: Sequence[str] | None) -> list[str] | None:
    """Return scopes or networks as they are stored: each once, in order."""
    return None if names is None else sorted(set(names))


async def create_key(  # noqa: PLR0917  (what is made, and by whom)
    store: ApiKeyStore,
    seed: UUID,
    wanted: KeyTerms,
    now: datetime,
    by: Author = PROGRAM,
    keys_max: int | None = None,
) -> tuple[ApiKey, str]:
    """Store a key and return it with its token.

    The same seed returns the same key, with an empty token: only its creation tells it. Raises
    TooManyKeys where the key's shop has `keys_max` that are not revoked.
    """
    key_id = key_id_of(seed)
    token = new_token(key_id)
    new = ApiKey(
        id=key_id,
        name=wanted.name,
        role=wanted.role,
        point=wanted.point,
        shop=shop_of(wanted),
        digest=digest_of(token),
        created_at=now,
        scopes=in_order(wanted.scopes),
        created_by=wanted.creator,
        expires_at=wanted.expires_at,
        networks=in_order(wanted.networks),
        warehouse=wanted.warehouse or None,
        **structs.asdict(wanted.limits),
    )
    if await store.put(new, by, keys_max):
        return new, token
    stored = await store.find(key_id)
    if stored is None:
        assert keys_max is not None, key_id
        raise TooManyKeys(keys_max)
    return stored, ""


def limits_of_key(key: ApiKey) -> KeyLimits:
    """Return the limits that a key has of its own."""
    return KeyLimits(key.rate, key.burst, key.requests, key.streams)


async def roll_key(  # noqa: PLR0917  (what is rolled, and by whom)
    store: ApiKeyStore,
    key_id: str,
    overlap: timedelta,
    now: datetime,
    shop: str | None = None,
    by: Author = PROGRAM,
) -> str:
    """Give a key another token and return it; empty when none in use has this id.

    With a shop only a key of that shop is rolled. All tokens of the key that are valid now end
    after the overlap. Its id stays, and with it the limits and what its Idempotency-Keys stand for.
    """
    token = new_token(key_id)
    is_rolled = await store.roll(key_id, digest_of(token), now + overlap, now, shop, by)
    return token if is_rolled else ""


def _now() -> datetime:
    return datetime.now(UTC)


class _Entry(Struct, frozen=True):
    """A key in use, made once as long as its row stays the same."""

    key: ApiKey
    holder: KeyHolder
    networks: AllowedNetworks | None


class ApiKeyCache:
    """Cache of all active keys, at most `STALE_SECONDS` behind the table."""

    def __init__(
        self,
        store: ApiKeyStore,
        monotonic: Callable[[], float] = time.monotonic,
        clock: Callable[[], datetime] = _now,
        uses: KeyUses | None = None,
    ) -> None:
        """Start empty: the first request waits for the first refresh."""
        self._uses = uses or KeyUses(store)
        self._clock = clock
        self._store = store
        self._monotonic = monotonic
        self._keys: dict[str, _Entry] = {}
        self._read_at = float("-inf")
        self._reading: asyncio.Task[None] | None = None
        self._lookups = LeakyBucket(LOOKUPS)

    async def holder(self, authorization: str, address: str = "") -> KeyHolder | None:
        """Return the holder of an Authorization header's key, None where it opens nothing."""
        found = await self.check(authorization, address)
        return found if isinstance(found, KeyHolder) else None

    async def check(self, authorization: str, address: str) -> KeyHolder | RefusedKey:
        """Return the holder of a key that is used from this address, or why there is none.

        The token is compared first, always: what follows is about its owner. The network comes
        before the expiry, so nothing is told of a key to somebody who may not use it.
        """
        now = self._clock()
        entry = await self._proved(authorization, now)
        if entry is None:
            return RefusedKey(KeyRefusal.UNKNOWN)
        key = entry.key
        if entry.networks is not None and not entry.networks.allow(address):
            self._uses.note_refusal(key.id, now, address)
            return RefusedKey(KeyRefusal.NETWORK, key.shop)
        if key.expires_at is not None and key.expires_at <= now:
            return RefusedKey(KeyRefusal.EXPIRED, key.shop)
        self._uses.note_use(key.id, now, address)
        return entry.holder

    async def is_in_use(self, key_id: str, role: Role) -> bool:
        """Tell whether a key that is not revoked has this id and role."""
        await self._freshen()
        entry = self._keys.get(key_id) or await self._look_up(key_id)
        return entry is not None and entry.holder.actor.role is role

    async def refresh(self) -> None:
        """Read all active keys; concurrent requests share one read."""
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read())
        await asyncio.shield(self._reading)

    async def catch_up(self) -> None:
        """Refresh after a change made here, which a refresh in progress may have missed."""
        if self._reading is not None and not self._reading.done():
            await asyncio.wait([self._reading])
        await self.refresh()

    async def _proved(self, authorization: str, now: datetime) -> _Entry | None:
        """Return the key whose token is in a header, None where it is nobody's."""
        key_id = claim_of(authorization)
        if key_id is None:
            return None
        await self._freshen()
        digest = proof_of(authorization)
        entry = self._keys.get(key_id)
        if entry is None or not _is_proof(entry.key, digest, now):
            entry = await self._look_up(key_id)
        return entry if entry is not None and _is_proof(entry.key, digest, now) else None

    async def _look_up(self, key_id: str) -> _Entry | None:
        """Read one key; return None where none in use has this id, or none is looked up now."""
        if self._lookups.take(int(self._monotonic() * 1e9)):
            return None
        key = await self._store.find(key_id)
        if key is None or key.revoked_at is not None:
            return None
        entry = self._keys[key_id] = _entry_of(key, self._keys.get(key_id))
        return entry

    async def _freshen(self) -> None:
        age = self._monotonic() - self._read_at
        if age > STALE_SECONDS:
            await self.refresh()
        elif age > REFRESH_SECONDS and (self._reading is None or self._reading.done()):
            self._reading = asyncio.create_task(self._read())
            self._reading.add_done_callback(_retrieve_error)

    async def _read(self) -> None:
        began_at = self._monotonic()
        keys = await self._store.living()
        self._keys = {key.id: _entry_of(key, self._keys.get(key.id)) for key in keys}
        self._read_at = began_at


def _retrieve_error(reading: asyncio.Task[None]) -> None:
    """Retrieve a failed read's exception: old keys are valid until `STALE_SECONDS`."""
    if not reading.cancelled():
        reading.exception()


def _is_proof(key: ApiKey, digest: bytes, now: datetime) -> bool:
    return hmac.compare_digest(key.digest, digest) or _is_old(key, digest, now)


def _is_old(key: ApiKey, digest: bytes, now: datetime) -> bool:
    """Tell whether it is an earlier token of a rolled key that is valid still."""
    if key.old_until is None or key.old_until <= now:
        return False
    return any(hmac.compare_digest(each, digest) for each in key.old_digests or ())


def _entry_of(key: ApiKey, old: _Entry | None) -> _Entry:
    if old is not None and old.key == key:
        return old
    networks = None if key.networks is None else AllowedNetworks(key.networks)
    return _Entry(key, _holder_of(key), networks)


def _holder_of(key: ApiKey) -> KeyHolder:
    role = Role(key.role)
    scopes = granted(role, key.scopes)
    return KeyHolder(
        key_id=key.id,
        name=key.name,
        actor=Actor(
            role=role,
            id=key.id,
            place=key.point or None,
            shop=key.shop,
            imports=KeyScope.IMPORTS in scopes,
            warehouse=key.warehouse,
        ),
        scopes=scopes,
        reach=reach_of(key),
        limits=limits_of_key(key),
    )
