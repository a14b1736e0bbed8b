"""Cursors of the feed, sealed for readers who may not count the events of the whole network.

A position counts every event of every shop. Who reads the network's feed gets positions as they
are; a shop and a buyer get them encrypted under a purpose of the secret and bound to the reader
(AES-SIV, RFC 5297): cursors of two instants tell nothing about what happened in between, and none
can be made or carried from one reader to another. A random salt keeps two cursors of the
same position from being alike: equal ones would tell that nothing has happened.

Every cursor names the epoch that it was written in (`store/journal/epochs.py`). One of an epoch
before is as good, unless its reader had got further than where that epoch was left; then it is told
up to where what it has heard still stands.
"""

import base64
import binascii
import hashlib
import hmac
import itertools
import re
import secrets
import struct
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from gotovo.engine.ports import FeedEpoch
from gotovo.keyring.keyring import Keys

Cursor = tuple[int, ...]
"""The position reached in each lane."""

_PURPOSE: Final = b"feed cursors"
_SALT_BYTES: Final = 8
_NO_SALT: Final = bytes(_SALT_BYTES)
_TAG_BYTES: Final = 16
_EPOCH_BYTES: Final = 4
_NO_EPOCH: Final = ""
_PLAIN: Final = re.compile(r"(?:([0-9a-f]{8})-)?([0-9]{1,18}(?:\.[0-9]{1,18})*)")


class LeftHistory(NamedTuple):
    """A cursor of a history that was left; what its reader heard stands up to `resume`."""

    resume: Cursor


class FeedCursors:
    """Writes and reads cursors; a reader of None is of the network and gets positions.

    A journal that never had an epoch writes none into its cursors; those belong to its first one.
    """

    def __init__(self, keys: Callable[[], Keys], epochs: Sequence[FeedEpoch] = ()) -> None:
        """Write under the newest key, and read under every one."""
        self._keys = keys
        self._epoch = epochs[-1].id if epochs else _NO_EPOCH
        self._prefix = f"{self._epoch}-" if epochs else ""
        self._sealed_epoch = bytes.fromhex(self._epoch)
        self._first = epochs[0].id if epochs else _NO_EPOCH
        self._ends = _ends(epochs)

    def text(self, cursor: Cursor, reader: str | None) -> str:
        """Return a cursor to continue from, on a single node `epoch-position` or 48 characters."""
        return self._plain(cursor) if reader is None else self._sealed(cursor, reader, _salt())

    def text_of_event(self, cursor: Cursor, reader: str | None) -> str:
        """Return the cursor of one of the reader's own events.

        On a single node it is the same whenever the event is read: it tells of no other one.
        """
        if reader is None:
            return self._plain(cursor)
        return self._sealed(cursor, reader, _NO_SALT if len(cursor) == 1 else _salt())

    def positions(self, text: str, reader: str | None, lanes: int) -> Cursor | LeftHistory | None:
        """Return the positions in a cursor, None where this reader never got it.

        A LeftHistory where a restore has taken back what the reader heard.
        """
        read = _read(text, lanes) if reader is None else self._opened(text, reader, lanes)
        if read is None:
            return None
        epoch, cursor = read[0] or self._first, read[1]
        if epoch == self._epoch:
            return cursor
        end = self._ends.get(epoch, (0,) * lanes)
        resume = tuple(map(min, cursor, end))
        return cursor if resume == cursor else LeftHistory(resume)

    def _opened(self, text: str, reader: str, lanes: int) -> tuple[str, Cursor] | None:
        """Return what a sealed cursor holds; one of an earlier version of the program has no epoch.

        Its length tells: an epoch is half as long as a position.
        """
        sealed = _bytes_of(text)
        size = struct.calcsize(f">{lanes}Q")
        epoch_bytes = len(sealed) - _TAG_BYTES - _SALT_BYTES - size
        if epoch_bytes not in (0, _EPOCH_BYTES):
            return None
        whole = self._decrypted(sealed, reader)
        if whole is None:
            return None
        opened = whole[_SALT_BYTES:]
        positions = struct.unpack(f">{lanes}Q", opened[epoch_bytes:])
        return opened[:epoch_bytes].hex(), positions

    def _decrypted(self, sealed: bytes, reader: str) -> bytes | None:
        for key in self._keys().newest_first:
            try:
                return _cipher(key).decrypt(sealed, [reader.encode()])
            except InvalidTag:
                continue
        return None

    def _plain(self, cursor: Cursor) -> str:
        """Return the positions joined by dots, after the epoch; on one node it is one number."""
        if len(cursor) == 1:
            return f"{self._prefix}{cursor[0]}"
        return self._prefix + ".".join(map(str, cursor))

    def _sealed(self, cursor: Cursor, reader: str, salt: bytes) -> str:
        opened = salt + self._sealed_epoch + struct.pack(f">{len(cursor)}Q", *cursor)
        sealed = _cipher(self._keys().key).encrypt(opened, [reader.encode()])
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


@lru_cache(maxsize=16)
def _cipher(key: bytes) -> AESSIV:
    return AESSIV(hmac.digest(key, _PURPOSE, hashlib.sha256))


def shop_reader(shop: str | None) -> str | None:
    """Return the reader that the keys of a shop are, None for keys of the network."""
    return None if shop is None else f"shop:{shop}"


def buyer_reader(customer: str) -> str:
    """Return the reader that a buyer is."""
    return f"buyer:{customer}"


def _salt() -> bytes:
    return secrets.token_bytes(_SALT_BYTES)


def _ends(epochs: Sequence[FeedEpoch]) -> dict[str, Cursor]:
    """Return up to where each epoch but the last is still told."""
    ends: dict[str, Cursor] = {}
    end: Cursor = ()
    for epoch, next_one in reversed(list(itertools.pairwise(epochs))):
        began = tuple(next_one.positions)
        end = tuple(map(min, end, began)) if end else began
        ends[epoch.id] = end
    return ends


def _read(text: str, lanes: int) -> tuple[str, Cursor] | None:
    """Return the epoch and the positions that the network reads in a cursor."""
    found = _PLAIN.fullmatch(text)
    if found is None or not text.isascii():
        return None
    cursor = tuple(map(int, found[2].split(".")))
    return (found[1] or _NO_EPOCH, cursor) if len(cursor) == lanes else None


def _bytes_of(text: str) -> bytes:
    """Return what a text in base64 holds, nothing where it is none."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return b""
