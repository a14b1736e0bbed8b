"""Checkpoints: how far an import has got, stored beside the orders it writes.

A checkpoint only saves time: rows before it are not read again. Rows written after it are read
again by a resumed run and recognized by their command ids.
"""

from typing import Protocol

from msgspec import Struct, structs

from gotovo.store.tables.orders.imports import ImportCheckpointStore


class Checkpoint(Struct, frozen=True):
    """Where the next row begins (line from 1, byte), and what became of the rows before it.

    `rejected_bytes` is how long the file of rejected rows was then.
    """

    line: int
    offset: int
    imported: int = 0
    present: int = 0
    rejected: int = 0
    contradictions: int = 0
    rejected_bytes: int = 0


class Checkpoints(Protocol):
    """Stores checkpoints by the name of the import."""

    async def get(self, name: str) -> Checkpoint | None:
        """Return the checkpoint of an unfinished import."""
        ...

    async def put(self, name: str, checkpoint: Checkpoint) -> None:
        """Store the checkpoint of an import."""
        ...

    async def remove(self, name: str) -> None:
        """Remove the checkpoint of a finished import."""
        ...


class StoredCheckpoints:
    """Checkpoints in the database that the orders go into."""

    def __init__(self, store: ImportCheckpointStore) -> None:
        self._store = store

    async def get(self, name: str) -> Checkpoint | None:
        """Return the checkpoint of an unfinished import."""
        numbers = await self._store.get(name)
        return None if numbers is None else Checkpoint(*numbers)

    async def put(self, name: str, checkpoint: Checkpoint) -> None:
        """Store the checkpoint of an import."""
        await self._store.put(name, structs.astuple(checkpoint))

    async def remove(self, name: str) -> None:
        """Remove the checkpoint of a finished import."""
        await self._store.remove(name)


class ReadCheckpoints:
    """Checkpoints for a dry run: it begins where the import would go on, and stores none."""

    def __init__(self, checkpoints: Checkpoints) -> None:
        self._checkpoints = checkpoints

    async def get(self, name: str) -> Checkpoint | None:
        """Return the checkpoint of an unfinished import."""
        return await self._checkpoints.get(name)

    async def put(self, name: str, checkpoint: Checkpoint) -> None:
        """Do nothing."""

    async def remove(self, name: str) -> None:
        """Do nothing."""
