"""Where a run plays: a PostgreSQL of its own, fresh databases, and servers beside it.

Everything is temporary: a folder that is deleted, databases that are dropped, programs that are
stopped, however the run ends. What the bench can't know, since it stands below the commands, the
command hands in as a `Program`.
"""

import asyncio
import os
import shutil
import socket
import tempfile
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import asyncpg
from msgspec import Struct

from gotovo.access.keys import create_key
from gotovo.assembly.house import House
from gotovo.bench.constant import Answers, write_answers
from gotovo.bench.processes import Started
from gotovo.bench.statements import bench_statements
from gotovo.order.actor import Role
from gotovo.store.binaries import installed_binaries
from gotovo.store.embedded import EmbeddedPostgres
from gotovo.store.keys import KeyStore
from gotovo.store.pool import open_pool

SECRET = bytes(range(32))
"""What codes, keys and customers' ids of a run are made from: known to all its processes."""

_sql = bench_statements("stage.sql")

Environment = Mapping[str, str]
OpenHouse = Callable[[str, Environment], AbstractAsyncContextManager[House]]
"""Opens a house on a database, set up by an environment as a person would write it."""


class Program(Struct, frozen=True):
    """How to open a house in this process, and the commands that serve in another one.

    `constant` serves `gotovo.bench.constant` as `serve` serves the program.
    """

    open_house: OpenHouse
    serve: tuple[str, ...]
    constant: tuple[str, ...]


class ServerProcess(Struct, frozen=True):
    """A server that answers on loopback; `pid` is of its first process."""

    base_url: str
    port: int
    pid: int


class Stage:
    """What every group is given; `open_stage` makes it and clears it away."""

    def __init__(self, program: Program, url: str, server_pid: int, folder: Path) -> None:
        """Play on the server of this address; its process id is 0 where it is not ours.

        What a group leaves out, it says with the reason in `notes`.
        """
        self.url = url
        self.server_pid = server_pid
        self.folder = folder
        self.program = program
        self.notes: list[str] = []
        self._databases: list[str] = []
        self._started = 0

    @property
    def pg_bin(self) -> Path:
        """Return the folder of `pgbench`; it comes with the same package as the server."""
        return installed_binaries() / "bin"

    async def new_database(self) -> str:
        """Make an empty database and return its address; it is dropped at the end."""
        name = f"gotovo_bench_{uuid4().hex[:12]}"
        await _execute(self.url, _sql["create_database"].format(name=name))
        self._databases.append(name)
        head, _, query = self.url.partition("?")
        return f"{head.rpartition('/')[0]}/{name}{'?' + query if query else ''}"

    async def server_version(self) -> str:
        """Return the version of PostgreSQL."""
        connection = await asyncpg.connect(self.url)
        try:
            return await connection.fetchval(_sql["server_version"])
        finally:
            await connection.close()

    def environment(self, url: str, **settings: object) -> dict[str, str]:
        """Return the variables that set a program of ours up on a database, and none besides."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("GOTOVO_", "PG"))
        }
        told = {f"GOTOVO_{name.upper()}": str(value) for name, value in settings.items()}
        return {
            **kept,
            "GOTOVO_CONFIG": str(self.folder / "gotovo.toml"),
            "GOTOVO_DATA_DIR": str(self.folder),
            "GOTOVO_SECRET_FILE": str(self.folder / "secret"),
            "GOTOVO_DATABASE_URL": url,
            **told,
        }

    @asynccontextmanager
    async def house(self, url: str = "", **settings: object) -> AsyncGenerator[House]:
        """Open a house in this process, on a new database unless one is given."""
        url = url or await self.new_database()
        async with self.program.open_house(url, self.environment(url, **settings)) as house:
            yield house

    @asynccontextmanager
    async def server(self, url: str, **settings: object) -> AsyncGenerator[ServerProcess]:
        """Run `gotovo serve` on a free port."""
        async with self._serving("server", self.program.serve, url, settings) as server:
            yield server

    @asynccontextmanager
    async def constant_server(self, answers: Answers) -> AsyncGenerator[ServerProcess]:
        """Run the same server on a free port, answering each path with these bytes from memory."""
        folder = Path(tempfile.mkdtemp(prefix="constant-", dir=self.folder)) / "data"
        write_answers(folder, answers)
        told = {"data_dir": folder}
        async with self._serving("constant", self.program.constant, "", told) as server:
            yield server

    async def key(self, url: str, role: Role, point: str = "") -> str:
        """Make a key in a database that was migrated, and return its token."""
        pool = await open_pool(url, size=2)
        try:
            store, now = KeyStore(pool), datetime.now(UTC)
            _, token = await create_key(store, SECRET, uuid4(), "bench", role, point, now)
        finally:
            await pool.close()
        return token

    async def clear(self) -> None:
        """Drop every database that was made."""
        for name in self._databases:
            await _execute(self.url, _sql["drop_database"].format(name=name))

    @asynccontextmanager
    async def _serving(
        self, name: str, command: tuple[str, ...], url: str, settings: Mapping[str, object]
    ) -> AsyncGenerator[ServerProcess]:
        port = free_port()
        environment = self.environment(url, listen=f"127.0.0.1:{port}", **settings)
        self._started += 1
        log = self.folder / f"{name}-{self._started}.log"
        started = Started(command, environment, log)
        try:
            await started.wait_until_healthy(port)
            yield ServerProcess(f"http://127.0.0.1:{port}", port, started.pid)
        finally:
            await started.stop()


@asynccontextmanager
async def open_stage(
    program: Program, database_url: str = "", say: Callable[[str], None] = lambda _: None
) -> AsyncGenerator[Stage]:
    """Make a stage on a PostgreSQL of its own, or on the server of the address given."""
    async with AsyncExitStack() as stack:
        folder = _make_folder()
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        pid = 0
        if not database_url:
            postgres = EmbeddedPostgres(folder, say)
            stack.callback(postgres.stop)
            server = await asyncio.to_thread(postgres.start)
            database_url, pid = server.url, server.pid
        stage = Stage(program, database_url, pid, folder)
        stack.push_async_callback(stage.clear)
        yield stage


def free_port() -> int:
    """Return a port of loopback that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _make_folder() -> Path:
    """Make the folder with the secret and, so that nobody's own settings are read, no settings."""
    folder = Path(tempfile.mkdtemp(prefix="gotovo-bench-"))
    folder.chmod(0o711)  # as root, the database's account has to pass through
    folder.joinpath("gotovo.toml").touch()
    secret = folder / "secret"
    secret.touch(0o600)
    secret.write_text(SECRET.hex() + "\n", "ascii")
    return folder


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
