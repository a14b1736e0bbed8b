"""A manifest tells its secret from others without telling anything of it, and its own format."""

import msgspec
import pytest

from gotovo.store.backup.manifest import FORMAT, decoded, secret_check, signature
from gotovo.store.postgres.errors import BackupError


def test_each_secret_has_a_check_and_a_signature_of_its_own() -> None:
    one, other = b"a" * 32, b"b" * 32
    assert secret_check(one) == secret_check(one) != secret_check(other)
    assert signature(one, b"{}") == signature(one, b"{}") != signature(other, b"{}")
    assert signature(one, b"{}") != signature(one, b"{ }")
    assert not signature(one, b"{}").startswith(secret_check(one))


def test_a_newer_format_asks_for_a_newer_program() -> None:
    text = msgspec.json.encode({"format": FORMAT + 1, "anything": True})
    with pytest.raises(BackupError, match="install the newer program"):
        decoded(text)


@pytest.mark.parametrize("text", [b"", b"{}", b"[]", b'{"format":1}', b"\xff"])
def test_what_is_no_manifest_is_refused(text: bytes) -> None:
    with pytest.raises(BackupError, match="manifest of the backup is damaged"):
        decoded(text)
