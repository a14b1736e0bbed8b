"""Response cache, validated against the journal before each hit.

Events recorded since the last validation drop the responses about their orders and buyers.
Requests share a validation, as commands share a commit; it begins after each of them has arrived,
so every response contains what was committed before its request. No change is missed, because the
change reader skips none.

That takes one lane. On a cluster, where every home has its own, nothing is cached.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from http import HTTPStatus

from starlette.responses import Response

from gotovo.engine.changes import ChangeReader
from gotovo.engine.ports import OrderChange
from gotovo.http.hot_paths import HotResponse
from gotovo.store.reads.dataloader import DataLoader

CACHE_BYTES_MAX = 16 * 2**20
"""Some 600 lists of twenty orders, or 8,000 timelines."""

CHANGED_MAX = 20_000
"""Subjects remembered with their last change, so that a response that was being made meanwhile is
not cached: as many as change in ten busy seconds, longer than any read takes."""

_UNKNOWN = -1


class ResponseCache:
    """The newest responses, by their subject: an order's number, or a customer's id."""

    def __init__(self, reader: ChangeReader) -> None:
        self._reader = reader
        self._has_one_lane = len(reader.lanes) == 1
        self._validation = DataLoader(self._validate)
        # To find the first entry, a plain dict passes all that were dropped before it.
        self._cached: OrderedDict[str, dict[Hashable, bytes]] = OrderedDict()
        self._changed: OrderedDict[str, int] = OrderedDict()
        self._position = _UNKNOWN
        self._remembered_from = _UNKNOWN
        self.bytes = 0
        if self._has_one_lane:
            reader.observe(self)

    async def respond(
        self, subject: str, variant: Hashable, make: Callable[[], Awaitable[Response]]
    ) -> Response:
        """Return the response as it would be made now.

        Besides its subject it may depend on `variant` alone, and never on the time.
        """
        if not self._has_one_lane:
            return await make()
        if self._position == _UNKNOWN or self._find(subject, variant) is not None:
            await self._validation.get(None)
            found = self._find(subject, variant)
            if found is not None:
                return HotResponse(found)
        began = self._position
        response = await make()
        if response.status_code == HTTPStatus.OK:
            self._store(subject, variant, bytes(response.body), began)
        return response

    def receive(self, lane: int, changes: Sequence[OrderChange]) -> None:  # noqa: ARG002
        """Drop the responses about what has changed."""
        for change in changes:
            self._change(change.number, change.position)
            self._change(change.customer, change.position)
        self._position = changes[-1].position

    def reset(self, lane: int, head: int) -> None:  # noqa: ARG002
        """Drop everything: what changed up to this position is not known one by one."""
        self._cached.clear()
        self._changed.clear()
        self.bytes = 0
        self._position = self._remembered_from = head

    async def _validate(self, keys: Sequence[None]) -> dict[None, None]:
        await self._reader.catch_up()
        return dict.fromkeys(keys)

    def _find(self, subject: str, variant: Hashable) -> bytes | None:
        variants = self._cached.get(subject)
        return None if variants is None else variants.get(variant)

    def _store(self, subject: str, variant: Hashable, body: bytes, began: int) -> None:
        """Cache a response, unless its subject may have changed since its making began."""
        if began < self._remembered_from or self._changed.get(subject, _UNKNOWN) > began:
            return
        variants = self._cached.pop(subject, {})
        self.bytes += len(body) - len(variants.get(variant, b""))
        variants[variant] = body
        self._cached[subject] = variants
        while self.bytes > CACHE_BYTES_MAX:
            self._uncount(self._cached.popitem(last=False)[1])

    def _uncount(self, variants: Mapping[Hashable, bytes]) -> None:
        self.bytes -= sum(map(len, variants.values()))

    def _change(self, subject: str, position: int) -> None:
        variants = self._cached.pop(subject, None)
        if variants is not None:
            self._uncount(variants)
        self._changed[subject] = position
        self._changed.move_to_end(subject)
        if len(self._changed) > CHANGED_MAX:
            _, first = self._changed.popitem(last=False)
            self._remembered_from = max(self._remembered_from, first)
