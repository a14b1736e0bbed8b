"""Identifiers derived from a row, so that importing it again is idempotent.

They are derived in the namespace of the shop and of the system that the row is from.
"""

import hashlib
import hmac
import uuid

import msgspec

from gotovo.exchange.imports.order_steps import ImportStep
from gotovo.order.values.customer import customer_id, home_of_customer
from gotovo.order.values.number import NUMBERS_PER_HOME, draw

_NAMESPACE = uuid.UUID("b1c5b1de-6e3c-5d0e-8f0b-3c1d1d0a9e55")


def customer_of(secret: bytes, namespace: str, customer: str, external_id: str) -> str:
    """Return the pseudonym of a customer; a row without one gets a customer of its own."""
    return customer_id(secret, f"{namespace}\n{customer or '#' + external_id}")


def number_of(secret: bytes, namespace: str, external_id: str, customer: str, attempt: int) -> str:
    """Return the order's number; another attempt gives another number, in case one is taken."""
    text = f"import\n{namespace}\n{external_id}\n{attempt}".encode()
    index = int.from_bytes(hmac.digest(secret, text, hashlib.sha256)[:8], "big") % NUMBERS_PER_HOME
    return draw(home_of_customer(customer), index)


def command_id_of(namespace: str, external_id: str, step: ImportStep) -> uuid.UUID:
    """Return the command id of this step of this order, the same on every import."""
    return uuid.uuid5(_NAMESPACE, f"{namespace}\n{external_id}\n{step.name}")


def fingerprint_of(step: ImportStep) -> bytes:
    """Return a 16-byte digest of the command, so that a changed row is detected."""
    asked = msgspec.json.encode((step.command, step.at))
    return hashlib.sha256(asked).digest()[:16]
