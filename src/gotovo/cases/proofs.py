"""Proofs: what is known of a case, by name. No names of people, no phones, no free text.

The type of a proof follows from its name. A name that stands nowhere here is shown as it is, so
that a new kind can bring its own; `words/cases` has the label of each that stands here.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

import msgspec

from gotovo.order.values.money import Money

Proof = str | Money | datetime
"""One value; instants are UTC."""

Proofs = Mapping[str, Proof]
"""What is known of a case, by name."""


class ProofType(StrEnum):
    """What a proof is, so that it can be shown as such."""

    MONEY = "money"
    INSTANT = "instant"
    ID = "id"  # it names something here or at a provider
    TEXT = "text"  # a word of a program: a state, a reason


PROOF_TYPES: Final[Mapping[str, ProofType]] = {
    # Whose money, where, and for what.
    "provider": ProofType.ID,
    "payment_id": ProofType.ID,
    "reference": ProofType.ID,
    "account": ProofType.ID,
    "refund": ProofType.ID,
    "provider_id": ProofType.ID,
    "receipt_id": ProofType.ID,
    "named_order": ProofType.ID,
    "named_attempt": ProofType.ID,
    "asked_order": ProofType.ID,
    # Sums: `captured` is what a provider has of a payment.
    "amount": ProofType.MONEY,
    "captured": ProofType.MONEY,
    "asked": ProofType.MONEY,
    "recorded": ProofType.MONEY,
    "refunded": ProofType.MONEY,
    "refunded_by_order": ProofType.MONEY,
    # Instants.
    "captured_at": ProofType.INSTANT,
    "created_at": ProofType.INSTANT,
    "asked_at": ProofType.INSTANT,
    "raised_at": ProofType.INSTANT,
    # A flag of an order: the event that put it up.
    "flag": ProofType.TEXT,
    "version": ProofType.ID,
    "raised_by": ProofType.TEXT,
    "step": ProofType.TEXT,
    # Words of programs.
    "reason": ProofType.TEXT,
    "state": ProofType.TEXT,
    "difference": ProofType.TEXT,
    # What came to a point, and what did not.
    "manifest": ProofType.ID,
    "acceptance": ProofType.ID,
    "point": ProofType.ID,
    "parcel": ProofType.ID,
    "box": ProofType.ID,
    "scan": ProofType.ID,
    "accepted_at": ProofType.INSTANT,
    "accepted_by": ProofType.TEXT,
    "answer": ProofType.TEXT,
    "belongs_to": ProofType.ID,
}
"""The type of each name; of any other name it is `text`."""

_MONEY: Final = re.compile(r"(?P<amount>-?[0-9]{1,18}) (?P<currency>[A-Z]{3})", re.ASCII)
_stored: Final = msgspec.json.Decoder(dict[str, str | Money])


def type_of_proof(name: str) -> ProofType:
    """Return what the proof of a name is."""
    return PROOF_TYPES.get(name, ProofType.TEXT)


def decode_proofs(stored: bytes | str) -> dict[str, Proof]:
    """Return stored proofs as typed values; one that does not have its type stays a text.

    An empty one is left out: it was not known.
    """
    return {name: _typed(name, each) for name, each in _stored.decode(stored).items() if each != ""}


def money_in(proofs: Proofs, name: str) -> Money | None:
    """Return a sum, None where it is not known."""
    found = proofs.get(name)
    return found if isinstance(found, Money) else None


def text_in(proofs: Proofs, name: str) -> str:
    """Return a text or an id, empty where it is not known."""
    found = proofs.get(name)
    return found if isinstance(found, str) else ""


def _typed(name: str, stored: str | Money) -> Proof:
    if not isinstance(stored, str):
        return stored
    match type_of_proof(name):
        case ProofType.MONEY:
            found = _MONEY.fullmatch(stored)
            return Money(int(found["amount"]), found["currency"]) if found else stored
        case ProofType.INSTANT:
            try:
                at = datetime.fromisoformat(stored)
            except ValueError:
                return stored
            return at.astimezone(UTC) if at.tzinfo else stored
        case _:
            return stored
