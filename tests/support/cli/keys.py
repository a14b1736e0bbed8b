"""The keys of a program that a test has started, as its own processes derive them."""

from datetime import UTC, datetime
from pathlib import Path

from gotovo.keyring.keyring import Keyring, keyring_at
from gotovo.keyring.sources import make_secrets


def keys_of(folder: Path) -> Keyring:
    """Return the keys of the installation in a folder; they are made where it has none."""
    now = datetime.now(UTC)
    return keyring_at(make_secrets(folder / "secret", now), now)
