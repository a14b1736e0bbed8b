"""The cash register port: how a receipt is registered, by a provider or a service.

RegisterError            a receipt was not registered
├── RegisterRefused      for good: asking again changes nothing, a person has to look
└── RegisterUnavailable  for now: the same may be asked again, under the same key
"""

from collections.abc import Collection
from enum import StrEnum
from typing import Final, Protocol

from msgspec import Struct

from gotovo.payments.receipts.fiscal_document import FiscalDocument

URL_MAX: Final = 1_000
"""Characters of a link that is kept; those of operators have a hundred."""


class RegisterError(Exception):
    """A receipt was not registered; the message names no person and no secret."""


class RegisterRefused(RegisterError):
    """The register will never take it; `code` is its own word."""

    def __init__(self, reason: str, *, code: str = "") -> None:
        super().__init__(reason)
        self.code = code


class RegisterUnavailable(RegisterError):
    """The register can't be reached, or is busy; `retry_after` is what it asks for, in seconds.

    The receipt may have been taken all the same: ask again, with the same key.
    """

    def __init__(self, reason: str, *, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class RegisterState(StrEnum):
    """Where a receipt is at its register."""

    PENDING = "pending"
    REGISTERED = "registered"
    FAILED = "failed"  # it never will be, under this key


class FiscalContact(Struct, frozen=True):
    """Where the receipt is sent (tag 1008): an e-mail, or a phone in E.164."""

    email: str = ""
    phone: str = ""


class RegisterRequest(Struct, frozen=True, kw_only=True):
    """What is to be registered, once for each key.

    `is_again`: it was asked for before, and the answer is not known. `others` are the register's
    ids of the order's other receipts.
    """

    document: FiscalDocument
    contact: FiscalContact
    key: str
    is_again: bool = False
    others: Collection[str] = ()


class FiscalRecord(Struct, frozen=True):
    """What proves a receipt: numbers of the drive (1041), document (1040) and its sign (1077).

    `url` is where the buyer sees it, empty where the register gives none.
    """

    drive: str
    document: str
    sign: str
    url: str = ""


class RegisterAnswer(Struct, frozen=True, kw_only=True):
    """A receipt as its register has it; `record` is there once it is registered.

    One that failed may be asked for under another key unless it `is_final`.
    """

    reference: str
    state: RegisterState
    record: FiscalRecord | None = None
    reason: str = ""
    is_final: bool = False


class RegisterHealth(Struct, frozen=True):
    """Whether a register can be reached with our credentials, and why not."""

    reachable: bool
    reason: str = ""


class CashRegister(Protocol):
    """A cash register behind a provider or a service. `register` and `look_up` raise."""

    @property
    def name(self) -> str:
        """Return what it is called in settings and rows: `yookassa`."""
        ...

    async def register(self, request: RegisterRequest) -> RegisterAnswer:
        """Ask for a receipt, once for each key."""
        ...

    async def look_up(self, reference: str) -> RegisterAnswer:
        """Look a receipt up."""
        ...

    async def health(self) -> RegisterHealth:
        """Ask whether the register can be reached; nothing is registered, nothing raised."""
        ...


def link_of(url: object) -> str:
    """Return a link that pages may show; nothing but https is one."""
    is_link = isinstance(url, str) and url.startswith("https://") and url.isprintable()
    return url if isinstance(url, str) and is_link and len(url) <= URL_MAX else ""
