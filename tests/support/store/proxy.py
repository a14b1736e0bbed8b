"""A wire between the program and PostgreSQL that can be cut at the worst moment."""

import asyncio
from enum import Enum
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit


class Cut(Enum):
    """When the wire breaks."""

    NEVER = 0
    BEFORE_SERVER = 1  # what the program sends next never arrives
    AFTER_SERVER = 2  # the server has done it, and its answer never arrives
    DOWN = 3  # nothing gets through


class Proxy:
    """Listens on a socket of its own and passes everything on, until told otherwise."""

    def __init__(self, url: str, folder: Path) -> None:
        self._target = url
        self._folder = folder
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self.cut = Cut.NEVER
        self.cuts = 0

    @property
    def url(self) -> str:
        """The address of the database by way of this wire."""
        parts = urlsplit(self._target)
        user = parts.netloc.rpartition("@")[0]
        host = quote(str(self._folder), safe="")
        return f"postgresql://{user}@{parts.path}?host={host}&port=5432"

    async def open(self) -> None:
        """Begin to listen."""
        path = self._folder / ".s.PGSQL.5432"
        self._server = await asyncio.start_unix_server(self._accept, str(path))

    async def close(self) -> None:
        """Cut everything and stop listening."""
        if self._server is not None:
            self._server.close()
        self.drop()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def drop(self) -> None:
        """Cut every wire there is."""
        for writer in tuple(self._writers):
            writer.transport.abort()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.cut is Cut.DOWN:
            writer.transport.abort()
            return
        server_reader, server_writer = await self._connect()
        self._writers |= {writer, server_writer}
        up = asyncio.create_task(self._pass(reader, server_writer, Cut.BEFORE_SERVER))
        down = asyncio.create_task(self._pass(server_reader, writer, Cut.AFTER_SERVER))
        self._tasks |= {up, down}
        await asyncio.gather(up, down, return_exceptions=True)
        self._tasks -= {up, down}
        self._writers -= {writer, server_writer}

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, cut: Cut
    ) -> None:
        while data := await reader.read(65_536):
            if self.cut is cut:
                self.cut = Cut.NEVER
                self.cuts += 1
                self.drop()
                return
            writer.write(data)
            await writer.drain()
        writer.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        parts = urlsplit(self._target)
        query = parse_qs(parts.query)
        port = query.get("port", [str(parts.port or 5432)])[0]
        if "host" in query:
            return await asyncio.open_unix_connection(f"{query['host'][0]}/.s.PGSQL.{port}")
        return await asyncio.open_connection(parts.hostname, int(port))
