"""Producer spans of outgoing messages: through which channel, and whether it took them.

Neither the text nor who gets it is in the span.
"""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from opentelemetry.trace import SpanKind, Tracer, use_span

from gotovo.assembly.observability.tracing.failures import mark_failed
from gotovo.notices.channels.port import Channel, ChannelHealth, Receipt, ReceiptRequest, Sent

Message_contra = TypeVar("Message_contra", contravariant=True)


class TracedChannel(Generic[Message_contra]):
    """A channel around another one."""

    def __init__(self, channel: Channel[Message_contra], name: str, tracer: Tracer) -> None:
        self._channel = channel
        self._name = name
        self._tracer = tracer

    async def send(self, message: Message_contra) -> Sent:
        """Send a message within its span."""
        span = self._tracer.start_span(
            f"send {self._name}",
            kind=SpanKind.PRODUCER,
            attributes={"gotovo.channel": self._name, **_purpose(message)},
        )
        with use_span(
            span, end_on_exit=True, record_exception=False, set_status_on_exception=False
        ):
            try:
                return await self._channel.send(message)
            except BaseException as error:
                mark_failed(span, error)
                raise

    async def health(self) -> ChannelHealth:
        """Ask the channel itself; that is no message."""
        return await self._channel.health()

    def receipts(self, request: ReceiptRequest) -> Sequence[Receipt]:
        """Let the channel read its call-back."""
        return self._channel.receipts(request)


def _purpose(message: Any) -> dict[str, str]:
    """Return what a message is for, from the closed list of purposes."""
    purpose = getattr(message, "purpose", None)
    return {} if purpose is None else {"gotovo.purpose": str(purpose)}
