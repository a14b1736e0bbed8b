"""Texts of a batch: what people typed with its commands, salted, and what orders have already.

A decision must not draw random values, so a batch comes with a seed of random bytes, and the salts
of its texts are derived from that. The same words said again of one order are the same text where
a command is compared with them: a claim told twice is one claim (rule 4.13).
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Final

from msgspec import Struct

from gotovo.engine.submission import Submission
from gotovo.order.lifecycle import TABLE
from gotovo.order.steps.return_claim import ClaimReturn
from gotovo.order.values.texts.order_text import (
    SALT_BYTES,
    OrderText,
    free_text_field,
    order_text,
)

SEED_BYTES: Final = 32
"""More than any salt that is derived from it."""

TEXT_FIELDS: Final[Mapping[type[Struct], str]] = {
    row.command: name for row in TABLE if (name := free_text_field(row.command)) is not None
}
"""The field of each command that holds free text; most commands have none."""

_COMPARED: Final = frozenset({ClaimReturn})
"""Commands that the words of earlier ones decide."""


def typed_words(command: Struct) -> str:
    """Return the free text in a command, empty if there is none."""
    field = TEXT_FIELDS.get(type(command))
    return "" if field is None else getattr(command, field)


def compared_orders(submissions: Iterable[Submission]) -> list[str]:
    """Return the orders whose stored texts these commands are decided by."""
    comparing = (x for x in submissions if type(x.command) in _COMPARED)
    return [x.number for x in comparing if typed_words(x.command)]


class WorkingTexts:
    """The texts of a batch while it is being decided."""

    def __init__(self, seed: bytes, stored: Mapping[str, Sequence[OrderText]]) -> None:
        self._seed = seed
        self._drawn = count()
        self._known = {
            number: {text.words: text for text in texts} for number, texts in stored.items()
        }
        self._written: dict[str, list[OrderText]] = {}

    def typed(self, submission: Submission) -> OrderText | None:
        """Return the text of a command, None if it has none.

        It is one that the order has already where the command is compared with that.
        """
        words = typed_words(submission.command)
        if not words:
            return None
        if type(submission.command) in _COMPARED:
            known = self._known.get(submission.number, {}).get(words)
            if known is not None:
                return known
        return order_text(self._salt(), words)

    def record(self, number: str, text: OrderText, events: Iterable[Struct]) -> None:
        """Keep the words of a text that an event has the digest of."""
        if not any(getattr(event, "text_digest", None) == text.digest for event in events):
            return
        known = self._known.setdefault(number, {})
        if known.get(text.words) is not text:
            known[text.words] = text
            self._written.setdefault(number, []).append(text)

    def forget(self, number: str) -> None:
        """Forget the words that were typed about an order so far."""
        self._known.pop(number, None)
        self._written.pop(number, None)

    def written(self, number: str) -> tuple[OrderText, ...]:
        """Return the texts that are new in this batch."""
        return tuple(self._written.get(number, ()))

    def _salt(self) -> bytes:
        place = next(self._drawn).to_bytes(8)
        return hashlib.sha256(self._seed + place).digest()[:SALT_BYTES]
