"""A server that may lose orders is refused; who insists is told so on every page and answer."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import httpx
import pytest

from gotovo.store.embedded.server import EmbeddedPostgres
from tests.conftest import own_database
from tests.support.cli.program import Program
from tests.support.store.program_role import make_program_role

SAID = {
    "en": "This installation accepts a database that may lose confirmed orders.",
    "ru": "Эта установка принимает базу данных, которая может потерять подтверждённые заказы.",
}


@pytest.fixture(scope="module")
def reckless() -> Iterator[str]:
    """Give the address of a PostgreSQL that does not wait for the disk."""
    folder = Path(tempfile.mkdtemp(prefix="gotovo-reckless-"))
    folder.chmod(0o711)
    server = EmbeddedPostgres(folder)
    try:
        url = server.start().admin_url
        asyncio.run(_switch_off(url, "fsync"))
        asyncio.run(make_program_role(url))
        yield url
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def reckless_database(reckless: str) -> Iterator[str]:
    """Give an empty database on that server."""
    yield from own_database(reckless, "template0")


def test_a_server_that_may_lose_orders_is_refused_in_a_sentence(
    tmp_path: Path, reckless_database: str
) -> None:
    ended = Program(tmp_path, reckless_database).run("serve")
    said = ended.stdout + ended.stderr
    assert ended.returncode == 1
    assert "the server has fsync switched off and may lose confirmed orders" in said
    assert "GOTOVO_UNSAFE=1" in said
    assert "Traceback" not in said


def test_who_insists_is_told_so_on_every_page_by_every_answer_and_in_the_log(
    tmp_path: Path, reckless_database: str
) -> None:
    program = Program(tmp_path, reckless_database, GOTOVO_UNSAFE="1")
    program.start()
    try:
        with httpx.Client(base_url=program.url) as client:
            ready = client.get("/readyz").json()
            spoken = {
                (path, language): client.get(
                    path, headers={"accept-language": language}, follow_redirects=True
                )
                for path in ("/", "/orders", "/sign-in-code", "/phone", "/nowhere", "/api/docs")
                for language in SAID
            }
            others = [client.get(path) for path in ("/healthz", "/api/v1/orders", "/api/nowhere")]
    finally:
        program.stop()
    assert ready["unsafe"] is True
    for (path, language), answer in spoken.items():
        said = " ".join(answer.text.replace("\N{NO-BREAK SPACE}", " ").split())
        assert SAID[language] in said, path
    for answer in (*spoken.values(), *others):
        assert answer.headers["x-gotovo-unsafe"] == "confirmed orders may be lost", answer.url
    assert '"switched_off": ["fsync"]' in program.log()
    assert "GOTOVO_UNSAFE is set" in program.log()


def test_a_safe_installation_says_nothing_of_the_kind(tmp_path: Path, database_url: str) -> None:
    program = Program(tmp_path, database_url)
    program.start()
    try:
        with httpx.Client(base_url=program.url) as client:
            pages = [client.get(path) for path in ("/", "/nowhere", "/api/docs", "/healthz")]
            assert client.get("/readyz").json()["unsafe"] is False
    finally:
        program.stop()
    assert all("x-gotovo-unsafe" not in page.headers for page in pages)
    assert all('class="unsafe"' not in page.text for page in pages)
    assert "UNSAFE" not in program.log()


async def _switch_off(url: str, setting: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(f"alter system set {setting} = off")
        await connection.execute("select pg_reload_conf()")
    finally:
        await connection.close()
