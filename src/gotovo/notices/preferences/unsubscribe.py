"""Unsubscribe links: an address in an e-mail that switches its kind of e-mails off (RFC 8058).

Whoever has the e-mail may use the link, signed in or not, as often as they like: it says whom and
what it is about, and is signed with a key for tokens. It can do nothing but switch that one off.
"""

import hashlib
import hmac
from collections.abc import Callable, Sequence
from string import hexdigits
from typing import Final

from msgspec import Struct

from gotovo.notices.preferences.preferences import OPTIONAL
from gotovo.notices.rules import NoticeKind

UNSUBSCRIBE_PATH: Final = "/unsubscribe/"
"""What every link begins with, after scheme and host; the token follows."""

_CUSTOMER_CHARACTERS: Final = 32
_SIGNATURE_CHARACTERS: Final = 40
"""160 bits in hexadecimal."""

_PARTS: Final = 3


class Unsubscription(Struct, frozen=True):
    """Who wants no more e-mails of a kind."""

    customer: str
    kind: NoticeKind


class UnsubscribeLinks:
    """Makes and reads links; those of older keys are read as well."""

    def __init__(self, site: str, keys: Callable[[], Sequence[bytes]]) -> None:
        """`site` is the address of the buyer's pages; `keys` begin with the newest."""
        self._site = site
        self._keys = keys

    def url(self, customer: str, kind: NoticeKind) -> str:
        """Return the link of a customer and a kind, empty where there is nothing to switch off."""
        if not self._site or not kind.may_be_off:
            return ""
        return f"{self._site}{UNSUBSCRIBE_PATH}{self.token(Unsubscription(customer, kind))}"

    def token(self, wanted: Unsubscription) -> str:
        """Return what the link ends with."""
        return f"{wanted.kind}.{wanted.customer}.{_signature(self._keys()[0], wanted)}"

    def read(self, token: str) -> Unsubscription | None:
        """Return what a token is about, None for one that is not ours."""
        parts = token.split(".")
        if len(parts) != _PARTS:
            return None
        kind, customer, signature = parts
        if kind not in OPTIONAL or not _is_customer(customer) or not signature.isascii():
            return None
        wanted = Unsubscription(customer, NoticeKind(kind))
        known = [hmac.compare_digest(signature, _signature(key, wanted)) for key in self._keys()]
        return wanted if any(known) else None


def _is_customer(text: str) -> bool:
    return len(text) == _CUSTOMER_CHARACTERS and set(text) <= set(hexdigits)


def _signature(key: bytes, wanted: Unsubscription) -> str:
    about = f"unsubscribe: {wanted.kind}:{wanted.customer}"
    return hmac.digest(key, about.encode(), hashlib.sha256).hex()[:_SIGNATURE_CHARACTERS]
