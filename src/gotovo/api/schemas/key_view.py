"""Keys of programs as the API takes and shows them."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType, structs

from gotovo.access.programs.api_keys import (
    AT_ONCE_MAX,
    OVERLAP_HOURS,
    OVERLAP_HOURS_MAX,
    RATE_MAX,
    STREAMS_MAX,
    limits_of_key,
    shown_shop,
)
from gotovo.access.programs.key_state import KeyState, key_state
from gotovo.access.programs.networks import NETWORK_CHARACTERS_MAX, NETWORKS_MAX
from gotovo.access.programs.scopes import KeyScope
from gotovo.store.tables.access.api_keys import ApiKey, KeyLimits
from gotovo.value import Value

KeyRole = Literal["storefront", "warehouse", "point", "courier", "support", "admin", "follower"]


Scopes = Annotated[tuple[KeyScope, ...], Meta(min_length=1, max_length=len(KeyScope))]
Network = Annotated[str, Meta(max_length=NETWORK_CHARACTERS_MAX, examples=["203.0.113.0/24"])]
Networks = Annotated[tuple[Network, ...], Meta(min_length=1, max_length=NETWORKS_MAX)]
Instant = Annotated[datetime, Meta(tz=True)]


class KeyBody(Value, frozen=True, forbid_unknown_fields=True):
    """A new key. A key of the role `point` names its point; no other role may.

    `warehouse` limits a key of that role to the orders and the stock of one warehouse.
    `shop` limits a storefront, a follower, support or an administrator to the orders of one shop,
    `default` to those of the one that has no code.
    Without it a storefront is of the default shop, the others are of the network; a key made by
    an administrator of a shop is of that shop.

    `scopes` restrict the key to a part of what its role may do, `networks` to where it is used
    from: networks of IPv4 and IPv6, or single addresses. From `expires_at` on it opens nothing.
    What is left out is as with the key that makes it.
    """

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    role: KeyRole
    point: Annotated[str, Meta(max_length=64)] = ""
    shop: Annotated[str, Meta(max_length=64)] = ""
    warehouse: Annotated[str, Meta(max_length=64)] = ""
    scopes: Scopes | None = None
    networks: Networks | None = None
    expires_at: Instant | None = None


class KeyPatch(Value, frozen=True, forbid_unknown_fields=True):
    """Changes of a key. What is left out stays; null takes a limit off.

    Without `scopes` it may do all of its role, without `networks` it is used from anywhere, without
    `expires_at` for ever.
    """

    name: Annotated[str, Meta(min_length=1, max_length=200)] | UnsetType = UNSET
    scopes: Scopes | UnsetType | None = UNSET
    networks: Networks | UnsetType | None = UNSET
    expires_at: Instant | UnsetType | None = UNSET


class LimitsBody(Value, frozen=True, forbid_unknown_fields=True):
    """The limits of one key in each process; what is absent or null is as in the settings.

    `rate` is requests a second, 0 for any number, and `burst` how many at once; `requests` are
    those under way, `streams` event streams.
    """

    rate: Annotated[int, Meta(ge=0, le=RATE_MAX)] | None = None
    burst: Annotated[int, Meta(ge=1, le=AT_ONCE_MAX)] | None = None
    requests: Annotated[int, Meta(ge=1, le=AT_ONCE_MAX)] | None = None
    streams: Annotated[int, Meta(ge=1, le=STREAMS_MAX)] | None = None


class KeyView(Value, frozen=True):
    """A key without its token; the network and a storefront of the default shop have no `shop`.

    `scopes` is null for a key that may do all of its role, `networks` for one that is used from
    anywhere, `expires_at` for one that lives until it is revoked. `state` is `expiring` within 14
    days of the expiry. `created_by` is the id of the key that made it, or `cli`; null when that is
    not known.

    `last_used_at` is up to a minute behind, and `last_used_from` the block of addresses (IPv4 /24,
    IPv6 /48), never one address. `last_refused_at` is when its right token came from a network that
    it does not allow: the token is known to somebody else. `limits` is absent where the key has no
    limits of its own, `warehouse` where it is not limited to one; `version` counts its changes.
    """

    id: str
    name: str
    role: str
    point: str | None
    state: KeyState
    scopes: list[str] | None
    networks: list[str] | None
    expires_at: datetime | None
    last_used_at: datetime | None
    last_used_from: str | None
    last_refused_at: datetime | None
    last_refused_from: str | None
    created_by: str | None
    created_at: datetime
    revoked_at: datetime | None
    version: int
    shop: str | UnsetType = UNSET
    warehouse: str | UnsetType = UNSET
    limits: LimitsBody | UnsetType = UNSET


class NewKeyView(Value, frozen=True):
    """A key as it is created. Store the token: a repetition of the request gets null instead."""

    id: str
    token: str | None
    name: str
    role: str
    point: str | None
    created_at: datetime
    scopes: list[str] | None = None
    networks: list[str] | None = None
    expires_at: datetime | None = None
    created_by: str | None = None
    shop: str | UnsetType = UNSET
    warehouse: str | UnsetType = UNSET


class RollBody(Value, frozen=True, forbid_unknown_fields=True):
    """For how many hours the earlier tokens are valid beside the new one; 0 ends them at once."""

    overlap_hours: Annotated[int, Meta(ge=0, le=OVERLAP_HOURS_MAX)] = OVERLAP_HOURS


class RolledKeyView(Value, frozen=True):
    """A rolled key. Store the token: a repetition of the request gets null instead."""

    id: str
    token: str | None
    old_until: datetime


def key_view(key: ApiKey, now: datetime) -> KeyView:
    """Return a key as it is listed."""
    limits = limits_of_key(key)
    return KeyView(
        id=key.id,
        name=key.name,
        role=key.role,
        point=key.point or None,
        state=key_state(key, now),
        scopes=key.scopes,
        networks=key.networks,
        expires_at=key.expires_at,
        last_used_at=key.used_at,
        last_used_from=key.used_from or None,
        last_refused_at=key.refused_at,
        last_refused_from=key.refused_from or None,
        created_by=key.created_by,
        created_at=key.created_at,
        revoked_at=key.revoked_at,
        version=key.version,
        shop=shown_shop(key) or UNSET,
        warehouse=key.warehouse or UNSET,
        limits=UNSET if limits == KeyLimits() else LimitsBody(*structs.astuple(limits)),
    )


def new_key_view(key: ApiKey) -> NewKeyView:
    """Return the response as it is stored: without its token."""
    return NewKeyView(
        id=key.id,
        token=None,
        name=key.name,
        role=key.role,
        point=key.point or None,
        scopes=key.scopes,
        networks=key.networks,
        expires_at=key.expires_at,
        created_by=key.created_by,
        created_at=key.created_at,
        shop=shown_shop(key) or UNSET,
        warehouse=key.warehouse or UNSET,
    )


def with_token(stored: bytes, token: str) -> NewKeyView:
    """Return the stored response with the token: it is in no response that is stored.

    The response may be of a version that did not restrict keys.
    """
    return structs.replace(_new_decoder.decode(stored), token=token)


def with_rolled_token(stored: bytes, token: str) -> RolledKeyView:
    """Return the stored response to a roll with the token."""
    return structs.replace(_rolled_decoder.decode(stored), token=token)


_new_decoder = msgspec.json.Decoder(NewKeyView)
_rolled_decoder = msgspec.json.Decoder(RolledKeyView)
