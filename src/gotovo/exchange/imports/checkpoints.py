"""How far an import has come, kept beside the orders it writes.

A checkpoint is only a short cut: rows behind it are not looked at again. Whatever was written
after it is met again by a resumed run and recognised by its command ids.
"""

from typing import Protocol

from msgspec import Struct, structs

from gotovo.store.tables.orders.import_checkpoints import ImportCheckpointStore


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
    """Where checkpoints are kept, by the name of the import."""

    async def get(self, name: str) -> Checkpoint | None:
        """Return the checkpoint of an import that was begun and not finished."""
        ...

    async def put(self, name: str, checkpoint: Checkpoint) -> None:
        """Remember how far an import has come."""
        ...

    async def remove(self, name: str) -> None:
        """Forget an import that is finished."""
        ...


class StoredCheckpoints:
    """Checkpoints in the database that the orders go into."""

    def __init__(self, store: ImportCheckpointStore) -> None:
        """Keep them in this table."""
        self._store = store

    async def get(self, name: str) -> Checkpoint | None:
        """Return the checkpoint of an import that was begun and not finished."""
        numbers = await self._store.get(name)
        return None if numbers is None else Checkpoint(*numbers)

    async def put(self, name: str, checkpoint: Checkpoint) -> None:
        """Remember how far an import has come."""
        await self._store.put(name, structs.astuple(checkpoint))

    async def remove(self, name: str) -> None:
        """Forget an import that is finished."""
        await self._store.remove(name)


class ForgetfulCheckpoints:
    """Checkpoints for a dry run: nothing is kept, nothing was begun before."""

    async def get(self, name: str) -> Checkpoint | None:
        """Return nothing."""
        del name

    async def put(self, name: str, checkpoint: Checkpoint) -> None:
        """Keep nothing."""

    async def remove(self, name: str) -> None:
        """Have nothing to forget."""
