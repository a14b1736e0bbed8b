"""A start with a secret that is lost, exchanged or too old is refused, and says what to do."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from msgspec import structs

from gotovo.assembly.keyring.secret_check import established_secrets, problem_with
from gotovo.keyring.keyring import Root, RootKind
from gotovo.keyring.sources import CREDENTIAL, make_secrets, read_secrets, replace_secrets
from gotovo.store.postgres.errors import ForeignSecret
from tests.support.web.cast import ALINA, SECRET, Cast
from tests.support.web.goods import MUG

NOW = datetime(2025, 11, 22, 14, 5, tzinfo=UTC)

Pool = asyncpg.Pool


def bare(file: Path, key: bytes) -> Path:
    """Write the secret file of an older version of the program."""
    file.touch(0o600)
    file.write_text(key.hex() + "\n")
    return file


async def checks(pool: "asyncpg.Pool[Any]") -> list[int]:
    """Return the versions that the database knows."""
    return [row["version"] for row in await pool.fetch("select version from secret_check")]


async def refused(pool: "asyncpg.Pool[Any]", file: Path, why: str) -> None:
    """Check that a start is refused, that doctor says so too, and that no secret is made."""
    before = read_secrets(file)
    with pytest.raises(ForeignSecret, match=f"{why}.*restore the file from your copy"):
        await established_secrets(pool, file, NOW)
    problem = await problem_with(pool, file, NOW)
    assert problem is not None
    assert why in problem[0]
    assert read_secrets(file) == before


async def test_a_new_installation_gets_a_secret_and_the_database_remembers_which(
    pool: "asyncpg.Pool[Any]", tmp_path: Path
) -> None:
    file = tmp_path / "secret"
    assert await problem_with(pool, file, NOW) is None
    secrets = await established_secrets(pool, file, NOW)
    assert read_secrets(file) == secrets
    assert await established_secrets(pool, file, NOW) == secrets
    assert await checks(pool) == [1]
    assert await problem_with(pool, file, NOW) is None


async def test_a_lost_secret_is_not_made_anew(pool: "asyncpg.Pool[Any]", tmp_path: Path) -> None:
    file = tmp_path / "secret"
    await established_secrets(pool, file, NOW)
    file.unlink()
    await refused(pool, file, "is lost")


async def test_the_secret_of_another_installation_is_refused(
    pool: "asyncpg.Pool[Any]", tmp_path: Path
) -> None:
    await established_secrets(pool, tmp_path / "secret", NOW)
    make_secrets(tmp_path / "another", NOW)
    await refused(pool, tmp_path / "another", "version 1 is another one")
    assert await checks(pool) == [1]


async def test_an_older_copy_of_the_secret_is_refused(
    pool: "asyncpg.Pool[Any]", tmp_path: Path
) -> None:
    file = tmp_path / "secret"
    first = await established_secrets(pool, file, NOW)
    second = Root(2, RootKind.DERIVED, NOW + timedelta(seconds=10), os.urandom(32))
    replace_secrets(file, structs.replace(first, roots=(*first.roots, second)))
    await established_secrets(pool, file, NOW)
    assert await checks(pool) == [1, 2]
    replace_secrets(file, first)
    await refused(pool, file, "version 2 is missing")


async def test_a_credential_that_is_missing_is_never_made(
    pool: "asyncpg.Pool[Any]", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    await refused(pool, tmp_path / CREDENTIAL, "is lost")


async def test_an_installation_of_an_older_version_keeps_its_bare_secret(
    pool: "asyncpg.Pool[Any]", cast: Cast, tmp_path: Path
) -> None:
    await cast.place(ALINA, NOW, MUG)
    secrets = await established_secrets(pool, bare(tmp_path / "secret", SECRET), NOW)
    assert secrets.roots[0].key == SECRET
    assert await checks(pool) == [1]


async def test_an_installation_of_an_older_version_that_lost_its_secret_is_refused(
    pool: "asyncpg.Pool[Any]", cast: Cast, tmp_path: Path
) -> None:
    await cast.place(ALINA, NOW, MUG)
    await refused(pool, tmp_path / "secret", "is lost")
    await refused(pool, bare(tmp_path / "other", SECRET[::-1]), "none of its orders fits it")
    assert await checks(pool) == []


async def test_two_secrets_for_one_new_database_are_one_too_many(
    pool: "asyncpg.Pool[Any]", tmp_path: Path
) -> None:
    first = await established_secrets(pool, tmp_path / "here", NOW)
    with pytest.raises(ForeignSecret, match="is lost"):
        await established_secrets(pool, tmp_path / "there", NOW)
    assert read_secrets(tmp_path / "here") == first
