"""Unsubscribe links: an address in an e-mail that switches its kind of e-mails off (RFC 8058).

Whoever has the e-mail may use the link, signed in or not, as often as they like: it says whom and
what it is about, and since when, and is signed with a key for tokens. It can do nothing but switch
that one off, and nothing at all once the phone has another owner (`preferences.py`).
"""

import hashlib
import hmac
from collections.abc import Callable, Sequence
from datetime import date
from string import hexdigits
from typing import Final

from msgspec import Struct

from gotovo.notices.preferences.preferences import OPTIONAL
from gotovo.notices.rules import NoticeKind

UNSUBSCRIBE_PATH: Final = "/unsubscribe/"
"""What every link begins with, after scheme and host; the token follows."""

_CUSTOMER_CHARACTERS: Final = 32
_DAY_DIGITS: Final = 8
_SIGNATURE_CHARACTERS: Final = 40
"""160 bits in hexadecimal."""

_PARTS: Final = 4


class Unsubscription(Struct, frozen=True):
    """Who wants no more e-mails of a kind, by the link of which day (UTC)."""

    customer: str
    kind: NoticeKind
    issued_on: date


class UnsubscribeLinks:
    """Makes and reads links; those of older keys are read as well."""

    def __init__(self, site: str, keys: Callable[[], Sequence[bytes]]) -> None:
        """`site` is the address of the buyer's pages; `keys` begin with the newest."""
        self._site = site
        self._keys = keys

    def url(self, customer: str, kind: NoticeKind, today: date) -> str:
        """Return the link of a customer and a kind, empty where there is nothing to switch off."""
        if not self._site or not kind.may_be_off:
            return ""
        return f"{self._site}{UNSUBSCRIBE_PATH}{self.token(Unsubscription(customer, kind, today))}"

    def token(self, wanted: Unsubscription) -> str:
        """Return what the link ends with."""
        signature = _signature(self._keys()[0], wanted)
        return f"{wanted.kind}.{wanted.customer}.{_written(wanted.issued_on)}.{signature}"

    def read(self, token: str) -> Unsubscription | None:
        """Return what a token is about, None for one that is not ours."""
        parts = token.split(".")
        if len(parts) != _PARTS:
            return None
        kind, customer, day, signature = parts
        issued_on = _day(day)
        if kind not in OPTIONAL or not _is_customer(customer) or not signature.isascii():
            return None
        if issued_on is None:
            return None
        wanted = Unsubscription(customer, NoticeKind(kind), issued_on)
        known = [hmac.compare_digest(signature, _signature(key, wanted)) for key in self._keys()]
        return wanted if any(known) else None


def _is_customer(text: str) -> bool:
    return len(text) == _CUSTOMER_CHARACTERS and set(text) <= set(hexdigits)


def _written(day: date) -> str:
    return f"{day:%Y%m%d}"


def _day(text: str) -> date | None:
    """Return the day of a link, None for what is none."""
    if len(text) != _DAY_DIGITS or not (text.isascii() and text.isdigit()):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def _signature(key: bytes, wanted: Unsubscription) -> str:
    about = f"unsubscribe: {wanted.kind}:{wanted.customer}:{_written(wanted.issued_on)}"
    return hmac.digest(key, about.encode(), hashlib.sha256).hex()[:_SIGNATURE_CHARACTERS]
