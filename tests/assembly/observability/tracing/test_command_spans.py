"""A batch is in the trace of no request, and a command's span ends with whatever becomes of it."""

import asyncio
from random import Random
from typing import Any

import pytest
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, ParentBased
from opentelemetry.trace import StatusCode, get_current_span

from gotovo.assembly.observability.tracing.command_spans import EngineSpans
from gotovo.assembly.observability.tracing.open_telemetry import SampledByLinks
from gotovo.engine.ports import JournalUnreachable
from tests.support.engine.cast import Buyer
from tests.support.observability.spans import Spans


async def submitted(spans: EngineSpans) -> "tuple[Any, asyncio.Future[Any]]":
    """Return the span of a placement, and the future of its result."""
    future = asyncio.get_running_loop().create_future()
    return spans.submitted(Buyer(Random(7)).place(), future), future


async def test_a_batch_of_commands_that_nobody_traces_is_in_no_trace() -> None:
    sampled, left_out = Spans(), Spans(ALWAYS_OFF)
    engine = EngineSpans(left_out.tracer)
    assert (await submitted(engine))[0] is None
    with sampled.tracer.start_as_current_span("of a request"), engine.batch([]):
        assert not get_current_span().get_span_context().is_valid
    assert left_out.ended() == []


async def test_a_batch_is_sent_when_one_of_its_commands_is() -> None:
    """With one in a hundred requests sampled, hardly a batch would be by its own number."""
    spans = Spans(SampledByLinks(ParentBased(ALWAYS_OFF)))
    traced = Spans(ALWAYS_ON)
    command, _ = await submitted(EngineSpans(traced.tracer))
    with EngineSpans(spans.tracer).batch([command]):
        pass
    (batch,) = spans.ended()
    assert [link.context for link in batch.links] == [command.get_span_context()]
    with spans.tracer.start_as_current_span("another"):
        pass
    assert len(spans.ended()) == 1


@pytest.mark.parametrize("is_cancelled", [True, False])
async def test_a_command_without_a_result_ends_its_span(*, is_cancelled: bool) -> None:
    spans = Spans()
    _, future = await submitted(EngineSpans(spans.tracer))
    if is_cancelled:
        future.cancel()
    else:
        future.set_exception(JournalUnreachable("it is away"))
        assert isinstance(future.exception(), JournalUnreachable)
    await asyncio.sleep(0)
    (span,) = spans.ended()
    told = dict(span.attributes or {})
    assert told.pop("gotovo.step") == "placement"
    if is_cancelled:
        assert told == {"gotovo.outcome": "cancelled"}
    else:
        assert told == {"error.type": "JournalUnreachable"}
        assert span.status.status_code is StatusCode.ERROR
