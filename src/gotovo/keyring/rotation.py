"""Rotation: another version of the secret, for everything but the customer's key.

A new version is accepted by every process before it is used by one. What was made under the older
ones stays valid, unless the secret has leaked: then they end at the instant the new one begins.
"""

from datetime import datetime, timedelta

from msgspec import structs

from gotovo.keyring.keyring import Root, RootKind, Secrets
from gotovo.keyring.live_keyring import BEGINS_AFTER_SECONDS


class RotationUnderWay(Exception):
    """The newest version has not begun; the message says when it does."""


def rotated(
    secrets: Secrets, key: bytes, now: datetime, *, leaked: bool = False, later: timedelta | None
) -> Secrets:
    """Return the secrets with a new version of this key, which begins some seconds from now.

    `later` is how long it waits instead, for a file that is copied to other machines first.
    `leaked`: all other versions end then, and push subscriptions follow the new one. Raises
    RotationUnderWay.
    """
    newest = secrets.roots[-1]
    if now < newest.begins_at:
        message = f"version {newest.version} begins at {newest.begins_at:%Y-%m-%d %H:%M:%S} UTC"
        raise RotationUnderWay(message)
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
    return structs.replace(secrets, roots=(*roots, new), push=push)
