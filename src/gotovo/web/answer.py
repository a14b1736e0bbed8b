"""What a page answers with: complete, so that its length is known before the first byte.

News of open pages are the exception: a stream has no end.
"""

from collections.abc import AsyncGenerator
from typing import Final

from msgspec import Struct

Header = tuple[bytes, bytes]

HTML: Final = b"text/html; charset=utf-8"


class Answer(Struct, frozen=True):
    """A status, the bytes, and what is said about them."""

    status: int
    body: bytes = b""
    media_type: bytes = HTML
    headers: tuple[Header, ...] = ()


class Stream(Struct, frozen=True):
    """An answer without an end: what is said at once, and what follows until somebody leaves."""

    first: bytes
    chunks: AsyncGenerator[bytes, None]
    media_type: bytes
