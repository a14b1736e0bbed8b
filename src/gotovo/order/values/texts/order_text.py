"""Free text about an order: the history has a salted digest, the words lie beside it (rule 4.16).

The journal is never edited, so it may hold no sentence that a person typed: a clerk's note can name
anybody. An event has the digest of the text alone; the words and their salt are an `OrderText`,
stored beside the order and erasable. Without the salt nobody finds the words by trying sentences.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Annotated, Final, NamedTuple, NewType, get_args

from msgspec import Meta, Struct, structs

from gotovo.value import Value

TextDigest = NewType("TextDigest", str)
"""32 hex digits, or `NO_TEXT`."""

NO_TEXT: Final = TextDigest("")
"""The digest of an event that nobody added words to."""

SALT_BYTES: Final = 16
"""As many as the digest has: neither is found by trying."""

FreeText = Annotated[str, Meta(extra={"free_text": True})]
"""The type of a command's field that holds what a person typed; a command has one at most."""

Words = Mapping[TextDigest, str]
"""The words of an order's texts by their digest; those that were erased are absent."""

_FIELD: Final = b'"text_digest":"'
_DIGITS: Final = 32


class OrderText(Value, frozen=True):
    """The words of one text of an order, with the salt of their digest."""

    digest: TextDigest
    salt: bytes
    words: str


class TextKey(NamedTuple):
    """Where the words of a text are found: its order's number, and its digest."""

    number: str
    digest: TextDigest


def order_text(salt: bytes, words: str) -> OrderText:
    """Return a text under a salt of random bytes."""
    return OrderText(text_digest(salt, words), salt, words)


def text_digest(salt: bytes, words: str) -> TextDigest:
    """Return the digest that only the same words under the same salt have."""
    return TextDigest(hmac.digest(salt, words.encode(), hashlib.sha256)[:16].hex())


def digest_in(body: bytes) -> TextDigest:
    """Return the digest in an event's stored body without decoding it, `NO_TEXT` if it has none.

    Inside a JSON string quotes are escaped, so nothing else in a body looks like the field.
    """
    at = body.find(_FIELD)
    if at < 0:
        return NO_TEXT
    begin = at + len(_FIELD)
    return TextDigest(body[begin : begin + _DIGITS].decode())


def free_text_field(command: type[Struct]) -> str | None:
    """Return the name of a command's field that is free text, None if it has none."""
    found = [field.name for field in structs.fields(command) if is_free_text(field.type)]
    assert len(found) <= 1, command
    return found[0] if found else None


def is_free_text(kind: object) -> bool:
    """Return whether this is the type `FreeText`."""
    return any(isinstance(x, Meta) and "free_text" in (x.extra or {}) for x in get_args(kind))
