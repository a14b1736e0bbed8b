"""A request as the pages see it: taken apart where it is asked about, and no earlier."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Final
from urllib.parse import parse_qsl

from gotovo.web.asgi import Receive, Scope
from gotovo.web.site.errors import BadRequest, TooLarge, TooSlow

BODY_BYTES_MAX: Final = 16_384
"""The largest form here has a handful of short fields."""

BODY_SECONDS_MAX: Final = 5.0
"""How long a whole form may take: the server itself waits for ever."""

_QUERY_BYTES_MAX = 8_192  # Longer than any address of ours; what follows is not looked at.


class Request:
    """One request; its body is read by whoever wants it, once."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        """Take what the server knows."""
        self.method: Final[str] = scope["method"]
        self.path: Final[str] = scope["path"]
        self.query_string: Final[bytes] = scope.get("query_string", b"")
        client = scope.get("client")
        self.address: Final[str] = client[0] if client else ""
        self._said: Final[Sequence[tuple[bytes, bytes]]] = scope["headers"]
        self._headers: dict[bytes, bytes] = dict(self._said)
        self._receive = receive

    def header(self, name: bytes) -> str | None:
        """Return a header by its name in small letters; header bytes are Latin-1."""
        value = self._headers.get(name)
        return None if value is None else value.decode("latin-1")

    @cached_property
    def query(self) -> Mapping[str, str]:
        """Return what the address asks for; of a name said twice, the first counts."""
        if not self.query_string:
            return {}
        said = self.query_string[:_QUERY_BYTES_MAX].decode("latin-1")
        return _first_of_each(parse_qsl(said, keep_blank_values=True))

    @cached_property
    def cookies(self) -> Mapping[str, str]:
        """Return what the browser keeps for us; of a name sent twice, the first counts."""
        said = b";".join(value for name, value in self._said if name == b"cookie")  # HTTP/2 splits
        pairs = (each.partition("=") for each in said.decode("latin-1").split(";"))
        return _first_of_each((name.strip(), value.strip()) for name, _, value in pairs)

    async def body(
        self, bytes_max: int = BODY_BYTES_MAX, seconds_max: float = BODY_SECONDS_MAX
    ) -> bytes:
        """Return the whole body, or raise when it is too large, too slow, or breaks off."""
        try:
            async with asyncio.timeout(seconds_max):
                return await self._whole(bytes_max)
        except TimeoutError as error:
            raise TooSlow from error

    async def _whole(self, bytes_max: int) -> bytes:
        body = bytearray()
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise BadRequest
            body += message.get("body", b"")
            if len(body) > bytes_max:
                raise TooLarge
            if not message.get("more_body", False):
                return bytes(body)


def _first_of_each(pairs: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs:
        found.setdefault(name, value)
    return found
