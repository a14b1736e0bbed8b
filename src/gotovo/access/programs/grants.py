"""What a key may give to another: never more than it has itself."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from msgspec import structs

from gotovo.access.programs.networks import is_within
from gotovo.access.programs.scopes import granted
from gotovo.order.values.actor import Role
from gotovo.store.tables.access.api_keys import ApiKey, KeyLimits
from gotovo.value import Value

ANY_RATE: Final = 0
"""The rate of a key that may send any number of requests."""


class KeyReach(Value, frozen=True):
    """How far a key reaches within its role: None for all of it, from anywhere and for ever."""

    role: Role
    scopes: Sequence[str] | None = None
    networks: Sequence[str] | None = None
    expires_at: datetime | None = None


class Excess(Value, frozen=True):
    """What a key would have beyond another: the field, its value, what is within."""

    field: str
    value: str
    expected: str


def reach_of(key: ApiKey) -> KeyReach:
    """Return how far a stored key reaches."""
    return KeyReach(Role(key.role), key.scopes, key.networks, key.expires_at)


def excess(own: KeyReach, wanted: KeyReach) -> Excess | None:
    """Return the first that reaches beyond `own`, None when nothing does."""
    return _scopes(own, wanted) or _networks(own, wanted) or _expiry(own, wanted)


def unmanaged(own: KeyReach, other: KeyReach) -> Excess | None:
    """Return what another key may do that `own` may not: such a key is not `own`'s to manage.

    From where and for how long `own` is used does not count, or a leaked key could not be revoked
    by the office's.
    """
    return _scopes(own, other)


def inherited(own: KeyReach, wanted: KeyReach) -> KeyReach:
    """Return the reach of a new key: what it does not limit itself is as in the key that makes it.

    Of the scopes it has those that its role can use.
    """
    scopes = wanted.scopes
    if scopes is None and own.scopes is not None:
        scopes = sorted(granted(wanted.role, granted(own.role, own.scopes)))
    return KeyReach(
        wanted.role,
        scopes,
        own.networks if wanted.networks is None else wanted.networks,
        own.expires_at if wanted.expires_at is None else wanted.expires_at,
    )


def full_limits(own: KeyLimits, settings: KeyLimits) -> KeyLimits:
    """Return what a key has: its own limits, and the settings where it has none."""
    given = {name: n for name, n in structs.asdict(own).items() if n is not None}
    return structs.replace(settings, **given)


def inherited_limits(own: KeyLimits, settings: KeyLimits) -> KeyLimits:
    """Return the limits of a new key: those of the key that makes it which are below the settings.

    Where that key has more than the settings, the new one is as in the settings.
    """
    return KeyLimits(
        **{
            name: n
            for name, n in structs.asdict(own).items()
            if n is not None and _is_more(name, getattr(settings, name), n)
        }
    )


def excess_limit(own: KeyLimits, wanted: KeyLimits) -> Excess | None:
    """Return the first limit that is above that of `own`, None when none is; both are full ones.

    Without a rate there is no burst either.
    """
    for name, n in structs.asdict(own).items():
        value = getattr(wanted, name)
        is_bound = name != "burst" or own.rate != ANY_RATE
        if is_bound and _is_more(name, value, n):
            return Excess(name, str(value), f"1..{n}")
    return None


def highest(one: KeyLimits, other: KeyLimits) -> KeyLimits:
    """Return of each limit the higher one of two full ones."""
    pairs = zip(structs.asdict(one).items(), structs.astuple(other), strict=True)
    return KeyLimits(**{name: b if _is_more(name, b, a) else a for (name, a), b in pairs})


def text_of(names: Iterable[str]) -> str:
    """Return scopes or networks as a line."""
    return ", ".join(sorted(names))


def _is_more(name: str, value: int, than: int) -> bool:
    if name == "rate" and ANY_RATE in {value, than}:
        return value == ANY_RATE != than
    return value > than


def _scopes(own: KeyReach, wanted: KeyReach) -> Excess | None:
    """A key with all of its role gains what later versions add: a restricted one has less."""
    has = granted(own.role, own.scopes)
    if wanted.scopes is None:
        return None if own.scopes is None else Excess("scopes", "", text_of(has))
    further = set(wanted.scopes) - has
    return Excess("scopes", min(further), text_of(has)) if further else None


def _networks(own: KeyReach, wanted: KeyReach) -> Excess | None:
    if own.networks is None:
        return None
    if wanted.networks is None:
        return Excess("networks", "", text_of(own.networks))
    further = [each for each in wanted.networks if not is_within(each, own.networks)]
    return Excess("networks", further[0], text_of(own.networks)) if further else None


def _expiry(own: KeyReach, wanted: KeyReach) -> Excess | None:
    if own.expires_at is None:
        return None
    if wanted.expires_at is not None and wanted.expires_at <= own.expires_at:
        return None
    value = "" if wanted.expires_at is None else wanted.expires_at.isoformat()
    return Excess("expires_at", value, f"..{own.expires_at.isoformat()}")
