"""Figures of all workers in one answer: each tells its own on a socket in their private folder.

A scrape reaches one worker, which asks the others. A socket is called by the number of the worker
and its process id, and belongs to nobody else: the folder is readable by its owner alone.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from gotovo.supervision.link import WorkerLink

ANSWER_SECONDS: Final = 4.0
"""How long the others have: one that hangs is left out, and Prometheus waits ten seconds itself."""

_ENDING: Final = ".figures"


@asynccontextmanager
async def told_to_others(link: WorkerLink, figures: Callable[[], bytes]) -> AsyncGenerator[None]:
    """Tell the figures of this process to whoever connects, until it is asked to stop.

    A worker alone has no folder, and tells nobody.
    """
    if link.folder is None:
        yield
        return
    socket = link.folder / f"{link.worker}.{os.getpid()}{_ENDING}"

    async def tell(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            writer.write(figures())
            await writer.drain()
        writer.close()

    server = await asyncio.start_unix_server(tell, socket)
    # Its successor has the same number, and tells what is new from now on.
    link.on_stop(lambda: socket.unlink(missing_ok=True))
    try:
        yield
    finally:
        server.close()
        socket.unlink(missing_ok=True)


async def figures_of_others(link: WorkerLink) -> Sequence[bytes]:
    """Return what the other workers tell; one that is dead or hangs is left out."""
    if link.folder is None:
        return ()
    sockets = await asyncio.to_thread(_sockets, link.folder, link.worker)
    answers = await asyncio.gather(*map(_ask, sockets))
    return [answer for answer in answers if answer]


def _sockets(folder: Path, asking: int) -> list[Path]:
    """Return one socket of each other worker: the newest, where one was replaced."""
    newest: dict[int, tuple[float, Path]] = {}
    for path in folder.glob(f"*{_ENDING}"):
        worker = int(path.name.partition(".")[0])
        with suppress(FileNotFoundError):
            found = (path.stat().st_mtime, path)
            newest[worker] = max(newest.get(worker, found), found)
    return [path for worker, (_, path) in sorted(newest.items()) if worker != asking]


async def _ask(socket: Path) -> bytes:
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            reader, writer = await asyncio.open_unix_connection(socket)
            try:
                return await reader.read(-1)
            finally:
                writer.close()
    except (OSError, TimeoutError):  # it ended, was killed, or hangs
        return b""
