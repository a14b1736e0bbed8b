"""The tracer port: what a tracer is told of commands and their batches.

The engine knows no tracing library, and without a tracer it does nothing for one.
"""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from gotovo.engine.submission import Submission, SubmissionResult


class CommandSpan(Protocol):
    """The span of one submission. Only the tracer that made it looks inside."""


class EngineTracer(Protocol):
    """Makes spans of submissions and of the batches that commit them."""

    def submitted(
        self, submission: Submission, future: "asyncio.Future[SubmissionResult]"
    ) -> CommandSpan | None:
        """Begin the span of a submission, which ends with its future; None if it is not traced."""
        ...

    def batch(self, spans: Sequence[CommandSpan]) -> AbstractContextManager[None]:
        """Return the context of a batch; `spans` are those of its traced submissions."""
        ...
