"""Identification: what a buyer shows at the desk, in one of five ways and never by a code alone."""

from uuid import UUID

from gotovo.order.values.handover.proofs import NoCodeReason
from gotovo.order.values.number import parse
from gotovo.value import Value

_QR_SEPARATOR = "."


class ByQr(Value, frozen=True):
    """The QR of the buyer's account, as it was scanned."""

    qr: str

    @property
    def number(self) -> str | None:
        """Return the order that the QR is of, None where it is no QR of ours."""
        return parse(self.qr.partition(_QR_SEPARATOR)[0])


class ByNumber(Value, frozen=True):
    """The number of an order, with a code where the point demands one."""

    number: str
    code: str = ""


class ByPhone(Value, frozen=True):
    """The last four digits of the buyer's phone, and the code of any order of theirs here."""

    phone_last4: str
    code: str


class ByClerk(Value, frozen=True):
    """An order of which nothing was shown: why, in words where that is needed, and who agreed.

    `approval` is the id of what a second person granted.
    """

    number: str
    reason: NoCodeReason
    note: str = ""
    approval: UUID | None = None


Identification = ByQr | ByNumber | ByPhone | ByClerk
