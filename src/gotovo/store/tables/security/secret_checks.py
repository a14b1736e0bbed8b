"""Check values of the secret: which secret a database was written with.

A database of an earlier version of the program has none. There the secret is proved on orders
instead: the history has a keyed digest of each contact.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import msgspec

from gotovo.order.values.customer import Contact, contact_digest
from gotovo.store.audit.findings import contact_digest_of
from gotovo.store.postgres.statements import load_statements

SAMPLE = 20
"""Orders that a secret is proved on where there is no check value; one that fits is enough."""

Connection = Any

_sql = load_statements("tables/security/secret_checks.sql")


async def stored_checks(connection: Connection) -> Mapping[int, bytes]:
    """Return the check values by version; empty before the first start of this program."""
    rows = await connection.fetch(_sql["secret_checks"])
    return {row["version"]: row["value"] for row in rows}


async def put_checks(connection: Connection, checks: Mapping[int, bytes], now: datetime) -> None:
    """Store check values; those of a version that has one stay."""
    await connection.execute(_sql["put_secret_checks"], list(checks), list(checks.values()), now)


async def holds_orders(connection: Connection) -> bool:
    """Tell whether an order was ever placed here."""
    return await connection.fetchval(_sql["holds_orders"])


async def fits_orders(connection: Connection, keys: Sequence[bytes]) -> bool:
    """Tell whether stored contacts have the digests that their history tells, under any key.

    Without a contact to prove it on, any key fits.
    """
    rows = await connection.fetch(_sql["contacts_with_history"], SAMPLE)
    proved = [_fits(list(history), keys) for _, history in groupby(rows, lambda row: row["number"])]
    return any(proved) or not proved


def _fits(history: Sequence[Any], keys: Sequence[bytes]) -> bool:
    contact = msgspec.json.decode(history[0]["contact"], type=Contact)
    digest = contact_digest_of(history)
    return any(contact_digest(key, contact) == digest for key in keys)


async def codes_and_links(connection: Connection) -> tuple[int, int]:
    """Return how many open orders show a pick-up code, and how many tracking links work."""
    row = await connection.fetchrow(_sql["codes_and_links"])
    return row["codes"], row["links"]


async def shown_codes_before(
    connection: Connection, version: int, after: str, limit: int
) -> Sequence[str]:
    """Return open orders, by number, that show a code made under a version before this one."""
    rows = await connection.fetch(_sql["shown_codes_before"], version, after, limit)
    return [row["number"] for row in rows]


async def revoke_links(connection: Connection, now: datetime) -> None:
    """Revoke every tracking link: who has the secret can compute them."""
    await connection.execute(_sql["revoke_all_links"], now)
