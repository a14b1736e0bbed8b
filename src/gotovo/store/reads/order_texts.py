"""The words of texts about orders, joined to events with their digests whenever these are read.

Nothing keeps them: whatever shows words asks for them anew, so that erased ones are gone at once.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

import asyncpg

from gotovo.order.replay import Recorded
from gotovo.order.values.number import home_of
from gotovo.order.values.texts.order_text import TextDigest, TextKey, Words, digest_in
from gotovo.store.postgres.connection_cache import ConnectionCache
from gotovo.store.postgres.statements import load_statements
from gotovo.store.reads.dataloader import DataLoader

_sql = load_statements("reads/order_texts.sql")
_NOTHING: Final[Words] = {}


class OrderTextReads:
    """Reads of words; whoever has no text to read pays for no statement."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; the reads of many callers are one statement."""
        self._connections = ConnectionCache(pool)
        self._loader = DataLoader(self._words)

    async def of_history(self, history: Sequence[Recorded]) -> Words:
        """Return the words of all texts in a history that were not erased."""
        keys = [TextKey(x.number, digest) for x in history if (digest := digest_in(x.body))]
        if not keys:
            return _NOTHING
        return {key.digest: words for key, words in (await self.of_keys(keys)).items()}

    async def of_keys(self, keys: Sequence[TextKey]) -> Mapping[TextKey, str]:
        """Return the words of these texts that were not erased."""
        every = dict.fromkeys(keys)
        found = await asyncio.gather(*(self._loader.get(key) for key in every))
        return {key: said for key, said in zip(every, found, strict=True) if said is not None}

    async def _words(self, keys: Sequence[TextKey]) -> Mapping[TextKey, str]:
        numbers = [key.number for key in keys]
        homes = [home_of(number) for number in numbers]
        digests = [key.digest for key in keys]
        rows = await self._connections.fetch(_sql["words"], homes, numbers, digests)
        return {TextKey(row["number"], TextDigest(row["digest"])): row["said"] for row in rows}
