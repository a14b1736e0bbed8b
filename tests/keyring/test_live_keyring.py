"""The keyring of a running process follows its file, and never another secret."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec import structs

from gotovo.keyring.keyring import Root, RootKind
from gotovo.keyring.live_keyring import LiveKeyring
from gotovo.keyring.sources import SecretFileError, make_secrets, replace_secrets

NOW = datetime(2025, 11, 22, 14, 5, tzinfo=UTC)
SOON = NOW + timedelta(seconds=10)


class Clock:
    """A clock to set."""

    now = NOW

    def __call__(self) -> datetime:
        """Return the instant it is set to."""
        return self.now


async def test_a_new_version_is_accepted_first_and_used_ten_seconds_later(tmp_path: Path) -> None:
    clock, file = Clock(), tmp_path / "secret"
    secrets = make_secrets(file, NOW)
    live = LiveKeyring(file, secrets, clock)
    second = Root(2, RootKind.DERIVED, SOON, b"2" * 32)
    replace_secrets(file, structs.replace(secrets, roots=(*secrets.roots, second)))
    await live.refresh()
    assert (live().codes.version, len(live().codes.accepted)) == (1, 2)
    clock.now = SOON
    await live.refresh()
    assert live().codes.version == 2


async def test_a_file_that_is_gone_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    live = LiveKeyring(file, make_secrets(file, NOW), Clock())
    before = live()
    file.unlink()
    await live.refresh()
    assert live() == before


async def test_another_secret_under_the_same_version_is_refused_and_the_first_stays(
    tmp_path: Path,
) -> None:
    file = tmp_path / "secret"
    live = LiveKeyring(file, make_secrets(file, NOW), Clock())
    before = live()
    replace_secrets(file, make_secrets(tmp_path / "another", NOW))
    with pytest.raises(SecretFileError, match="exchanged while the program runs"):
        await live.refresh()
    assert live() == before
