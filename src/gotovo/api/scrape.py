"""One scrape: its sources are read side by side, and one that fails takes no other with it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import structlog

from gotovo.store.postgres.unreachable import DATABASE_UNREACHABLE

SOURCE_SECONDS_MAX: Final = 4
"""For each source, of the ten seconds that Prometheus waits."""

Result = TypeVar("Result")

_log: Final = structlog.get_logger("gotovo")


class Scrape:
    """Reads sources; `failed` is 1 for each that could not be read, 0 for the others."""

    def __init__(self) -> None:
        """Begin with no source."""
        self.failed: dict[str, int] = {}

    async def read(
        self, source: str, read: Callable[[], Awaitable[Result]], otherwise: Result
    ) -> Result:
        """Return what a source tells, `otherwise` when it can't."""
        self.failed[source] = 1
        try:
            async with asyncio.timeout(SOURCE_SECONDS_MAX):
                result = await read()
        except DATABASE_UNREACHABLE:
            return otherwise  # /readyz says so, and the log of whoever needed the database
        except Exception as error:  # noqa: BLE001  (whatever it is, the other metrics are told)
            _log.error("metrics can't be read", source=source, error=error)
            return otherwise
        self.failed[source] = 0
        return result

    def render(self, source: str, render: Callable[[], bytes]) -> bytes:
        """Return the text of metrics, none when it can't be made."""
        self.failed[source] = 1
        try:
            text = render()
        except Exception as error:  # noqa: BLE001  (whatever it is, the other metrics are told)
            _log.error("metrics can't be read", source=source, error=error)
            return b""
        self.failed[source] = 0
        return text
