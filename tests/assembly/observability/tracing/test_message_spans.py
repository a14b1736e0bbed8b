"""A message that goes out is a span: its channel and purpose, not its text and who gets it."""

from datetime import UTC, datetime
from typing import cast

import pytest
from typing_extensions import override

from gotovo.assembly.observability.tracing.message_spans import TracedChannel
from gotovo.notices.channels.demo_phone import DemoPhoneChannel
from gotovo.notices.channels.port import Sent
from gotovo.store.postgres.pool import open_pool
from gotovo.store.tables.messages.phone_messages import PhoneMessage, PhoneMessageStore
from tests.support.observability.spans import Spans

MESSAGE = PhoneMessage(
    key="194566112558:4",
    phone="+79005550199",
    purpose="ready",
    number="194566112558",
    sent_at=datetime(2026, 11, 22, 11, 5, tzinfo=UTC),
    text="Заказ готов, код 123456",
)


async def test_a_message_is_sent_within_its_span(database_url: str) -> None:
    spans = Spans()
    pool = await open_pool(database_url)
    try:
        store = PhoneMessageStore(pool)
        channel = TracedChannel(DemoPhoneChannel(store), "phone", spans.tracer)
        await channel.send(MESSAGE)
        assert [each.key for each in await store.latest(MESSAGE.phone, 1)] == [MESSAGE.key]
    finally:
        await pool.close()
    (span,) = spans.ended()
    assert span.name == "send phone"
    assert span.attributes == {"gotovo.channel": "phone", "gotovo.purpose": "ready"}


async def test_a_refused_message_fails_its_span_by_the_type_of_the_error() -> None:
    class Refusing(DemoPhoneChannel):
        @override
        async def send(self, message: PhoneMessage) -> Sent:
            raise ConnectionError(f"no route to {message.phone}")

    spans, store = Spans(), cast("PhoneMessageStore", None)
    with pytest.raises(ConnectionError):
        await TracedChannel(Refusing(store), "phone", spans.tracer).send(MESSAGE)
    (span,) = spans.ended()
    assert (span.attributes or {})["error.type"] == "ConnectionError"
    assert (list(span.events), span.status.description) == ([], None)
