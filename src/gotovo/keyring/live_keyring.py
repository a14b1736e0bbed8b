"""The keyring of a running process: the file is read again, and a version begins by itself.

A new version begins some seconds after it is written, when every process accepts it; so no process
ever refuses what another one has just made.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from gotovo.keyring.keyring import Keyring, Secrets, check_value, keyring_at
from gotovo.keyring.sources import SecretFileError, read_secrets

REFRESH_SECONDS = 1.0
"""How old a process's keyring may be."""

BEGINS_AFTER_SECONDS = 10
"""How long after it was written a version begins: a process has read it by then, also one whose
clock is some seconds ahead."""


class LiveKeyring:
    """Returns the keys of every purpose as they are now."""

    def __init__(self, file: Path, secrets: Secrets, clock: Callable[[], datetime]) -> None:
        """Begin with what was read at the start."""
        self._file = file
        self._clock = clock
        self._secrets = secrets
        self._keyring = keyring_at(secrets, clock())

    def __call__(self) -> Keyring:
        """Return the keys, at most `REFRESH_SECONDS` old."""
        return self._keyring

    async def refresh(self) -> None:
        """Read the file and let begin and end what is due; a file that is gone changes nothing.

        Only versions that were added are taken over: raises SecretFileError for a file in which
        another key stands under a version of this process.
        """
        secrets = read_secrets(self._file)
        if secrets is not None and secrets != self._secrets:
            _check_same_versions(self._file, self._secrets, secrets)
            self._secrets = secrets
        self._keyring = keyring_at(self._secrets, self._clock())


def _check_same_versions(file: Path, known: Secrets, read: Secrets) -> None:
    checks = {root.version: check_value(root) for root in read.roots}
    for root in known.roots:
        if checks.get(root.version) != check_value(root):
            message = (
                f"secret_file: {file} was exchanged while the program runs: version "
                f"{root.version} is another one; restore it from your copy"
            )
            raise SecretFileError(message)
