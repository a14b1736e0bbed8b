"""Identities: names that one order alone may have in the whole network, as rows of `identity`.

An order and what it is named by may lie on different shards of a cluster, so an identity has a
home of its own: a hash of the name. For the same reason an idempotency record has the home of its
command id, not that of the order.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from gotovo.engine.ports import IdentityClaim
from gotovo.order.values.identity import IdentityKey, IdentityKind


def identity_home(identity: IdentityKey) -> int:
    """Return the home of an identity: the first byte of a digest over what names it."""
    return hashlib.sha256("\n".join(identity).encode()).digest()[0]


def command_home(command_id: UUID) -> int:
    """Return the home of a command's record: the first byte of its id, a digest for most."""
    return command_id.bytes[0]


def identity_rows(claims: Iterable[IdentityClaim]) -> list[dict[str, Any]]:
    """Return the rows of `identity` in the order in which their keys are locked."""
    rows = [
        {
            "home": identity_home(identity),
            "kind": identity.kind,
            "scope": identity.scope,
            "name": identity.name,
            "number": number,
        }
        for identity, number in claims
    ]
    return sorted(rows, key=lambda row: (row["home"], row["kind"], row["scope"], row["name"]))


def identity_columns(identities: Sequence[IdentityKey]) -> list[list[Any]]:
    """Return home, kind, scope, name."""
    return [
        [identity_home(x) for x in identities],
        [x.kind for x in identities],
        [x.scope for x in identities],
        [x.name for x in identities],
    ]


def identity_of(row: Mapping[str, Any]) -> IdentityKey:
    """Return the identity of a row."""
    return IdentityKey(IdentityKind(row["identity_kind"]), row["scope"], row["name"])
