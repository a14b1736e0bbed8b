"""The secret at a start: made for a new installation, and the database's own for any other.

A database is written with one secret: customers, numbers and codes follow from it. With another
one nothing would look broken, and every code, sign-in and account would be wrong; so each start
compares, and refuses (rule 4.3).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from gotovo.keyring.keyring import Secrets, check_value, keyring_at
from gotovo.keyring.sources import first_secrets, is_credential, make_secrets, read_secrets
from gotovo.store.postgres.errors import ForeignSecret
from gotovo.store.tables.security.customer_keys import (
    FIRST,
    CustomerKeyState,
    put_state,
    settled,
    states_of,
    under_way,
)
from gotovo.store.tables.security.secret_checks import (
    fits_orders,
    holds_orders,
    put_checks,
    stored_checks,
)

_RESTORE = (
    "restore the file from your copy of it (docs/operating/secrets.md); a new secret would make "
    "every pick-up code and every buyer's account another one"
)

_UNFIT = "none of its orders fits it"


async def established_secrets(connection: Any, file: Path, now: datetime) -> Secrets:
    """Return the installation's secrets; those of a new installation are made.

    Raises ForeignSecret where they are not those of the database, SecretFileError where the file
    can't be used.
    """
    stored = await stored_checks(connection)
    secrets = read_secrets(file)
    if secrets is None:
        if stored or is_credential(file) or await holds_orders(connection):
            raise ForeignSecret(f"{_lost(file)}; {_RESTORE}")
        secrets = make_secrets(file, now)
    known = checks_of(secrets)
    if not stored and not await fits_orders(connection, _identity_keys(secrets, now)):
        raise ForeignSecret(f"{_foreign(file, _UNFIT)}; {_RESTORE}")
    states = await states_of(connection)
    refused = difference(known, stored)
    if stored and not refused:
        refused = missing_customer_key(secrets, states)
    if refused:
        raise ForeignSecret(f"{_foreign(file, refused)}; {_RESTORE}")
    if not stored and not states and secrets.identity[0] != FIRST:
        await put_state(connection, secrets.identity[0], now, finished=True)
    new = {version: value for version, value in known.items() if version not in stored}
    if new:
        await put_checks(connection, new, now)
        refused = difference(known, await stored_checks(connection))
        if refused:  # Another process of this installation was quicker, with another secret.
            raise ForeignSecret(f"{_foreign(file, refused)}; {_RESTORE}")
    return secrets


async def passing_secrets(connection: Any, file: Path, now: datetime) -> Secrets:
    """Return the installation's secrets, for a run that writes nothing.

    A new installation gets some that are nowhere kept. Raises what `established_secrets` raises.
    """
    problem = await problem_with(connection, file, now)
    if problem is not None:
        raise ForeignSecret("; ".join(problem))
    return read_secrets(file) or first_secrets(now)


async def problem_with(connection: Any, file: Path, now: datetime) -> tuple[str, str] | None:
    """Return why a start would be refused and what to do; nothing is written.

    None where it would not be refused; raises SecretFileError where the file can't be used.
    """
    stored = await stored_checks(connection)
    secrets = read_secrets(file)
    if secrets is None:
        is_new = not (stored or is_credential(file) or await holds_orders(connection))
        return None if is_new else (_lost(file), _RESTORE)
    refused = difference(checks_of(secrets), stored)
    if stored and not refused:
        refused = missing_customer_key(secrets, await states_of(connection))
    if not stored and not await fits_orders(connection, _identity_keys(secrets, now)):
        refused = _UNFIT
    return (_foreign(file, refused), _RESTORE) if refused else None


def checks_of(secrets: Secrets) -> Mapping[int, bytes]:
    """Return the check value of each version."""
    return {root.version: check_value(root) for root in secrets.roots}


def difference(known: Mapping[int, bytes], stored: Mapping[int, bytes]) -> str:
    """Return in what a secret differs from the database's; empty where it does not."""
    for version, value in known.items():
        if version in stored and stored[version] != value:
            return f"version {version} is another one"
    missing = sorted(stored.keys() - known.keys())
    if missing:
        return f"version {missing[0]} is missing, the file is an older one"
    return ""


def missing_customer_key(secrets: Secrets, states: Sequence[CustomerKeyState]) -> str:
    """Return which key that buyers are looked up by the file lacks; empty where it has them all.

    A backup from before the customer's key was replaced needs the file of that time.
    """
    moving = under_way(states)
    needed = [settled(states)] if moving is None else [settled(states), moving.version]
    missing = [version for version in needed if version not in secrets.identity]
    if not missing:
        return ""
    return f"buyers are looked up by its version {missing[0]}, whose key is not in it"


def _lost(file: Path) -> str:
    return f"the secret of this database is lost: there is no {file}"


def _foreign(file: Path, why: str) -> str:
    return f"{file} is not the secret of this database: {why}"


def _identity_keys(secrets: Secrets, now: datetime) -> list[bytes]:
    return [key for _, key in keyring_at(secrets, now).identity.accepted]
