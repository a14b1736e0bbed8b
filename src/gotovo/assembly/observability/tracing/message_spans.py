"""Producer spans of outgoing messages: through which channel, and whether it took them.

Neither the text nor who gets it is in the span.
"""

from typing import Any, Generic, TypeVar

from opentelemetry.trace import SpanKind, Tracer, use_span

from gotovo.assembly.observability.tracing.failures import mark_failed
from gotovo.notices.channels.port import Channel

Message_contra = TypeVar("Message_contra", contravariant=True)


class TracedChannel(Generic[Message_contra]):
    """A channel around another one."""

    def __init__(self, channel: Channel[Message_contra], name: str, tracer: Tracer) -> None:
        self._channel = channel
        self._name = name
        self._tracer = tracer

    async def send(self, message: Message_contra) -> None:
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
                await self._channel.send(message)
            except BaseException as error:
                mark_failed(span, error)
                raise


def _purpose(message: Any) -> dict[str, str]:
    """Return what a message is for, from the closed list of purposes."""
    purpose = getattr(message, "purpose", None)
    return {} if purpose is None else {"gotovo.purpose": str(purpose)}
