"""A sealed copy of the secret opens with its passphrase alone."""

import pytest

from gotovo.store.backup.sealed_secret import sealed, unsealed
from gotovo.store.postgres.errors import BackupError

PASSPHRASE = "correct horse battery"
SECRET = b"5f" * 32 + b"\n"


def test_the_passphrase_opens_it() -> None:
    copy = sealed(SECRET, PASSPHRASE)
    assert unsealed(copy, PASSPHRASE) == SECRET
    assert SECRET.strip() not in copy
    assert sealed(SECRET, PASSPHRASE) != copy


def test_another_passphrase_or_a_changed_copy_does_not() -> None:
    copy = sealed(SECRET, PASSPHRASE)
    with pytest.raises(BackupError, match="does not open"):
        unsealed(copy, "correct horse batteries")
    before, mark, rest = copy.partition(b'"sealed": "')
    changed = before + mark + (b"A" if rest[:1] != b"A" else b"B") + rest[1:]
    with pytest.raises(BackupError, match="does not open"):
        unsealed(changed, PASSPHRASE)


@pytest.mark.parametrize("cost", [b"0", b"1", b"3", b"4194304", b"-8"])
def test_a_cost_that_would_take_the_machine_is_refused(cost: bytes) -> None:
    copy = sealed(SECRET, PASSPHRASE).replace(b"65536", cost)
    with pytest.raises(BackupError, match="cost or nonce"):
        unsealed(copy, PASSPHRASE)


@pytest.mark.parametrize("text", [b"", b"{}", b"\x00", b'{"kind":"gotovo sealed secret 2"}'])
def test_anything_else_is_no_copy(text: bytes) -> None:
    with pytest.raises(BackupError, match="is damaged"):
        unsealed(text, PASSPHRASE)


def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(BackupError, match="at least 12 characters"):
        sealed(SECRET, "tooshort")
