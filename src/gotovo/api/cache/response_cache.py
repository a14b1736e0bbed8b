"""Response cache, validated against the journal before each hit."""

from collections.abc import Awaitable, Callable, Hashable
from http import HTTPStatus

from starlette.responses import Response

from gotovo.engine.changes import ChangeReader
from gotovo.http.caching.validated_cache import ValidatedCache
from gotovo.http.hot_paths import HotResponse

CACHE_BYTES_MAX = 8 * 2**20
"""Some 450 lists of twenty orders, or 4,000 timelines."""


class ResponseCache:
    """The newest responses, by their subject: an order's number, or a customer's id."""

    def __init__(self, reader: ChangeReader) -> None:
        self._cache: ValidatedCache[bytes] = ValidatedCache(reader, CACHE_BYTES_MAX)

    async def respond(
        self, subject: str, variant: Hashable, make: Callable[[], Awaitable[Response]]
    ) -> Response:
        """Return the response as it would be made now.

        Besides its subject it may depend on `variant` alone, and never on the time.
        """
        key = subject, variant
        found = await self._cache.find(key)
        if found is not None:
            return HotResponse(found)
        read_at = await self._cache.begin()
        response = await make()
        if response.status_code == HTTPStatus.OK:
            body = bytes(response.body)
            self._cache.store(key, subject, body, len(body), read_at)
        return response
