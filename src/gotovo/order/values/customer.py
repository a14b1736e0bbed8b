"""The customer in the journal: a keyed digest of the phone, never the phone itself.

The journal is never edited, so it may hold nothing personal. Name, phone, e-mail and address are a
`Contact`, stored beside the order and erasable; the placement event has its digest, so that an
audit notices a contact changed by hand.
"""

import hashlib
import hmac

import msgspec

from gotovo.value import Value


class Contact(Value, frozen=True, omit_defaults=True):
    """How to reach the buyer; `phone` is E.164, `locale` a BCP 47 tag, `address` the courier's.

    `postcode` is the address's, as `plain_postcode` writes it; it decides which warehouses serve
    the order (rule 4.1) and stands in no event.
    """

    phone: str
    name: str = ""
    email: str = ""
    locale: str = "ru"
    address: str = ""
    postcode: str = ""


def customer_id(secret: bytes, phone: str) -> str:
    """Return 32 hex digits: always the same for one phone, and unknown without the secret."""
    return _keyed(secret, b"customer:" + phone.encode())


def home_of_customer(customer: str) -> int:
    """Return the home (0..255) of everything this customer orders; it never changes."""
    return int(customer[:2], 16)


def contact_digest(secret: bytes, contact: Contact) -> str:
    """Return 32 hex digits that only the same contact under the same secret gives."""
    return _keyed(secret, b"contact:" + msgspec.json.encode(contact))


def _keyed(secret: bytes, text: bytes) -> str:
    return hmac.digest(secret, text, hashlib.sha256)[:16].hex()
