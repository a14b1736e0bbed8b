"""The channel port: how a message is sent and what becomes of it, without knowing any order.

ChannelError             a message was not taken
├── MessageRefused       for good: sending it again changes nothing
└── ChannelUnavailable   for now: the same message may be sent again later
    ├── ChannelBusy      our own pace: the channel was not asked
    └── AllowanceSpent   our own limit of a day's cost: the channel was not asked
ReceiptRefused           a call-back is not the provider's, or can't be read
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Protocol, TypeVar

from msgspec import Struct

Message_contra = TypeVar("Message_contra", contravariant=True)


class ChannelError(Exception):
    """A message was not taken; nothing here says what it says or to whom it goes."""


class MessageRefused(ChannelError):
    """The provider will never take this message: a number that is none, a text it forbids.

    `code` and `words` are the provider's own, without phones and texts.
    """

    def __init__(self, reason: str, *, code: str = "", words: str = "") -> None:
        super().__init__(reason)
        self.code = code
        self.words = words


class ChannelUnavailable(ChannelError):
    """The provider did not take the message now; `retry_after` is the wait it asks for, in seconds.

    With `maybe_taken` its response was lost on the way: it may have taken the message all the same.
    """

    def __init__(
        self,
        reason: str,
        *,
        retry_after: float | None = None,
        code: str = "",
        maybe_taken: bool = False,
    ) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.code = code
        self.maybe_taken = maybe_taken


class ChannelBusy(ChannelUnavailable):
    """All processes together send as fast as they may; it is this message's turn later."""

    def __init__(self, retry_after: float) -> None:
        super().__init__("it waits for its turn", retry_after=retry_after)


class AllowanceSpent(ChannelUnavailable):
    """What messages to a country may cost in a day is used up."""


class ReceiptRefused(Exception):
    """A call-back that is forged or can't be read; the message says why, and nothing of it."""


class DeliveryState(StrEnum):
    """What is known of a message that was sent."""

    ACCEPTED = "accepted"  # by the provider
    SENT = "sent"  # by the provider to the phone's network
    DELIVERED = "delivered"  # to the phone
    UNDELIVERED = "undelivered"  # and never will be
    EXPIRED = "expired"  # the phone was not reached in time
    UNKNOWN = "unknown"  # the provider does not know either

    @property
    def is_final(self) -> bool:
        """Return whether no other state follows; receipts may arrive in any order."""
        return self in {DeliveryState.DELIVERED, DeliveryState.UNDELIVERED, DeliveryState.EXPIRED}


class MessageCost(Struct, frozen=True):
    """A sum in whole units of a currency (ISO 4217); a segment may cost less than its smallest."""

    amount: Decimal
    currency: str


class Sent(Struct, frozen=True):
    """A message that was taken: its id at the provider, which receipts name, empty without any.

    `segments` and `cost` are what is expected to be billed; None is a price that is not known.
    `text` is what was sent where it is not the whole letter. A channel whose receipts come sooner
    than the notice's rule allows says so in `arrives_within`.
    """

    provider_id: str = ""
    segments: int = 0
    cost: MessageCost | None = None
    text: str = ""
    arrives_within: timedelta | None = None


class ChannelHealth(Struct, frozen=True):
    """Whether a channel can be reached, why not, and what is left on the account if it tells.

    None is a provider that can't be asked without sending something.
    """

    reachable: bool | None
    reason: str = ""
    balance: MessageCost | None = None


class Receipt(Struct, frozen=True):
    """What a provider told of a message, by the id that `Sent` had; `code` is its own of a failure.

    `status` is the provider's word for the state.
    """

    provider_id: str
    state: DeliveryState
    status: str = ""
    code: str = ""


class ReceiptRequest(Struct, frozen=True):
    """A call-back as it came: `path` and `query` as in the request line, headers by lower names.

    The path ends with the secret token of the address that the provider was given.
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = {}
    body: bytes = b""


class Channel(Protocol[Message_contra]):
    """Sends messages of one kind: `PhoneMessage` to phones, `PushMessage` to browsers."""

    async def send(self, message: Message_contra) -> Sent:
        """Send the message, by its key the same each time; raise ChannelError if it is not taken.

        A provider that knows our ids sends a message once. Others send it again when their first
        response was lost.
        """
        ...

    async def health(self) -> ChannelHealth:
        """Ask whether a message would be taken now; nothing is sent, and nothing raised."""
        ...

    def receipts(self, request: ReceiptRequest) -> Sequence[Receipt]:
        """Return what a call-back tells, none if it is about something else.

        Raise ReceiptRefused for one that is not the provider's, or can't be read.
        """
        ...
