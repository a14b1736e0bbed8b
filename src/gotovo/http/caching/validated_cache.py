"""Cache of what is made from orders, validated against the journal before each hit.

Events recorded since the last validation drop what is cached about their orders and buyers.
Requests share a validation, as commands share a commit; it begins after each of them has arrived,
so whatever is found contains what was committed before its request. No change is missed, because
the change reader skips none.

That takes one lane. On a cluster, where every home has its own, nothing is cached.
"""

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from typing import Final, Generic, TypeVar

from msgspec import Struct

from gotovo.engine.changes import ChangeReader
from gotovo.engine.ports import OrderChange
from gotovo.store.reads.dataloader import DataLoader

CHANGED_MAX = 20_000
"""Subjects remembered with their last change, so that what was being made meanwhile is not cached:
as many as change in ten busy seconds, longer than any read takes."""

ENTRY_BYTES: Final = 600
"""What an entry takes besides its value: keys, tuples, and its place in three mappings."""

_UNKNOWN: Final = -1

V = TypeVar("V")


class _Entry(Struct, Generic[V], frozen=True):
    subject: str
    value: V
    size: int
    read_at: int


class ValidatedCache(Generic[V]):
    """The newest values by their key; each is about one subject: an order, or a customer."""

    def __init__(self, reader: ChangeReader, bytes_max: int) -> None:
        """Cache as many bytes as are given."""
        self._reader = reader
        self._bytes_max = bytes_max
        self._has_one_lane = len(reader.lanes) == 1
        self._validation = DataLoader(self._validate)
        self._entries: OrderedDict[Hashable, _Entry[V]] = OrderedDict()
        self._keys: dict[str, set[Hashable]] = {}
        self._changed: OrderedDict[str, int] = OrderedDict()
        self._position = _UNKNOWN
        self._remembered_from = _UNKNOWN
        self.bytes = 0
        if self._has_one_lane:
            reader.observe(self)

    def peek(self, key: Hashable) -> V | None:
        """Return what is cached under a key, which may be outdated: see `find`."""
        entry = self._entries.get(key)
        return None if entry is None else entry.value

    async def find(self, key: Hashable) -> V | None:
        """Return what is cached under a key if it is what would be made now."""
        if key in self._entries:
            await self._validation.get(None)
        return self.peek(key)

    async def begin(self) -> int:
        """Return a position of the journal that whatever is read from now on contains."""
        if self._has_one_lane and self._position == _UNKNOWN:
            await self._validation.get(None)
        return self._position

    def store(self, key: Hashable, subject: str, value: V, size: int, read_at: int) -> None:
        """Cache a value that contains the journal up to a position, unless it is outdated."""
        is_outdated = self._changed.get(subject, _UNKNOWN) > read_at
        if not self._has_one_lane or read_at < self._remembered_from or is_outdated:
            return
        self._drop(key)
        self._entries[key] = _Entry(subject, value, size + ENTRY_BYTES, read_at)
        self._keys.setdefault(subject, set()).add(key)
        self.bytes += size + ENTRY_BYTES
        while self.bytes > self._bytes_max:
            self._drop(next(iter(self._entries)))

    def receive(self, lane: int, changes: Sequence[OrderChange]) -> None:  # noqa: ARG002
        """Drop what is about orders and customers that have changed."""
        for change in changes:
            self._change(change.number, change.position)
            self._change(change.customer, change.position)
        self._position = changes[-1].position

    def reset(self, lane: int, head: int) -> None:  # noqa: ARG002
        """Drop everything: what changed up to this position is not known one by one."""
        self._entries.clear()
        self._keys.clear()
        self._changed.clear()
        self.bytes = 0
        self._position = self._remembered_from = head

    async def _validate(self, keys: Sequence[None]) -> dict[None, None]:
        await self._reader.catch_up()
        return dict.fromkeys(keys)

    def _drop(self, key: Hashable) -> None:
        entry = self._entries.pop(key, None)
        if entry is None:
            return
        self.bytes -= entry.size
        keys = self._keys[entry.subject]
        keys.remove(key)
        if not keys:
            del self._keys[entry.subject]

    def _change(self, subject: str, position: int) -> None:
        for key in tuple(self._keys.get(subject, ())):
            if self._entries[key].read_at < position:
                self._drop(key)
        self._changed[subject] = position
        self._changed.move_to_end(subject)
        if len(self._changed) > CHANGED_MAX:
            _, forgotten = self._changed.popitem(last=False)
            self._remembered_from = max(self._remembered_from, forgotten)
