"""Rotation: another version of the secret.

A new version is accepted by every process before it is used by one. What was made under the older
ones stays valid, unless the secret has leaked: then they end at the instant the new one begins. The
customer's key follows a new version where that is wanted, beside the older ones until they are
destroyed.
"""

from datetime import datetime, timedelta

from msgspec import structs

from gotovo.keyring.keyring import KeyPurpose, Root, RootKind, Secrets, derived_key, split
from gotovo.keyring.live_keyring import BEGINS_AFTER_SECONDS


class RotationUnderWay(Exception):
    """The newest version has not begun; the message says when it does."""

    def __init__(self, newest: Root) -> None:
        """Say which version begins when."""
        begins_at = f"{newest.begins_at:%Y-%m-%d %H:%M:%S} UTC"
        super().__init__(f"version {newest.version} begins at {begins_at}")
        self.begins_at = newest.begins_at


def rotated(
    secrets: Secrets,
    key: bytes,
    now: datetime,
    *,
    leaked: bool = False,
    customers: bool = False,
    later: timedelta | None,
) -> Secrets:
    """Return the secrets with a new version of this key, which begins some seconds from now.

    `later` is how long it waits instead, for a file that is copied to other machines first.
    `leaked`: all other versions end then, and push subscriptions follow the new one. `customers`:
    the customer's key follows the new version, too. Raises RotationUnderWay.
    """
    newest = secrets.roots[-1]
    if now < newest.begins_at:
        raise RotationUnderWay(newest)
    wait = timedelta(seconds=BEGINS_AFTER_SECONDS) if later is None else later
    begins_at = (now + wait + timedelta(seconds=1)).replace(microsecond=0)
    new = Root(newest.version + 1, RootKind.DERIVED, begins_at, key)
    roots = secrets.roots
    if leaked:
        roots = tuple(
            structs.replace(root, ended_at=begins_at) if root.ended_at is None else root
            for root in roots
        )
    push = new.version if leaked else secrets.push
    identity = (*secrets.identity, new.version) if customers else secrets.identity
    return structs.replace(secrets, roots=(*roots, new), identity=identity, push=push)


def without_older_customer_keys(secrets: Secrets, now: datetime) -> Secrets:
    """Return the secrets with one customer's key, that in use; nothing leads to the older ones.

    A plain version ends: its codes, links and push subscriptions use the same key.
    """
    kept = secrets.identity[-1]
    roots = tuple(
        _split(root, now) if root.version in secrets.identity[:-1] else root
        for root in secrets.roots
    )
    push = next(root for root in roots if root.version == secrets.push)
    return Secrets(
        roots=roots,
        identity=(kept,),
        push=secrets.push if derived_key(push, KeyPurpose.PUSH) is not None else kept,
    )


def _split(root: Root, now: datetime) -> Root:
    is_ending = root.kind is RootKind.PLAIN and root.ended_at is None
    ended_at = now.replace(microsecond=0) if is_ending else root.ended_at
    return structs.replace(split(root), ended_at=ended_at)
