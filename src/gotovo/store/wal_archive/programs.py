"""PostgreSQL's own programs, run against the embedded server as its administrator."""

import asyncio
import os
import signal
from pathlib import Path
from typing import Final

from gotovo.store.embedded.paths import ServerPaths, prepare_paths
from gotovo.store.embedded.roles import ADMINISTRATOR, PASSWORD_FILES
from gotovo.store.postgres.errors import ArchiveError

OUTPUT_BYTES_MAX: Final = 65_536
"""Of what a program says; its last lines have the reason."""

LINES: Final = 5

STOP_SECONDS: Final = 10
"""pg_receivewal ends its file when it is asked to stop; a disk that hangs is not waited for."""

_PORT: Final = 5432


class ArchivePrograms:
    """Runs the programs of the wheel for the server of one data folder."""

    def __init__(self, data_dir: Path, binaries: Path) -> None:
        """`binaries` is the folder of pg_basebackup and pg_receivewal."""
        self._data_dir = data_dir
        self._binaries = binaries

    @property
    def place(self) -> ServerPaths:
        """The paths of the server."""
        return prepare_paths(self._data_dir)

    async def start(self, name: str, *options: str) -> asyncio.subprocess.Process:
        """Start a program that connects to the server; what it says is read by the caller."""
        try:
            return await asyncio.create_subprocess_exec(
                str(self._binaries / name),
                *options,
                f"--host={self.place.socket_folder()}",
                f"--port={_PORT}",
                f"--username={ADMINISTRATOR}",
                "--no-password",
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
                env=self._environment(),
                start_new_session=True,  # Ctrl-C is for us
            )
        except OSError as error:
            message = f"{name} can't be started: {error}"
            raise ArchiveError(message) from error

    async def run(self, name: str, *options: str) -> None:
        """Run a program to its end; raise ArchiveError with what it said."""
        process = await self.start(name, *options)
        try:
            said = await last_lines(process)
            if await process.wait():
                raise ArchiveError(f"{name} failed: {said}")
        finally:
            await stop(process)

    def _environment(self) -> dict[str, str]:
        inherited = ("PATH", "LD_LIBRARY_PATH", "TMPDIR")
        password = self.place.folder.joinpath(PASSWORD_FILES[ADMINISTRATOR]).read_text().strip()
        return {
            "LC_ALL": "C",
            "PGPASSWORD": password,
            "PGAPPNAME": "gotovo",
            **{name: os.environ[name] for name in inherited if name in os.environ},
        }


async def last_lines(process: asyncio.subprocess.Process) -> str:
    """Read what a program says until it ends, and return its last lines."""
    assert process.stderr is not None
    said = b""
    while chunk := await process.stderr.read(OUTPUT_BYTES_MAX):
        said = (said + chunk)[-OUTPUT_BYTES_MAX:]
    return "; ".join(said.decode("utf-8", "replace").splitlines()[-LINES:])


async def stop(process: asyncio.subprocess.Process) -> None:
    """End a program that still runs, and wait for it."""
    if process.returncode is not None:
        return
    for sent in (signal.SIGINT, signal.SIGKILL):
        process.send_signal(sent)
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            continue
        return


def end_left_over(pid_file: Path, folder: Path) -> None:
    """End a receiver whose program was killed: it would hold the slot until the server stops."""
    try:
        pid = int(pid_file.read_text())
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError):
        return
    if b"--directory=" + os.fsencode(folder) in words:
        os.kill(pid, signal.SIGINT)
