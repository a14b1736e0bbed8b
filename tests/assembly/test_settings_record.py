"""Settings that differ from the last start are an entry, without a value of any of them."""

from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from gotovo.assembly.runtime import open_runtime
from gotovo.assembly.settings_record import digests_of, record_settings
from gotovo.settings_sources import load_settings
from gotovo.store.tables.security.security_log import EntryFilter, SecurityLogStore

PASSWORD = "canary-password"


async def starts(folder: Path, url: str, **settings: str) -> None:
    """Start as a server does, on this database."""
    environment = {"HOME": str(folder), "GOTOVO_DATA_DIR": str(folder)} | settings
    chosen = load_settings(environment)
    async with open_runtime(chosen, url) as runtime:
        await record_settings(runtime)


async def test_only_a_start_with_other_settings_is_an_entry_and_it_names_them(
    tmp_path: Path, database_url: str, pool: "asyncpg.Pool[Any]"
) -> None:
    secret = f"postgresql://somebody:{PASSWORD}@nowhere/gotovo"
    await starts(tmp_path, database_url)
    await starts(tmp_path, database_url)
    await starts(tmp_path, database_url, GOTOVO_DATABASE_URL=secret, GOTOVO_RETURN_DAYS="14")
    await starts(tmp_path, database_url)
    entries = await SecurityLogStore(pool).after(0, EntryFilter(kind="settings.changed"), 10)
    names = [msgspec.json.decode(each.details)["names"] for each in entries]
    assert len(names) == 3
    assert "listen" in names[0]
    assert names[1:] == [["database_url", "return_days"]] * 2
    told = b"".join(each.details for each in entries).decode()
    assert PASSWORD not in told
    assert "somebody" not in told


def test_a_digest_can_not_be_computed_without_the_secret(tmp_path: Path) -> None:
    chosen = load_settings({"HOME": str(tmp_path)})
    assert digests_of(chosen, b"a" * 32) != digests_of(chosen, b"b" * 32)
    assert set(digests_of(chosen, b"a" * 32)) == set(chosen.__struct_fields__)
