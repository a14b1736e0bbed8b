"""Whether the journal may have grown: a hint from our own commits, a look now and then for others'.

The one who waits is the reader of the tail; a hint too many costs it a read, and one too few
costs all who follow `LOOK_SECONDS`.
"""

import asyncio

LOOK_SECONDS = 0.5
"""How late an event may be that another process committed. A look is one statement a process,
however many follow."""


class News:
    """A counter of hints that can be waited for."""

    def __init__(self) -> None:
        """Begin without news."""
        self.count = 0
        self.is_over = False
        self._changed = asyncio.Event()

    def tell(self) -> None:
        """Wake who waits; the engine calls this after each commit."""
        self.count += 1
        self._changed.set()
        self._changed = asyncio.Event()

    def close(self) -> None:
        """End every stream, because this process is asked to stop; a server waits for them."""
        self.is_over = True
        self.tell()

    async def wait(self, known: int) -> None:
        """Return when there are more hints than `known`, at the latest after a while."""
        if self.count != known:
            return
        try:
            await asyncio.wait_for(self._changed.wait(), LOOK_SECONDS)
        except TimeoutError:
            return
