"""The server's side of ASGI: messages that arrive, and a record of those that are sent."""

import asyncio
from collections.abc import Sequence
from typing import Any

from starlette.types import Message, Receive, Scope


def scope_of(method: str = "GET", path: str = "/", **headers: str) -> Scope:
    """Return the scope of a request; an underscore in a header's name is a dash."""
    pairs = [(name.replace("_", "-").encode(), headers[name].encode()) for name in headers]
    return {"type": "http", "method": method, "path": path, "query_string": b"", "headers": pairs}


def receiving(*chunks: bytes, is_complete: bool = True) -> Receive:
    """Return a `receive` that gives a body in chunks; one that breaks off ends in a disconnect."""
    last = len(chunks) - 1
    messages: list[Message] = [
        {"type": "http.request", "body": chunk, "more_body": i < last or not is_complete}
        for i, chunk in enumerate(chunks)
    ]

    async def receive() -> Message:
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    return receive


async def never() -> Message:
    """Wait for a message that does not come."""
    await asyncio.Event().wait()
    raise AssertionError


class Sent:
    """A `send` that records what it is given."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def __call__(self, message: Message) -> None:
        self.messages.append(message)

    @property
    def bodies(self) -> Sequence[Any]:
        """The bodies in order; the last one of a finished stream is empty."""
        return [message["body"] for message in self.messages if "body" in message]

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """The headers of the response."""
        return self.messages[0]["headers"]
