"""Scopes: what a restricted key may do of what its role may.

A scope is `resource:read` or `resource:write`; who may write a resource may read it. A key without
scopes of its own has all of its role, and of a scope it can have no more than its role does.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from gotovo.order.values.actor import OFFICE, Role


class KeyScope(StrEnum):
    """Every scope that there is; each endpoint and each step needs one of them."""

    ORDERS_READ = "orders:read"
    ORDERS_WRITE = "orders:write"
    PAYMENTS_WRITE = "payments:write"
    PARCELS_WRITE = "parcels:write"
    HANDOVERS_WRITE = "handovers:write"
    CUSTOMERS_READ = "customers:read"
    CUSTOMERS_WRITE = "customers:write"
    HELP_READ = "help:read"
    HELP_WRITE = "help:write"
    CASES_READ = "cases:read"
    CASES_WRITE = "cases:write"
    ATTACHMENTS_READ = "attachments:read"
    ATTACHMENTS_WRITE = "attachments:write"
    EVENTS_READ = "events:read"
    STOCK_READ = "stock:read"
    STOCK_WRITE = "stock:write"
    PLACES_READ = "places:read"
    PLACES_WRITE = "places:write"
    SHIFTS_READ = "shifts:read"
    SHIFTS_WRITE = "shifts:write"
    SHOPS_READ = "shops:read"
    SHOPS_WRITE = "shops:write"
    KEYS_READ = "keys:read"
    KEYS_WRITE = "keys:write"
    WEBHOOKS_READ = "webhooks:read"
    WEBHOOKS_WRITE = "webhooks:write"
    STAFF_READ = "staff:read"
    STAFF_WRITE = "staff:write"
    SECURITY_LOG_READ = "security_log:read"
    IMPORTS = "imports"


_ADMIN: Final = frozenset({Role.ADMIN})
_OWNERS: Final = _ADMIN | {Role.STOREFRONT}
_SELLERS: Final = OFFICE | {Role.STOREFRONT}
_CARRIERS: Final = frozenset({Role.WAREHOUSE, Role.POINT, Role.COURIER})
_ON_ORDERS: Final = _SELLERS | _CARRIERS

ROLES_OF: Final[Mapping[KeyScope, frozenset[Role]]] = {
    KeyScope.ORDERS_READ: _ON_ORDERS,
    KeyScope.ORDERS_WRITE: _ON_ORDERS,
    KeyScope.PAYMENTS_WRITE: _SELLERS | {Role.POINT},
    KeyScope.PARCELS_WRITE: OFFICE | _CARRIERS,
    KeyScope.HANDOVERS_WRITE: _SELLERS | {Role.POINT, Role.COURIER},
    KeyScope.CUSTOMERS_READ: OFFICE,
    KeyScope.CUSTOMERS_WRITE: _SELLERS,
    KeyScope.HELP_READ: OFFICE,
    KeyScope.HELP_WRITE: OFFICE,
    KeyScope.CASES_READ: OFFICE,
    KeyScope.CASES_WRITE: OFFICE,
    KeyScope.ATTACHMENTS_READ: _ON_ORDERS,
    KeyScope.ATTACHMENTS_WRITE: _ON_ORDERS,
    KeyScope.EVENTS_READ: _SELLERS | {Role.FOLLOWER},
    KeyScope.STOCK_READ: _SELLERS | {Role.WAREHOUSE},
    KeyScope.STOCK_WRITE: frozenset({Role.WAREHOUSE, Role.ADMIN}),
    KeyScope.PLACES_READ: _ON_ORDERS | {Role.FOLLOWER},
    KeyScope.PLACES_WRITE: _ADMIN,
    KeyScope.SHIFTS_READ: OFFICE | {Role.POINT},
    KeyScope.SHIFTS_WRITE: frozenset({Role.ADMIN, Role.POINT}),
    KeyScope.SHOPS_READ: OFFICE,
    KeyScope.SHOPS_WRITE: _ADMIN,
    KeyScope.KEYS_READ: _ADMIN,
    KeyScope.KEYS_WRITE: _ADMIN,
    KeyScope.WEBHOOKS_READ: _OWNERS,
    KeyScope.WEBHOOKS_WRITE: _OWNERS,
    KeyScope.STAFF_READ: _ADMIN,
    KeyScope.STAFF_WRITE: _ADMIN,
    KeyScope.SECURITY_LOG_READ: _ADMIN,
    KeyScope.IMPORTS: _ON_ORDERS,
}
"""The roles that can use a scope. A test compares it with the endpoints."""

NEVER_IMPLIED: Final = frozenset({KeyScope.IMPORTS})
"""What no role has by itself: telling of instants long ago is for the import of a history."""

STEP_SCOPES: Final[Mapping[str, KeyScope]] = {
    "placement": KeyScope.ORDERS_WRITE,
    "payment": KeyScope.PAYMENTS_WRITE,
    "point-payment": KeyScope.HANDOVERS_WRITE,
    "picking": KeyScope.PARCELS_WRITE,
    "packing": KeyScope.PARCELS_WRITE,
    "dispatch": KeyScope.PARCELS_WRITE,
    "arrival": KeyScope.PARCELS_WRITE,
    "shelving": KeyScope.PARCELS_WRITE,
    "handover-opening": KeyScope.HANDOVERS_WRITE,
    "handover-stop": KeyScope.HANDOVERS_WRITE,
    "handover": KeyScope.HANDOVERS_WRITE,
    "storage-extension": KeyScope.ORDERS_WRITE,
    "reinstatement": KeyScope.ORDERS_WRITE,
    "call": KeyScope.PARCELS_WRITE,
    "slot": KeyScope.PARCELS_WRITE,
    "departure": KeyScope.PARCELS_WRITE,
    "attempt": KeyScope.PARCELS_WRITE,
    "cancellation": KeyScope.ORDERS_WRITE,
    "return-claim": KeyScope.ORDERS_WRITE,
    "return": KeyScope.PARCELS_WRITE,
    "return-refusal": KeyScope.PARCELS_WRITE,
    "withdrawal": KeyScope.PARCELS_WRITE,
    "reception": KeyScope.PARCELS_WRITE,
    "redirection": KeyScope.ORDERS_WRITE,
    "promise": KeyScope.ORDERS_WRITE,
    "trusted-person": KeyScope.ORDERS_WRITE,
    "trusted-person-revocation": KeyScope.ORDERS_WRITE,
    "code-renewal": KeyScope.ORDERS_WRITE,
    "refund-completion": KeyScope.PAYMENTS_WRITE,
    "refund-failure": KeyScope.PAYMENTS_WRITE,
    "refund-reroute": KeyScope.PAYMENTS_WRITE,
    "attention": KeyScope.ORDERS_WRITE,
    "attention-clearance": KeyScope.ORDERS_WRITE,
    "help-question": KeyScope.HELP_WRITE,
    "help-answer": KeyScope.HELP_WRITE,
    "help-settlement": KeyScope.HELP_WRITE,
    "correction": KeyScope.HANDOVERS_WRITE,
    "contact-erasure": KeyScope.CUSTOMERS_WRITE,
}
"""The scope of each step that a program can take; a test compares it with the lifecycle table."""

_WRITE: Final = ":write"
_SCOPES: Final[Mapping[str, KeyScope]] = {scope.value: scope for scope in KeyScope}


def granted(role: Role, listed: Iterable[str] | None) -> frozenset[KeyScope]:
    """Return what a key may do: what is listed with what it includes, None for all of its role.

    A name that this version does not know grants nothing.
    """
    of_role = {scope for scope, roles in ROLES_OF.items() if role in roles}
    if listed is None:
        return frozenset(of_role - NEVER_IMPLIED)
    known = {_SCOPES[name] for name in listed if name in _SCOPES}
    return frozenset(of_role & (known | {read for scope in known if (read := _read_of(scope))}))


def foreign_to(role: Role, listed: Iterable[str]) -> str | None:
    """Return the first scope that no key of the role can use, None when there is none."""
    return next((each for each in listed if role not in _roles_of(each)), None)


def _roles_of(name: str) -> frozenset[Role]:
    scope = _SCOPES.get(name)
    return frozenset() if scope is None else ROLES_OF[scope]


def _read_of(scope: KeyScope) -> KeyScope | None:
    """Return the scope of reading what a scope writes, None where there is none."""
    if not scope.endswith(_WRITE):
        return None
    return _SCOPES.get(f"{scope.removesuffix(_WRITE)}:read")
