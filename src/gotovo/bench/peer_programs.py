"""Programs of other stacks: where they are, how each gets an environment, and how one is run.

They are no part of the package: `benchmarks/peers` of a checkout has them, each with pinned
requirements. What they need is installed at their first run and kept in `.benchmarks`, which git
ignores. All are run in one way: `prepare` makes an empty database theirs, `serve` serves it.
"""

import asyncio
import hashlib
import os
import shutil
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from secrets import token_hex

from msgspec import Struct

from gotovo.bench.figure import BenchError
from gotovo.bench.processes import Started
from gotovo.bench.stage import ServerProcess, Stage, free_port

CHECKOUT = Path(__file__).resolve().parents[3]
PEERS = CHECKOUT / "benchmarks" / "peers"
ENVIRONMENTS = CHECKOUT / ".benchmarks" / "peers"

INSTALL_SECONDS = 300
"""The largest has 60 MB to fetch; a network that needs longer is as good as none."""

PREPARE_SECONDS = 120
"""A framework's many migrations are the longest of it."""

_WORDS_LINES = 3


class NeedsCheckout(BenchError):
    """The peers are not in the package; the message says where they are."""


class NotAvailable(Exception):
    """A peer can't be installed or started here; the message says why."""


class Peer(Struct, frozen=True):
    """One program; `folder` has its code and its pins, `environment` gets what it needs."""

    name: str
    folder: Path
    environment: Path

    @property
    def requirements(self) -> Path:
        """Return the pins."""
        return self.folder / "requirements.txt"

    @property
    def python(self) -> Path:
        """Return the interpreter of its environment."""
        return self.environment / "bin" / "python"


class PeerServer(Struct, frozen=True):
    """A peer that answers, and the key it lets write."""

    server: ServerProcess
    token: str


def peer(name: str) -> Peer:
    """Return the peer of this name; raise NeedsCheckout where there are none."""
    folder = PEERS / name
    if not folder.is_dir():
        message = (
            f"the peers are not part of the installed package: there is no {PEERS}; "
            "run `gotovo bench peers` in a checkout"
        )
        raise NeedsCheckout(message)
    return Peer(name, folder, ENVIRONMENTS / name)


def is_installed(wanted: Peer) -> bool:
    """Tell whether its environment is there and made from these very pins."""
    stamp = _stamp(wanted)
    return stamp.is_file() and stamp.read_text("ascii") == _fingerprint(wanted)


async def install(wanted: Peer) -> None:
    """Make the environment unless it is there; raise NotAvailable with the reason."""
    if is_installed(wanted):
        return
    uv = Path(sys.executable).with_name("uv")
    found = str(uv) if uv.is_file() else shutil.which("uv")
    if found is None:
        raise NotAvailable("uv, which installs the peers, is not here; requirements/install dev")
    told = {"UV_PYTHON_DOWNLOADS": "never", "UV_SYSTEM_CERTS": "true", **os.environ}
    place = str(wanted.environment)
    make = (found, "venv", "--quiet", "--clear", "--python", sys.executable, place)
    fill = (found, "pip", "install", "--quiet", "--python", str(wanted.python), "--require-hashes")
    fill = (*fill, *_built(wanted), "-r", str(wanted.requirements))
    for command in (make, fill):
        await _run(command, told, INSTALL_SECONDS)
    _stamp(wanted).write_text(_fingerprint(wanted), "ascii")


@asynccontextmanager
async def open_peer(stage: Stage, wanted: Peer, **told: object) -> AsyncGenerator[PeerServer]:
    """Install, prepare and serve a peer on a new database of the stage's server.

    What is told is added to its environment, in capitals. Raises NotAvailable with the reason.
    """
    await install(wanted)
    url, token = await stage.new_database(), token_hex(16)
    async with serving(wanted, url, token, stage.folder, **told) as server:
        yield PeerServer(server, token)


@asynccontextmanager
async def serving(
    wanted: Peer, url: str, token: str, folder: Path, **told: object
) -> AsyncGenerator[ServerProcess]:
    """Prepare and serve an installed peer on an empty database; its log goes into the folder."""
    port = free_port()
    environment = _environment(url, token, port, told)
    command = (str(wanted.python), str(wanted.folder))
    await _run((*command, "prepare"), environment, PREPARE_SECONDS)
    started = Started((*command, "serve"), environment, folder / f"{wanted.name}-{port}.log")
    try:
        try:
            await started.wait_until_healthy(port)
        except BenchError as error:
            raise NotAvailable(str(error)) from error
        yield ServerProcess(f"http://127.0.0.1:{port}", port, started.pid)
    finally:
        await started.stop()


def _environment(url: str, token: str, port: int, told: Mapping[str, object]) -> dict[str, str]:
    """Return what a peer is told; nothing that is ours or this database's own is among it."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("GOTOVO_", "PG", "PYTHON"))}
    own = {"DATABASE_URL": url, "API_KEY": token, "PORT": str(port)}
    return {**kept, **own, **{name.upper(): str(value) for name, value in told.items()}}


async def _run(command: Sequence[str], environment: Mapping[str, str], seconds_max: float) -> None:
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT, env=environment
        )
    except OSError as error:
        raise NotAvailable(f"{Path(command[0]).name}: {error.strerror}") from error
    try:
        async with asyncio.timeout(seconds_max):
            said, _ = await process.communicate()
    except TimeoutError as error:
        message = f"`{Path(command[0]).name} {command[1]}` took more than {seconds_max} s"
        raise NotAvailable(message) from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        words = said.decode("utf-8", "replace").strip().splitlines()[-_WORDS_LINES:]
        raise NotAvailable(" ".join(words) or f"{command[0]} ended with {process.returncode}")


def _built(wanted: Peer) -> tuple[str, ...]:
    """Allow nothing to be built, unless there are pins for what builds it."""
    pins = wanted.folder / "build.txt"
    return ("--build-constraints", str(pins)) if pins.is_file() else ("--only-binary", ":all:")


def _stamp(wanted: Peer) -> Path:
    return wanted.environment / "installed-from"


def _fingerprint(wanted: Peer) -> str:
    """Return what the environment depends on: the pins, and where the environment lies."""
    digest = hashlib.sha256(wanted.requirements.read_bytes())
    digest.update(f"{wanted.environment} {sys.version}".encode())
    return digest.hexdigest()
