"""The SQL of the page on the database's role makes one that program and doctor accept."""

import asyncio
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import pytest

from gotovo.store.embedded.binaries import installed_binaries
from gotovo.store.postgres.facts.role_facts import POWERS
from tests.conftest import database_of
from tests.support.cli.program import Program

PAGE = Path(__file__).parents[2].joinpath("docs/operating/database.md").read_text("utf-8")
MAKE, LIMIT, HAND_OVER = re.findall(r"^```sql\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


class Installation:
    """A role and a database of one name, and the program on them."""

    def __init__(self, server_url: str, folder: Path) -> None:
        self.server_url = server_url
        self.name = f"gotovo_{uuid4().hex[:12]}"
        parts = urlsplit(database_of(server_url, self.name))
        place = parts.netloc.rpartition("@")[2]
        netloc = f"{self.name}:a%20long%20random%20one@{place}"
        self.program = Program(folder, urlunsplit(parts._replace(netloc=netloc)))

    def psql(self, sql: str, database: str = "") -> None:
        """Have an administrator type it."""
        url = database_of(self.server_url, database) if database else self.server_url
        done = subprocess.run(
            [installed_binaries() / "bin" / "psql", "-X", "-v", "ON_ERROR_STOP=1", url],
            input=re.sub(r"\bgotovo\b", self.name, sql),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    def complaints(self) -> list[str]:
        """Return what the doctor says of the role."""
        report = json.loads(self.program.run("doctor", "--json").stdout)
        return [each["what"] for each in report["complaints"] if "role" in each["what"]]


@pytest.fixture
def installation(server_url: str, tmp_path: Path) -> Iterator[Installation]:
    """Give one, and drop its database and role."""
    made = Installation(server_url, tmp_path)
    yield made
    asyncio.run(dropped(server_url, made.name))


async def dropped(server_url: str, name: str) -> None:
    """Drop a database and the role that it was for."""
    connection = await asyncpg.connect(server_url)
    await connection.execute(f"drop database if exists {name} with (force)")
    await connection.execute(f"drop role if exists {name}")
    await connection.close()


def test_the_role_of_the_page_is_enough_and_no_more(installation: Installation) -> None:
    installation.psql(MAKE)
    migrated = installation.program.run("migrate")
    assert migrated.returncode == 0, migrated.stderr
    assert installation.complaints() == []
    audited = installation.program.run("audit")
    assert audited.returncode == 0, audited.stderr


def test_a_role_that_may_too_much_is_named_and_made_right(installation: Installation) -> None:
    installation.psql(MAKE)
    installation.psql("alter role gotovo superuser createdb")
    assert installation.program.run("migrate").returncode == 0
    assert installation.complaints() == [f"the database's role {installation.name} is a superuser"]
    installation.psql(LIMIT)
    assert installation.complaints() == []


def test_what_the_role_of_the_cluster_has_made_is_handed_over(installation: Installation) -> None:
    installation.psql(MAKE)
    administrator = Program(
        installation.program.folder, database_of(installation.server_url, installation.name)
    )
    assert administrator.run("migrate").returncode == 0
    installation.psql(HAND_OVER, installation.name)
    assert installation.program.run("key", "create", "--role", "admin").returncode == 0
    asyncio.run(owns_everything(installation))


async def owns_everything(installation: Installation) -> None:
    """Fail where something of the schema is not the role's."""
    connection = await asyncpg.connect(installation.program.environment["GOTOVO_DATABASE_URL"])
    others = await connection.fetchval(
        "select count(*) from pg_class where relnamespace = 'public'::regnamespace"
        " and relowner <> current_user::regrole"
    )
    await connection.close()
    assert others == 0


def test_the_page_lists_the_dangerous_roles_as_the_program_does() -> None:
    assert set(re.findall(r"`(pg_\w+)`", PAGE)) - {"pg_basebackup"} == set(POWERS)
