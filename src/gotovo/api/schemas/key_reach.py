"""From a body to the reach of a key: its scopes, networks and expiry, checked field by field."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Final

from msgspec import UnsetType, structs

from gotovo.access.programs.api_keys import in_order
from gotovo.access.programs.grants import (
    Excess,
    KeyReach,
    excess,
    excess_limit,
    full_limits,
    highest,
    inherited,
    reach_of,
    text_of,
    unmanaged,
)
from gotovo.access.programs.networks import EXPECTED_NETWORK, parse_network
from gotovo.access.programs.scopes import KeyScope, foreign_to, granted
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.schemas.key_view import KeyBody, KeyPatch
from gotovo.order.values.actor import Role
from gotovo.store.tables.access.api_keys import ApiKey, KeyLimits
from gotovo.words.request_errors import RequestErrorCode

EXPIRES_LAST: Final = datetime(9999, 12, 30, tzinfo=UTC)
"""The last instant that has a name in every time zone."""


def check_place(body: KeyBody, points: Collection[str], warehouses: Collection[str]) -> None:
    """Raise the error of a place that does not exist, or that the role is not limited to."""
    is_point = body.role == Role.POINT
    if is_point and body.point not in points:
        raise ApiError(RequestErrorCode.INVALID_BODY, "point", body.point, "the code of a point")
    if not is_point and body.point:
        raise ApiError(RequestErrorCode.INVALID_BODY, "point", body.point, "absent")
    if body.warehouse and Role(body.role) is not Role.WAREHOUSE:
        raise ApiError(RequestErrorCode.INVALID_BODY, "warehouse", body.warehouse, "absent")
    if body.warehouse and body.warehouse not in warehouses:
        known = "the code of a warehouse"
        raise ApiError(RequestErrorCode.INVALID_BODY, "warehouse", body.warehouse, known)


def new_reach(own: KeyReach, body: KeyBody, now: datetime) -> KeyReach:
    """Return the reach of a new key within that of the key that makes it; raise ApiError."""
    role = Role(body.role)
    wanted = inherited(
        own,
        KeyReach(
            role,
            _scopes(role, body.scopes),
            _networks(body.networks),
            _expiry(body.expires_at, now),
        ),
    )
    check_within(own, wanted)
    if wanted.scopes is not None and not wanted.scopes:
        expected = text_of(granted(own.role, own.scopes))
        raise _exceeds(Excess("scopes", "", expected))
    return wanted


def patched_key(own: KeyReach, key: ApiKey, patch: KeyPatch, now: datetime) -> ApiKey:
    """Return a key with its changes; raise ApiError.

    A key may always get less than it has; more, as far as the key has it that changes it.
    """
    role = Role(key.role)
    changed = key
    if not isinstance(patch.name, UnsetType):
        changed = structs.replace(changed, name=patch.name)
    if not isinstance(patch.scopes, UnsetType):
        changed = structs.replace(changed, scopes=in_order(_scopes(role, patch.scopes)))
    if not isinstance(patch.networks, UnsetType):
        changed = structs.replace(changed, networks=in_order(_networks(patch.networks)))
    if not isinstance(patch.expires_at, UnsetType):
        changed = structs.replace(changed, expires_at=_expiry(patch.expires_at, now))
    if excess(reach_of(key), reach_of(changed)) is not None:
        check_within(own, reach_of(changed))
    return changed


def check_within(own: KeyReach, wanted: KeyReach) -> None:
    """Raise the error of a key that would have more than the one that gives it."""
    too_much = excess(own, wanted)
    if too_much is not None:
        raise _exceeds(too_much)


def check_manages(own: KeyReach, key: ApiKey) -> None:
    """Raise the error of a key that may do what the one that changes it may not."""
    too_much = unmanaged(own, reach_of(key))
    if too_much is not None:
        raise _exceeds(too_much)


def check_limits(
    own: KeyLimits, wanted: KeyLimits, settings: KeyLimits, present: KeyLimits | None = None
) -> None:
    """Raise the error of a key that would have higher limits than the one that gives them.

    It may keep what it has at `present`.
    """
    most = full_limits(own, settings)
    if present is not None:
        most = highest(most, full_limits(present, settings))
    too_much = excess_limit(most, full_limits(wanted, settings))
    if too_much is not None:
        raise _exceeds(too_much)


def _scopes(role: Role, listed: Sequence[str] | None) -> Sequence[str] | None:
    """Return scopes that the role can use; raise the error of another."""
    foreign = foreign_to(role, listed or ())
    if foreign is not None:
        expected = text_of(scope for scope in KeyScope if not foreign_to(role, (scope,)))
        raise ApiError(RequestErrorCode.INVALID_BODY, "scopes", foreign, expected)
    return listed


def _networks(listed: Sequence[str] | None) -> Sequence[str] | None:
    """Return networks in one form; raise the error of what is none."""
    if listed is None:
        return None
    networks: list[str] = []
    for i, text in enumerate(listed):
        network = parse_network(text)
        if network is None:
            code = RequestErrorCode.INVALID_BODY
            raise ApiError(code, f"networks[{i}]", text, EXPECTED_NETWORK)
        networks.append(network)
    return networks


def _expiry(expires_at: datetime | None, now: datetime) -> datetime | None:
    """Return an expiry in UTC; raise the error of one that is over."""
    if expires_at is None:
        return None
    if not now < expires_at < EXPIRES_LAST:
        value, expected = expires_at.isoformat(), f"later than {now.isoformat()}, or null"
        raise ApiError(RequestErrorCode.INVALID_BODY, "expires_at", value, expected)
    return expires_at.astimezone(UTC)


def _exceeds(too_much: Excess) -> ApiError:
    code = RequestErrorCode.EXCEEDS_KEY
    return ApiError(code, too_much.field, too_much.value, too_much.expected)
