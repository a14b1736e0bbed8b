"""Cursors of the feed, sealed for readers who may not count the events of the whole network.

A position counts every event of every shop. Who reads the network's feed gets positions as they
are; a shop and a buyer get them encrypted under a purpose of the secret and bound to the reader
(AES-SIV, RFC 5297): cursors of two instants tell nothing about what happened in between, and none
can be made or carried from one reader to another. A random salt keeps two cursors of the
same position from being alike: equal ones would tell that nothing has happened.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
import struct
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

Cursor = tuple[int, ...]
"""The position reached in each lane."""

_PURPOSE: Final = b"feed cursors"
_SALT_BYTES: Final = 8
_NO_SALT: Final = bytes(_SALT_BYTES)
_TAG_BYTES: Final = 16
_PLAIN: Final = re.compile(r"[0-9]{1,18}")


class FeedCursors:
    """Writes and reads cursors; a reader of None is of the network and gets positions."""

    def __init__(self, secret: bytes) -> None:
        """Derive the key; cursors end with the secret."""
        self._cipher = AESSIV(hmac.digest(secret, _PURPOSE, hashlib.sha256))

    def text(self, cursor: Cursor, reader: str | None) -> str:
        """Return a cursor to continue from, on a single node one number or 43 characters."""
        return _plain(cursor) if reader is None else self._sealed(cursor, reader, _salt())

    def text_of_event(self, cursor: Cursor, reader: str | None) -> str:
        """Return the cursor of one of the reader's own events.

        On a single node it is the same whenever the event is read: it tells of no other one.
        """
        if reader is None:
            return _plain(cursor)
        return self._sealed(cursor, reader, _NO_SALT if len(cursor) == 1 else _salt())

    def positions(self, text: str, reader: str | None, lanes: int) -> Cursor | None:
        """Return the positions in a cursor, None where this reader never got it."""
        if reader is None:
            parts = text.split(".")
            are_right = len(parts) == lanes and all(map(_PLAIN.fullmatch, parts))
            return tuple(map(int, parts)) if are_right else None
        sealed = _bytes_of(text)
        if len(sealed) != _TAG_BYTES + _SALT_BYTES * (lanes + 1):
            return None
        try:
            opened = self._cipher.decrypt(sealed, [reader.encode()])
        except InvalidTag:
            return None
        return struct.unpack(f">{lanes}Q", opened[_SALT_BYTES:])

    def _sealed(self, cursor: Cursor, reader: str, salt: bytes) -> str:
        opened = salt + struct.pack(f">{len(cursor)}Q", *cursor)
        sealed = self._cipher.encrypt(opened, [reader.encode()])
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def shop_reader(shop: str | None) -> str | None:
    """Return the reader that the keys of a shop are, None for keys of the network."""
    return None if shop is None else f"shop:{shop}"


def buyer_reader(customer: str) -> str:
    """Return the reader that a buyer is."""
    return f"buyer:{customer}"


def _salt() -> bytes:
    return secrets.token_bytes(_SALT_BYTES)


def _plain(cursor: Cursor) -> str:
    """Return the positions joined by dots; on a single node it is one number."""
    if len(cursor) == 1:
        return str(cursor[0])
    return ".".join(map(str, cursor))


def _bytes_of(text: str) -> bytes:
    """Return what a text in base64 holds, nothing where it is none."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return b""
