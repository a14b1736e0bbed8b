"""An upgrade from each earlier release, while orders go on: nothing is lost or changed.

The earlier release is its own code, from the history. It fills the database, and goes on serving
while `gotovo migrate` of this release changes the schema beneath it; then both serve at once.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

import httpx
import pytest

from gotovo.store.postgres.migrations import RUNS_FROM, known_migrations
from tests.support.cli.keys import keys_of
from tests.support.cli.program import Program
from tests.support.faults.shop import Shop
from tests.support.releases.lock_watch import LockWatch
from tests.support.releases.previous import Release, install, lay_out, releases

RELEASES: Final = releases()
CUSTOMERS: Final = 8
SHELVED, ISSUED = 6, 4
STEPS_UNDER_LOAD: Final = 60
PATIENT: Final = {"GOTOVO_QUEUE_SECONDS": "20"}
"""Commands wait rather than being refused: a refusal of a busy machine says nothing here."""

WAREHOUSE: Final = "NEW"
"""One of its own beside those of a filled database."""

FILLED: Final = 100_000
LOCK_SECONDS_MAX: Final = 1.0


class Read(NamedTuple):
    """What a reader of the feed has: where it is, and each event by number and version."""

    cursor: str
    events: list[tuple[str, int]]


def test_programs_of_the_previous_release_are_let_in() -> None:
    assert RELEASES[-1].schema == RUNS_FROM
    assert [each.schema for each in RELEASES] == sorted({each.schema for each in RELEASES})
    assert RELEASES[-1].schema <= known_migrations()[-1].number


@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.version)
def test_a_migration_of_a_release_is_never_changed(release: Release, tmp_path: Path) -> None:
    lay_out(release, tmp_path / "earlier")
    for migration in known_migrations()[: release.schema]:
        file = tmp_path / f"earlier/src/gotovo/store/schema/{migration.title}.sql"
        assert file.read_text("utf-8") == migration.sql, migration.title


async def test_an_upgrade_from_the_oldest_release_keeps_everything(
    tmp_path: Path, empty_database_url: str
) -> None:
    await upgrade(RELEASES[0], tmp_path, empty_database_url, PATIENT)


@pytest.mark.full
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.version)
async def test_a_hundred_thousand_orders_are_upgraded_without_a_long_lock(
    release: Release,
    tmp_path: Path,
    empty_database_url: str,
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    """What was measured is among the properties of `--junitxml`."""
    watch = await upgrade(release, tmp_path, empty_database_url, PATIENT, filled=FILLED)
    record_testsuite_property(f"{release.version} lock_seconds", watch.longest)
    record_testsuite_property(f"{release.version} migration_seconds", watch.watched_seconds)
    assert watch.seconds < LOCK_SECONDS_MAX, watch.longest


async def upgrade(
    release: Release, folder: Path, url: str, settings: dict[str, str], *, filled: int = 0
) -> LockWatch:
    """Go through the whole upgrade; return what was seen of the locks while it migrated."""
    earlier = install(release, folder / "earlier")
    data = folder / "data"
    data.mkdir()
    old = Program(data, url, **earlier.environment, **settings)
    old.gotovo = earlier.gotovo
    new = Program(data, url, **settings)
    if filled:
        done = old.run("fill", "--orders", str(filled))
        assert done.returncode == 0, done.stderr
    try:
        old.start()
        return await _upgrade(old, new, url)
    finally:
        old.end()
        new.end()


async def _upgrade(old: Program, new: Program, url: str) -> LockWatch:
    token = old.run("key", "create", "--role", "admin").stdout.strip()
    code_key = keys_of(old.folder).codes.key
    before = Shop(old.url, token, code_key, "before-", WAREHOUSE)
    await before.open()
    shelved = await before.carry(SHELVED, "shelving")
    numbers = shelved + await before.carry(ISSUED, "handover")
    async with _api(old, token) as api:
        seen = {number: await _get(api, f"/orders/{number}") for number in numbers}
        read = await _events(api, "", pages=1, limit=20)
    during = Shop(old.url, token, code_key, "during-", WAREHOUSE)
    after = Shop("", token, code_key, "after-", WAREHOUSE)
    async with _load(during):
        watch = await _migrate(new, url, during)
        await asyncio.to_thread(new.start)
        after.url = new.url
        async with _load(after):
            await during.answered(STEPS_UNDER_LOAD)
            await after.answered(STEPS_UNDER_LOAD)
    assert (during.asked_again, after.asked_again) == (0, 0)
    assert old.stop() == 0, old.log()
    async with _api(new, token) as api:
        for number, order in seen.items():
            assert _lacks(order, await _get(api, f"/orders/{number}")) == []
        await _hand_over(api, before, shelved)
        told = [*read.events, *(await _events(api, read.cursor)).events]
    assert len(told) == len(set(told)), "the feed told an event twice"
    for shop in (before, during):
        shop.url = new.url
        assert await shop.repeat_all() == []
    assert new.stop() == 0, new.log()
    report = json.loads(new.run("audit", "--json").stdout)
    assert report["findings"] == []
    assert report["checked"]["events"] == len(told)
    return watch


async def _migrate(new: Program, url: str, shop: Shop) -> LockWatch:
    """Migrate in the middle of the load; the shop is answered before, meanwhile and afterwards."""
    await shop.answered(STEPS_UNDER_LOAD)
    async with LockWatch(url) as watch:
        migrated = await asyncio.to_thread(new.run, "migrate", "--json")
    assert migrated.returncode == 0, migrated.stderr
    assert json.loads(migrated.stdout)["schema"] == known_migrations()[-1].number
    assert watch.looks > 0
    await shop.answered(STEPS_UNDER_LOAD)
    return watch


@asynccontextmanager
async def _load(shop: Shop) -> AsyncGenerator[None]:
    """Let customers of a shop live while the body runs; a wrong answer ends it."""
    async with asyncio.TaskGroup() as group:
        group.create_task(shop.serve(CUSTOMERS))
        yield
        shop.stop()


async def _hand_over(api: httpx.AsyncClient, shop: Shop, numbers: list[str]) -> None:
    """Hand over orders of before the upgrade, by the codes that their buyers have."""
    for number in numbers:
        headers = {"Idempotency-Key": f"upgraded-{number}"}
        wrong = {"code": f"{(int(shop.code_of(number)) + 1) % 1_000_000:06}"}
        answer = await api.post(
            f"/orders/{number}/handover", json=wrong, headers={"Idempotency-Key": f"no-{number}"}
        )
        assert answer.json()["code"] == "wrong_code"
        said = {"code": shop.code_of(number)}
        answer = await api.post(f"/orders/{number}/handover", json=said, headers=headers)
        assert (answer.status_code, answer.json()["stage"]) == (200, "issued")


async def _events(
    api: httpx.AsyncClient, after: str, *, pages: int | None = None, limit: int = 1000
) -> Read:
    """Read the feed page by page to its end, or so many pages of it."""
    cursor, events = after, list[tuple[str, int]]()
    while pages is None or len(events) < pages * limit:
        query = {"after": cursor} if cursor else {}
        page = await _get(api, "/events", limit=str(limit), **query)
        events += [(item["number"], item["version"]) for item in page["items"]]
        cursor = page["next"]
        if not page["items"]:
            break
    return Read(cursor, events)


async def _get(api: httpx.AsyncClient, path: str, **query: str) -> Any:
    answer = await api.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def _api(program: Program, token: str) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.AsyncClient(base_url=f"{program.url}/api/v1", headers=headers, timeout=30)


def _lacks(before: Any, after: Any, path: str = "") -> list[str]:
    """Return the paths at which something that was there is missing or another; more is allowed."""
    if isinstance(before, dict) and isinstance(after, dict):
        return [
            found
            for name, value in before.items()
            for found in (
                _lacks(value, after[name], f"{path}.{name}") if name in after else [path + name]
            )
        ]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = enumerate(zip(before, after, strict=True))
        return [x for n, (one, other) in pairs for x in _lacks(one, other, f"{path}[{n}]")]
    return [] if before == after else [path]
